//! Faults: what networks, DynamoDB and Lambda do to a call, each with its odds.

use std::collections::BTreeMap;
use std::str::FromStr;

use fastrand::Rng;

macro_rules! faults {
    ($($(#[$doc:meta])* $fault:ident: $name:literal, $per_mille:literal;)*) => {
        /// What can go wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault {$($(#[$doc])* $fault,)*}

        impl Fault {
            /// All of them, each with how often it happens out of a thousand times that it could.
            pub const ALL: &[(Self, u32)] = &[$((Self::$fault, $per_mille),)*];

            pub const fn name(self) -> &'static str {
                match self {$(Self::$fault => $name,)*}
            }
        }
    };
}

faults! {
    /// A write meets another one in DynamoDB, and is not done.
    Conflict: "conflict", 25;
    /// DynamoDB takes no more for now.
    Throttle: "throttle", 15;
    /// DynamoDB fails before anything is done.
    FailBefore: "fail-before", 10;
    /// DynamoDB does what it was asked, and fails to say so.
    LoseAnswer: "lose-answer", 20;
    /// The connection breaks after it was done.
    Break: "break", 10;
    /// A call arrives so late that nobody waits for it any more. Of writes, about half are carried out then; a read never is.
    Delay: "delay", 8;
    /// A call of the stream's function arrives although nobody waits for it any more. What that leaves behind is known, and in
    /// docs/proof.md.
    LateEvent: "late-event", 0;
    /// A call never arrives.
    Lose: "lose", 4;
    /// A batch is answered in part.
    Unprocessed: "unprocessed", 40;
    /// Of what a read finds, some is as it was before a write under way, some as after.
    Torn: "torn", 150;
    /// An index shows what was.
    Stale: "stale", 300;
    /// A function is killed between two calls.
    Kill: "kill", 3;
    /// A batch of the stream is delivered once more, or a message of the queue.
    Redeliver: "redeliver", 100;
    /// What has expired is deleted at last.
    Expire: "expire", 100;
    /// The queue fails, and has taken what it was handed, or has not.
    Queue: "queue", 83;
    /// A receiver does not take a message of its webhook.
    Refuse: "refuse", 250;
    /// A receiver says that it is gone for good.
    Gone: "gone", 10;
}

impl Fault {
    /// Whether a call that it strikes may take until nobody waits for it any more, or end without an answer.
    pub fn is_in_the_way(self) -> bool {
        match self {
            Self::Conflict
            | Self::Throttle
            | Self::FailBefore
            | Self::LoseAnswer
            | Self::Break
            | Self::Delay
            | Self::Lose
            | Self::Unprocessed => true,
            Self::LateEvent
            | Self::Torn
            | Self::Stale
            | Self::Kill
            | Self::Redeliver
            | Self::Expire
            | Self::Queue
            | Self::Refuse
            | Self::Gone => false,
        }
    }
}

/// How often each fault happens, out of a thousand times that it could.
#[derive(Debug, Clone)]
pub struct Odds(BTreeMap<Fault, u32>);

/// How often each fault did happen.
pub type Tally = BTreeMap<Fault, u64>;

impl Default for Odds {
    fn default() -> Self {
        Self(Fault::ALL.iter().copied().collect())
    }
}

impl Odds {
    /// Nothing ever goes wrong.
    pub fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// The same, but that fault happens so often.
    #[must_use]
    pub fn with(mut self, (fault, per_mille): (Fault, u32)) -> Self {
        self.0.insert(fault, per_mille);
        self
    }

    /// Whether it happens this time.
    pub fn strike(&self, fault: Fault, rng: &mut Rng) -> bool {
        let odds = self.0.get(&fault).copied().unwrap_or_default();
        odds > 0 && rng.u32(..1000) < odds
    }
}

/// Reads `NAME=PER_MILLE`.
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str) -> Result<(Fault, u32), String> {
    let (name, odds) = text.split_once('=').ok_or("write NAME=PER_MILLE")?;
    let odds = u32::from_str(odds).ok().filter(|odds| *odds <= 1000);
    let odds = odds.ok_or("the odds are a number from 0 to 1000")?;
    let fault = Fault::ALL.iter().find(|(fault, _)| fault.name() == name);
    let fault = fault.ok_or_else(|| {
        let names: Vec<_> = Fault::ALL.iter().map(|(fault, _)| fault.name()).collect();
        format!("the faults are {}", names.join(", "))
    })?;
    Ok((fault.0, odds))
}
