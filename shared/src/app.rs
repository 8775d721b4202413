//! What a call works with: the table, the keys, the limits, the time and randomness. Everything else is in its arguments.

use jiff::Timestamp;

use crate::auth::keys::Keys;
use crate::auth::passwords::Passwords;
use crate::entropy::Entropy;
use crate::limits::Limits;
use crate::outbox::Outbox;
use crate::store::Store;

/// Tells the time.
pub type Clock = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// The one thing that operations are given besides their arguments.
pub struct App {
    /// The table.
    pub store: Store,
    /// Signs tokens and cursors.
    pub keys: Keys,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// The deployment's limits.
    pub limits: Limits,
    /// Where what happens is sent from.
    pub outbox: Outbox,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub entropy: Entropy,
}

impl App {
    /// The time of this call.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// The system's clock.
#[expect(clippy::disallowed_methods, reason = "this is where the time comes in")]
pub fn system_clock() -> Clock {
    Box::new(Timestamp::now)
}
