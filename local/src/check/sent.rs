//! What a play hands over to a webhook: a queue that keeps it, and now and then says that it has not although it has, or does not;
//! and whether that is what has happened.

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fastrand::Rng;
use serde_json::{Value, json};
use shared::Error;
use shared::domain::delivery::{Parcel, Subject};
use shared::outbox::queue::{OwnQueue, Place};
use shared::store::client::BoxFuture;

use super::history::History;
use super::invariants::{Invariant, Violation};

/// One of so many calls of the queue fails.
const ODDS: u8 = 12;

/// The queue. Clones are the same one.
#[derive(Clone)]
pub struct Sent(Arc<Mutex<(Rng, Vec<Parcel>)>>);

impl Sent {
    /// An empty queue, whose faults the seed decides.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new((Rng::with_seed(seed), Vec::new()))))
    }

    /// What it was given.
    pub fn take(&self) -> Vec<Parcel> {
        std::mem::take(&mut self.lock().1)
    }

    fn lock(&self) -> MutexGuard<'_, (Rng, Vec<Parcel>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OwnQueue for Sent {
    fn send<'a>(&'a self, _: Place, parcels: &'a [Parcel]) -> BoxFuture<'a, Result<(), Error>> {
        let mut inner = self.lock();
        let (rng, sent) = &mut *inner;
        let fails = rng.u8(..ODDS) == 0;
        if !fails || rng.bool() {
            sent.extend_from_slice(parcels);
        }
        Box::pin(ready(if fails { Err(Error::Busy) } else { Ok(()) }))
    }
}

/// What is wrong with what was sent: each commit's event is there, at least once and always with the same id, which no other
/// has, and nothing else is.
pub fn check(history: &History) -> Vec<Violation> {
    let happened = |commit: &super::history::Commit| {
        let row = &commit.row;
        event(&json!({ "group_id": commit.group, "seq": row["seq"], "event": row["last_event"] }))
    };
    let happened: BTreeSet<String> = history.commits.iter().map(happened).collect();
    let mut sent = BTreeMap::<String, BTreeSet<String>>::new();
    for parcel in &history.parcels {
        if let Subject::Event(group_event) = &parcel.subject {
            sent.entry(event(&json!(group_event))).or_default().insert(parcel.message_id());
        }
    }
    let told: BTreeSet<String> = sent.keys().cloned().collect();
    let lost = happened.difference(&told).map(|event| format!("{event} is not sent"));
    let made_up = told.difference(&happened).map(|event| format!("{event} has not happened"));
    let ids = sent.iter().filter(|(_, ids)| ids.len() > 1);
    let doubled = ids.map(|(event, ids)| format!("{event} is sent as {ids:?}"));
    let all = sent.values().flatten();
    let shared = all.clone().count() - all.collect::<BTreeSet<_>>().len();
    let shared = (shared > 0).then(|| format!("{shared} ids are of several events"));
    let wrong = lost.chain(made_up).chain(doubled).chain(shared);
    wrong.map(|what| Violation { invariant: Invariant::Sent, what }).collect()
}

/// An event in the one way in which it is written here: what says nothing is left out.
fn event(value: &Value) -> String {
    let read = serde_json::from_value::<shared::domain::event::GroupEvent>(value.clone());
    read.map_or_else(|_| value.to_string(), |event| json!(event).to_string())
}
