//! Replace a game's token or secret key. The one before stays good for a while, so that nothing stops.

use std::num::NonZeroU32;

use jiff::{SignedDuration, Timestamp};

use crate::App;
use crate::auth::secrets::Secret;
use crate::domain::game::{Game, OldSecret};
use crate::domain::ids::GameId;
use crate::domain::time::end_of;
use crate::error::{Error, Refusal};
use crate::store::keys::Key;
use crate::store::transaction::Commit;
use crate::store::write::Write;

/// Which of a game's secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GameSecret {
    /// What ships in the game's client.
    GameToken,
    /// What only the game's servers have.
    SecretKey,
}

/// A new secret, which is told this once.
#[derive(Debug, Clone)]
pub struct Rotated {
    pub secret: Secret,
    /// Until when the one before is as good; it is not any more where there is no time.
    pub old_valid_until: Option<Timestamp>,
}

/// Replaces a secret of a game, of which the one before stays good for so many seconds. One before that is good no more.
pub async fn rotate(
    app: &App,
    game: GameId,
    which: GameSecret,
    old_valid_for: Option<NonZeroU32>,
) -> Result<Rotated, Error> {
    loop {
        let known = app.store.get::<Game>(Key::game(game)).await?;
        let known = known.filter(|game| game.deleted_at.is_none()).ok_or(Refusal::GameNotFound)?;
        let random = app.entropy.secret()?;
        let (hash_name, old_name, old_hash, secret) = match which {
            GameSecret::GameToken => {
                ("game_token_hash", "old_game_token", known.game_token_hash, random)
            }
            GameSecret::SecretKey => {
                let secret = format!("{game}.{random}");
                ("secret_key_hash", "old_secret_key", known.secret_key_hash, secret)
            }
        };
        let secret = Secret::new(secret);
        let lifetime = old_valid_for.map(|it| SignedDuration::from_secs(it.get().into()));
        let old_valid_until = lifetime.map(|lifetime| end_of(app.now(), lifetime));
        let write = Write::update(Key::game(game))
            .set(hash_name, secret.hash())
            .when("attribute_not_exists(deleted_at)")
            .when_is(hash_name, &*old_hash);
        let write = match old_valid_until {
            Some(valid_until) => write.set(old_name, &OldSecret { hash: old_hash, valid_until }),
            None => write.remove(old_name),
        };
        let write = match which {
            GameSecret::GameToken => write,
            GameSecret::SecretKey => write.add("key_changes", 1),
        };
        // Somebody else has replaced it meanwhile: then that one is replaced.
        if app.store.commit(vec![write]).await? == Commit::Done {
            return Ok(Rotated { secret, old_valid_until });
        }
    }
}
