//! Create a game: for operators, who are whoever may invoke the function.

use crate::App;
use crate::auth::secrets::Secret;
use crate::domain::game::Game;
use crate::domain::ids::GameId;
use crate::domain::name::GameName;
use crate::error::Error;
use crate::store::transaction::Commit;
use crate::store::write::{ABSENT, Write};

/// A new game, with the secrets that are told this once and stored only as hashes.
#[derive(Debug, Clone)]
pub struct NewGame {
    pub game_id: GameId,
    /// Ships in the game's client.
    pub game_token: Secret,
    /// For the game's servers only.
    pub secret_key: Secret,
}

/// Creates a game.
pub async fn create_game(app: &App, name: &GameName) -> Result<NewGame, Error> {
    loop {
        let game_id: GameId = app.entropy.id()?;
        let game_token = Secret::new(app.entropy.secret()?);
        let secret_key = Secret::new(format!("{game_id}.{}", app.entropy.secret()?));
        let game = Game::new(game_id, name.clone(), game_token.hash(), secret_key.hash());
        let put = Write::put(game_id, &game)?.when(ABSENT);
        // Another game has that id: draw another one.
        if app.store.commit(vec![put]).await? == Commit::Done {
            return Ok(NewGame { game_id, game_token, secret_key });
        }
    }
}
