//! A door: everything between a group and a user who is not in it, and the block that may outlast a membership.
//!
//! It is one row, so an application and an invitation cannot pass each other, and nobody who is blocked slips in.
//! A part whose time is over does not exist, whatever still lies in the row.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::event::Reason;
use crate::domain::ids::{ConnectionId, GroupId, UserId};
use crate::domain::membership::{Application, Block, ConnectionKind, Invitation};
use crate::domain::role::RoleId;
use crate::domain::words::CoverNote;

/// What is between one group and one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    pub group_id: GroupId,
    pub user_id: UserId,
    /// The user's application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<Applied>,
    /// The group's invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invited: Option<Invited>,
    /// The block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<Blocked>,
    /// The wait before the user may ask again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Waits>,
}

/// An application in a door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// GameFuse's id for it. It is unknown only where an application is assumed that nobody has read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<ConnectionId>,
    /// The second at which it is over.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
    /// What the user writes to the admins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<CoverNote>,
}

/// An invitation in a door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// GameFuse's id for it. It is unknown only where an invitation is assumed that nobody has read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<ConnectionId>,
    /// The second at which it is over.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
    /// The admin who invited; nobody where the game itself did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inviter_id: Option<UserId>,
    /// The role that accepting gives; where absent, the group's member role of that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_id: Option<RoleId>,
}

/// A block in a door: the user may neither apply nor be invited nor join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// Since when.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub blocked_at: Timestamp,
    /// The admin who said so last; nobody where the game itself did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<UserId>,
    /// Why, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The second at which it is over; absent where only an admin ends it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::second::optional"
    )]
    pub expires_at: Option<Timestamp>,
}

/// A wait in a door: the user may neither apply nor join by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// The second at which it is over.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl Door {
    /// A door with nothing in it, as where there is no row.
    pub fn empty(group: GroupId, user: UserId) -> Self {
        Self {
            group_id: group,
            user_id: user,
            applied: None,
            invited: None,
            blocked: None,
            waits: None,
        }
    }

    /// Whether there is nothing in it at all, and so no row.
    pub fn is_empty(&self) -> bool {
        *self == Self::empty(self.group_id, self.user_id)
    }

    /// Whether something in it awaits an answer, or did and has expired.
    pub fn has_pending(&self) -> bool {
        self.applied.is_some() || self.invited.is_some()
    }

    /// The application that is pending at that time.
    pub fn application(&self, now: Timestamp) -> Option<&Applied> {
        self.applied.as_ref().filter(|applied| applied.expires_at > now)
    }

    /// The invitation that is pending at that time.
    pub fn invitation(&self, now: Timestamp) -> Option<&Invited> {
        self.invited.as_ref().filter(|invited| invited.expires_at > now)
    }

    /// The block that holds at that time.
    pub fn block(&self, now: Timestamp) -> Option<&Blocked> {
        let holds = |blocked: &&Blocked| blocked.expires_at.is_none_or(|end| end > now);
        self.blocked.as_ref().filter(holds)
    }

    /// Until when the user has to wait at that time.
    pub fn wait(&self, now: Timestamp) -> Option<Timestamp> {
        self.waits.map(|waits| waits.expires_at).filter(|end| *end > now)
    }

    /// How much of it awaits an answer at that time.
    pub fn pending(&self, now: Timestamp) -> u32 {
        u32::from(self.application(now).is_some()) + u32::from(self.invitation(now).is_some())
    }

    /// The id of what is pending of that kind.
    pub fn connection(&self, kind: ConnectionKind, now: Timestamp) -> Option<ConnectionId> {
        match kind {
            ConnectionKind::Application => self.application(now)?.connection_id,
            ConnectionKind::Invitation => self.invitation(now)?.connection_id,
        }
    }

    /// Whether something of that kind is pending.
    pub fn is_pending(&self, kind: ConnectionKind, now: Timestamp) -> bool {
        match kind {
            ConnectionKind::Application => self.application(now).is_some(),
            ConnectionKind::Invitation => self.invitation(now).is_some(),
        }
    }

    /// The door without what is pending, or was, of that kind.
    pub fn without(self, kind: ConnectionKind) -> Self {
        match kind {
            ConnectionKind::Application => Self { applied: None, ..self },
            ConnectionKind::Invitation => Self { invited: None, ..self },
        }
    }

    /// When all of it is over, if it ever is.
    pub fn expires_at(&self) -> Option<Timestamp> {
        let blocked = self.blocked.as_ref().map(|blocked| blocked.expires_at);
        if blocked == Some(None) {
            return None;
        }
        let ends = [
            self.applied.as_ref().map(|applied| applied.expires_at),
            self.invited.as_ref().map(|invited| invited.expires_at),
            self.waits.map(|waits| waits.expires_at),
            blocked.flatten(),
        ];
        ends.into_iter().max().flatten()
    }

    /// The pending application, as lists show it.
    pub fn to_application(&self, now: Timestamp) -> Option<Application> {
        let applied = self.application(now)?;
        Some(Application {
            group_id: self.group_id,
            user_id: self.user_id,
            connection_id: applied.connection_id?,
            expires_at: applied.expires_at,
            message: applied.message.clone(),
        })
    }

    /// The pending invitation, as lists show it.
    pub fn to_invitation(&self, now: Timestamp) -> Option<Invitation> {
        let invited = self.invitation(now)?;
        Some(Invitation {
            group_id: self.group_id,
            user_id: self.user_id,
            inviter_id: invited.inviter_id,
            role_id: invited.role_id.clone(),
            connection_id: invited.connection_id?,
            expires_at: invited.expires_at,
        })
    }

    /// The block that holds, as lists show it.
    pub fn to_block(&self, now: Timestamp) -> Option<Block> {
        let Blocked { blocked_at, blocked_by, reason, expires_at } = self.block(now)?.clone();
        let Self { group_id, user_id, .. } = *self;
        Some(Block { group_id, user_id, blocked_at, blocked_by, reason, expires_at })
    }
}
