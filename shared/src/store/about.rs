//! What a request is about, by ids alone: the log tells it, and names nobody.

use serde::Serialize;

/// What a request is about, as far as that was found out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct About {
    /// The game.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub game: Option<u32>,
    /// The group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<u32>,
    /// Who asks, or in whose name the game does; of what an operator asks, who it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<u32>,
    /// What was decided to happen in the group, by its type in the group's history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<&'static str>,
    /// To whom it happens.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<u32>,
    /// What an operator says of who asks, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
}
