//! Delete a game: it is marked and disabled at once, and a day later all of its rows are removed, so many at a time.
//!
//! Until then tokens that were handed out before are good, so somebody may still write; and until nearly then it can be enabled again.

use jiff::Timestamp;
use serde::Deserialize;

use crate::App;
use crate::domain::game::Game;
use crate::domain::ids::GameId;
use crate::domain::name::GameName;
use crate::domain::time::end_of;
use crate::error::{Error, Refusal};
use crate::limits::Limits;
use crate::store::keys::{self, Key};
use crate::store::rows::View;
use crate::store::write::{Milliseconds, PRESENT, Write};

/// How many items one call looks through at a time, and how often. A megabyte is as much as DynamoDB looks at in one go.
const ITEMS: i32 = 1000;
const PAGES: usize = 50;
/// The rows of which a call removes no more once it has removed so many.
pub const ENOUGH: usize = 1000;

/// How far the deletion of a game has come.
#[derive(Debug, Clone, Copy)]
pub struct Deletion {
    pub deleted_at: Timestamp,
    /// From when on its rows are removed.
    pub swept_from: Timestamp,
    /// How many rows this call has removed.
    pub removed: usize,
    /// Whether nothing of the game is left.
    pub is_done: bool,
}

/// What is read of a game that is to be deleted.
#[derive(Deserialize)]
struct Marked {
    game_name: GameName,
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    deleted_at: Option<Timestamp>,
    /// Up to where the table was looked through.
    #[serde(default)]
    swept_pk: Option<String>,
    #[serde(default)]
    swept_sk: Option<String>,
}

impl View for Marked {
    const KIND: &'static str = Game::KIND;
}

/// Marks a game deleted, whose name that is; and of one whose time has come, removes rows. To be called until it is done.
pub async fn delete_game(app: &App, game: GameId, name: &GameName) -> Result<Deletion, Error> {
    let now = app.now();
    loop {
        let known = app.store.get::<Marked>(Key::game(game)).await?.ok_or(Refusal::GameNotFound)?;
        if known.game_name != *name {
            return Err(Refusal::invalid("name", "must be the game's").into());
        }
        if let Some(deleted_at) = known.deleted_at {
            let swept_from = end_of(deleted_at, Limits::TOKEN_LIFETIME);
            let waiting = Deletion { deleted_at, swept_from, removed: 0, is_done: false };
            return match now < swept_from {
                true => Ok(waiting),
                false => sweep(app, game, known, waiting).await,
            };
        }
        let mark = Write::update(Key::game(game))
            .set("disabled_at", Milliseconds(now))
            .set("deleted_at", Milliseconds(now))
            .when(PRESENT)
            .when("attribute_not_exists(deleted_at)");
        app.store.commit_unless_changed(vec![mark]).await?;
    }
}

/// Removes rows, and remembers how far it has come. What is cut short is done again from where the last call ended.
async fn sweep(
    app: &App,
    game: GameId,
    known: Marked,
    deletion: Deletion,
) -> Result<Deletion, Error> {
    let everything = keys::game_prefix(game);
    let position = known.swept_pk.zip(known.swept_sk);
    let mut position = position.map(|(pk, sk)| Key { pk, sk });
    let mut removed = 0;
    for _ in 0..PAGES {
        let scanned = app.store.scan(&everything, position.take(), ITEMS).await?;
        removed += scanned.keys.len();
        app.store.delete_all(scanned.keys).await?;
        position = scanned.next;
        if position.is_none() || removed >= ENOUGH {
            break;
        }
    }
    let is_done = position.is_none();
    let write = match position {
        // Its own row goes last: until then its id cannot be drawn again.
        None => Write::delete(Key::game(game)),
        Some(Key { pk, sk }) => {
            Write::update(Key::game(game)).set("swept_pk", pk).set("swept_sk", sk)
        }
    };
    // Where it is not marked any more, another call was faster.
    app.store.commit_unless_changed(vec![write.when("attribute_exists(deleted_at)")]).await?;
    Ok(Deletion { removed, is_done, ..deletion })
}
