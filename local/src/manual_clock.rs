//! A clock that is set by whoever holds it: for what is played faster than it would happen.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use shared::app::Clock;

/// A clock that stands still until it is set.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that shows that time.
    pub fn at(time: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(time.as_millisecond())))
    }

    /// Sets it.
    pub fn set(&self, time: Timestamp) {
        self.0.store(time.as_millisecond(), Ordering::Relaxed);
    }

    /// The clock, as functions look at it.
    pub fn reader(&self) -> Clock {
        let clock = self.clone();
        Box::new(move || {
            Timestamp::from_millisecond(clock.0.load(Ordering::Relaxed)).unwrap_or_default()
        })
    }
}
