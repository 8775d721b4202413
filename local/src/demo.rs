//! The demo game: there from the start, so that the first request can be made at once.

use std::path::Path;

use functions::routes::CREATE_GAME;
use functions::serve::failure_text;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::domain::ids::GameId;
use shared::operations::games::present::insist_on_game;
use shared::{App, Error};

use crate::folder::write_private;
use crate::{ServerError, folder};

/// What is needed to use the demo game.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Demo {
    /// Where the server answers.
    pub base_url: String,
    pub game_id: u32,
    /// Ships in the game's client.
    pub game_token: String,
    /// For the game's servers only.
    pub secret_key: String,
}

#[derive(Deserialize)]
struct NewGame {
    game_id: u32,
    game_token: String,
    secret_key: String,
}

impl Demo {
    /// The demo game: the one that `file` remembers, or a new one, which `file` then remembers. One that is
    /// deleted, or not in the database any more, is forgotten, and no other: its keys are nowhere else.
    ///
    /// # Errors
    /// [`ServerError`] where the file cannot be used or the game cannot be made.
    pub async fn open(app: &App, base_url: &str, file: Option<&Path>) -> Result<Self, ServerError> {
        let base_url = base_url.to_owned();
        if let Some(remembered) = file.map(read).transpose()?.flatten()
            && remembered.exists(app).await?
        {
            return Ok(Self { base_url, ..remembered });
        }
        let demo = Self::make(app, &base_url, "Demo".to_owned()).await?;
        if let Some(file) = file {
            demo.write(file)?;
        }
        Ok(demo)
    }

    /// A new game.
    ///
    /// # Errors
    /// [`ServerError`] where it cannot be made.
    pub async fn make(app: &App, base_url: &str, name: String) -> Result<Self, ServerError> {
        let event = json!({ "name": name });
        let (made, _) = CREATE_GAME.invoke(app, "demo".to_owned(), event).await;
        let game: NewGame =
            serde_json::from_value(made.map_err(|failure| failure_text(&failure))?)?;
        let NewGame { game_id, game_token, secret_key } = game;
        Ok(Self { base_url: base_url.to_owned(), game_id, game_token, secret_key })
    }

    /// Writes the facts as JSON, for its owner's eyes.
    ///
    /// # Errors
    /// [`ServerError`] where the file cannot be written.
    pub fn write(&self, file: &Path) -> Result<(), ServerError> {
        write_private(file, &serde_json::to_vec_pretty(self)?)
    }

    /// Whether the game is in the database.
    async fn exists(&self, app: &App) -> Result<bool, ServerError> {
        let Ok(game) = GameId::try_from(i64::from(self.game_id)) else { return Ok(false) };
        match insist_on_game(app, game).await {
            Ok(()) => Ok(true),
            Err(Error::Refused(_)) => Ok(false),
            Err(failure) => Err(failure_text(&failure).into()),
        }
    }

    /// What a newcomer is told, with what curl needs to trust the server. Whoever follows it and then the README's first
    /// session signs up by different names.
    pub fn greeting(&self, dynamodb_url: &str, trust: &str) -> String {
        let Self { base_url, game_id, game_token, secret_key } = self;
        format!(
            "Guildhall answers at {base_url}, and browsers find a console there\n\
             Its DynamoDB answers at {dynamodb_url}, on this machine and to any credentials\n\n\
             \x20 game id     {game_id}\n\
             \x20 game token  {game_token}\n\
             \x20 secret key  {secret_key}\n\n\
             Sign up, and find your authentication_token in the answer:\n\n\
             \x20 curl {trust}--request POST --header 'Content-Type: application/json' \\\n\
             \x20   --data '{{\"game_id\": {game_id}, \"game_token\": \"{game_token}\", \
             \"username\": \"jack_doe\", \"email\": \"jack.doe@example.com\", \
             \"password\": \"password\", \"password_confirmation\": \"password\"}}' \\\n\
             \x20   '{base_url}/api/v3/users'\n"
        )
    }
}

fn read(file: &Path) -> Result<Option<Demo>, ServerError> {
    let Some(json) = folder::read(file)? else { return Ok(None) };
    // The parser's own words may repeat what it read.
    let demo = serde_json::from_slice(&json).map_err(|_| {
        format!(
            "{} is not what the server wrote there: put that back, or delete the file, and a new demo game is made",
            file.display()
        )
    })?;
    Ok(Some(demo))
}
