//! A game: the tenant that everything else belongs to. PlayFab calls it a title.

use serde::{Deserialize, Serialize};

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
}
