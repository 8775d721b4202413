//! Whether deliveries were what the documentation of webhooks says: docs/webhooks.md.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use shared::domain::delivery::Parcel;

use super::history::{Deliveries, History, Message, Postponed, Taken, Told};
use super::invariants::{Invariant, Violation};
use super::queue::MOST_OFTEN;

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
    for (task, taken) in &deliveries.taken {
        judge.once(*task, taken);
    }
    judge.postponed();
    judge.given_up();
    let parcels = history.parcels.iter().map(Parcel::message_id);
    for id in parcels.collect::<BTreeSet<_>>() {
        judge.ends(&id);
        judge.told(&id);
    }
    judge.gone();
    judge.found
}

struct Judge<'a> {
    history: &'a History,
    deliveries: &'a Deliveries,
    found: Vec<Violation>,
}

impl<'a> Judge<'a> {
    fn accuse(&mut self, what: String) {
        self.found.push(Violation { invariant: Invariant::Delivered, what });
    }

    /// The functions that took a message, in their order.
    fn takes(&self, id: &str) -> impl Iterator<Item = &'a Taken> {
        let has = move |taken: &&Taken| taken.parcels.iter().any(|it| it.message_id() == id);
        self.deliveries.taken.values().filter(has)
    }

    /// What was sent under an id.
    fn sent(&self, id: &str) -> impl Iterator<Item = &'a Message> {
        self.deliveries.messages.iter().filter(move |message| message.id == id)
    }

    /// A message that was sent.
    fn hear(&mut self, message: &Message) {
        let id = &message.id;
        let Some(taken) = self.deliveries.taken.get(&message.by) else {
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
        let mut others = self.deliveries.messages.iter();
        if others.any(|other| (other.id == *id) != (other.body == message.body)) {
            self.accuse(format!("{id} is not always the same, or not the only one to say this"));
        }
    }

    /// Whether a message says of an event what its commit does.
    fn tells_what_happened(&self, message: &Message) -> bool {
        let said: Value = serde_json::from_str(&message.body).unwrap_or_default();
        let is_it = |group: u32, seq: &Value| said["group_id"] == group && said["seq"] == *seq;
        let commits = self.history.commits.iter();
        commits.filter(|commit| is_it(commit.group, &commit.row["seq"])).any(|commit| {
            let event = &commit.row["last_event"];
            let or = |value: &Value, otherwise: Value| match value.is_null() {
                true => otherwise,
                false => value.clone(),
            };
            let expected = json!({
                "type": event["type"], "at": time(&event["at"]),
                "group_id": commit.group, "seq": commit.row["seq"],
                "actor_id": event["actor_id"], "user_ids": or(&event["user_ids"], json!([])),
                "data": or(&event["data"], json!({})),
            });
            said == expected
        })
    }

    /// Nobody sends a message more often than they have taken it.
    fn once(&mut self, task: usize, taken: &Taken) {
        let ids: Vec<String> = taken.parcels.iter().map(Parcel::message_id).collect();
        for id in ids.iter().collect::<BTreeSet<_>>() {
            let times = ids.iter().filter(|other| *other == id).count();
            if self.sent(id).filter(|message| message.by == task).count() > times {
                self.accuse(format!("{id} is sent more often than it was taken"));
            }
        }
    }

    /// What is tried once more waits as long as it should, and is so once for each time that it was taken.
    fn postponed(&mut self) {
        let mut again = BTreeMap::<(String, u32), usize>::new();
        for Postponed { parcel, at, after } in &self.deliveries.postponed {
            let wait = parcel.due_at.as_millisecond() - at;
            let taken = self.deliveries.taken.range(..=after).map(|(_, taken)| taken);
            let taken: Vec<&Parcel> = taken.flat_map(|taken| &taken.parcels).collect();
            if taken.contains(&parcel) && wait > 0 {
                continue;
            }
            let (id, attempts) = (parcel.message_id(), parcel.attempts);
            let after = (attempts as usize).checked_sub(1).and_then(|after| WAITS.get(after));
            let expected = after.map(|seconds| seconds * 1000);
            if !expected.is_some_and(|it| (it..=it + it / 10).contains(&wait)) {
                self.accuse(format!("{id} waits {wait} milliseconds after attempt {attempts}"));
            }
            let before = (id.clone(), attempts.saturating_sub(1));
            let is_before = |it: &&&Parcel| (it.message_id(), it.attempts) == before;
            let times = again.entry((id.clone(), attempts)).or_default();
            *times += 1;
            if *times > taken.iter().filter(is_before).count() {
                self.accuse(format!("{id} has attempt {attempts} more often than that before"));
            }
        }
    }

    /// What is given up was tried ten times, and what the queue gives up could not be settled.
    fn given_up(&mut self) {
        for parcel in &self.deliveries.given_up {
            let (id, attempts) = (parcel.message_id(), parcel.attempts);
            if attempts as usize != WAITS.len() + 1 || self.sent(&id).count() <= WAITS.len() {
                self.accuse(format!("{id} is given up after {attempts} attempts"));
            }
        }
        for parcel in &self.deliveries.dropped {
            let id = parcel.message_id();
            if self.takes(&id).filter(|taken| taken.is_troubled).count() < MOST_OFTEN {
                self.accuse(format!("{id} is not settled, although nothing went wrong"));
            }
        }
    }

    fn is_given_up(&self, id: &str) -> bool {
        self.deliveries.given_up.iter().any(|parcel| parcel.message_id() == id)
    }

    fn is_dropped(&self, id: &str) -> bool {
        self.deliveries.dropped.iter().any(|parcel| parcel.message_id() == id)
    }

    /// Whether a message was last taken when the webhook was disabled, or just before.
    fn met_the_end(&self, id: &str) -> bool {
        let disabled = self.deliveries.webhooks.iter().position(is_disabled);
        disabled.zip(self.takes(id).last()).is_some_and(|(disabled, taken)| {
            taken.began > disabled || taken.ended.is_none_or(|ended| ended > disabled)
        })
    }

    /// A message has come to its end.
    fn ends(&mut self, id: &str) {
        let is_taken = self.sent(id).any(|message| message.answer == Some(204));
        let has_ended = is_taken || self.is_given_up(id) || self.is_dropped(id);
        if !has_ended && !self.met_the_end(id) {
            self.accuse(format!("{id} is lost"));
        }
    }

    /// What is told of a message has been so, at each moment, and in the end it is how it ended.
    fn told(&mut self, id: &str) {
        let heard = |status: u16| self.sent(id).any(|it| it.answer == Some(status) && it.is_heard);
        let (is_heard, is_gone) = (heard(204), heard(410) && self.met_the_end(id));
        let has_been = |status: &Value| match status.as_str() {
            Some("delivered") => is_heard,
            Some("given_up") => self.is_given_up(id) || is_gone,
            status => matches!(status, None | Some("waiting")),
        };
        let moments = self.deliveries.taken.values().map(|taken| &taken.told);
        let last = &self.deliveries.told;
        let status = |told: &Arc<Told>| {
            told.get(id).map_or(Value::Null, |told| told["delivery_status"].clone())
        };
        let statuses = moments.chain([last]).map(status);
        let (mut wrong, mut is_delivered) = (BTreeSet::new(), false);
        for status in statuses {
            if !has_been(&status) || is_delivered && status != "delivered" {
                wrong.insert(status.to_string());
            }
            is_delivered |= status == "delivered";
        }
        let end = status(last);
        let is_open = end.is_null() || end == "waiting";
        if is_open && !self.is_dropped(id) && !self.met_the_end(id) {
            wrong.insert(format!("{end} in the end"));
        }
        let answered = last.get(id).map_or(&Value::Null, |row| &row["answered"]);
        let is_answer = |it: &Message| it.is_heard && it.answer.is_some_and(|it| *answered == it);
        if !answered.is_null() && !self.sent(id).any(is_answer) {
            wrong.insert(format!("answered {answered}"));
        }
        for wrong in wrong {
            self.accuse(format!("{id} is told to be {wrong}"));
        }
    }

    /// A webhook is disabled where its receiver has said that it is gone, at the address that it has then, and only there.
    fn gone(&mut self) {
        let Deliveries { messages, webhooks, told, taken, .. } = self.deliveries;
        let gone = messages.iter().filter(|it| it.answer == Some(410) && it.is_heard);
        let mut unheeded = gone.clone().filter(|it| {
            let is_last = |taken: &Taken| !taken.is_troubled && taken.began == webhooks.len();
            told.get(&it.id).is_some_and(|row| row["answered"] == 410)
                && taken.get(&it.by).is_some_and(is_last)
                && !webhooks.last().is_some_and(is_disabled)
        });
        if unheeded.next().is_some() {
            self.accuse("a receiver is gone, and the webhook is as it was".to_owned());
        }
        let Some(webhook) = webhooks.iter().find(|webhook| is_disabled(webhook)) else { return };
        let url = &webhook["receiver_url"];
        if !gone.clone().any(|it| *url == it.url) {
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
    // As it was when they took it, and later.
    let webhooks = &webhooks[taken.began.saturating_sub(1).min(webhooks.len())..];
    let is_told = taken.told.get(id).is_some_and(|row| row["delivery_status"] == "delivered");
    [
        (!is_there, "by whom it was not given to"),
        (is_there && !is_due, "before it is due"),
        (is_told, "although it is known to have been delivered"),
        (webhooks.first().is_some_and(is_disabled), "although the webhook was disabled"),
        (!webhooks.iter().any(|it| it["receiver_url"] == url.as_str()), "to another address"),
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
