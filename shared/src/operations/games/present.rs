//! Whether there is a game: an operator names it by its id alone, and nothing may be written for one that is not there.

use crate::App;
use crate::domain::game::Game;
use crate::domain::ids::GameId;
use crate::error::{Error, Refusal};
use crate::store::keys::Key;

/// Refuses a game that is not there, or is deleted; one that is disabled is there.
pub async fn insist_on_game(app: &App, game: GameId) -> Result<(), Error> {
    let game = app.store.get::<Game>(Key::game(game)).await?;
    let is_there = game.is_some_and(|game| game.deleted_at.is_none());
    is_there.then_some(()).ok_or(Refusal::GameNotFound.into())
}
