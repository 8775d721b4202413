//! How a user and a group can be connected: as a member, by an application, an invitation or a block.
//!
//! Of these a member is a row of its own; the others are parts of a door (`domain::door`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::event::Reason;
use crate::domain::group::Group;
use crate::domain::ids::{ConnectionId, GroupId, UserId};
use crate::domain::role::{RoleId, Roles};
use crate::domain::words::CoverNote;

/// A user in a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Member {
    pub group_id: GroupId,
    pub user_id: UserId,
    /// The roles that the member holds. `roles` is one of DynamoDB's reserved words.
    #[serde(rename = "role_ids", with = "serde_dynamo::string_set")]
    pub roles: Roles,
    /// Whether the group's admin role is among them; kept beside them, so that one condition on one row tells.
    pub is_admin: bool,
    /// Since when.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub joined_at: Timestamp,
}

impl Member {
    /// A member of a group who holds one role.
    pub fn new(group: &Group, user: UserId, role: RoleId, joined_at: Timestamp) -> Self {
        Self {
            group_id: group.group_id,
            user_id: user,
            is_admin: role == group.admin_role,
            roles: Roles::from([role]),
            joined_at,
        }
    }

    /// Orders members by how long they have been in the group, the longest first.
    pub fn seniority(&self) -> (Timestamp, UserId) {
        (self.joined_at, self.user_id)
    }
}

/// What a group in full shows of a member: all but the roles.
#[derive(Debug, Clone, Deserialize)]
pub struct MemberSummary {
    /// See [`Member::user_id`].
    pub user_id: UserId,
    /// See [`Member::is_admin`].
    pub is_admin: bool,
    /// See [`Member::joined_at`].
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub joined_at: Timestamp,
}

impl MemberSummary {
    /// See [`Member::seniority`].
    pub fn seniority(&self) -> (Timestamp, UserId) {
        (self.joined_at, self.user_id)
    }
}

/// In which group a user is.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Membership {
    pub group_id: GroupId,
}

/// A user's request to join, which an admin accepts or declines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Application {
    pub group_id: GroupId,
    /// The user who asks.
    pub user_id: UserId,
    /// GameFuse's id for it.
    pub connection_id: ConnectionId,
    /// The second at which it is gone.
    pub expires_at: Timestamp,
    /// What the user writes to the admins.
    pub message: Option<CoverNote>,
}

/// An admin's invitation, which the invited user accepts or declines.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Invitation {
    pub group_id: GroupId,
    /// The invited user.
    pub user_id: UserId,
    /// The admin who invited; nobody where the game itself did.
    pub inviter_id: Option<UserId>,
    /// The role that accepting gives; where absent, the group's member role of that moment.
    pub role_id: Option<RoleId>,
    /// GameFuse's id for it.
    pub connection_id: ConnectionId,
    /// The second at which it is gone.
    pub expires_at: Timestamp,
}

/// A user who may neither apply nor be invited nor join.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    pub group_id: GroupId,
    /// The blocked user.
    pub user_id: UserId,
    /// Since when.
    pub blocked_at: Timestamp,
    /// The admin who said so last; nobody where the game itself did.
    pub blocked_by: Option<UserId>,
    /// Why, if that was said.
    pub reason: Option<Reason>,
    /// The second at which it is over; absent where only an admin ends it.
    pub expires_at: Option<Timestamp>,
}

/// How a connection came about, and so whose answer it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionKind {
    /// A request to join, also one that was granted at once.
    Application,
    /// An invitation.
    Invitation,
}

/// What a connection id stands for. It outlives the row that it points to, so that a late answer is understood.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Connection {
    pub connection_id: ConnectionId,
    pub group_id: GroupId,
    /// The user who asked or was invited.
    pub user_id: UserId,
    /// Which of the two.
    pub connection_kind: ConnectionKind,
    /// The role that accepting it gives, where it is not the group's member role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_id: Option<RoleId>,
    /// The second at which it expires, if nobody answers.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub pending_until: Timestamp,
    /// The second from which it is not known any more; DynamoDB deletes the row some time after.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl Connection {
    /// Whether it still is known, although it may not be pending any more.
    pub fn is_known(&self, now: Timestamp) -> bool {
        self.expires_at > now
    }

    /// Whether it had not expired at that time, in the whole seconds in which things expire.
    pub fn is_pending_at(&self, time: Timestamp) -> bool {
        time.as_second() < self.pending_until.as_second()
    }
}
