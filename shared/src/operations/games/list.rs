//! List games: for operators, since to everybody else there is no game but their own.

use serde::Deserialize;

use crate::App;
use crate::domain::game::Game;
use crate::domain::ids::GameId;
use crate::error::Error;
use crate::store::keys::{self, Key};
use crate::store::range::Range;

/// The most games of a page.
pub const PAGE: usize = 100;

/// An entry of the directory.
#[derive(Deserialize)]
struct Entry {
    directory_sk: String,
}

/// The games whose ids are greater than that one, in the order of their ids; and where the next page begins, if there is one.
///
/// A game that was made a moment ago may be missing.
pub async fn list_games(
    app: &App,
    after: Option<GameId>,
) -> Result<(Vec<Game>, Option<GameId>), Error> {
    let all = keys::GAMES.to_owned();
    let range = match after {
        None => Range::partition(all),
        // What is behind the last one's key, and before the next.
        Some(after) => Range::through(all, format!("{}#", keys::games_sort(after)), ""),
    };
    let range = range.of(keys::DIRECTORY).first(PAGE as i32);
    let entries: Vec<Entry> = app.store.query_keys(range).await?;
    let ids = entries.iter().filter_map(|entry| entry.directory_sk.parse().ok());
    let ids: Vec<GameId> = ids.collect();
    let next = ids.last().copied().filter(|_| ids.len() == PAGE);
    let mut games: Vec<Game> = app.store.get_all(ids.into_iter().map(Key::game).collect()).await?;
    games.sort_by_key(|game| game.game_id);
    Ok((games, next))
}
