//! Disable a game, and enable it again; also one that was just deleted.

use jiff::{SignedDuration, Timestamp};

use crate::App;
use crate::domain::game::Game;
use crate::domain::ids::GameId;
use crate::error::{Error, Refusal};
use crate::limits::Limits;
use crate::store::keys::Key;
use crate::store::transaction::Commit;
use crate::store::write::{Milliseconds, PRESENT, Write};

/// For so long a deleted game can be enabled again. It is swept later than that.
pub const REPRIEVE: SignedDuration =
    SignedDuration::from_hours(Limits::TOKEN_LIFETIME.as_hours() - 1);

/// Lets nobody into a game, or everybody again, and tells since when nobody gets in. Tokens that were handed out before stay good
/// until their time is over.
pub async fn set_disabled(
    app: &App,
    game: GameId,
    is_disabled: bool,
) -> Result<Option<Timestamp>, Error> {
    let now = app.now();
    loop {
        let known = app.store.get::<Game>(Key::game(game)).await?.ok_or(Refusal::GameNotFound)?;
        let update = Write::update(Key::game(game)).when(PRESENT);
        let update = match known.deleted_at {
            None => update.when("attribute_not_exists(deleted_at)"),
            Some(deleted_at) if !is_disabled && now.duration_since(deleted_at) < REPRIEVE => {
                update.remove("deleted_at").when_is("deleted_at", Milliseconds(deleted_at))
            }
            Some(_) => return Err(Refusal::GameNotFound.into()),
        };
        let disabled_at = is_disabled.then(|| known.disabled_at.unwrap_or(now));
        let update = match disabled_at {
            Some(time) => update.set("disabled_at", Milliseconds(time)),
            None => update.remove("disabled_at"),
        };
        if app.store.commit(vec![update]).await? == Commit::Done {
            return Ok(disabled_at);
        }
    }
}
