//! The log: one structured line for each request. It names games and refusals, never a user's name, address or secret.

use serde::Serialize;

/// What is logged about one request.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Record {
    /// The function.
    pub function: &'static str,
    /// The id that the caller was told.
    pub request_id: String,
    /// The game, once the caller is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub game: Option<u32>,
    /// The status of the answer.
    pub status: u16,
    /// The refusal's name; nothing where the request succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'static str>,
    /// Why, where the fault is ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// From the request's arrival to its answer.
    pub duration_ms: f64,
    /// Round trips to DynamoDB, one after another.
    pub round_trips: u32,
}

impl Record {
    /// The line.
    pub fn line(&self) -> String {
        // A record has no map with odd keys and no failing part, so the fallback is for the type's sake.
        serde_json::to_string(self).unwrap_or_default()
    }
}
