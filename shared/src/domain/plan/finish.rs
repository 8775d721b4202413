//! The end of a plan: what it counts, what the group's rules say of that, and what has happened.

use super::{Change, Plan};
use crate::domain::event::{Event, EventType};
use crate::domain::fact::Fact;
use crate::domain::group::Group;
use crate::domain::membership::Member;
use crate::domain::role::Roles;
use crate::domain::scene::Context;
use crate::error::Refusal;

/// How many members a plan adds and takes, and how many admins.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    joining: u32,
    leaving: u32,
    promoted: u32,
    demoted: u32,
}

impl Plan {
    /// The plan with its counts and with what has happened, if the group's rules allow it.
    pub fn finish(mut self, context: &Context<'_>, event: Event) -> Result<Self, Refusal> {
        let tally = self.tally();
        self.count_members(tally);
        self.keep_an_admin(context, tally)?;
        self.keep_the_size(tally)?;
        self.let_those_wait_who_go(context);
        self.count_doors(context);
        self.count_attributes();
        self.count_codes();
        self.tell_when(context);
        if self.renames_or_regroups() {
            self.after.profile_version += 1;
        }
        let ends = tally.leaving > 0 && self.ends_or_goes_on(context, tally);
        let event_type = if ends { EventType::GroupDissolved } else { event.event_type };
        self.event = Some(Event { event_type, ..event });
        self.after.seq += 1;
        Ok(self)
    }

    fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for Change { before, after } in self.members.values() {
            tally.joining += u32::from(before.is_none() && after.is_some());
            tally.leaving += u32::from(before.is_some() && after.is_none());
            let [was, is] = [before, after].map(|it| it.as_ref().is_some_and(|it| it.is_admin));
            tally.promoted += u32::from(is && !was);
            tally.demoted += u32::from(was && !is);
        }
        tally
    }

    fn count_members(&mut self, tally: Tally) {
        if self.before.is_none() {
            // A new group is made with its counts.
            return;
        }
        let Tally { joining, leaving, promoted, demoted } = tally;
        let member_role = self.after.member_role.clone();
        let is_plain = |member: &Member| member.roles == Roles::from([member_role.clone()]);
        let changes_roles =
            self.members.values().any(|change| match (&change.before, &change.after) {
                (Some(before), Some(after)) => before != after,
                (None, Some(new)) => !is_plain(new),
                (Some(_) | None, None) => false,
            });
        let group = &mut self.after;
        // See `count`.
        group.member_count = (group.member_count + joining).wrapping_sub(leaving);
        group.admin_count = (group.admin_count + promoted).wrapping_sub(demoted);
        group.joins += joining;
        group.demotions += demoted;
        group.role_changes += u32::from(changes_roles);
    }

    fn keep_an_admin(&mut self, context: &Context<'_>, tally: Tally) -> Result<(), Refusal> {
        let group = &self.after;
        if tally.demoted == 0 || group.member_count == 0 || context.actor.is_title() {
            return Ok(());
        }
        if group.admin_count == 0 {
            return Err(Refusal::LastAdmin);
        }
        if tally.promoted == 0 {
            self.facts.insert(Fact::AdminsOver(tally.demoted));
        }
        Ok(())
    }

    fn keep_the_size(&mut self, tally: Tally) -> Result<(), Refusal> {
        if tally.joining == 0 || self.before.is_none() {
            return Ok(());
        }
        let max_group_size = self.after.settings.max_group_size;
        if self.after.member_count > max_group_size {
            return Err(Refusal::GroupFull);
        }
        let members = tally.joining.saturating_sub(tally.leaving);
        self.facts.insert(Fact::RoomFor { members, max_group_size });
        Ok(())
    }

    /// Where somebody leaves, whether the group ends with its last member.
    fn ends_or_goes_on(&mut self, context: &Context<'_>, tally: Tally) -> bool {
        if self.after.member_count > 0 {
            // Whoever else leaves meanwhile must not turn this into the end of the group.
            self.facts.insert(Fact::MembersOver(tally.leaving));
            return false;
        }
        if self.ends_with_last_member {
            self.facts.insert(Fact::Members(tally.leaving));
            self.delete_group(context);
        }
        self.ends_with_last_member
    }

    /// Whoever goes has to wait before they ask again, unless there is no group any more.
    fn let_those_wait_who_go(&mut self, context: &Context<'_>) {
        if self.after.member_count == 0 && self.ends_with_last_member {
            return;
        }
        let goes = |change: &Change<Member>| change.before.is_some() && change.after.is_none();
        let gone: Vec<_> =
            self.members.iter().filter(|(_, it)| goes(it)).map(|(user, _)| *user).collect();
        for user in gone {
            self.let_wait(context, user);
        }
    }

    fn count_doors(&mut self, context: &Context<'_>) {
        let now = context.now;
        for Change { before, after } in self.doors.values() {
            let group = &mut self.after;
            let (before, after) = (before.as_ref(), after.as_ref());
            let applied = [before, after].map(|door| door.and_then(|door| door.applied.as_ref()));
            let invited = [before, after].map(|door| door.and_then(|door| door.invited.as_ref()));
            let blocked = [before, after].map(|door| door.and_then(|door| door.block(now)));
            let is_blocked = blocked.map(|block| block.is_some());
            let is_new = [
                applied[1].is_some() && applied[0] != applied[1],
                invited[1].is_some() && invited[0] != invited[1],
            ];
            let is_gone = [
                applied[0].is_some_and(|it| it.expires_at > now) && applied[0] != applied[1],
                invited[0].is_some_and(|it| it.expires_at > now) && invited[0] != invited[1],
            ];
            // What has expired is counted until it is counted anew, so only what still is pending is subtracted.
            let sum = |flags: [bool; 2]| flags.map(u32::from).iter().sum::<u32>();
            group.pending_count = (group.pending_count + sum(is_new)).wrapping_sub(sum(is_gone));
            count(&mut group.block_count, is_blocked);
            group.blocks_end |= blocked[1].is_some_and(|block| block.expires_at.is_some());
            let is_blocked_anew = blocked[1].is_some() && blocked[0] != blocked[1];
            let waits = [before, after].map(|door| door.and_then(|door| door.waits));
            let waits_anew = waits[1].is_some() && waits[0] != waits[1];
            group.door_entries += sum(is_new) + sum([is_blocked_anew, waits_anew]);
        }
        if self.counts_doors_anew {
            // One that came since would be missing; one that went does no harm.
            self.facts.insert(Fact::SameDoors);
        }
    }

    fn count_attributes(&mut self) {
        for Change { before, after } in self.attributes.values() {
            let group = &mut self.after;
            count(&mut group.attribute_count, [before, after].map(Option::is_some));
            let is_public = [before, after].map(|it| it.as_ref().is_some_and(|it| it.is_public));
            count(&mut group.public_count, is_public);
        }
    }

    fn count_codes(&mut self) {
        for Change { before, after } in self.codes.values() {
            count(&mut self.after.code_count, [before, after].map(Option::is_some));
        }
    }

    /// When it was that something last happened to other rows which is only counted here.
    fn tell_when(&mut self, context: &Context<'_>) {
        let Some(before) = &self.before else { return };
        if before.demotions != self.after.demotions {
            self.after.demoted_at = Some(context.now);
        }
        if before.door_entries != self.after.door_entries {
            self.after.entered_at = Some(context.now);
        }
    }

    fn renames_or_regroups(&self) -> bool {
        let profile = |group: &Group| {
            let Group { group_name, roles, admin_role, member_role, .. } = group.clone();
            (group_name, roles, admin_role, member_role)
        };
        self.before.as_ref().is_some_and(|before| profile(before) != profile(&self.after))
    }
}

/// Counts what was there before and is after. The rows may be of a later moment than the count, so what is subtracted may not be
/// counted yet: only the difference is written, and the count may wrap.
fn count(count: &mut u32, [was, is]: [bool; 2]) {
    *count = count.wrapping_add(u32::from(is)).wrapping_sub(u32::from(was));
}
