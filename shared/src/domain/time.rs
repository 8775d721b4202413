//! Times at which something is over: whole seconds, as DynamoDB has them for rows that expire.

use jiff::{SignedDuration, Timestamp};

/// The second at which something that begins now is over. The end of time, where it is beyond that.
pub fn end_of(now: Timestamp, lifetime: SignedDuration) -> Timestamp {
    let end = now.saturating_add(lifetime).unwrap_or(Timestamp::MAX);
    Timestamp::from_second(end.as_second()).unwrap_or(Timestamp::MAX)
}

/// In how many seconds something is over whose end is still to come.
pub fn seconds_until(end: Timestamp, now: Timestamp) -> u32 {
    // Of a second that has begun, the rest has to pass too.
    u32::try_from((end.as_second() - now.as_second()).max(1)).unwrap_or(u32::MAX)
}
