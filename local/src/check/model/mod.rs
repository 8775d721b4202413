//! The model: what a group is, and what becomes of it by each step. It is written after docs/api.md, and shares nothing with the
//! rules that it judges.

mod change;

use std::collections::{BTreeMap, BTreeSet};

use crate::check::deed::{Deed, Role};
use crate::check::step::Step;

pub type Roles = BTreeSet<Role>;

/// A group as it is at one moment; people are numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Model {
    /// Whether there is such a group.
    pub is_live: bool,
    pub name: String,
    /// Whether no other group that claims its name can have the same.
    pub claims_name: bool,
    pub is_open: bool,
    pub is_invite_only: bool,
    /// Whether only admins create attributes.
    pub is_reserved: bool,
    /// What it says of itself.
    pub words: &'static str,
    pub is_listed: bool,
    pub size: u32,
    /// For how many hours those wait who go.
    pub wait: u8,
    /// What its roles are called, by their ids.
    pub roles: BTreeMap<Role, &'static str>,
    pub admin_role: Role,
    /// The role of whoever joins.
    pub member_role: Role,
    /// How often its name and roles have changed.
    pub version: u32,
    pub members: BTreeMap<usize, Member>,
    pub applied: BTreeMap<usize, Pending>,
    pub invited: BTreeMap<usize, Pending>,
    /// Who is blocked, until when; no time where the block has no end.
    pub blocked: BTreeMap<usize, Option<i64>>,
    /// Who went, and until when they wait.
    pub waits: BTreeMap<usize, i64>,
    pub attributes: BTreeMap<&'static str, Attribute>,
    /// Invite codes, by their ids.
    pub codes: BTreeMap<u32, Code>,
    /// What GameFuse knows by ids, also when it is not pending any more.
    pub connections: BTreeMap<u32, Connection>,
    /// Who is taken for an admin or not, by a row of theirs that was read when another role made admins.
    pub taken_for_admins: BTreeMap<usize, bool>,
    /// Whether the title has left members without an admin.
    pub is_orphaned: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub roles: Roles,
    pub joined_at: i64,
}

/// An application or an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub connection: u32,
    /// In milliseconds.
    pub until: i64,
    /// The role that an invitation gives; where absent, the member role.
    pub role: Option<Role>,
    /// What is written with an application.
    pub message: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    pub creator: usize,
    pub value: String,
    pub is_protected: bool,
    pub is_public: bool,
}

/// An invite code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub uses: u32,
    pub most: Option<u8>,
    /// In milliseconds.
    pub until: Option<i64>,
    pub role: Option<Role>,
    pub is_open: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub until: i64,
}

/// When a step is done, and what is known besides the group.
#[derive(Debug, Clone)]
pub struct Moment<'a> {
    /// In milliseconds.
    pub now: i64,
    /// The connection that the request names.
    pub connection: u32,
    /// The code that the request names.
    pub code: u32,
    /// The id of the connection or the code that came into being.
    pub drawn: u32,
    /// The version of the group at which it is to be done alone.
    pub version: Option<u32>,
    /// Which names are claimed.
    pub names: &'a BTreeSet<String>,
    /// Who is in as many other groups as a player may be in.
    pub busy: &'a BTreeSet<usize>,
    pub limits: Bounds,
    /// For how long what has expired still counts, in milliseconds.
    pub afterglow: i64,
}

/// How much there can be.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub size: u32,
    pub pending: usize,
    pub blocks: usize,
    pub codes: usize,
    /// How long something is pending, in milliseconds.
    pub lifetime: i64,
    pub unique_names: bool,
    /// In how many groups a player may be; in any number where it is zero.
    pub places: usize,
}

/// What a step has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The type of the event.
    pub event: &'static str,
    /// Whom it concerns.
    pub users: Vec<usize>,
    /// Where a connection stands then, and its id.
    pub connected: Option<(&'static str, u32)>,
}

/// For how long what has expired counts where it is still there, in milliseconds.
pub const AFTERGLOW: i64 = 15 * 60_000;

/// The member role of a new group.
pub const MEMBER_ROLE: Role = "members";

impl Pending {
    pub fn is_over(&self, now: i64) -> bool {
        self.until <= now
    }
}

/// How long a code or a connection that has expired still is known, in milliseconds.
const AFTERLIFE: i64 = 30 * 24 * 3_600_000;

impl Connection {
    pub fn is_known(&self, now: i64) -> bool {
        self.until + AFTERLIFE > now
    }
}

impl Code {
    pub fn is_known(&self, now: i64) -> bool {
        self.until.is_none_or(|until| until + AFTERLIFE > now)
    }
}

impl Model {
    pub fn is_admin(&self, user: usize) -> bool {
        let holds = |member: &Member| member.roles.contains(self.admin_role);
        let is_admin = self.members.get(&user).is_some_and(holds);
        self.taken_for_admins.get(&user).copied().unwrap_or(is_admin)
    }

    pub fn admins(&self) -> Vec<usize> {
        self.members.keys().copied().filter(|user| self.is_admin(*user)).collect()
    }

    /// The members, the longest-standing first.
    pub fn by_seniority(&self) -> Vec<usize> {
        let mut members: Vec<_> = self.members.keys().copied().collect();
        members.sort_by_key(|user| (self.members.get(user).map(|it| it.joined_at), *user));
        members
    }

    pub fn pending(of: &BTreeMap<usize, Pending>, user: usize, now: i64) -> Option<&Pending> {
        of.get(&user).filter(|pending| !pending.is_over(now))
    }

    /// What its version counts the changes of: its name, its special roles, and what its roles are called.
    pub fn profile(&self) -> (&str, Role, Role, &BTreeMap<Role, &'static str>) {
        (&self.name, self.admin_role, self.member_role, &self.roles)
    }

    /// Whether the step is to be done at another version of the group alone.
    pub fn is_other_version(&self, moment: &Moment<'_>) -> bool {
        moment.version.is_some_and(|version| version != self.version)
    }

    /// The code of that id, as long as anybody knows that it has expired.
    pub fn code(&self, id: u32, now: i64) -> Option<&Code> {
        self.codes.get(&id).filter(|code| code.is_known(now))
    }

    pub fn is_blocked(&self, user: usize, now: i64) -> bool {
        self.blocked.get(&user).is_some_and(|until| until.is_none_or(|until| until > now))
    }

    /// How many are blocked.
    pub fn blocks(&self, now: i64) -> usize {
        self.blocked.keys().filter(|user| self.is_blocked(**user, now)).count()
    }

    pub fn is_waiting(&self, user: usize, now: i64) -> bool {
        self.waits.get(&user).is_some_and(|until| *until > now)
    }

    /// The group as it is put together when what these people are to it is read at another moment, and its codes and attributes at
    /// a third. There is as much room as in the group's row, which counts its members.
    pub fn put_together(
        &self,
        people: impl IntoIterator<Item = usize>,
        others: &Self,
        rest: &Self,
    ) -> Self {
        let room = self.size.saturating_sub(self.members.len() as u32);
        let mut group = self.clone();
        for user in people {
            set(&mut group.members, user, others.members.get(&user));
            group.taken_for_admins.insert(user, others.is_admin(user));
            set(&mut group.applied, user, others.applied.get(&user));
            set(&mut group.invited, user, others.invited.get(&user));
        }
        group.size = group.members.len() as u32 + room;
        group.codes.clone_from(&rest.codes);
        group.attributes.clone_from(&rest.attributes);
        group
    }

    /// A new group.
    pub fn create(step: &Step, moment: &Moment<'_>) -> (Self, Effect) {
        let Deed::Create { name, open, size } = step.deed else { return Self::nothing() };
        let creator = step.by.unwrap_or_default();
        let member = Member { roles: Roles::from(["admins"]), joined_at: moment.now };
        let group = Self {
            is_live: true,
            name: name.to_owned(),
            claims_name: moment.limits.unique_names || !step.gamefuse,
            is_open: open && step.gamefuse,
            size: if step.gamefuse { size } else { moment.limits.size },
            roles: BTreeMap::from([("admins", "Administrators"), (MEMBER_ROLE, "Members")]),
            admin_role: "admins",
            member_role: MEMBER_ROLE,
            is_listed: true,
            members: BTreeMap::from([(creator, member)]),
            ..Self::default()
        };
        (group, effect("group.created", [creator]))
    }

    fn nothing() -> (Self, Effect) {
        (Self::default(), effect("", []))
    }
}

fn set<T: Clone>(all: &mut BTreeMap<usize, T>, user: usize, value: Option<&T>) {
    all.remove(&user);
    all.extend(value.map(|value| (user, value.clone())));
}

/// What is told of these users, who were connected by nothing.
pub(super) fn effect(event: &'static str, users: impl IntoIterator<Item = usize>) -> Effect {
    Effect { event, users: users.into_iter().collect(), connected: None }
}
