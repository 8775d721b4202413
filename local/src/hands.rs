//! A clock whose hands are set: for stories that are told faster than they happen, and for time that is an input.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use shared::app::Clock;

/// A clock that stands still until it is set.
#[derive(Debug, Clone)]
pub struct Hands(Arc<AtomicI64>);

impl Hands {
    /// A clock that shows that time.
    pub fn at(time: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(time.as_millisecond())))
    }

    pub fn set(&self, time: Timestamp) {
        self.0.store(time.as_millisecond(), Ordering::Relaxed);
    }

    /// The clock, as functions look at it.
    pub fn clock(&self) -> Clock {
        let hands = self.clone();
        Box::new(move || {
            Timestamp::from_millisecond(hands.0.load(Ordering::Relaxed)).unwrap_or_default()
        })
    }
}
