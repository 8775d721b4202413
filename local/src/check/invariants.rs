//! The invariants: what holds whatever happens, stated once.

use std::fmt;

macro_rules! invariants {
    ($($(#[$doc:meta])* $name:ident: $number:literal, $text:literal;)*) => {
        /// What holds whatever happens.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Invariant {$($name,)*}

        impl Invariant {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            pub const fn number(self) -> u32 {
                match self {$(Self::$name => $number,)*}
            }

            pub const fn text(self) -> &'static str {
                match self {$(Self::$name => $text,)*}
            }
        }
    };
}

invariants! {
    Counts: 1, "A group's counts equal its rows; of what is pending it counts no less than there is.";
    Size: 2, "A group never has more members than its max_group_size.";
    Admin: 3, "A group with members has an admin, unless the title took the last one away.";
    Blocks: 4, "Nobody who is blocked is let in.";
    OneDoor: 5, "Nobody is a member and has asked or is invited at the same time.";
    Time: 6, "Nothing that has expired is seen or accepted, and nothing that has not is lost.";
    Belonging: 7, "Each row has its group, each claimed name its holder, and nothing is left of a group that ended.";
    Refused: 8, "What was refused, tried or read has changed nothing.";
    Once: 9, "What was answered with success happened exactly once.";
    Told: 10, "The history has no gap and no double, and tells what the rows tell.";
    Keys: 11, "What is asked with an idempotency key happens at most once, and is answered the same.";
    Rules: 12, "Every answer, and every commit in the order of seq, is what the model says at a moment of the call.";
    Sent: 13, "Each event is handed to the queue of the game's webhook at least once, always with the same id, and nothing else is.";
    Places: 14, "Nobody joins more groups than a player may be in.";
    Delivered: 15, "What the queue has taken is sent to its receiver, signed, when it is due, and always the same, until its receiver takes it, it was tried ten times, or the webhook is disabled; nothing else is, and what is told of it is so.";
}

/// An invariant that does not hold, and how that shows.
#[derive(Debug, Clone)]
pub struct Violation {
    pub invariant: Invariant,
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { invariant, what } = self;
        write!(formatter, "({}) {} {what}", invariant.number(), invariant.text())
    }
}
