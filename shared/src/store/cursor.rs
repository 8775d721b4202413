//! Cursors: where a list goes on. Signed, and bound to the query that they belong to.

use serde::{Deserialize, Serialize};

use crate::auth::keys::{Keys, Purpose};
use crate::domain::ids::GameId;
use crate::error::{Error, Refusal};

#[derive(Serialize, Deserialize)]
struct Position {
    #[serde(rename = "g")]
    game: GameId,
    #[serde(rename = "q")]
    query: String,
    #[serde(rename = "a")]
    after: String,
}

/// A cursor that stands behind the sort key `after` in the game's list for `query`.
pub fn issue(keys: &Keys, game: GameId, query: &str, after: &str) -> Result<String, Error> {
    let position = Position { game, query: query.to_owned(), after: after.to_owned() };
    keys.sign(Purpose::Cursor, &position)
}

/// The sort key behind which the list goes on.
pub fn after(keys: &Keys, game: GameId, query: &str, cursor: &str) -> Result<String, Refusal> {
    keys.verify::<Position>(Purpose::Cursor, cursor)
        .filter(|position| position.game == game && position.query == query)
        .map(|position| position.after)
        .ok_or(Refusal::CursorInvalid)
}
