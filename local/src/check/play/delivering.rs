//! Delivering: what the queue was handed is sent to the game's webhook, after the play, and with the same faults.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use shared::Error;
use shared::outbox::queue::Place;

use super::tasks::{Task, Work};
use super::{Stage, Turn};
use crate::ServerError;
use crate::check::exchange::{Parked, Reply};
use crate::check::faults::Fault;
use crate::check::history::{Deliveries, Message, Postponed, Taken, Told, plain_item};
use crate::check::world::TABLE;

/// The most functions that deliver at once.
const AT_ONCE: usize = 3;

/// The most calls that are needed to empty the queue.
const PATIENCE: u64 = 100_000;

/// How late a message is that is delayed, in milliseconds: later than it is waited for.
const DELAY: std::ops::Range<u64> = 15_100..30_000;

impl Stage<'_> {
    /// Delivers until the queue is empty. Meanwhile, in about a third of the plays, the webhook moves to another address; it also
    /// does after half of the times that its receiver says that it is gone. In one of sixteen plays, one message is never taken.
    pub(super) async fn deliver(&mut self) -> Result<(), ServerError> {
        self.set_odds(&self.plan.odds);
        // Days pass here, and the rows that are left were looked at.
        self.expired.clear();
        for parcel in self.history.parcels.clone() {
            self.delivering.queue.put(parcel, self.world.now());
        }
        self.observe_webhook();
        if self.rng.u8(..16) == 0
            && let Some(parcel) = self.rng.choice(&self.history.parcels)
        {
            self.delivering.never_taken = Some(parcel.message_id());
        }
        let patience = self.calls + PATIENCE;
        self.delivering.moves_at = self.rng.bool().then(|| self.calls + self.rng.u64(..100));
        while !self.delivering.queue.is_empty()
            || !self.tasks.is_empty()
            || !self.waiting.is_empty()
        {
            if self.calls > patience {
                self.delivering.seen.is_stuck = true;
                break;
            }
            if self.delivering.moves_at.take_if(|at| *at <= self.calls).is_some() {
                self.begin(Work::Making, self.world.move_webhook());
            }
            self.strike();
            self.turn_of_the_queue().await?;
            self.settle();
            self.take_in();
        }
        let told = self.told_now();
        self.history.deliveries = Some(Deliveries {
            secret: self.world.webhook["secret"].as_str().unwrap_or_default().to_owned(),
            dropped: std::mem::take(&mut self.delivering.queue).given_up(),
            told,
            ..std::mem::take(&mut self.delivering.seen)
        });
        Ok(())
    }

    /// Does the next thing.
    async fn turn_of_the_queue(&mut self) -> Result<(), ServerError> {
        let is_delivery = |task: &&Task| matches!(task.work, Work::Delivery(_));
        let deliveries = self.tasks.values().filter(is_delivery).count();
        let (now, arrived) = (self.world.now(), self.arrived());
        let until = self.delivering.queue.visible_at().map_or(0, |visible_at| visible_at - now);
        let mut turns = vec![(Turn::Pass, 1)];
        if until <= 0 && !self.delivering.queue.is_empty() && deliveries < AT_ONCE {
            turns.push((Turn::Start, 8));
        }
        if !arrived.is_empty() {
            turns.push((Turn::Call, 24));
        }
        let is_idle = self.tasks.is_empty() && self.waiting.is_empty();
        match self.weighted(&turns) {
            Turn::Start => self.hand_over(),
            Turn::Call => {
                let place = self.call(&arrived);
                self.carry(place)?;
            }
            // Where nothing is under way, nothing happens until something is due.
            Turn::Relay | Turn::Pass if is_idle => self.pass(until.max(1).unsigned_abs()).await,
            Turn::Relay | Turn::Pass => {
                let most = if turns.len() == 1 { 2_000 } else { 20 };
                let time = self.rng.u64(1..=most);
                self.pass(time).await;
            }
        }
        Ok(())
    }

    /// Hands some messages over to a function.
    fn hand_over(&mut self) {
        let messages = self.delivering.queue.take(self.world.now(), &mut self.rng);
        if messages.is_empty() {
            return;
        }
        let record = |(number, parcel)| {
            let body = serde_json::to_string(parcel).unwrap_or_default();
            json!({ "messageId": number, "body": body })
        };
        let named = messages.iter().map(|(number, parcel)| (number.to_string(), parcel));
        let batch = json!({ "Records": named.map(record).collect::<Vec<_>>() });
        let (numbers, parcels) = messages.into_iter().unzip::<_, _, Vec<_>, Vec<_>>();
        let line = format!("begins to deliver {}", parcels.len());
        let task = self.begin(Work::Delivery(numbers), self.world.deliver(batch));
        let (told, began) = (self.told_now(), self.delivering.seen.webhooks.len());
        let queue_faults = self.world.sent.faults();
        let taken = Taken { parcels, began, ended: None, is_troubled: false, queue_faults, told };
        self.delivering.seen.taken.insert(task, taken);
        self.note(task, &line);
    }

    /// A function has told which of its messages are settled.
    pub(super) fn told(&mut self, task: usize, numbers: &[usize], told: Result<Value, Error>) {
        if let Some(taken) = self.delivering.seen.taken.get_mut(&task) {
            taken.ended = Some(self.delivering.seen.webhooks.len());
            taken.is_troubled |= self.world.sent.faults() > taken.queue_faults;
        }
        let Ok(told) = told else { return self.note(task, "fails to deliver") };
        let failures = told["batchItemFailures"].as_array().into_iter().flatten();
        let failures =
            failures.filter_map(|failure| failure["itemIdentifier"].as_str()?.parse().ok());
        let failures: BTreeSet<usize> = failures.collect();
        self.note(task, &format!("has settled all but {}", failures.len()));
        let now = self.world.now();
        for number in numbers.iter().filter(|number| !failures.contains(number)) {
            match self.carrier.strike(Fault::Redeliver, &mut self.rng) {
                true => self.delivering.queue.repeat(*number, now),
                false => self.delivering.queue.forget(*number),
            }
        }
    }

    /// Takes in what functions have sent off.
    fn take_in(&mut self) {
        let now = self.world.now();
        for (place, parcel) in self.world.sent.take() {
            match place {
                Place::Deliveries => {
                    let put = Postponed { parcel: parcel.clone(), at: now, after: self.last_task };
                    self.delivering.seen.postponed.push(put);
                    self.delivering.queue.put(parcel, now);
                }
                Place::GivenUp => self.delivering.seen.given_up.push(parcel),
            }
        }
    }

    /// A message comes to its receiver, or does not.
    pub(super) fn receive(&mut self, mut call: Parked) {
        let is_waited_for = !call.reply.is_closed();
        if is_waited_for && self.carrier.strike(Fault::Delay, &mut self.rng) {
            call.arrives = self.time + self.rng.u64(DELAY);
            self.note(call.by, "sends a message that is delayed");
            return self.waiting.push(call);
        }
        let message = self.message(&call);
        if is_waited_for && self.carrier.strike(Fault::Lose, &mut self.rng) {
            self.keep(message);
            return self.carrier.lose(call);
        }
        let is_never_taken = self.delivering.never_taken.as_ref() == Some(&message.id);
        let is_refused = is_never_taken || self.carrier.strike(Fault::Refuse, &mut self.rng);
        let answer = if self.carrier.strike(Fault::Gone, &mut self.rng) {
            if self.rng.bool() {
                self.delivering.moves_at = Some(self.calls);
            }
            410
        } else if is_refused {
            [302, 404, 500, 503][self.rng.usize(..4)]
        } else {
            204
        };
        let is_heard = is_waited_for && !self.carrier.strike(Fault::Break, &mut self.rng);
        self.keep(Message { answer: Some(answer), is_heard, ..message });
        let reply = if is_heard { Reply::Answer(answer, String::new()) } else { Reply::Broken };
        // Whoever does not wait any more needs no answer.
        let _heard_or_not = call.reply.send(reply);
    }

    /// The message that such a call is, as long as nothing has answered it.
    fn message(&self, call: &Parked) -> Message {
        let message: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let [url, id, timestamp, signature, body] = ["url", "id", "timestamp", "signature", "body"]
            .map(|name| message[name].as_str().unwrap_or_default().to_owned());
        let (by, at) = (call.by, self.world.now());
        Message { by, at, url, id, timestamp, signature, body, answer: None, is_heard: false }
    }

    /// Keeps what was sent to the receiver.
    fn keep(&mut self, message: Message) {
        let Message { by, id, url, answer, is_heard, .. } = &message;
        let end = match (answer, is_heard) {
            (None, _) => "is lost".to_owned(),
            (Some(answer), true) => format!("is answered {answer}"),
            (Some(answer), false) => format!("is answered {answer}, which nobody hears"),
        };
        self.note(*by, &format!("sends {id} to {url}, which {end}"));
        self.delivering.seen.messages.push(message);
    }

    /// A function that delivers has met a fault, or was killed.
    pub(super) fn trouble(&mut self, task: usize) {
        if let Some(taken) = self.delivering.seen.taken.get_mut(&task) {
            taken.is_troubled = true;
        }
    }

    /// Sees how the webhook is by now.
    pub(super) fn observe_webhook(&mut self) {
        let webhook = self.webhook();
        self.delivering.seen.webhooks.push(webhook);
    }

    /// Something was put, so what is told has to be read once more.
    pub(super) fn forget_what_is_told(&mut self) {
        self.delivering.told = None;
    }

    /// The webhook's row.
    fn webhook(&self) -> Value {
        let rows = self.rows_of(&format!("GAME#{}#WEBHOOKS", self.world.game));
        rows.into_iter().find(|row| row["kind"] == "webhook").unwrap_or_default()
    }

    /// What is told of deliveries, which is read once more where something was put since.
    fn told_now(&mut self) -> Arc<Told> {
        if let Some(told) = &self.delivering.told {
            return told.clone();
        }
        let of_webhook = &self.world.webhook["id"];
        let partition = format!("GAME#{}#DELIVERIES#{of_webhook}", self.world.game);
        let rows = self.rows_of(&partition).into_iter();
        let told = rows.filter_map(|row| Some((row["message_id"].as_str()?.to_owned(), row)));
        let told = Arc::new(told.collect());
        self.delivering.told = Some(Arc::clone(&told));
        told
    }

    /// The rows of a partition.
    fn rows_of(&self, partition: &str) -> Vec<Value> {
        let query = json!({
            "TableName": TABLE, "ConsistentRead": true, "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": { ":pk": { "S": partition } },
        });
        let answer = self.engine("Query", &query);
        let rows = answer["Items"].as_array().into_iter().flatten();
        rows.filter_map(Value::as_object).map(plain_item).collect()
    }
}
