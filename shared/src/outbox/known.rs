//! What was read of games' webhooks: a relay that read them for each event would cost games that have none.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::GameId;
use crate::domain::webhook::Webhook;

/// So many games are remembered at most.
const MOST: usize = 1000;

/// A game's webhooks, and when they were read.
type Entry = (Timestamp, Arc<[Webhook]>);

/// Webhooks by game.
pub(super) struct Known {
    lifetime: SignedDuration,
    games: Mutex<HashMap<GameId, Entry>>,
}

impl Known {
    pub fn new(lifetime: SignedDuration) -> Self {
        Self { lifetime, games: Mutex::default() }
    }

    /// A game's webhooks, if they were read no longer ago than that.
    pub fn get(&self, game: GameId, now: Timestamp) -> Option<Arc<[Webhook]>> {
        let games = self.games.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, webhooks) = games.get(&game)?;
        (now.duration_since(*read_at) < self.lifetime).then(|| webhooks.clone())
    }

    /// Remembers what was just read.
    pub fn put(&self, game: GameId, webhooks: Arc<[Webhook]>, now: Timestamp) -> Arc<[Webhook]> {
        let mut games = self.games.lock().unwrap_or_else(PoisonError::into_inner);
        if games.len() >= MOST {
            games.clear();
        }
        games.insert(game, (now, webhooks.clone()));
        webhooks
    }
}
