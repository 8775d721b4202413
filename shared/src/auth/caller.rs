//! The caller: a value that only authentication makes, and that every operation needs.

use crate::auth::secrets::Secret;
use crate::domain::actor::Actor;
use crate::domain::game::Game;
use crate::domain::ids::{GameId, UserId};
use crate::error::Refusal;

/// Somebody whose identity was proved: by a token, a password or a secret key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    game: GameId,
    actor: Actor,
}

impl Caller {
    /// A user, who acts by their own authority.
    pub(super) fn user_of(game: GameId, user: UserId) -> Self {
        Self { game, actor: Actor::User(user) }
    }

    /// The game itself.
    pub(super) fn title_of(game: GameId) -> Self {
        Self { game, actor: Actor::Title(None) }
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
            true => Ok(Self { game: game.game_id, actor: Actor::Title(user) }),
            false => Err(Refusal::ServiceKeyInvalid),
        }
    }

    /// The game that the caller belongs to; nothing outside of it exists for the caller.
    pub fn game(&self) -> GameId {
        self.game
    }

    /// By whose authority the caller acts.
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// The user who acts, or on whose behalf the game acts; nobody where the game acts for itself.
    pub fn acting_user(&self) -> Option<UserId> {
        self.actor.user()
    }

    /// The user, for what only a user can do.
    ///
    /// # Errors
    /// [`Refusal::UserRequired`].
    pub fn user(&self) -> Result<UserId, Refusal> {
        self.acting_user().ok_or(Refusal::UserRequired)
    }

    /// Whether the caller may act as `user`.
    pub fn speaks_for(&self, user: UserId) -> bool {
        self.actor.speaks_for(user)
    }
}
