//! What was seen in a play: who asked what and was answered what, and what was committed meanwhile, in its order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value};
use shared::domain::delivery::Parcel;

use super::faults::Fault;
use super::request::Ids;
use super::step::Step;

/// A step that was done.
#[derive(Debug)]
pub struct Operation {
    pub step: Step,
    pub ids: Ids,
    /// The time of its call, in milliseconds.
    pub now: i64,
    /// How many commits there were when it began.
    pub began: usize,
    /// How many there were when it was answered; nothing where it never was.
    pub ended: Option<usize>,
    pub answer: Option<Answer>,
    /// Whether some of what it read was of another moment than the rest.
    pub is_torn: bool,
    /// How many commits there were when it last read a group.
    pub read: Option<usize>,
    /// How many commits of its group had been relayed when it began.
    pub relayed: u64,
    /// What went wrong with its calls.
    pub faults: BTreeSet<Fault>,
}

impl Operation {
    /// An operation that begins at that time, after so many commits, of which so many of its group were relayed.
    pub fn new(step: Step, ids: Ids, now: i64, began: usize, relayed: u64) -> Self {
        Self {
            step,
            ids,
            now,
            began,
            ended: None,
            answer: None,
            is_torn: false,
            read: None,
            relayed,
            faults: BTreeSet::new(),
        }
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// JSON, or a text.
    pub body: Value,
    /// The name of the failure, where it is one.
    pub failure: Option<&'static str>,
    /// The cause of a fault of ours.
    pub cause: Option<String>,
    /// Whether it is the answer to an earlier request with the same key.
    pub is_replayed: bool,
}

/// A transaction that has changed a group.
#[derive(Debug)]
pub struct Commit {
    /// The place of the operation that it was made for.
    pub by: usize,
    pub group: u32,
    /// The group's row after it.
    pub row: Value,
    /// The id of a connection that came into being.
    pub connection: Option<u32>,
    /// The id of a code that came into being.
    pub code: Option<u32>,
}

/// What was seen of deliveries to the game's webhook.
#[derive(Debug, Default)]
pub struct Deliveries {
    /// What the webhook's messages are signed with.
    pub secret: String,
    /// What functions took from the queue, by their tasks.
    pub taken: BTreeMap<usize, Taken>,
    /// What was sent to the receiver.
    pub messages: Vec<Message>,
    /// What was put into the queue to be tried later.
    pub postponed: Vec<Postponed>,
    /// What was given up because it was tried often enough.
    pub given_up: Vec<Parcel>,
    /// What the queue gave up because it was never settled.
    pub dropped: Vec<Parcel>,
    /// The webhook's row in the beginning, and after each change.
    pub webhooks: Vec<Value>,
    /// What is told of deliveries in the end.
    pub told: Arc<Told>,
    /// Whether the queue could not be emptied, however often that was tried.
    pub is_stuck: bool,
}

/// A parcel that was put into the queue to be tried later.
#[derive(Debug)]
pub struct Postponed {
    pub parcel: Parcel,
    /// When that was, in milliseconds.
    pub at: i64,
    /// The last task that had taken something by then.
    pub after: usize,
}

/// The rows of deliveries, by the ids of their messages.
pub type Told = BTreeMap<String, Value>;

/// What a function took from the queue, and what there was at that moment.
#[derive(Debug)]
pub struct Taken {
    pub parcels: Vec<Parcel>,
    /// The number of the webhook's rows until then, and until it ended; nothing where it was killed.
    pub began: usize,
    pub ended: Option<usize>,
    /// Whether it was killed, or a call of it met a fault, or one of the queue.
    pub is_troubled: bool,
    /// How often the queue had failed until then.
    pub queue_faults: u64,
    /// What was told of deliveries.
    pub told: Arc<Told>,
}

/// A message as it was sent to the receiver.
#[derive(Debug)]
pub struct Message {
    /// The task that sent it.
    pub by: usize,
    /// When it came there, or was lost, in milliseconds.
    pub at: i64,
    pub url: String,
    pub id: String,
    pub timestamp: String,
    pub signature: String,
    pub body: String,
    /// What the receiver answered, where it came there.
    pub answer: Option<u16>,
    /// Whether that was heard.
    pub is_heard: bool,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct History {
    pub operations: Vec<Operation>,
    pub commits: Vec<Commit>,
    /// Every row that is left in the end.
    pub rows: Vec<Value>,
    /// What was handed over to be sent to the game's webhook.
    pub parcels: Vec<Parcel>,
    /// What became of that, where it was played.
    pub deliveries: Option<Deliveries>,
    /// What is wrong already, whatever else was seen.
    pub faults: Vec<String>,
    /// Whether the stream could not be relayed, however often that was tried.
    pub is_stuck: bool,
}

impl History {
    /// The operations that were asked for with a key, by the id of the step that was the first to be.
    pub fn keyed(&self) -> BTreeMap<usize, Vec<usize>> {
        let mut keyed = BTreeMap::<usize, Vec<usize>>::new();
        for (place, operation) in self.operations.iter().enumerate() {
            if operation.step.is_keyed {
                keyed.entry(operation.step.first()).or_default().push(place);
            }
        }
        keyed
    }
}

/// A value of DynamoDB's as plain JSON.
pub fn plain(value: &Value) -> Value {
    let Some((kind, value)) = value.as_object().and_then(|value| value.iter().next()) else {
        return Value::Null;
    };
    match (kind.as_str(), value) {
        ("N", Value::String(text)) => {
            text.parse::<i64>().map_or_else(|_| Value::from(text.as_str()), Value::from)
        }
        ("M", Value::Object(fields)) => plain_item(fields),
        ("L", Value::Array(items)) => items.iter().map(plain).collect(),
        ("SS", Value::Array(texts)) => {
            let mut texts: Vec<_> = texts.iter().filter_map(Value::as_str).collect();
            texts.sort_unstable();
            texts.into()
        }
        ("NULL", _) => Value::Null,
        (_, value) => value.clone(),
    }
}

/// The same of an item.
pub fn plain_item(item: &Map<String, Value>) -> Value {
    item.iter().map(|(name, value)| (name.clone(), plain(value))).collect()
}
