//! A group that comes from elsewhere: whether it is as groups are, and which rows it is then. It has no history here but its arrival.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::attribute::{self, Attribute};
use crate::domain::code::Code;
use crate::domain::door::{Applied, Blocked, Door, Invited, Waits};
use crate::domain::event::{Event, EventType};
use crate::domain::group::Group;
use crate::domain::ids::{ConnectionId, GroupId, UserId};
use crate::domain::membership::{Connection, ConnectionKind, Member};
use crate::domain::role::{self, RoleId};
use crate::domain::rules::groups::new_settings;
use crate::domain::rules::joining::connection;
use crate::domain::scene::Context;
use crate::domain::time::end_of;
use crate::domain::transfer::{GroupLine, LineId};
use crate::error::Refusal;

/// Where a group arrives, and who is who there.
#[derive(Debug, Clone, Copy)]
pub struct Destination<'a> {
    pub group: GroupId,
    /// Whether that is the id that it had.
    pub keeps_id: bool,
    /// Whether its name is to be its alone.
    pub claims_name: bool,
    pub directory_shard: u32,
    /// Everybody whom the line names.
    pub users: &'a BTreeMap<LineId, UserId>,
}

/// A group that has arrived: its rows, which its own row counts.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub group: Group,
    pub event: Event,
    pub members: Vec<Member>,
    pub doors: Vec<Door>,
    pub attributes: Vec<Attribute>,
    pub codes: Vec<Code>,
    pub connections: Vec<Connection>,
}

/// Makes rows of a line, if the group that it tells of is as a group of this deployment can be.
pub fn arrive(
    line: &GroupLine,
    to: &Destination<'_>,
    context: &Context<'_>,
) -> Result<Arrival, Refusal> {
    let group = bare(line, to, context)?;
    let members = members(line, &group, to, context)?;
    let (doors, connections) = doors(line, &group, &members, to, context)?;
    let attributes = attributes(line, to)?;
    let codes = codes(line, to, context)?;
    let founder = members.values().filter(|member| member.is_admin).min_by_key(|it| it.seniority());
    let founder = founder.map(|founder| founder.user_id);
    let event = Event::new(EventType::GroupCreated, context.now, None, founder);
    let mut arrival = Arrival {
        group,
        event,
        members: members.into_values().collect(),
        doors: doors.into_values().collect(),
        attributes,
        codes,
        connections,
    };
    arrival.count(context)?;
    Ok(arrival)
}

/// The group without what is in it.
fn bare(line: &GroupLine, to: &Destination<'_>, context: &Context<'_>) -> Result<Group, Refusal> {
    let users: BTreeSet<_> = line.users.iter().map(|person| &person.id).collect();
    if users.len() < line.users.len() {
        return Err(Refusal::invalid("users", "must not name a user twice"));
    }
    let settings = new_settings(context.limits, line.settings.clone())?;
    let group = Group {
        roles: line.roles.clone(),
        admin_role: line.admin_role.clone(),
        member_role: line.member_role.clone(),
        profile_version: line.profile_version,
        name_claimed: to.claims_name,
        directory_shard: to.directory_shard,
        arrived_at: Some(context.now),
        seq: 1,
        ..Group::new(to.group, line.name.clone(), settings, line.created_at.unwrap_or(context.now))
    };
    group.refuse_unknown(&group.admin_role)?;
    group.refuse_unknown(&group.member_role)?;
    if group.roles.len() > role::MAX_PER_GROUP {
        return Err(Refusal::TooManyRoles);
    }
    let names: BTreeSet<_> = group.roles.values().map(|name| name.folded()).collect();
    if names.len() < group.roles.len() {
        return Err(Refusal::RoleNameTaken);
    }
    Ok(group)
}

impl Destination<'_> {
    fn user(&self, id: &LineId) -> Result<UserId, Refusal> {
        self.users.get(id).copied().ok_or(Refusal::UserNotFound)
    }

    fn user_if_any(&self, id: Option<&LineId>) -> Result<Option<UserId>, Refusal> {
        id.map(|id| self.user(id)).transpose()
    }
}

fn members(
    line: &GroupLine,
    group: &Group,
    to: &Destination<'_>,
    context: &Context<'_>,
) -> Result<BTreeMap<UserId, Member>, Refusal> {
    let mut members = BTreeMap::new();
    for it in &line.members {
        it.roles.iter().try_for_each(|role| group.refuse_unknown(role))?;
        if it.roles.is_empty() {
            return Err(Refusal::invalid("members", "must each hold a role"));
        }
        let member = Member {
            group_id: group.group_id,
            user_id: to.user(&it.user)?,
            is_admin: it.roles.contains(&group.admin_role),
            roles: it.roles.clone(),
            joined_at: it.joined_at.unwrap_or(context.now),
        };
        if members.insert(member.user_id, member).is_some() {
            return Err(Refusal::AlreadyMember);
        }
    }
    if !members.values().any(|member| member.is_admin) {
        return Err(Refusal::invalid("members", "must have one who holds the admin role"));
    }
    Ok(members)
}

type Doors = BTreeMap<UserId, Door>;

/// What is between the group and users; what is over is left behind.
fn doors(
    line: &GroupLine,
    group: &Group,
    members: &BTreeMap<UserId, Member>,
    to: &Destination<'_>,
    context: &Context<'_>,
) -> Result<(Doors, Vec<Connection>), Refusal> {
    let mut entrance =
        Entrance { group, members, context, doors: Doors::new(), connections: Vec::new() };
    for it in &line.applications {
        let expires_at =
            it.expires_at.unwrap_or(end_of(context.now, context.limits.application_lifetime));
        let applied = Applied {
            connection_id: it.id,
            expires_at: whole(expires_at),
            message: it.message.clone(),
        };
        entrance.await_answer(
            to.user(&it.user)?,
            ConnectionKind::Application,
            expires_at,
            None,
            it.id,
            |door| door.applied.replace(applied).is_some(),
        )?;
    }
    for it in &line.invitations {
        let expires_at =
            it.expires_at.unwrap_or(end_of(context.now, context.limits.invitation_lifetime));
        let invited = Invited {
            connection_id: it.id,
            expires_at: whole(expires_at),
            inviter_id: to.user_if_any(it.inviter.as_ref())?,
            role_id: it.role.clone(),
        };
        let role = it.role.as_ref();
        entrance.await_answer(
            to.user(&it.user)?,
            ConnectionKind::Invitation,
            expires_at,
            role,
            it.id,
            |door| door.invited.replace(invited).is_some(),
        )?;
    }
    for it in &line.blocks {
        let blocked = Blocked {
            blocked_at: it.blocked_at.unwrap_or(context.now),
            blocked_by: to.user_if_any(it.blocked_by.as_ref())?,
            reason: it.reason.clone(),
            expires_at: it.expires_at.map(whole),
        };
        let user = to.user(&it.user)?;
        entrance
            .put("blocks", user, it.expires_at, |door| door.blocked.replace(blocked).is_some())?;
    }
    for it in &line.waits {
        let waits = Waits { expires_at: whole(it.expires_at) };
        let user = to.user(&it.user)?;
        entrance
            .put("waits", user, Some(it.expires_at), |door| door.waits.replace(waits).is_some())?;
    }
    Ok((entrance.doors, entrance.connections))
}

/// A time in the whole seconds in which things expire.
fn whole(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

/// The doors of a group, as they are filled.
struct Entrance<'a> {
    group: &'a Group,
    members: &'a BTreeMap<UserId, Member>,
    context: &'a Context<'a>,
    doors: Doors,
    connections: Vec<Connection>,
}

impl Entrance<'_> {
    fn is_over(&self, end: Timestamp) -> bool {
        whole(end) <= self.context.now
    }

    /// Puts something into a door, unless it is over. `put` tells whether the like of it lies there already.
    fn put(
        &mut self,
        what: &str,
        user: UserId,
        end: Option<Timestamp>,
        put: impl FnOnce(&mut Door) -> bool,
    ) -> Result<(), Refusal> {
        if end.is_some_and(|end| self.is_over(end)) {
            return Ok(());
        }
        let empty = || Door::empty(self.group.group_id, user);
        match put(self.doors.entry(user).or_insert_with(empty)) {
            false => Ok(()),
            true => Err(Refusal::invalid(what, "must not name a user twice")),
        }
    }

    /// The same of what awaits an answer, which nothing of a member does. The role that it is for may be gone, as in any group: then it
    /// waits until that is back.
    fn await_answer(
        &mut self,
        user: UserId,
        kind: ConnectionKind,
        end: Timestamp,
        role: Option<&RoleId>,
        id: Option<ConnectionId>,
        put: impl FnOnce(&mut Door) -> bool,
    ) -> Result<(), Refusal> {
        if self.members.contains_key(&user) {
            return Err(Refusal::AlreadyMember);
        }
        let what = match kind {
            ConnectionKind::Application => "applications",
            ConnectionKind::Invitation => "invitations",
        };
        self.put(what, user, Some(end), put)?;
        if let Some(id) = id.filter(|_| !self.is_over(end)) {
            let door = Door::empty(self.group.group_id, user);
            self.connections.push(connection(&door, kind, id, whole(end), role.cloned()));
        }
        Ok(())
    }
}

fn attributes(line: &GroupLine, to: &Destination<'_>) -> Result<Vec<Attribute>, Refusal> {
    let mut keys = BTreeSet::new();
    let mut attributes = Vec::new();
    for it in &line.attributes {
        if !keys.insert(&it.key) {
            return Err(Refusal::invalid("attributes", "must not have a key twice"));
        }
        attributes.push(Attribute {
            group_id: to.group,
            attribute_id: it.id.ok_or(Refusal::AttributeNotFound)?,
            attribute_key: it.key.clone(),
            attribute_value: it.value.clone(),
            creator_id: to.user(&it.creator)?,
            only_can_edit_by_creator: !it.others_can_edit,
            is_public: it.public,
        });
    }
    Ok(attributes)
}

/// The codes that still are known; none where the group has another id, since what was told says that it is of the old one.
fn codes(
    line: &GroupLine,
    to: &Destination<'_>,
    context: &Context<'_>,
) -> Result<Vec<Code>, Refusal> {
    let mut codes = Vec::new();
    for it in line.codes.iter().filter(|_| to.keeps_id) {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        if !(1..=64).contains(&it.hash.len()) || !it.hash.bytes().all(is_plain) {
            return Err(Refusal::invalid("codes", "must have the hashes that an export tells"));
        }
        if codes.iter().any(|code: &Code| code.code_hash == it.hash) {
            return Err(Refusal::invalid("codes", "must not have one twice"));
        }
        let code = Code {
            group_id: to.group,
            code_id: it.id,
            code_hash: it.hash.clone(),
            uses: it.uses,
            max_uses: it.max_uses,
            valid_until: it.expires_at.map(whole),
            role_id: it.role.clone(),
            note: it.note.clone(),
            is_open: it.open,
            creator_id: to.user_if_any(it.creator.as_ref())?,
            created_at: it.created_at,
        };
        codes.extend(Some(code).filter(|code| code.is_known(context.now)));
    }
    Ok(codes)
}

impl Arrival {
    /// Counts the rows, if they are no more than a group may have.
    fn count(&mut self, context: &Context<'_>) -> Result<(), Refusal> {
        let (limits, now, group) = (context.limits, context.now, &mut self.group);
        group.member_count = count(&self.members, |_| true);
        group.admin_count = count(&self.members, |member| member.is_admin);
        group.attribute_count = count(&self.attributes, |_| true);
        group.public_count = count(&self.attributes, |attribute| attribute.is_public);
        group.pending_count = self.doors.iter().map(|door| door.pending(now)).sum();
        group.block_count = count(&self.doors, |door| door.blocked.is_some());
        group.code_count = count(&self.codes, |_| true);
        group.joins = group.member_count;
        group.blocks_end = self
            .doors
            .iter()
            .filter_map(|it| it.blocked.as_ref())
            .any(|it| it.expires_at.is_some());
        // Who reads a door and then the group may have come in between.
        group.entered_at = Some(now).filter(|_| !self.doors.is_empty());
        for (is_too_many, refusal) in [
            (group.member_count > group.settings.max_group_size, Refusal::GroupFull),
            (group.pending_count > limits.pending, Refusal::TooManyPending),
            (group.block_count > limits.blocks, Refusal::TooManyBlocks),
            (group.code_count > limits.codes, Refusal::TooManyCodes),
            (group.attribute_count > attribute::MAX_PER_GROUP, Refusal::TooManyAttributes),
            (group.public_count > attribute::MAX_PUBLIC, Refusal::TooManyPublicAttributes),
        ] {
            if is_too_many {
                return Err(refusal);
            }
        }
        Ok(())
    }
}

fn count<T>(rows: &[T], is_counted: impl Fn(&T) -> bool) -> u32 {
    rows.iter().filter(|row| is_counted(row)).fold(0, |count, _| count + 1)
}
