//! Scripts: steps that somebody could think of. They are drawn at random, but such as the model would let succeed are preferred:
//! most of what anybody could try is refused, and a little of that is enough.

use std::collections::BTreeSet;
use std::mem::discriminant;

use fastrand::Rng;

use super::deed::Deed;
use super::model::{AFTERGLOW, Bounds, MEMBER_ROLE, Model, Moment};
use super::refusals::refusals;
use super::step::{KEYS, NAMES, ROLE_NAMES, ROLES, SLOTS, Step, USERS, WORDS};
use super::theme::Theme;

/// Writes a script of so many steps, most of them about the theme where there is one.
pub fn write(rng: &mut Rng, count: usize, limits: Bounds, theme: Option<Theme>) -> Vec<Step> {
    let mut writer = Writer { limits, theme, groups: Default::default(), now: 0, drawn: 0 };
    let mut steps: Vec<Step> = Vec::with_capacity(count);
    for id in 0..count {
        let step = match id {
            0..SLOTS => opening(rng, id),
            _ if theme.is_some() && id < SETTLED => gathering(id),
            _ if rng.u8(..24) == 0 => {
                once_more(&steps, id, rng).unwrap_or_else(|| any(rng, id, None))
            }
            _ => writer.likely(rng, id),
        };
        writer.take(&step);
        steps.push(step);
    }
    steps
}

/// What would become of the groups, if one step followed the other.
struct Writer {
    limits: Bounds,
    theme: Option<Theme>,
    groups: [Model; SLOTS],
    now: i64,
    drawn: u32,
}

impl Writer {
    /// A step that most likely succeeds.
    fn likely(&self, rng: &mut Rng, id: usize) -> Step {
        loop {
            let theme = self.theme.filter(|_| rng.u8(..4) > 0);
            let kind = theme.map(|theme| one(rng, theme.kinds()));
            let step = any(rng, id, kind);
            let step = match self.groups[step.slot].is_live || rng.bool() {
                true => step,
                false => Step { slot: step.slot, ..opening(rng, id) },
            };
            if self.after(&step).is_some() || rng.u8(..5) == 0 {
                return step;
            }
        }
    }

    fn take(&mut self, step: &Step) {
        self.now += 5;
        self.drawn += 1;
        if let Deed::Wait(hours) = step.deed {
            self.now += i64::from(hours) * 3_600_000;
        }
        if !step.is_dry_run
            && let Some(group) = self.after(step)
        {
            self.groups[step.slot] = group;
        }
    }

    /// Who is in as many groups besides that one as a player may be in.
    fn busy(&self, slot: usize) -> BTreeSet<usize> {
        let others = || self.groups.iter().enumerate().filter(|(other, _)| *other != slot);
        let is_busy = |user: &usize| {
            let groups = others().filter(|(_, group)| group.members.contains_key(user)).count();
            self.limits.places > 0 && groups >= self.limits.places
        };
        (0..USERS).filter(is_busy).collect()
    }

    /// The group after the step, where it changes anything.
    fn after(&self, step: &Step) -> Option<Model> {
        let mut group = self.groups[step.slot].clone();
        let names: BTreeSet<String> =
            self.groups.iter().filter(|it| it.is_live).map(|it| it.name.clone()).collect();
        let is_invitation = matches!(step.deed, Deed::AcceptInvitation | Deed::DropInvitation);
        let of = if is_invitation { &group.invited } else { &group.applied };
        let connection = of.get(&step.to).map_or(0, |pending| pending.connection);
        let (now, drawn, limits) = (self.now, self.drawn, self.limits);
        // Ids are drawn in their order here, so the last one is the newest code's.
        let code = group.codes.keys().last().copied().unwrap_or_default();
        // A new group takes the place of another, which is there still.
        let is_new = matches!(step.deed, Deed::Create { .. });
        let busy = self.busy(if is_new { SLOTS } else { step.slot });
        let moment = Moment {
            now,
            connection,
            code,
            drawn,
            version: step.expects_version().then_some(group.version),
            names: &names,
            busy: &busy,
            limits,
            afterglow: AFTERGLOW,
        };
        if !refusals(&group, step, &moment).is_empty() {
            return None;
        }
        if let Deed::Create { .. } = step.deed {
            return Some(Model::create(step, &moment).0);
        }
        let changes = step.deed.is_read() || group.take(step, &moment).is_some();
        changes.then_some(group)
    }
}

fn one<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(..of.len())]
}

fn create(rng: &mut Rng) -> Deed {
    Deed::Create { name: one(rng, &NAMES), open: rng.u8(..3) == 0, size: rng.u32(2..=5) }
}

fn code(rng: &mut Rng) -> Deed {
    let uses = Some(rng.u8(1..4)).filter(|_| rng.bool());
    let hours = Some(rng.u8(1..200)).filter(|_| rng.bool());
    Deed::CreateCode { uses, hours, role: Some(one(rng, &ROLES)).filter(|_| rng.bool()) }
}

/// The first steps make the groups.
fn opening(rng: &mut Rng, id: usize) -> Step {
    let deed = create(rng);
    Step {
        id,
        by: Some(rng.usize(..USERS)),
        deed,
        to: 0,
        with: None,
        slot: id,
        gamefuse: true,
        is_dry_run: false,
        is_keyed: false,
        again: None,
    }
}

/// From this step on, a play is about its theme. By then the first group has as many members as it takes.
const SETTLED: usize = SLOTS + USERS + 2;

/// The title brings everybody into the first group, with a wait before and after, so that nothing else is under way.
fn gathering(id: usize) -> Step {
    const LAST: usize = SETTLED - 1;
    let deed = match id {
        SLOTS | LAST => Deed::Wait(1),
        _ => Deed::AddRole(MEMBER_ROLE),
    };
    Step {
        id,
        by: None,
        deed,
        to: (id - SLOTS) % USERS,
        with: None,
        slot: 0,
        gamefuse: false,
        is_dry_run: false,
        is_keyed: false,
        again: None,
    }
}

/// One of the last steps with a key once more, as whoever has got no answer would send it.
fn once_more(steps: &[Step], id: usize, rng: &mut Rng) -> Option<Step> {
    let recent = steps.iter().rev().take(6);
    let recent = recent.take_while(|step| !matches!(step.deed, Deed::Wait(_)));
    let keyed: Vec<_> = recent.filter(|step| step.is_keyed && step.again.is_none()).collect();
    let step = rng.choice(keyed)?;
    Some(Step { id, again: Some(step.id), ..*step })
}

/// Any step, or one of that kind.
fn any(rng: &mut Rng, id: usize, kind: Option<Deed>) -> Step {
    let (by, deed, to) = loop {
        let by = Some(rng.usize(..USERS + 1)).filter(|by| *by < USERS);
        let to = rng.usize(..USERS);
        let (deed, to) = deed(rng, by, to, by.unwrap_or(to));
        if kind.is_none_or(|kind| discriminant(&kind) == discriminant(&deed)) {
            break (by, deed, to);
        }
    };
    let prefers_gamefuse = deed.is_gamefuse_only() || !deed.is_playfab_only() && rng.bool();
    // Inviting oneself is applying, to GameFuse, and the title is no user there.
    let is_odd = by.is_none() || matches!(deed, Deed::Invite(_)) && by == Some(to);
    let gamefuse = prefers_gamefuse && (!is_odd || deed.is_gamefuse_only());
    let is_keyed = by.is_some() && !deed.is_read() && rng.u8(..4) == 0;
    let is_dry_run = !is_keyed && !deed.is_read() && rng.u8(..16) == 0;
    // Most of it is about one group, so that people get in each other's way.
    let slot = if rng.bool() { 0 } else { rng.usize(..SLOTS) };
    let with = Some(rng.usize(..USERS)).filter(|_| deed.is_for_several() && rng.u8(..3) == 0);
    Step { id, by, deed, to, with, slot, gamefuse, is_dry_run, is_keyed, again: None }
}

fn deed(rng: &mut Rng, by: Option<usize>, to: usize, me: usize) -> (Deed, usize) {
    let role = one(rng, &ROLES);
    let is_user = by.is_some();
    let (name, key, value) = (one(rng, &ROLE_NAMES), one(rng, &KEYS), rng.u8(..10));
    match rng.u8(..112) {
        0..14 => (Deed::Apply, me),
        14..16 if is_user => (Deed::Redeem, me),
        16 if is_user => (Deed::Join, me),
        17 if is_user => (if rng.bool() { Deed::AutoJoin } else { Deed::Join }, me),
        14..18 => (Deed::AddRole(role), to),
        18..20 => (Deed::ApplyApart, me),
        20..25 => (Deed::Invite(None), to),
        25..28 => (Deed::Invite(Some(role)), to),
        28..36 => (Deed::AcceptApplication, to),
        36..39 => (Deed::DropApplication, to),
        39..43 => (Deed::AcceptInvitation, me),
        43..46 => (Deed::DropInvitation, to),
        46..52 if is_user => (Deed::Leave, me),
        46..52 => (Deed::SetAdminRole(role), to),
        52 | 53 => (Deed::Remove, to),
        54 => (Deed::Spare, to),
        55..57 => (Deed::Expel, to),
        57 if rng.bool() => (Deed::RemoveAdmin, to),
        57..59 => (Deed::MakeAdmin, to),
        59 => (code(rng), to),
        60 => (Deed::AddRole(role), to),
        61 => (code(rng), to),
        62..64 => (Deed::TakeRole(role), to),
        64..66 => (Deed::Shift([role, one(rng, &ROLES)]), to),
        66 => (Deed::Block, to),
        67 => (Deed::ShutOut(rng.bool().then(|| rng.u8(1..200))), to),
        68..71 => (Deed::Unblock, to),
        71 => (Deed::CreateRole(role, name), to),
        72 => (Deed::SetCode(rng.bool()), to),
        73 => (Deed::DeleteRole(role), to),
        74..77 => {
            let wait = if rng.u8(..3) == 0 { rng.u8(1..100) } else { 0 };
            (Deed::Settle { open: rng.bool(), invite_only: rng.u8(..4) == 0, wait }, to)
        }
        77..79 => (Deed::Resize(rng.u32(1..=5)), to),
        79..81 => (Deed::Rename(one(rng, &NAMES)), to),
        81..84 if is_user => {
            (Deed::SetAttribute { key, value, open: rng.bool(), public: rng.u8(..3) == 0 }, to)
        }
        84 if rng.bool() => (Deed::DeleteAttribute(one(rng, &KEYS)), to),
        84 => (Deed::DeleteCode, to),
        85..88 if is_user => (create(rng), me),
        88 => (Deed::Delete, to),
        89..91 => (Deed::Read, to),
        91 => (Deed::ReadRoles, to),
        92 if rng.bool() => (Deed::ReadBlocks, to),
        92 => (Deed::ReadCodes, to),
        93 => (Deed::ReadAttributes, to),
        94 | 95 => (Deed::ReadHistory, to),
        96 if is_user => (Deed::ReadOwn, me),
        97 => (Deed::ReadDirectory, to),
        98 if rng.u8(..4) == 0 => (Deed::Wait(rng.u16(1..200)), to),
        99 => (Deed::CreateRole("officers", name), to),
        100 => (Deed::RenameRole(role, name), to),
        101 => (Deed::SetMemberRole(role), to),
        102 if rng.u8(..4) == 0 => (Deed::Reserve(rng.bool()), to),
        102 => (Deed::Describe { words: one(rng, &WORDS), listed: rng.bool() }, to),
        103 if is_user => (Deed::ModifyAttribute { key, value }, to),
        104 if is_user => (Deed::SetAttributes(value), to),
        105 => (Deed::ReadProfile, to),
        106 => (Deed::ReadMember(rng.bool().then_some(role)), to),
        107 => (Deed::ReadApplications, to),
        108 => (Deed::ReadInvitations, to),
        109 => (Deed::ReadBlock, to),
        110 if is_user => (Deed::ReadOpportunities, me),
        110 => (Deed::Repair, to),
        _ => (Deed::AcceptApplication, to),
    }
}
