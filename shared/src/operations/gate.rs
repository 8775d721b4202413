//! Gates: how many guesses there may be in a window of time. Each is counted before it is looked at, so that guesses at the
//! same time cannot slip past.

use jiff::Timestamp;

use crate::App;
use crate::error::{Error, Refusal};
use crate::store::counter::Counter;
use crate::store::keys::Key;

/// How many guesses there may be in a window of so many seconds; windows follow each other without a gap.
pub(super) struct Limit {
    pub most: i64,
    pub window: i64,
}

/// Whether a guess may go on; it may not by [`Refusal::TooManyGuesses`].
pub(super) type Passed = Result<(), Refusal>;

/// A counter of guesses in the window at hand.
pub(super) struct Gate {
    pub counter: Counter,
    most: i64,
}

impl Gate {
    /// The gate of a limit at that time, whose counter lies where `key` says for the number of the window.
    pub fn new(limit: Limit, now: Timestamp, key: impl FnOnce(i64) -> Key) -> Result<Self, Error> {
        let window = now.as_second().div_euclid(limit.window);
        let over = Timestamp::from_second((window + 1) * limit.window).map_err(Error::internal)?;
        Ok(Self { counter: Counter { key: key(window), expires_at: over }, most: limit.most })
    }

    /// Counts a guess where there is a gate. Each is told another number, so those at the same time pass one by one.
    pub async fn pass(gate: Option<&Self>, app: &App, now: Timestamp) -> Result<Passed, Error> {
        let Some(gate) = gate else { return Ok(Ok(())) };
        if app.store.raise(&gate.counter).await? <= gate.most {
            return Ok(Ok(()));
        }
        let seconds = gate.counter.expires_at.as_second() - now.as_second();
        Ok(Err(Refusal::TooManyGuesses { seconds: seconds.try_into().unwrap_or(u32::MAX) }))
    }
}
