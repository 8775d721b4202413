//! The caller: a value that only authentication makes, and that every operation needs.

use crate::domain::ids::{GameId, UserId};
use crate::error::Refusal;

/// Somebody whose identity was proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The game that the caller belongs to; nothing outside of it exists for the caller.
    pub game: GameId,
    /// The user who acts, or on whose behalf the game acts; nobody where the game acts for itself.
    pub user: Option<UserId>,
    /// By whose authority.
    pub authority: Authority,
}

/// By whose authority a caller acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// The user's own: the permission matrix applies.
    User,
    /// The game's, proved by its secret key: roles are not asked for.
    Title,
}

impl Caller {
    /// Whether roles are not asked for.
    pub fn is_title(&self) -> bool {
        self.authority == Authority::Title
    }

    /// The user, for what only a user can do.
    ///
    /// # Errors
    /// [`Refusal::UserRequired`].
    pub fn user(&self) -> Result<UserId, Refusal> {
        self.user.ok_or(Refusal::UserRequired)
    }

    /// Whether the caller may act as `user`.
    pub fn speaks_for(&self, user: UserId) -> bool {
        self.is_title() || self.user == Some(user)
    }
}
