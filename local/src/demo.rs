//! The demo game: there from the start, so that the first request can be made at once.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use functions::routes::CREATE_GAME;
use functions::serve::failure_text;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::App;

use crate::Failure;

/// What is needed to use the demo game.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Demo {
    /// Where the server answers.
    pub base_url: String,
    /// The game.
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
    /// The demo game: the one that `file` remembers, or a new one, which `file` then remembers.
    ///
    /// # Errors
    /// [`Failure`] where the file cannot be used or the game cannot be made.
    pub async fn open(app: &App, base_url: &str, file: Option<&Path>) -> Result<Self, Failure> {
        let base_url = base_url.to_owned();
        if let Some(remembered) = file.map(read).transpose()?.flatten() {
            return Ok(Self { base_url, ..remembered });
        }
        let event = json!({ "name": "Demo" });
        let (made, _) = CREATE_GAME.invoke(app, "demo".to_owned(), event).await;
        let game: NewGame =
            serde_json::from_value(made.map_err(|failure| failure_text(&failure))?)?;
        let NewGame { game_id, game_token, secret_key } = game;
        let demo = Self { base_url, game_id, game_token, secret_key };
        if let Some(file) = file {
            demo.write(file)?;
        }
        Ok(demo)
    }

    /// Writes the facts as JSON.
    ///
    /// # Errors
    /// [`Failure`] where the file cannot be written.
    pub fn write(&self, file: &Path) -> Result<(), Failure> {
        Ok(fs::write(file, serde_json::to_string_pretty(self)?)?)
    }

    /// What a newcomer is told.
    pub fn greeting(&self) -> String {
        let Self { base_url, game_id, game_token, secret_key } = self;
        format!(
            "Guildhall answers at {base_url}\n\n\
             \x20 game id     {game_id}\n\
             \x20 game token  {game_token}\n\
             \x20 secret key  {secret_key}\n\n\
             Sign up, and find your authentication_token in the answer:\n\n\
             \x20 curl --request POST --header 'Content-Type: application/json' \\\n\
             \x20   --data '{{\"game_id\": {game_id}, \"game_token\": \"{game_token}\", \
             \"username\": \"john_doe\", \"email\": \"john.doe@example.com\", \
             \"password\": \"password\", \"password_confirmation\": \"password\"}}' \\\n\
             \x20   '{base_url}/api/v3/users'\n"
        )
    }
}

fn read(file: &Path) -> Result<Option<Demo>, Failure> {
    match fs::read(file) {
        Ok(json) => Ok(Some(serde_json::from_slice(&json)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
