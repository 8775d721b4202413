//! The caller: a value that only authentication makes, and that every operation needs.

use crate::auth::secrets::Secret;
use crate::domain::game::Game;
use crate::domain::ids::{GameId, UserId};
use crate::error::Refusal;

/// Somebody whose identity was proved: by a token, a password or a secret key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    game: GameId,
    user: Option<UserId>,
    authority: Authority,
}

/// By whose authority a caller acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Authority {
    /// The user's own: the permission matrix applies.
    User,
    /// The game's, proved by its secret key: roles are not asked for.
    Title,
}

impl Caller {
    /// A user, who acts by their own authority.
    pub(super) fn user_of(game: GameId, user: UserId) -> Self {
        Self { game, user: Some(user), authority: Authority::User }
    }

    /// The game itself.
    pub(super) fn title_of(game: GameId) -> Self {
        Self { game, user: None, authority: Authority::Title }
    }

    /// The game, acting for itself or for a user whom it has, if `key` is its secret key.
    ///
    /// # Errors
    /// [`Refusal::ServiceKeyInvalid`].
    pub(crate) fn by_secret_key(
        game: &Game,
        key: &Secret,
        user: Option<UserId>,
    ) -> Result<Self, Refusal> {
        match key.matches(&game.secret_key_hash) {
            true => Ok(Self { user, ..Self::title_of(game.game_id) }),
            false => Err(Refusal::ServiceKeyInvalid),
        }
    }

    /// The game that the caller belongs to; nothing outside of it exists for the caller.
    pub fn game(&self) -> GameId {
        self.game
    }

    /// The user who acts, or on whose behalf the game acts; nobody where the game acts for itself.
    pub fn acting_user(&self) -> Option<UserId> {
        self.user
    }

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
