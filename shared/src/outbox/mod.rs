//! What leaves a deployment: parcels for webhooks, by a queue, and events for a bus, where there is one.

pub mod aws;
pub mod bus;
mod known;
pub mod queue;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use self::bus::Bus;
use self::known::Known;
use self::queue::Queue;
use crate::domain::ids::GameId;
use crate::domain::webhook::Webhook;

/// Where what happens is sent from, and what is known of to whom.
pub struct Outbox {
    /// Where parcels wait.
    pub queue: Queue,
    /// Where every event is put besides.
    pub bus: Option<Bus>,
    known: Known,
}

impl Outbox {
    /// How long a function of a deployment goes by what it has read of a game's webhooks.
    pub const MEMORY: SignedDuration = SignedDuration::from_secs(10);

    /// An outbox that goes so long by what was read of a game's webhooks: each game's are read no more often.
    pub fn new(queue: Queue, bus: Option<Bus>, memory: SignedDuration) -> Self {
        Self { queue, bus, known: Known::new(memory) }
    }

    /// An outbox for whoever sends nothing.
    pub fn none() -> Self {
        Self::new(Queue::None, None, SignedDuration::ZERO)
    }

    /// A game's webhooks, if they were read a short time ago.
    pub(crate) fn known_webhooks(&self, game: GameId, now: Timestamp) -> Option<Arc<[Webhook]>> {
        self.known.get(game, now)
    }

    /// Remembers a game's webhooks, which were just read.
    pub(crate) fn learn_webhooks(
        &self,
        game: GameId,
        webhooks: Vec<Webhook>,
        now: Timestamp,
    ) -> Arc<[Webhook]> {
        self.known.put(game, webhooks.into(), now)
    }
}
