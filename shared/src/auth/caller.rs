//! The caller: a value that only authentication makes, and that every operation needs.

use jiff::Timestamp;

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
    /// How often the tokens of the user had been revoked when this caller was let in, or the game's key replaced when theirs was made.
    revocations: u32,
}

impl Caller {
    /// A user, who acts by their own authority.
    pub(super) fn user_of(game: GameId, user: UserId, revocations: u32) -> Self {
        Self { game, actor: Actor::User(user), revocations }
    }

    /// The game itself.
    pub(super) fn title_of(game: GameId, revocations: u32) -> Self {
        Self { game, actor: Actor::Title(None), revocations }
    }

    /// Whoever runs the deployment, who acts for the game itself. That they may is what IAM has decided.
    pub(crate) fn operator_of(game: GameId) -> Self {
        Self { game, actor: Actor::Title(None), revocations: 0 }
    }

    /// The game, acting for itself or for a user whom it has, if `key` is its secret key.
    ///
    /// # Errors
    /// [`Refusal::ServiceKeyInvalid`].
    pub(crate) fn by_secret_key(
        game: &Game,
        key: &Secret,
        user: Option<UserId>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        // A token by the key before is exchanged for no other, so nobody stays in whose key is over.
        let revocations = key.key_changes_of(game, now).ok_or(Refusal::ServiceKeyInvalid)?;
        Ok(Self { game: game.game_id, actor: Actor::Title(user), revocations })
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

    /// How often the tokens of the user had been revoked when this caller was let in, or the game's key replaced when theirs was made.
    pub fn revocations(&self) -> u32 {
        self.revocations
    }

    /// Refuses a user's token that was revoked since it was handed out, once the user's row was read: so often were their tokens
    /// revoked. To whoever holds it, its time is over.
    ///
    /// # Errors
    /// [`Refusal::TokenExpired`].
    pub fn refuse_revoked(&self, user: UserId, revocations: u32) -> Result<(), Refusal> {
        match self.actor.is_user(user) && self.revocations < revocations {
            true => Err(Refusal::TokenExpired),
            false => Ok(()),
        }
    }

    /// Whether the caller may act as `user`.
    pub fn speaks_for(&self, user: UserId) -> bool {
        self.actor.speaks_for(user)
    }
}
