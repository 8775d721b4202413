//! Events: what happened in a group, when, by whom and to whom. Each commit in a group is one event of its history.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumString, IntoStaticStr};

use crate::domain::attribute::AttributeKey;
use crate::domain::ids::{CodeId, GroupId, UserId};
use crate::domain::role::{RoleId, RoleName};
use crate::domain::text::{line, lines};

lines! {
    /// Why somebody did something, in their own words: 1 to 500 characters.
    Reason(500, line);
}

/// Declares the types of events: each with the name under which it is stored, shown and asked for.
macro_rules! event_types {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// What can happen in a group.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, EnumIter,
            EnumString, IntoStaticStr,
        )]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum EventType {$(
            $(#[$doc])*
            #[serde(rename = $text)]
            #[strum(serialize = $text)]
            $name,
        )*}
    };
}

event_types! {
    /// Somebody created the group, and is its first member.
    GroupCreated = "group.created";
    /// Its name or settings changed.
    GroupUpdated = "group.updated";
    /// It was deleted.
    GroupDeleted = "group.deleted";
    /// Its last member left, and so it is no more.
    GroupDissolved = "group.dissolved";
    /// Somebody applied.
    ApplicationCreated = "application.created";
    /// An application was accepted, of somebody who was a member by then.
    ApplicationAccepted = "application.accepted";
    /// An application was declined.
    ApplicationDeclined = "application.declined";
    /// Somebody took their application back.
    ApplicationCancelled = "application.cancelled";
    /// Somebody was invited.
    InvitationCreated = "invitation.created";
    /// An invitation was accepted, by somebody who was a member by then.
    InvitationAccepted = "invitation.accepted";
    /// An invitation was declined.
    InvitationDeclined = "invitation.declined";
    /// An invitation was taken back.
    InvitationCancelled = "invitation.cancelled";
    /// Somebody became a member; `how` tells in which way.
    MemberJoined = "member.joined";
    /// Somebody left.
    MemberLeft = "member.left";
    /// Somebody was removed.
    MemberRemoved = "member.removed";
    /// Roles were given to members, or taken from them.
    MemberRolesChanged = "member.roles_changed";
    /// Somebody was blocked who is no member.
    BlockCreated = "block.created";
    /// Somebody's block was lifted.
    BlockLifted = "block.lifted";
    /// A role was created.
    RoleCreated = "role.created";
    /// A role was renamed.
    RoleUpdated = "role.updated";
    /// A role was deleted.
    RoleDeleted = "role.deleted";
    /// Attributes were created or changed.
    AttributeSet = "attribute.set";
    /// An attribute was deleted.
    AttributeDeleted = "attribute.deleted";
    /// A code was created.
    CodeCreated = "code.created";
    /// A code was opened, closed or deleted.
    CodeChanged = "code.changed";
}

impl EventType {
    /// Its name.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether every member sees such events. The others are for admins and the game itself.
    pub const fn is_for_members(self) -> bool {
        match self {
            Self::GroupCreated
            | Self::GroupUpdated
            | Self::GroupDeleted
            | Self::GroupDissolved
            | Self::MemberJoined
            | Self::MemberLeft
            | Self::MemberRemoved
            | Self::MemberRolesChanged
            | Self::RoleCreated
            | Self::RoleUpdated
            | Self::RoleDeleted
            | Self::AttributeSet
            | Self::AttributeDeleted => true,
            Self::ApplicationCreated
            | Self::ApplicationAccepted
            | Self::ApplicationDeclined
            | Self::ApplicationCancelled
            | Self::InvitationCreated
            | Self::InvitationAccepted
            | Self::InvitationDeclined
            | Self::InvitationCancelled
            | Self::BlockCreated
            | Self::BlockLifted
            | Self::CodeCreated
            | Self::CodeChanged => false,
        }
    }
}

/// How somebody became a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Joined {
    /// By creating the group.
    Created,
    /// By asking, since the group is open.
    Open,
    /// By an application that was accepted.
    Application,
    /// By an invitation that was accepted.
    Invitation,
    /// By a code.
    Code,
    /// By the game itself, without being asked.
    Added,
}

/// Something that happened in a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Event {
    /// What happened.
    #[serde(rename = "type")]
    pub event_type: EventType,
    /// When.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
    /// Who did it; nobody where the game itself did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<UserId>,
    /// To whom it happened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub user_ids: Vec<UserId>,
    /// What else there is to tell.
    #[serde(default, skip_serializing_if = "EventData::is_empty")]
    pub data: EventData,
}

/// What an event tells besides who, when and to whom; what is absent has no part in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EventData {
    /// How somebody became a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how: Option<Joined>,
    /// The reason that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The role that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_id: Option<RoleId>,
    /// The role that was taken from them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_role_id: Option<RoleId>,
    /// Those of them who held no other role, and so are out of the group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_ids: Vec<UserId>,
    /// The roles that it is about, where there may be several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub role_ids: Vec<RoleId>,
    /// What the role is called since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_name: Option<RoleName>,
    /// The keys of the attributes that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<AttributeKey>,
    /// The names of the settings that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
    /// Who is admin in the place of the last one, who left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor_id: Option<UserId>,
    /// Whether who was removed is blocked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub block: bool,
    /// The code that it is about, or by which somebody became a member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_id: Option<CodeId>,
    /// Whether the code lets people in since; absent where it was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<bool>,
}

impl EventData {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Event {
    /// What happened, when, by whom and to whom. The game itself is nobody.
    pub fn new(
        event_type: EventType,
        at: Timestamp,
        actor: Option<UserId>,
        users: impl IntoIterator<Item = UserId>,
    ) -> Self {
        let user_ids = users.into_iter().collect();
        Self { event_type, at, actor_id: actor, user_ids, data: EventData::default() }
    }

    /// The same, with how they became members.
    pub fn how(mut self, how: Joined) -> Self {
        self.data.how = Some(how);
        self
    }

    /// The same, with the reason, if one was given.
    pub fn reason(mut self, reason: Option<Reason>) -> Self {
        self.data.reason = reason;
        self
    }

    /// The same, about a role.
    pub fn role(mut self, role: RoleId) -> Self {
        self.data.role_id = Some(role);
        self
    }

    /// The same, of a role that was taken, which left some of them none.
    pub fn from_role(mut self, role: RoleId, left: impl IntoIterator<Item = UserId>) -> Self {
        (self.data.from_role_id, self.data.left_ids) = (Some(role), left.into_iter().collect());
        self
    }

    /// The same, about some roles.
    pub fn roles(mut self, roles: impl IntoIterator<Item = RoleId>) -> Self {
        self.data.role_ids = roles.into_iter().collect();
        self
    }

    /// The same, with what the role is called since.
    pub fn role_name(mut self, name: RoleName) -> Self {
        self.data.role_name = Some(name);
        self
    }

    /// The same, about some attributes.
    pub fn keys(mut self, keys: impl IntoIterator<Item = AttributeKey>) -> Self {
        self.data.keys = keys.into_iter().collect();
        self
    }

    /// The same, with the names of the settings that changed.
    pub fn changes<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.data.changes = names.into_iter().map(str::to_owned).collect();
        self
    }

    /// The same, with who is admin in the place of the last one.
    pub fn successor(mut self, successor: Option<UserId>) -> Self {
        self.data.successor_id = successor;
        self
    }

    /// The same, of a removal that also blocks.
    pub fn with_block(mut self) -> Self {
        self.data.block = true;
        self
    }

    /// The same, about a code, which is open or closed since, or gone.
    pub fn code(mut self, code: CodeId, open: Option<bool>) -> Self {
        (self.data.code_id, self.data.open) = (Some(code), open);
        self
    }

    /// Whether `user` did it, or it happened to them.
    pub fn concerns(&self, user: UserId) -> bool {
        self.actor_id == Some(user) || self.user_ids.contains(&user)
    }
}

/// An event in its place in a group's history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupEvent {
    pub group_id: GroupId,
    /// Its place: the first has 1, and none is left out.
    pub seq: u32,
    /// What happened.
    pub event: Event,
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use strum::IntoEnumIterator;

    use super::*;

    fn user(id: i64) -> UserId {
        id.try_into().unwrap()
    }

    #[test]
    fn a_type_is_stored_shown_and_asked_for_by_one_name() {
        for event_type in EventType::iter() {
            assert_eq!(json!(event_type), event_type.name());
            assert_eq!(event_type.name().parse(), Ok(event_type));
        }
        assert!("group.nonsense".parse::<EventType>().is_err());
    }

    #[test]
    fn members_see_what_concerns_groups_members_roles_and_attributes() {
        for event_type in EventType::iter() {
            let noun = event_type.name().split('.').next().unwrap();
            let is_for_members = ["group", "member", "role", "attribute"].contains(&noun);
            assert_eq!(event_type.is_for_members(), is_for_members, "{}", event_type.name());
        }
    }

    #[test]
    fn what_is_absent_is_not_stored_and_what_is_stored_comes_back() {
        let at = Timestamp::from_millisecond(1_767_323_045_678).unwrap();
        let plain = Event::new(EventType::GroupDeleted, at, None, []);
        assert_eq!(json!(plain), json!({ "type": "group.deleted", "at": 1_767_323_045_678_i64 }));
        let full = Event::new(EventType::MemberRemoved, at, Some(user(1)), [user(2), user(3)])
            .how(Joined::Open)
            .reason(Some("was rude".to_owned().try_into().unwrap()))
            .role(RoleId::members())
            .from_role(RoleId::admins(), [user(3)])
            .roles([RoleId::admins()])
            .role_name(RoleName::members())
            .keys(["motto".to_owned().try_into().unwrap()])
            .changes(["searchable"])
            .successor(Some(user(4)))
            .with_block()
            .code(5.try_into().unwrap(), Some(true));
        let data = json!({
            "how": "open", "reason": "was rude", "role_id": "members",
            "from_role_id": "admins", "left_ids": [3], "role_ids": ["admins"],
            "role_name": "Members", "keys": ["motto"], "changes": ["searchable"],
            "successor_id": 4, "block": true, "code_id": 5, "open": true,
        });
        assert_eq!(json!(full)["data"], data);
        for event in [plain, full] {
            assert_eq!(serde_json::from_value::<Event>(json!(event)).unwrap(), event);
        }
    }

    #[test]
    fn an_event_concerns_who_did_it_and_to_whom_it_happened() {
        let at = Timestamp::UNIX_EPOCH;
        let event = Event::new(EventType::MemberRemoved, at, Some(user(1)), [user(2), user(3)]);
        let concerned = (1..=4).filter(|id| event.concerns(user(*id)));
        assert_eq!(concerned.collect::<Vec<_>>(), [1, 2, 3]);
        assert!(!Event::new(EventType::GroupDeleted, at, None, []).concerns(user(1)));
    }
}
