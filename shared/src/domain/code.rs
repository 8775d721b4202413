//! An invite code: whoever knows it becomes a member at once, as often as it says and as long as it is good.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{CodeId, GroupId, UserId};
use crate::domain::role::RoleId;
use crate::domain::text::{line, lines};
use crate::error::Refusal;
use crate::limits::Limits;

/// How many a code may let in at most, where it says how many.
pub const MAX_USES: u32 = 10_000;

/// The most seconds for which a code is good, where it ends: a year.
pub const MAX_SECONDS: u32 = 365 * 24 * 60 * 60;

lines! {
    /// What admins note about a code: 1 to 200 characters.
    Note(200, line);
}

/// A code as it is stored: all of it but what is told to let people in, of which a hash is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    pub group_id: GroupId,
    /// What admins name it by.
    pub code_id: CodeId,
    /// The hash of what is told.
    pub code_hash: String,
    /// How many it has let in.
    pub uses: u32,
    /// How many it may let in; any number where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u32>,
    /// The second at which it expires; where absent, it does not.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::second::optional"
    )]
    pub valid_until: Option<Timestamp>,
    /// The role that it gives; where absent, the group's member role of that moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_id: Option<RoleId>,
    /// What admins note about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    /// Whether it lets people in, as long as it is good.
    pub is_open: bool,
    /// The admin who created it; nobody where the game itself did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator_id: Option<UserId>,
    /// When it was created.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
}

impl Code {
    /// Refuses whomever it does not let in at that time.
    pub fn refuse_unless_good(&self, now: Timestamp) -> Result<(), Refusal> {
        if !self.is_open {
            return Err(Refusal::CodeClosed);
        }
        if self.valid_until.is_some_and(|end| end <= now) {
            return Err(Refusal::CodeExpired);
        }
        if self.max_uses.is_some_and(|most| self.uses >= most) {
            return Err(Refusal::CodeUsedUp);
        }
        Ok(())
    }

    /// Whether it still is known at that time, be it that it has expired.
    pub fn is_known(&self, now: Timestamp) -> bool {
        self.forgotten_at().is_none_or(|end| end > now)
    }

    /// When it is not even known any more that it has expired.
    pub fn forgotten_at(&self) -> Option<Timestamp> {
        let end = self.valid_until?.saturating_add(Limits::CODE_AFTERLIFE);
        Some(end.unwrap_or(Timestamp::MAX))
    }
}
