//! Orders about games: make, list, disable and delete them, and replace their secrets.

use std::num::NonZeroU32;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::domain::game::Game;
use shared::domain::ids::GameId;
use shared::domain::name::GameName;
use shared::operations::games::create::create_game;
use shared::operations::games::delete::delete_game;
use shared::operations::games::disable::set_disabled;
use shared::operations::games::list::list_games;
use shared::operations::games::rotate::{GameSecret, rotate};
use shared::{App, Error, Refusal};

use super::order::Order;

/// Makes a game. Its token and key are told this once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateGame {
    name: GameName,
}

#[derive(Serialize)]
pub struct CreateGameAnswer {
    game_id: GameId,
    name: GameName,
    game_token: String,
    secret_key: String,
}

impl Order for CreateGame {
    type Answer = CreateGameAnswer;

    async fn carry_out(self, app: &App) -> Result<CreateGameAnswer, Error> {
        let game = create_game(app, &self.name).await?;
        Ok(CreateGameAnswer {
            game_id: game.game_id,
            name: self.name,
            game_token: game.game_token.expose().to_owned(),
            secret_key: game.secret_key.expose().to_owned(),
        })
    }
}

/// Lists games by their ids, a hundred at a time.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListGames {
    /// The `next` of the page before.
    after: Option<GameId>,
}

#[derive(Serialize)]
pub struct ListGamesAnswer {
    games: Vec<GameObject>,
    /// Where the next page begins; null where this is the last one.
    next: Option<GameId>,
}

#[derive(Serialize)]
struct GameObject {
    game_id: GameId,
    name: GameName,
    disabled_at: Option<Timestamp>,
    deleted_at: Option<Timestamp>,
    /// Until when the token before is good, and the key before.
    old_game_token_until: Option<Timestamp>,
    old_secret_key_until: Option<Timestamp>,
}

impl From<Game> for GameObject {
    fn from(game: Game) -> Self {
        Self {
            game_id: game.game_id,
            name: game.game_name,
            disabled_at: game.disabled_at,
            deleted_at: game.deleted_at,
            old_game_token_until: game.old_game_token.map(|old| old.valid_until),
            old_secret_key_until: game.old_secret_key.map(|old| old.valid_until),
        }
    }
}

impl Order for ListGames {
    type Answer = ListGamesAnswer;

    async fn carry_out(self, app: &App) -> Result<ListGamesAnswer, Error> {
        let (games, next) = list_games(app, self.after).await?;
        Ok(ListGamesAnswer { games: games.into_iter().map(GameObject::from).collect(), next })
    }
}

/// Replaces a game's token or secret key. The new one is told this once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateGameKeys {
    game_id: GameId,
    key: Key,
    /// For how many seconds the one before stays good; a day, where it is absent.
    old_valid_for: Option<u32>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Key {
    GameToken,
    SecretKey,
}

const A_DAY: u32 = 24 * 60 * 60;
const A_YEAR: u32 = 365 * A_DAY;

#[derive(Serialize)]
pub struct RotateGameKeysAnswer {
    game_id: GameId,
    #[serde(skip_serializing_if = "Option::is_none")]
    game_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_key: Option<String>,
    /// Null where the one before is not good any more.
    old_valid_until: Option<Timestamp>,
}

impl Order for RotateGameKeys {
    type Answer = RotateGameKeysAnswer;

    async fn carry_out(self, app: &App) -> Result<RotateGameKeysAnswer, Error> {
        let seconds = self.old_valid_for.unwrap_or(A_DAY);
        if seconds > A_YEAR {
            let problem = format!("must be a number of seconds from 0 to {A_YEAR}");
            return Err(Refusal::invalid("old_valid_for", problem).into());
        }
        let which = match self.key {
            Key::GameToken => GameSecret::GameToken,
            Key::SecretKey => GameSecret::SecretKey,
        };
        let rotated = rotate(app, self.game_id, which, NonZeroU32::new(seconds)).await?;
        let secret = Some(rotated.secret.expose().to_owned());
        let (game_token, secret_key) = match self.key {
            Key::GameToken => (secret, None),
            Key::SecretKey => (None, secret),
        };
        let old_valid_until = rotated.old_valid_until;
        Ok(RotateGameKeysAnswer { game_id: self.game_id, game_token, secret_key, old_valid_until })
    }
}

/// Lets nobody into a game, or everybody again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisableGame {
    game_id: GameId,
    disabled: bool,
}

#[derive(Serialize)]
pub struct DisableGameAnswer {
    game_id: GameId,
    /// Null where it is not disabled.
    disabled_at: Option<Timestamp>,
}

impl Order for DisableGame {
    type Answer = DisableGameAnswer;

    async fn carry_out(self, app: &App) -> Result<DisableGameAnswer, Error> {
        let disabled_at = set_disabled(app, self.game_id, self.disabled).await?;
        Ok(DisableGameAnswer { game_id: self.game_id, disabled_at })
    }
}

/// Marks a game deleted; of one whose time has come, removes rows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeleteGame {
    game_id: GameId,
    /// What the game is called, so that no slip of a finger deletes another one.
    name: GameName,
}

#[derive(Serialize)]
pub struct DeleteGameAnswer {
    game_id: GameId,
    deleted_at: Timestamp,
    /// From when on its rows are removed.
    swept_from: Timestamp,
    /// How many rows were removed now.
    removed: usize,
    /// Whether nothing of it is left.
    done: bool,
}

impl Order for DeleteGame {
    type Answer = DeleteGameAnswer;

    async fn carry_out(self, app: &App) -> Result<DeleteGameAnswer, Error> {
        let deletion = delete_game(app, self.game_id, &self.name).await?;
        Ok(DeleteGameAnswer {
            game_id: self.game_id,
            deleted_at: deletion.deleted_at,
            swept_from: deletion.swept_from,
            removed: deletion.removed,
            done: deletion.is_done,
        })
    }
}
