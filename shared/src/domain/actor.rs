//! By whose authority something is done.

use crate::domain::ids::UserId;

/// Whoever does something in a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A user, by their own authority: the permission matrix applies.
    User(UserId),
    /// The game itself, which may do everything in it; perhaps in the name of one of its users.
    Title(Option<UserId>),
}

impl Actor {
    /// The user who acts, or in whose name the game acts; nobody where the game acts for itself.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::Title(user) => user,
        }
    }

    /// Whether it is the game itself.
    pub fn is_title(self) -> bool {
        matches!(self, Self::Title(_))
    }

    /// Whether it is that user, by their own authority.
    pub fn is_user(self, user: UserId) -> bool {
        self == Self::User(user)
    }

    /// Whether the actor may act as `user`.
    pub fn speaks_for(self, user: UserId) -> bool {
        self.is_title() || self.user() == Some(user)
    }
}
