//! `{"name"}` makes a game and gives `{"game_id", "name", "game_token", "secret_key"}`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::domain::ids::GameId;
use shared::domain::name::GameName;
use shared::operations::games::create::create_game;
use shared::{App, Error, Refusal};

use crate::http::BoxFuture;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    name: String,
}

#[derive(Serialize)]
struct Response {
    game_id: GameId,
    name: GameName,
    game_token: String,
    secret_key: String,
}

/// Makes a game. Its token and key are told this once.
pub fn handle(app: &App, event: Value) -> BoxFuture<'_, Result<Value, Error>> {
    Box::pin(async move {
        let request: Request = serde_json::from_value(event)
            .map_err(|_| Refusal::invalid("name", "must be given, as a string and alone"))?;
        let name = GameName::try_from(request.name)
            .map_err(|problem| Refusal::invalid("name", problem))?;
        let game = create_game(app, &name).await?;
        let response = Response {
            game_id: game.game_id,
            name,
            game_token: game.game_token.expose().to_owned(),
            secret_key: game.secret_key.expose().to_owned(),
        };
        serde_json::to_value(response).map_err(Error::internal)
    })
}
