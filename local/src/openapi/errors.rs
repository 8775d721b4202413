//! The face of an error, as the dialects answer it.

use functions::dialect::Dialect;
use functions::playfab::error::PlayFabError;
use functions::record::Failure;
use functions::{gamefuse, playfab};
use http::{Response, header};
use serde_json::Value;
use shared::Refusal;

/// What a caller sees of an error.
#[derive(Debug)]
pub struct Face {
    /// Its stable name.
    pub name: &'static str,
    pub status: u16,
    /// What it says: a text, or PlayFab's envelope.
    pub body: Value,
    /// Whether it says when to come back.
    pub has_retry_after: bool,
    /// Whether what was asked for is done all the same.
    pub has_succeeded: bool,
}

impl Face {
    /// The face in that dialect; in GameFuse's, with the statuses of an endpoint. PlayFab's alone are the two errors that
    /// have succeeded.
    pub fn new(
        dialect: Dialect,
        error: PlayFabError,
        status: fn(&Refusal) -> http::StatusCode,
    ) -> Self {
        let name = Failure::from(&error).name();
        let has_succeeded = !matches!(error, PlayFabError::Error(_));
        let face = match (dialect, error) {
            (Dialect::GameFuse, PlayFabError::Error(error)) => {
                let response = gamefuse::error::respond(&error, status);
                let text = String::from_utf8_lossy(response.body()).into_owned();
                Self::of(name, &response, text.into())
            }
            (_, error) => {
                let response = playfab::error::respond(&error, false);
                let envelope = serde_json::from_slice(response.body()).unwrap_or_default();
                Self::of(name, &response, envelope)
            }
        };
        Self { has_succeeded, ..face }
    }

    fn of<B>(name: &'static str, response: &Response<B>, body: Value) -> Self {
        let has_retry_after = response.headers().contains_key(header::RETRY_AFTER);
        let status = response.status().as_u16();
        Self { name, status, body, has_retry_after, has_succeeded: false }
    }

    /// What it says in words.
    pub fn text(&self) -> &str {
        self.body.as_str().or(self.body["errorMessage"].as_str()).unwrap_or_default()
    }
}
