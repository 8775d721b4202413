//! How long to go on trying: full-jitter back-off inside a time budget, one for each request.

use std::time::Duration;

use tokio::time::Instant;

use crate::entropy::Entropy;
use crate::error::Error;
use crate::store::meter;

/// The delays between the attempts of one call.
pub struct Backoff<'a> {
    entropy: &'a Entropy,
    deadline: Instant,
    ceiling: Duration,
}

impl<'a> Backoff<'a> {
    const FIRST: Duration = Duration::from_millis(20);
    const LONGEST: Duration = Duration::from_millis(400);

    pub(super) fn new(entropy: &'a Entropy) -> Self {
        Self { entropy, deadline: meter::deadline(), ceiling: Self::FIRST }
    }

    /// Waits for a random part of an ever longer delay; refuses when the budget would be overdrawn.
    ///
    /// # Errors
    /// [`Error::Busy`] then.
    pub async fn wait(&mut self) -> Result<(), Error> {
        let share = f64::from(u32::from_be_bytes(self.entropy.bytes()?)) / f64::from(u32::MAX);
        let delay = self.ceiling.mul_f64(share);
        if Instant::now() + delay >= self.deadline {
            return Err(Error::Busy);
        }
        tokio::time::sleep(delay).await;
        self.ceiling = (self.ceiling * 2).min(Self::LONGEST);
        Ok(())
    }
}
