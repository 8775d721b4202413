//! A game: the tenant that everything else belongs to. PlayFab calls it a title.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::absent::is_zero;
use crate::domain::ids::GameId;
use crate::domain::name::GameName;

/// A game as it is stored; its token and key are kept only as hashes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Game {
    /// Which game.
    pub game_id: GameId,
    /// What it is called.
    pub game_name: GameName,
    /// SHA-256 of the token that ships in the game's client.
    pub game_token_hash: String,
    /// SHA-256 of the key that only the game's servers have.
    pub secret_key_hash: String,
    /// The token before that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_game_token: Option<OldSecret>,
    /// The key before that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_secret_key: Option<OldSecret>,
    /// How often its secret key was replaced: a token of the game's own is not exchanged for another one beyond that.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub key_changes: u32,
    /// Since when nobody gets into it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub disabled_at: Option<Timestamp>,
    /// Since when it is deleted: then it is disabled, too.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub deleted_at: Option<Timestamp>,
}

/// A secret that was replaced, and for a while is as good as the one in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OldSecret {
    /// SHA-256 of it.
    pub hash: String,
    /// The second from which on it is not good any more.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub valid_until: Timestamp,
}

impl Game {
    /// A new game with secrets of these hashes.
    pub fn new(
        game_id: GameId,
        game_name: GameName,
        game_token_hash: String,
        secret_key_hash: String,
    ) -> Self {
        Self {
            game_id,
            game_name,
            game_token_hash,
            secret_key_hash,
            old_game_token: None,
            old_secret_key: None,
            key_changes: 0,
            disabled_at: None,
            deleted_at: None,
        }
    }

    /// Whether somebody gets into it. To everybody else, a game that is not open is none.
    pub fn is_open(&self) -> bool {
        self.disabled_at.is_none()
    }
}
