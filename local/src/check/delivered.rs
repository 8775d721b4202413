//! Whether deliveries were what the documentation of webhooks says: docs/webhooks.md.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use shared::domain::delivery::Parcel;

use super::history::{Deliveries, History, Message, Taken};
use super::invariants::{Invariant, Violation};

/// How long is waited after each attempt that has failed, in seconds; after the tenth, nothing is tried any more.
const WAITS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// What is wrong with what became of the messages.
pub fn check(history: &History, deliveries: &Deliveries) -> Vec<Violation> {
    let mut judge = Judge { history, deliveries, found: Vec::new() };
    if deliveries.is_stuck {
        judge.accuse("the queue is never empty".to_owned());
        return judge.found;
    }
    for message in &deliveries.messages {
        judge.hear(message);
    }
    judge.stays_delivered();
    judge.postponed();
    judge.ends();
    judge.gone();
    judge.found
}

struct Judge<'a> {
    history: &'a History,
    deliveries: &'a Deliveries,
    found: Vec<Violation>,
}

impl Judge<'_> {
    fn accuse(&mut self, what: String) {
        self.found.push(Violation { invariant: Invariant::Delivered, what });
    }

    /// A message that was sent.
    fn hear(&mut self, message: &Message) {
        let Message { by, id, .. } = message;
        let Some(taken) = self.deliveries.taken.get(by) else {
            return self.accuse(format!("{id} is sent by nobody who delivers"));
        };
        for wrong in reasons_against(message, taken, &self.deliveries.webhooks) {
            self.accuse(format!("{id} is sent {wrong}"));
        }
        if !is_signed(message, &self.deliveries.secret) {
            self.accuse(format!("{id} is not signed"));
        }
        if !self.tells_what_happened(message) {
            self.accuse(format!("{id} says {}, which has not happened", message.body));
        }
        let others = self.deliveries.messages.iter();
        let mut others = others.filter(|other| (other.id == *id) != (other.body == message.body));
        if others.next().is_some() {
            self.accuse(format!("{id} is not always the same, or not the only one to say this"));
        }
    }

    /// Whether a message says of an event what its commit does.
    fn tells_what_happened(&self, message: &Message) -> bool {
        let said: Value = serde_json::from_str(&message.body).unwrap_or_default();
        let mut commits = self.history.commits.iter();
        commits.any(|commit| {
            let event = &commit.row["last_event"];
            let or = |value: &Value, otherwise: Value| match value.is_null() {
                true => otherwise,
                false => value.clone(),
            };
            said == json!({
                "type": event["type"], "at": time(&event["at"]),
                "group_id": commit.group, "seq": commit.row["seq"],
                "actor_id": event["actor_id"], "user_ids": or(&event["user_ids"], json!([])),
                "data": or(&event["data"], json!({})),
            })
        })
    }

    /// What has been delivered is not told to be anything else later.
    fn stays_delivered(&mut self) {
        let moments = self.deliveries.taken.values().map(|taken| &taken.delivered);
        let moments: Vec<_> = moments.collect();
        for (earlier, later) in moments.iter().zip(moments.iter().skip(1)) {
            for id in earlier.difference(later) {
                self.accuse(format!("{id} is told to be delivered, and then not"));
            }
        }
    }

    /// What is tried once more waits as long as it should, and what is given up was tried ten times.
    fn postponed(&mut self) {
        let taken = self.deliveries.taken.values();
        let taken: Vec<&Parcel> = taken.flat_map(|taken| &taken.parcels).collect();
        for (at, parcel) in &self.deliveries.postponed {
            let (id, wait) = (parcel.message_id(), parcel.due_at.as_millisecond() - at);
            let is_early = taken.contains(&parcel) && wait > 0;
            let after = (parcel.attempts as usize).checked_sub(1);
            let expected = after.and_then(|after| WAITS.get(after)).map(|seconds| seconds * 1000);
            let is_again = expected.is_some_and(|it| (it..=it + it / 10).contains(&wait));
            if !is_early && !is_again {
                self.accuse(format!(
                    "{id} waits {wait} milliseconds after attempt {}",
                    parcel.attempts
                ));
            }
        }
        for parcel in &self.deliveries.given_up {
            let id = parcel.message_id();
            let tries = self.deliveries.messages.iter().filter(|message| message.id == id).count();
            if parcel.attempts != 10 || tries < 10 {
                self.accuse(format!("{id} is given up after {} attempts", parcel.attempts));
            }
        }
    }

    /// Each message has come to its end, and that is told.
    fn ends(&mut self) {
        let Deliveries { messages, given_up, dropped, webhooks, rows, .. } = self.deliveries;
        let with = |is_so: &dyn Fn(&Message) -> bool| -> BTreeSet<&str> {
            let messages = messages.iter().filter(|message| is_so(message));
            messages.map(|message| message.id.as_str()).collect()
        };
        let is_taken = |message: &Message| message.answer == Some(204);
        let (taken, heard) = (with(&is_taken), with(&|it| is_taken(it) && it.is_heard));
        let gone = with(&|message| message.answer == Some(410) && message.is_heard);
        let ids = |parcels: &[Parcel]| -> BTreeSet<String> {
            parcels.iter().map(Parcel::message_id).collect()
        };
        let (given_up, dropped) = (ids(given_up), ids(dropped));
        let is_disabled = webhooks.iter().any(is_disabled);
        let told: BTreeMap<&str, &Value> = rows
            .iter()
            .filter_map(|row| Some((row["message_id"].as_str()?, &row["delivery_status"])))
            .collect();
        for id in ids(&self.history.parcels) {
            let id = id.as_str();
            let has_ended = taken.contains(id)
                || given_up.contains(id)
                || dropped.contains(id)
                || gone.contains(id)
                || is_disabled;
            if !has_ended {
                self.accuse(format!("{id} is lost"));
            }
            let is_so = match told.get(id).and_then(|status| status.as_str()) {
                Some("delivered") => heard.contains(id),
                Some("given_up") => given_up.contains(id) || gone.contains(id),
                Some("waiting") => dropped.contains(id) || is_disabled,
                Some(_) => false,
                None => dropped.contains(id) || is_disabled,
            };
            if !is_so {
                let status = told.get(id).copied().unwrap_or(&Value::Null);
                self.accuse(format!("{id} is told to be {status}"));
            }
        }
    }

    /// A webhook is disabled where its receiver has said that it is gone, at the address that it has then, and only there.
    fn gone(&mut self) {
        let Deliveries { messages, webhooks, rows, taken, .. } = self.deliveries;
        let last = webhooks.last().map_or(&Value::Null, |webhook| &webhook["revision"]);
        let told = rows.iter().filter(|row| row["answered"] == 410);
        let told: BTreeSet<_> = told.filter_map(|row| row["message_id"].as_str()).collect();
        let gone = messages.iter().filter(|it| it.answer == Some(410) && it.is_heard);
        let mut unheeded = gone.filter(|it| {
            let revision = taken.get(&it.by).map(|taken| &taken.webhook["revision"]);
            told.contains(it.id.as_str()) && revision == Some(last)
        });
        if unheeded.next().is_some() {
            self.accuse("a receiver is gone, and the webhook is as it was".to_owned());
        }
        let Some(webhook) = webhooks.iter().find(|webhook| is_disabled(webhook)) else { return };
        let url = &webhook["receiver_url"];
        let mut gone = messages.iter();
        if !gone.any(|it| it.answer == Some(410) && it.is_heard && *url == it.url) {
            self.accuse(format!("the webhook is disabled, and nobody at {url} has said so"));
        }
    }
}

fn is_disabled(webhook: &Value) -> bool {
    !webhook["disabled_because"].is_null()
}

/// Why a message should not have been sent by whoever took it.
fn reasons_against(message: &Message, taken: &Taken, webhooks: &[Value]) -> Vec<&'static str> {
    let Message { id, at, url, .. } = message;
    let mut parcels = taken.parcels.iter().filter(|parcel| parcel.message_id() == *id).peekable();
    let is_there = parcels.peek().is_some();
    let is_due = parcels.any(|parcel| parcel.due_at.as_millisecond() <= *at);
    let was_at = |row: &Value| row["receiver_url"] == url.as_str();
    let is_at = webhooks.last().is_some_and(was_at);
    [
        (!is_there, "by whom it was not given to"),
        (is_there && !is_due, "before it is due"),
        (taken.delivered.contains(id), "although it is known to have been delivered"),
        (is_disabled(&taken.webhook), "although the webhook was disabled"),
        (!was_at(&taken.webhook) && !is_at, "to another address"),
    ]
    .into_iter()
    .filter_map(|(is_so, why)| is_so.then_some(why))
    .collect()
}

/// Whether a message is signed as Standard Webhooks says, of the second in which it was sent.
fn is_signed(message: &Message, secret: &str) -> bool {
    let Message { at, id, timestamp, signature, body, .. } = message;
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap_or_default();
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(&key) else { return false };
    let mac = mac.chain_update(format!("{id}.{timestamp}.{body}")).finalize().into_bytes();
    // It may be on its way for as long as receivers are waited for, and somewhat longer.
    let age = timestamp.parse::<i64>().map(|seconds| at / 1000 - seconds);
    *signature == format!("v1,{}", STANDARD.encode(mac))
        && age.is_ok_and(|age| (0..60).contains(&age))
}

/// A time in milliseconds as messages have it.
fn time(milliseconds: &Value) -> String {
    let time = milliseconds.as_i64().and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
    time.map(|time| format!("{time:.3}")).unwrap_or_default()
}
