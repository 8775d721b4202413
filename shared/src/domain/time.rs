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

/// How long a time is recent: DynamoDB takes no request that was signed longer ago, so by then all of a call has arrived.
pub const RECENT: SignedDuration = SignedDuration::from_mins(15);

/// Whether calls may still be under way that were made at about that time.
pub fn is_recent(time: Option<Timestamp>, now: Timestamp) -> bool {
    time.is_some_and(|time| now.duration_since(time) < RECENT)
}
