//! Steps: who does what to whom, through which dialect. A play is a list of them.

use fastrand::Rng;

/// How many people there are. Each is a number, and their ids are in the same order.
pub const USERS: usize = 6;

/// What people are called.
pub const PEOPLE: [&str; USERS] = ["ada", "bob", "cy", "dot", "eve", "fay"];

/// How many groups are played in at a time.
pub const SLOTS: usize = 3;

/// A role's id.
pub type Role = &'static str;

pub const ROLES: [Role; 3] = ["admins", "members", "officers"];

const NAMES: [&str; 4] = ["Wolves", "Bears", "Hawks", "Foxes"];

const KEYS: [&str; 2] = ["motto", "level"];

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Makes a group, which takes the place of the one in the slot.
    Create {
        name: &'static str,
        open: bool,
        size: u32,
    },
    Delete,
    Apply,
    /// GameFuse's `join`: at once, or not at all.
    Join,
    /// PlayFab's application beside an invitation.
    ApplyApart,
    /// Into a role, or into whatever is the member role.
    Invite(Option<Role>),
    AcceptApplication,
    DropApplication,
    AcceptInvitation,
    DropInvitation,
    Leave,
    /// GameFuse's removal, which blocks.
    Remove,
    /// PlayFab's removal, which does not.
    Expel,
    MakeAdmin,
    AddRole(Role),
    TakeRole(Role),
    Shift([Role; 2]),
    Block,
    Unblock,
    CreateRole(Role),
    DeleteRole(Role),
    SetAdminRole(Role),
    /// Says who gets in: anybody at once, and nobody but the invited.
    Settle {
        open: bool,
        invite_only: bool,
    },
    Resize(u32),
    Rename(&'static str),
    SetAttribute {
        key: &'static str,
        value: u8,
        open: bool,
    },
    DeleteAttribute(&'static str),
    /// Reads a group in full.
    Read,
    ReadRoles,
    ReadBlocks,
    ReadAttributes,
    ReadHistory,
    /// One's own groups, by an index that lags.
    ReadOwn,
    /// All groups, by another one.
    ReadDirectory,
    /// Lets all who are under way end, and so many hours pass.
    Wait(u16),
}

/// Who does what to whom, in the group of which slot. Nobody is the title, which speaks PlayFab where GameFuse needs a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its number, which it keeps when others are left out.
    pub id: usize,
    pub by: Option<usize>,
    pub deed: Deed,
    pub to: usize,
    pub slot: usize,
    pub gamefuse: bool,
    /// It is only tried.
    pub is_dry_run: bool,
    /// It has an idempotency key.
    pub is_keyed: bool,
    /// It is that step once more: the same request, with the same key.
    pub again: Option<usize>,
}

impl Deed {
    pub fn is_read(self) -> bool {
        matches!(
            self,
            Self::Read
                | Self::ReadRoles
                | Self::ReadBlocks
                | Self::ReadAttributes
                | Self::ReadHistory
                | Self::ReadOwn
                | Self::ReadDirectory
        )
    }

    /// Whether GameFuse's dialect has nothing like it.
    fn is_playfab_only(self) -> bool {
        matches!(
            self,
            Self::ApplyApart
                | Self::Invite(Some(_))
                | Self::Expel
                | Self::AddRole(_)
                | Self::TakeRole(_)
                | Self::Shift(_)
                | Self::Block
                | Self::CreateRole(_)
                | Self::DeleteRole(_)
                | Self::SetAdminRole(_)
                | Self::ReadRoles
        )
    }

    /// Whether PlayFab's dialect has nothing like it.
    fn is_gamefuse_only(self) -> bool {
        matches!(
            self,
            Self::Join
                | Self::Remove
                | Self::MakeAdmin
                | Self::Settle { .. }
                | Self::Resize(_)
                | Self::SetAttribute { .. }
                | Self::DeleteAttribute(_)
                | Self::Read
                | Self::ReadAttributes
                | Self::ReadHistory
                | Self::ReadOwn
                | Self::ReadDirectory
        )
    }
}

/// A play of so many steps.
pub fn roll(rng: &mut Rng, count: usize) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::with_capacity(count);
    for id in 0..count {
        let step = match id {
            0..SLOTS => opening(rng, id),
            _ if rng.u8(..24) == 0 => once_more(&steps, id, rng).unwrap_or_else(|| any(rng, id)),
            _ => any(rng, id),
        };
        steps.push(step);
    }
    steps
}

fn one<T: Copy>(rng: &mut Rng, of: &[T]) -> T {
    of[rng.usize(..of.len())]
}

fn create(rng: &mut Rng) -> Deed {
    Deed::Create { name: one(rng, &NAMES), open: rng.u8(..3) == 0, size: rng.u32(2..=5) }
}

/// The first steps make the groups.
fn opening(rng: &mut Rng, id: usize) -> Step {
    let deed = create(rng);
    Step {
        id,
        by: Some(rng.usize(..USERS)),
        deed,
        to: 0,
        slot: id,
        gamefuse: true,
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

fn any(rng: &mut Rng, id: usize) -> Step {
    let by = Some(rng.usize(..USERS + 1)).filter(|by| *by < USERS);
    let to = rng.usize(..USERS);
    let me = by.unwrap_or(to);
    let (deed, to) = deed(rng, by, to, me);
    let prefers_gamefuse = deed.is_gamefuse_only() || !deed.is_playfab_only() && rng.bool();
    // Inviting oneself is applying, to GameFuse, and the title is no user there.
    let is_odd = by.is_none() || matches!(deed, Deed::Invite(_)) && by == Some(to);
    let gamefuse = prefers_gamefuse && (!is_odd || deed.is_gamefuse_only());
    let is_keyed = by.is_some() && !deed.is_read() && rng.u8(..4) == 0;
    let is_dry_run = !is_keyed && !deed.is_read() && rng.u8(..16) == 0;
    Step { id, by, deed, to, slot: rng.usize(..SLOTS), gamefuse, is_dry_run, is_keyed, again: None }
}

fn deed(rng: &mut Rng, by: Option<usize>, to: usize, me: usize) -> (Deed, usize) {
    let role = one(rng, &ROLES);
    let is_user = by.is_some();
    match rng.u8(..100) {
        0..14 => (Deed::Apply, me),
        14..18 if is_user => (Deed::Join, me),
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
        52..55 => (Deed::Remove, to),
        55..57 => (Deed::Expel, to),
        57..60 => (Deed::MakeAdmin, to),
        60..62 => (Deed::AddRole(role), to),
        62..64 => (Deed::TakeRole(role), to),
        64..66 => (Deed::Shift([role, one(rng, &ROLES)]), to),
        66..68 => (Deed::Block, to),
        68..71 => (Deed::Unblock, to),
        71 | 72 => (Deed::CreateRole("officers"), to),
        73 => (Deed::DeleteRole("officers"), to),
        74..77 => (Deed::Settle { open: rng.bool(), invite_only: rng.u8(..4) == 0 }, to),
        77..79 => (Deed::Resize(rng.u32(1..=5)), to),
        79..81 => (Deed::Rename(one(rng, &NAMES)), to),
        81..84 if is_user => {
            let (key, value) = (one(rng, &KEYS), rng.u8(..10));
            (Deed::SetAttribute { key, value, open: rng.bool() }, to)
        }
        84 => (Deed::DeleteAttribute(one(rng, &KEYS)), to),
        85..88 if is_user => (create(rng), me),
        88 => (Deed::Delete, to),
        89..91 => (Deed::Read, to),
        91 => (Deed::ReadRoles, to),
        92 => (Deed::ReadBlocks, to),
        93 => (Deed::ReadAttributes, to),
        94 | 95 => (Deed::ReadHistory, to),
        96 if is_user => (Deed::ReadOwn, me),
        97 => (Deed::ReadDirectory, to),
        98 if rng.u8(..4) == 0 => (Deed::Wait(rng.u16(1..200)), to),
        _ => (Deed::AcceptApplication, to),
    }
}
