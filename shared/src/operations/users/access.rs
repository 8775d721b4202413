//! Whether a user is let in: ban them, give them another password, and revoke their tokens. For operators.
//!
//! Each of these revokes all tokens that were handed out before.

use crate::App;
use crate::auth::passwords::Password;
use crate::domain::event::Reason;
use crate::domain::ids::{GameId, UserId};
use crate::error::{Error, Refusal};
use crate::store::keys::Key;
use crate::store::transaction::Commit;
use crate::store::write::{Milliseconds, NOT_ERASED, PRESENT, Write};

/// Lets a user in no more, and may say why.
pub async fn ban(
    app: &App,
    game: GameId,
    user: UserId,
    reason: Option<&Reason>,
) -> Result<(), Error> {
    let write = revocation(game, user).set("banned_at", Milliseconds(app.now()));
    let write = match reason {
        Some(reason) => write.set("ban_reason", reason.as_str()),
        None => write.remove("ban_reason"),
    };
    commit(app, write).await
}

/// Lets a banned user in again.
pub async fn unban(app: &App, game: GameId, user: UserId) -> Result<(), Error> {
    commit(app, known(game, user).remove("banned_at").remove("ban_reason")).await
}

/// Gives a user another password.
pub async fn set_password(
    app: &App,
    game: GameId,
    user: UserId,
    password: &Password,
) -> Result<(), Error> {
    let hash = app.passwords.hash(password, app.entropy.bytes()?)?;
    commit(app, revocation(game, user).set("password_hash", hash)).await
}

/// Makes all tokens void that were handed out to a user.
pub async fn revoke_tokens(app: &App, game: GameId, user: UserId) -> Result<(), Error> {
    commit(app, revocation(game, user)).await
}

fn revocation(game: GameId, user: UserId) -> Write {
    known(game, user).add("revocations", 1)
}

/// A change to a user who is there, and was not erased.
fn known(game: GameId, user: UserId) -> Write {
    Write::update(Key::user(game, user)).when(PRESENT).when(NOT_ERASED)
}

async fn commit(app: &App, write: Write) -> Result<(), Error> {
    match app.store.commit(vec![write]).await? {
        Commit::Done => Ok(()),
        Commit::Changed | Commit::ChangedInDoubt => Err(Refusal::UserNotFound.into()),
    }
}
