//! A plan: what one decision changes in a group, and the facts that it rests on. Both are written together or not at all.

mod finish;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::attribute::{Attribute, AttributeKey};
use crate::domain::belonging::{Belonging, Joins};
use crate::domain::code::Code;
use crate::domain::door::{Door, Waits};
use crate::domain::event::Event;
use crate::domain::fact::Fact;
use crate::domain::group::Group;
use crate::domain::ids::{ConnectionId, UserId};
use crate::domain::membership::{Connection, Member};
use crate::domain::name::GroupName;
use crate::domain::permissions::{Action, Requirement, allows, is_for_its_subject, requirement};
use crate::domain::role::{RoleId, Roles};
use crate::domain::scene::{Context, Scene};
use crate::error::Refusal;

/// What a call comes to: what is answered, and what is written for it, if anything is.
#[derive(Debug)]
pub struct Decided<A> {
    pub answer: A,
    /// The plan; none where all is as it should be already.
    pub plan: Option<Plan>,
}

impl<A> Decided<A> {
    /// There is nothing to do.
    pub fn nothing(answer: A) -> Self {
        Self { answer, plan: None }
    }
}

/// A row before and after. Where the two are the same, the plan rests on the row and leaves it alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change<R> {
    /// As it was read or assumed; nothing where there is no row.
    pub before: Option<R>,
    /// As it is to be; nothing where there is to be no row.
    pub after: Option<R>,
}

impl<R: Clone + PartialEq> Change<R> {
    /// The row stays as it is.
    fn none(row: Option<R>) -> Self {
        Self { before: row.clone(), after: row }
    }

    /// Whether it does.
    fn is_none(&self) -> bool {
        self.before == self.after
    }
}

/// What is to be written.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The group as it was read or assumed; none where it is new.
    pub before: Option<Group>,
    /// The group as it is to be. Counts are written as differences, everything else where it differs.
    pub after: Group,
    /// What has happened then.
    pub event: Option<Event>,
    /// What the plan rests on.
    pub facts: BTreeSet<Fact>,
    /// Members.
    pub members: BTreeMap<UserId, Change<Member>>,
    /// Members whose roles must still be the ones that were read: who is out because the last one was taken, and who holds already
    /// what others are given in the same request.
    pub same_roles: BTreeSet<UserId>,
    /// Doors; an empty one is no row.
    pub doors: BTreeMap<UserId, Change<Door>>,
    /// Attributes.
    pub attributes: BTreeMap<AttributeKey, Change<Attribute>>,
    /// Codes, by the hashes that are kept of them.
    pub codes: BTreeMap<String, Change<Code>>,
    /// The groups of users, where their number is bounded.
    pub joins: BTreeMap<UserId, Change<Joins>>,
    /// Users who must exist, where nobody has looked.
    pub users: BTreeSet<UserId>,
    /// A connection that comes into being.
    pub new_connection: Option<Connection>,
    /// Connections that go, so that nobody takes them for accepted later.
    pub gone_connections: BTreeSet<ConnectionId>,
    /// A name that is claimed.
    pub claimed: Option<GroupName>,
    /// A name that is given back.
    pub released: Option<GroupName>,
    /// Whether the counts of what is in doors are replaced by those that were just made.
    pub counts_doors_anew: bool,
    /// The doors that were read.
    known_doors: BTreeMap<UserId, Door>,
    /// Whether the group ends with its last member.
    ends_with_last_member: bool,
    /// Whether nothing was read for it.
    pub is_assumed: bool,
}

impl Plan {
    /// A plan that changes nothing yet.
    pub fn new(scene: &Scene, context: &Context<'_>) -> Self {
        let mut plan = Self::of(scene.group.clone(), context);
        plan.before = Some(scene.group.clone());
        plan.is_assumed = scene.is_assumed;
        plan.known_doors = scene.doors.clone();
        if let Some(counted) = scene.counted {
            plan.after.pending_count = counted.pending;
            // Of blocks none of which has an end, each that goes is subtracted.
            if scene.group.blocks_end {
                plan.after.block_count = counted.blocks;
            }
            plan.counts_doors_anew = true;
        }
        if let Some(count) = scene.counted_codes {
            plan.after.code_count = count;
            plan.facts.insert(Fact::NothingHappened);
        }
        plan
    }

    /// A plan that makes a group.
    pub fn of(group: Group, context: &Context<'_>) -> Self {
        Self {
            before: None,
            after: group,
            event: None,
            facts: BTreeSet::new(),
            members: BTreeMap::new(),
            same_roles: BTreeSet::new(),
            doors: BTreeMap::new(),
            attributes: BTreeMap::new(),
            codes: BTreeMap::new(),
            joins: BTreeMap::new(),
            users: BTreeSet::new(),
            new_connection: None,
            gone_connections: BTreeSet::new(),
            claimed: None,
            released: None,
            counts_doors_anew: false,
            known_doors: BTreeMap::new(),
            ends_with_last_member: !context.actor.is_title(),
            is_assumed: false,
        }
    }

    /// Insists that the user exists, and was not erased. Whoever was read needs no further guard: users are never removed, and
    /// `erase-user` is run once more for what was under way meanwhile.
    pub fn insist_on_user(&mut self, scene: &Scene, user: UserId) -> Result<(), Refusal> {
        if self.is_assumed {
            self.users.insert(user);
            return Ok(());
        }
        let known = scene.users.get(&user).filter(|user| user.erased_at.is_none());
        known.map(|_| ()).ok_or(Refusal::UserNotFound)
    }

    /// Insists that the actor may do that.
    pub fn permit(
        &mut self,
        scene: &Scene,
        context: &Context<'_>,
        action: Action,
    ) -> Result<(), Refusal> {
        let me = scene.me(context.actor);
        if !allows(context.actor, action, me) {
            return Err(Refusal::NotAuthorized);
        }
        match requirement(action) {
            Requirement::Admin
            | Requirement::Member
            | Requirement::MemberUnlessAdminsOnly
            | Requirement::Editor
            | Requirement::CreatorOrAdmin => self.insist_on_standing(scene, context),
            Requirement::Operator
            | Requirement::Anyone
            | Requirement::User
            | Requirement::Applicant
            | Requirement::Invitee
            | Requirement::Title => {}
        }
        Ok(())
    }

    /// The same for an action that is about a user: the applicant and the invitee may do it themselves.
    pub fn permit_about(
        &mut self,
        scene: &Scene,
        context: &Context<'_>,
        action: Action,
        subject: UserId,
    ) -> Result<(), Refusal> {
        if is_for_its_subject(action) && context.actor.speaks_for(subject) {
            return Ok(());
        }
        self.permit(scene, context, action)
    }

    /// Insists that a user who acts still is a member, and an admin or not as before.
    fn insist_on_standing(&mut self, scene: &Scene, context: &Context<'_>) {
        let Some(me) = scene.me(context.actor).filter(|_| !context.actor.is_title()) else {
            return;
        };
        let group_tells = !self.is_assumed && !scene.group.demoted_lately(context.now);
        if me.is_admin && group_tells {
            // The group's row is written anyway, so this costs nothing.
            self.facts.insert(Fact::NobodyDemoted);
        } else {
            self.members.entry(me.user_id).or_insert_with(|| Change::none(Some(me.clone())));
        }
    }

    /// Insists that a user is not a member.
    pub fn insist_on_outsider(&mut self, user: UserId) {
        self.members.insert(user, Change::none(None));
    }

    /// Makes a user a member, in the group's member role or the one that is named. What was pending is settled.
    pub fn admit(
        &mut self,
        scene: &Scene,
        context: &Context<'_>,
        user: UserId,
        roles: Option<Roles>,
    ) -> Result<(), Refusal> {
        let roles = roles.unwrap_or_else(|| Roles::from([self.after.member_role.clone()]));
        self.insist_on_roles(&roles)?;
        self.insist_on_place(context, user, scene.belongings.get(&user))?;
        let member = Member {
            group_id: self.after.group_id,
            user_id: user,
            is_admin: roles.contains(&self.after.admin_role),
            roles,
            joined_at: context.now,
        };
        self.members.insert(user, Change { before: None, after: Some(member) });
        let door = scene.door(user);
        let settled = Door::empty(door.group_id, user);
        if !door.is_empty() {
            self.change_door(door, settled);
        } else if scene.group.doors_entered_lately(context.now) {
            self.doors.insert(user, Change::none(None));
        } else {
            // Whoever puts something into a door says so in the group's row: looking there costs nothing.
            self.facts.insert(Fact::SameDoors);
        }
        Ok(())
    }

    /// Insists that a user may be in another group. Where that is bounded and nobody has looked, they may not.
    pub fn insist_on_place(
        &mut self,
        context: &Context<'_>,
        user: UserId,
        belonging: Option<&Belonging>,
    ) -> Result<(), Refusal> {
        let (most, group) = (context.limits.groups_per_player, self.after.group_id);
        if most == 0 {
            return Ok(());
        }
        let belonging = belonging.ok_or(Refusal::TooManyGroups)?;
        if belonging.besides(group) >= most as usize {
            return Err(Refusal::TooManyGroups);
        }
        let after = Some(belonging.and(user, group));
        self.joins.insert(user, Change { before: belonging.stored.clone(), after });
        Ok(())
    }

    fn insist_on_roles(&mut self, roles: &Roles) -> Result<(), Refusal> {
        self.facts.insert(Fact::SameSpecialRoles);
        let member_role = self.after.member_role.clone();
        roles.iter().filter(|role| **role != member_role).try_for_each(|it| self.insist_on_role(it))
    }

    /// Insists that the group has that role.
    pub fn insist_on_role(&mut self, role: &RoleId) -> Result<(), Refusal> {
        self.after.refuse_unknown(role)?;
        self.facts.insert(Fact::Role(role.clone()));
        Ok(())
    }

    /// Insists that a member still is one, with these roles.
    pub fn insist_on_member(&mut self, member: &Member) {
        self.same_roles.insert(member.user_id);
        self.members.insert(member.user_id, Change::none(Some(member.clone())));
    }

    /// Takes a member out.
    pub fn dismiss(&mut self, member: &Member) {
        self.members.insert(member.user_id, Change { before: Some(member.clone()), after: None });
    }

    /// Gives a member these roles in place of the present ones; without any, the member is out.
    pub fn set_roles(&mut self, member: &Member, roles: Roles) -> Result<(), Refusal> {
        if roles.is_empty() {
            self.dismiss(member);
            self.same_roles.insert(member.user_id);
            return Ok(());
        }
        let gained = roles.difference(&member.roles).cloned().collect();
        self.insist_on_roles(&gained)?;
        let is_admin = roles.contains(&self.after.admin_role);
        let after = Member { roles, is_admin, ..member.clone() };
        let change = Change { before: Some(member.clone()), after: Some(after) };
        if change.before != change.after {
            self.members.insert(member.user_id, change);
        }
        Ok(())
    }

    /// Puts `after` into the place of a door.
    pub fn change_door(&mut self, before: Door, after: Door) {
        if before == after && before.is_empty() {
            return;
        }
        let row = |door: Door| Some(door).filter(|door| !door.is_empty());
        self.doors.insert(after.user_id, Change { before: row(before), after: row(after) });
    }

    /// Puts `after` into the place of a code.
    pub fn change_code(&mut self, before: Option<&Code>, after: Option<Code>) {
        let Some(hash) = before.or(after.as_ref()).map(|code| code.code_hash.clone()) else {
            return;
        };
        self.codes.insert(hash, Change { before: before.cloned(), after });
    }

    /// Lets a user wait before they ask again, as long as the group wants; no door is written where it wants none.
    ///
    /// A door that was not read is taken for an empty one, as those of members are unless they are blocked: the commit finds
    /// out.
    pub fn let_wait(&mut self, context: &Context<'_>, user: UserId) {
        self.facts.insert(Fact::SameWait);
        let Some(end) = self.after.settings.end_of_wait(context.now) else { return };
        let empty = Door::empty(self.after.group_id, user);
        let known = self.known_doors.get(&user).cloned().unwrap_or_else(|| empty.clone());
        let after = match self.doors.remove(&user) {
            None => known.clone(),
            Some(change) => change.after.unwrap_or(empty),
        };
        self.change_door(known, Door { waits: Some(Waits { expires_at: end }), ..after });
    }

    /// The group ends with its last member, whoever takes them out.
    pub fn end_with_last_member(&mut self) {
        self.ends_with_last_member = true;
    }

    /// Marks the group deleted.
    pub fn delete_group(&mut self, context: &Context<'_>) {
        self.after.deleted_at = Some(context.now);
        self.facts.insert(Fact::SameName);
        if self.after.name_claimed {
            self.released = Some(self.after.group_name.clone());
        }
    }

    /// Gives the group another name. A claim moves along: one that it has, or one that the deployment wants it to have.
    pub fn rename(
        &mut self,
        scene: &Scene,
        context: &Context<'_>,
        name: &GroupName,
    ) -> Result<(), Refusal> {
        self.facts.insert(Fact::SameName);
        let claims = self.after.name_claimed || context.limits.unique_group_names;
        if claims && name.folded() != self.after.group_name.folded() {
            // Where it is the group itself that holds the name, it was given it since its row was read: the commit finds out.
            if scene.name_holder.is_some_and(|holder| holder != self.after.group_id) {
                return Err(Refusal::GroupNameTaken);
            }
            self.claimed = Some(name.clone());
            self.released = Some(self.after.group_name.clone()).filter(|_| self.after.name_claimed);
            self.after.name_claimed = true;
        }
        self.after.group_name = name.clone();
        Ok(())
    }

    /// Whether anything is to be written but what has happened.
    pub fn changes_nothing(&self) -> bool {
        self.before.as_ref() == Some(&self.after)
            && self.members.values().all(Change::is_none)
            && self.doors.values().all(Change::is_none)
            && self.attributes.values().all(Change::is_none)
    }
}
