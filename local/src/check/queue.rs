//! The queue of deliveries, as SQS keeps it: in no order, and what was taken and is not settled in time is taken once more. Unlike
//! SQS, it keeps equal parcels that are not due as one.

use std::collections::BTreeMap;

use fastrand::Rng;
use shared::domain::delivery::Parcel;

/// How long nobody else takes what was taken, in milliseconds: the queue's VisibilityTimeout.
const HIDDEN: i64 = 450_000;

/// The longest that a message waits, in milliseconds.
const LONGEST_DELAY: i64 = 900_000;

/// How often a message is taken at most: the queue's maxReceiveCount.
pub const MOST_OFTEN: usize = 5;

/// The most messages that a function is handed at once.
const AT_ONCE: usize = 10;

/// The queue.
#[derive(Default)]
pub struct Queue {
    messages: BTreeMap<usize, Message>,
    last: usize,
    /// What was taken too often.
    given_up: Vec<Parcel>,
}

struct Message {
    parcel: Parcel,
    /// From when on it may be taken.
    visible_at: i64,
    taken: usize,
    /// Whether it is handed over once more although it is settled.
    is_settled: bool,
}

impl Queue {
    /// Puts a parcel in, which is taken when it is due, or after a quarter of an hour. One that waits already, and
    /// nobody has taken, waits once: copies of what is not due for hours would make more copies with each quarter of an hour.
    pub fn put(&mut self, parcel: Parcel, now: i64) {
        let wait = parcel.due_at.as_millisecond() - now;
        let mut fresh = self.messages.values().filter(|message| message.taken == 0);
        if wait > 0 && fresh.any(|message| message.parcel == parcel) {
            return;
        }
        // SQS counts seconds.
        let wait = (wait.max(0) as u64).div_ceil(1000).cast_signed() * 1000;
        let visible_at = now + wait.min(LONGEST_DELAY);
        self.last += 1;
        let message = Message { parcel, visible_at, taken: 0, is_settled: false };
        self.messages.insert(self.last, message);
    }

    /// Takes some of what may be taken, each under a number of its own.
    pub fn take(&mut self, now: i64, rng: &mut Rng) -> Vec<(usize, Parcel)> {
        let visible = self.messages.iter().filter(|(_, message)| message.visible_at <= now);
        let mut visible: Vec<usize> = visible.map(|(number, _)| *number).collect();
        rng.shuffle(&mut visible);
        visible.truncate(rng.usize(1..=AT_ONCE));
        let mut taken = Vec::new();
        for number in visible {
            let Some(message) = self.messages.get_mut(&number) else { continue };
            if message.taken < MOST_OFTEN {
                message.taken += 1;
                message.visible_at = now + HIDDEN;
                taken.push((number, message.parcel.clone()));
            } else if let Some(message) = self.messages.remove(&number)
                && !message.is_settled
            {
                self.given_up.push(message.parcel);
            }
        }
        taken
    }

    /// A message is settled, and forgotten.
    pub fn forget(&mut self, number: usize) {
        self.messages.remove(&number);
    }

    /// A message is settled, and handed over once more all the same.
    pub fn repeat(&mut self, number: usize, now: i64) {
        if let Some(message) = self.messages.get_mut(&number) {
            message.visible_at = now;
            message.is_settled = true;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// From when on there is something to take.
    pub fn visible_at(&self) -> Option<i64> {
        self.messages.values().map(|message| message.visible_at).min()
    }

    /// What was taken too often.
    pub fn given_up(self) -> Vec<Parcel> {
        self.given_up
    }
}
