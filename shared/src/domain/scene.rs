//! A scene: what a decision about a group rests on, as it was read in one round trip, or as it is assumed to be.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::actor::Actor;
use crate::domain::attribute::{Attribute, AttributeKey};
use crate::domain::belonging::Belonging;
use crate::domain::code::Code;
use crate::domain::door::Door;
use crate::domain::event::{Event, EventType};
use crate::domain::group::Group;
use crate::domain::ids::{ConnectionId, GroupId, UserId};
use crate::domain::membership::Member;
use crate::domain::role::{RoleId, RoleName};
use crate::domain::user::User;
use crate::limits::Limits;

/// A group, and the rows in it that matter to one decision. What was looked at and is not there is absent.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The group. It is not deleted.
    pub group: Group,
    /// Members.
    pub members: BTreeMap<UserId, Member>,
    /// Doors that are not empty.
    pub doors: BTreeMap<UserId, Door>,
    /// Attributes.
    pub attributes: BTreeMap<AttributeKey, Attribute>,
    /// Codes, by the hashes that are kept of them.
    pub codes: BTreeMap<String, Code>,
    /// Users of the game.
    pub users: BTreeMap<UserId, User>,
    /// The groups of users, where their number is bounded.
    pub belongings: BTreeMap<UserId, Belonging>,
    /// Connections that are known.
    pub connections: BTreeSet<ConnectionId>,
    /// The group that holds the name that this one is to have.
    pub name_holder: Option<GroupId>,
    /// Whether nothing was read: then all of it is what it most likely is, and nobody may be refused because of it.
    pub is_assumed: bool,
    /// What is in the group's doors, where that was counted: more may be counted in the group's row.
    pub counted: Option<DoorCounts>,
    /// How many codes there are, where they were counted: more may be counted in the group's row.
    pub counted_codes: Option<u32>,
}

/// How much there is in all doors of a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DoorCounts {
    /// Applications and invitations.
    pub pending: u32,
    /// Blocks.
    pub blocks: u32,
}

/// Who decides, when, and under which limits.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// By whose authority.
    pub actor: Actor,
    /// The time of the call.
    pub now: Timestamp,
    /// The deployment's limits.
    pub limits: &'a Limits,
}

impl Context<'_> {
    /// Who answers for this decision. The game itself is nobody in particular.
    pub fn author(&self) -> Option<UserId> {
        self.actor.user().filter(|_| !self.actor.is_title())
    }

    /// What happens by this decision to these users.
    pub fn event(&self, event_type: EventType, users: impl IntoIterator<Item = UserId>) -> Event {
        Event::new(event_type, self.now, self.author(), users)
    }
}

impl Scene {
    /// A scene with nothing in the group that matters.
    pub fn new(group: Group) -> Self {
        Self {
            group,
            members: BTreeMap::new(),
            doors: BTreeMap::new(),
            attributes: BTreeMap::new(),
            codes: BTreeMap::new(),
            users: BTreeMap::new(),
            belongings: BTreeMap::new(),
            connections: BTreeSet::new(),
            name_holder: None,
            is_assumed: false,
            counted: None,
            counted_codes: None,
        }
    }

    /// A scene in a group that nobody has read: it has the roles that groups begin with, and room for everything.
    pub fn assumed(group: GroupId) -> Self {
        Self { is_assumed: true, ..Self::new(Group::assumed(group)) }
    }

    /// The same, where the actor, if it is a user, is an admin.
    pub fn and_admin(mut self, actor: Actor) -> Self {
        if let Actor::User(user) = actor {
            let role = self.group.admin_role.clone();
            self.members.insert(user, Member::new(&self.group, user, role, Timestamp::UNIX_EPOCH));
        }
        self
    }

    /// The same, where that user is a member without the admin role.
    pub fn and_member(mut self, user: UserId) -> Self {
        let role = self.group.member_role.clone();
        self.members.insert(user, Member::new(&self.group, user, role, Timestamp::UNIX_EPOCH));
        self
    }

    /// The same, where the group has that role, too.
    pub fn and_role(mut self, role: Option<&RoleId>) -> Self {
        if let Some(role) = role {
            self.group.roles.entry(role.clone()).or_insert_with(RoleName::members);
        }
        self
    }

    /// The same with that door.
    pub fn and_door(mut self, door: Door) -> Self {
        self.doors.insert(door.user_id, door);
        self
    }

    /// Puts in all members, who were read a moment after the group: it may have counted others.
    pub fn put_all_members(&mut self, members: Vec<Member>) {
        let count = |is_counted: fn(&Member) -> bool| {
            members.iter().filter(|member| is_counted(member)).fold(0, |count, _| count + 1)
        };
        self.group.member_count = count(|_| true);
        self.group.admin_count = count(|member| member.is_admin);
        self.group.demoted_at = None;
        self.members = members.into_iter().map(|member| (member.user_id, member)).collect();
    }

    /// The actor's own membership.
    pub fn me(&self, actor: Actor) -> Option<&Member> {
        self.members.get(&actor.user()?)
    }

    /// The door between the group and that user.
    pub fn door(&self, user: UserId) -> Door {
        let door = self.doors.get(&user).cloned();
        door.unwrap_or_else(|| Door::empty(self.group.group_id, user))
    }
}
