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

use super::faults::{Fault, Odds};
use super::history::History;
use super::invariants::{Invariant, Violation};

/// The queue. Clones are the same one.
#[derive(Clone)]
pub struct Sent(Arc<Mutex<Inner>>);

struct Inner {
    rng: Rng,
    odds: Odds,
    faults: u64,
    parcels: Vec<(Place, Parcel)>,
}

impl Sent {
    /// An empty queue, which does not fail. Once it does, the seed decides when.
    pub fn new(seed: u64) -> Self {
        let (rng, odds, parcels) = (Rng::with_seed(seed), Odds::none(), Vec::new());
        Self(Arc::new(Mutex::new(Inner { rng, odds, faults: 0, parcels })))
    }

    /// Fails as often as these say from here on.
    pub fn set_odds(&self, odds: Odds) {
        self.lock().odds = odds;
    }

    /// What it was given, and for which place.
    pub fn take(&self) -> Vec<(Place, Parcel)> {
        std::mem::take(&mut self.lock().parcels)
    }

    /// How often it has failed.
    pub fn faults(&self) -> u64 {
        self.lock().faults
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OwnQueue for Sent {
    fn send<'a>(&'a self, place: Place, parcels: &'a [Parcel]) -> BoxFuture<'a, Result<(), Error>> {
        let Inner { rng, odds, faults, parcels: taken } = &mut *self.lock();
        let fails = odds.strike(Fault::Queue, rng);
        *faults += u64::from(fails);
        if !fails || rng.bool() {
            taken.extend(parcels.iter().map(|parcel| (place, parcel.clone())));
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
