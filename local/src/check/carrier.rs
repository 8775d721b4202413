//! The carrier: carries calls out on the engine, or lets them meet a fault.

use std::collections::BTreeMap;

use fastrand::Rng;
use http::StatusCode;
use serde_json::{Value, json};

use super::exchange::{Parked, Reply};
use super::faults::{Fault, Odds, Tally};
use super::readings;
use super::tamper::{TRANSACTION, Tamper, checks};
use crate::engine::{Answer, Engine};

/// Carries calls out.
pub struct Carrier {
    pub engine: Engine,
    pub odds: Odds,
    pub tally: Tally,
    pub tamper: Tamper,
    /// What queries of indexes were answered before.
    shown: BTreeMap<String, Vec<Value>>,
    /// Where answers would go of calls that never arrived.
    lost: Vec<Parked>,
}

/// What came of a call.
pub enum Carried {
    /// It was answered, or its answer was lost; what it was, and a transaction that was carried out.
    Done(&'static str, Option<Value>),
    /// It has to wait for another turn.
    Parked(&'static str, Parked),
    /// It never arrives.
    Gone(&'static str),
}

/// What is said of a batch that is answered in part: the rest is of another moment.
pub const IN_PART: &str = " in part";
/// What is said of a read whose rest is of another moment.
pub const READS_A_PART: &str = "reads a part";

/// How late a call is that is delayed, in milliseconds: later than an attempt is waited for.
const DELAY: std::ops::Range<u64> = 1_600..6_000;

impl Carrier {
    pub fn new(engine: Engine, odds: Odds, tamper: Tamper) -> Self {
        Self { engine, odds, tally: Tally::new(), tamper, shown: BTreeMap::new(), lost: Vec::new() }
    }

    /// Whether that fault happens now; it is counted then.
    pub fn strike(&mut self, fault: Fault, rng: &mut Rng) -> bool {
        let strikes = self.odds.strike(fault, rng);
        if strikes {
            *self.tally.entry(fault).or_default() += 1;
        }
        strikes
    }

    /// A call never arrives, and whoever made it waits.
    pub fn lose(&mut self, call: Parked) {
        self.lost.push(call);
    }

    /// Carries a call out as it is.
    pub fn carry(&mut self, call: Parked) -> Carried {
        let (status, json, written) = self.perform(&call.target, &call.body);
        send(call, Reply::Answer(status, json));
        Carried::Done("", written)
    }

    /// Carries a call out, or lets it meet a fault.
    pub fn carry_or_fail(&mut self, mut call: Parked, time: u64, rng: &mut Rng) -> Carried {
        if let Some(first) = call.first_reading.take() {
            return self.read_the_rest(call, &first, rng);
        }
        if self.strike(Fault::Lose, rng) {
            self.lose(call);
            return Carried::Gone("is lost");
        }
        if self.strike(Fault::Delay, rng) {
            call.arrives = time + rng.u64(DELAY);
            return Carried::Parked("is delayed", call);
        }
        if self.strike(Fault::Throttle, rng) {
            send(call, error(400, "ProvisionedThroughputExceededException"));
            return Carried::Gone("is throttled");
        }
        if self.strike(Fault::FailBefore, rng) {
            send(call, error(500, "InternalServerError"));
            return Carried::Gone("fails");
        }
        match call.operation() {
            TRANSACTION | "PutItem" | "UpdateItem" => self.write(call, rng),
            "BatchWriteItem" => self.batch(call, rng),
            "BatchGetItem" => self.read_batch(call, rng),
            "Query" => self.query(call, rng),
            _ => self.carry(call),
        }
    }

    fn write(&mut self, mut call: Parked, rng: &mut Rng) -> Carried {
        if self.strike(Fault::Conflict, rng) {
            let is_transaction = call.operation() == TRANSACTION;
            send(
                call,
                if is_transaction {
                    cancelled()
                } else {
                    error(400, "TransactionConflictException")
                },
            );
            return Carried::Gone("meets a conflict");
        }
        if matches!(self.tamper, Tamper::Naive) && call.operation() == TRANSACTION {
            let transaction = serde_json::from_slice(&call.body).unwrap_or_default();
            if let Some(checks) = checks(&transaction) {
                let Answer(status, json) =
                    self.engine.answer(&call.target, checks.to_string().as_bytes());
                if status != StatusCode::OK {
                    send(call, Reply::Answer(status.as_u16(), json));
                    return Carried::Done(" as a check, which fails", None);
                }
                call.first_reading = Some(json);
                return Carried::Parked("is checked", call);
            }
        }
        let (status, json, written) = self.perform(&call.target, &call.body);
        if self.strike(Fault::LoseAnswer, rng) {
            send(call, error(500, "InternalServerError"));
            return Carried::Done(", and its answer is lost", written);
        }
        if self.strike(Fault::Break, rng) {
            send(call, Reply::Broken);
            return Carried::Done(", and the connection breaks", written);
        }
        send(call, Reply::Answer(status, json));
        Carried::Done("", written)
    }

    fn batch(&mut self, call: Parked, rng: &mut Rng) -> Carried {
        if self.odds.strike(Fault::Unprocessed, rng)
            && let Ok(body) = serde_json::from_slice(&call.body)
            && let Some((first, left)) = readings::divide(&body, rng)
        {
            let (status, json, _) = self.perform(&call.target, first.to_string().as_bytes());
            if let Some(json) = readings::in_part(&json, &left) {
                *self.tally.entry(Fault::Unprocessed).or_default() += 1;
                send(call, Reply::Answer(status, json));
                return Carried::Done(IN_PART, None);
            }
        }
        self.carry(call)
    }

    fn read_batch(&mut self, mut call: Parked, rng: &mut Rng) -> Carried {
        if self.odds.strike(Fault::Torn, rng)
            && let Ok(body) = serde_json::from_slice(&call.body)
            && let Some((first, left)) = readings::divide(&body, rng)
        {
            let (status, json, _) = self.perform(&call.target, first.to_string().as_bytes());
            if status == 200 {
                *self.tally.entry(Fault::Torn).or_default() += 1;
                call.body = left.to_string().into_bytes();
                call.first_reading = Some(json);
                return Carried::Parked(READS_A_PART, call);
            }
        }
        self.batch(call, rng)
    }

    fn query(&mut self, mut call: Parked, rng: &mut Rng) -> Carried {
        let Ok(body) = serde_json::from_slice::<Value>(&call.body) else { return self.carry(call) };
        if !body["IndexName"].is_null() {
            return self.query_index(call, &body, rng);
        }
        if self.odds.strike(Fault::Torn, rng) {
            let keyed = readings::with_keys(&body).to_string();
            let (status, json, _) = self.perform(&call.target, keyed.as_bytes());
            if status == 200 {
                *self.tally.entry(Fault::Torn).or_default() += 1;
                call.first_reading = Some(json);
                return Carried::Parked(READS_A_PART, call);
            }
        }
        self.carry(call)
    }

    fn query_index(&mut self, call: Parked, body: &Value, rng: &mut Rng) -> Carried {
        let (status, json, _) = self.perform(&call.target, &call.body);
        // As values: the engine writes an item's attributes in any order.
        let current: Value = serde_json::from_str(&json).unwrap_or_default();
        let shown = self.shown.entry(body.to_string()).or_default();
        shown.push(current.clone());
        // An index lags by moments, and not for ever.
        let recent = shown.len().saturating_sub(4);
        shown.drain(..recent);
        let old = shown[rng.usize(..shown.len())].clone();
        if old != current && self.strike(Fault::Stale, rng) {
            send(call, Reply::Answer(status, old.to_string()));
            return Carried::Done(" and shows what was", None);
        }
        send(call, Reply::Answer(status, json));
        Carried::Done("", None)
    }

    fn read_the_rest(&mut self, call: Parked, first: &str, rng: &mut Rng) -> Carried {
        let whole = match call.operation() {
            TRANSACTION => return self.carry(call),
            "BatchGetItem" => {
                let (_, rest, _) = self.perform(&call.target, &call.body);
                readings::together(first, &rest)
            }
            _ => serde_json::from_slice(&call.body).ok().and_then(|body| {
                let keyed = readings::with_keys(&body).to_string();
                let (_, second, _) = self.perform(&call.target, keyed.as_bytes());
                readings::torn(&body, first, &second, rng)
            }),
        };
        match whole {
            Some(json) => send(call, Reply::Answer(200, json)),
            None => return self.carry(call),
        }
        Carried::Done(" and has read the rest", None)
    }

    /// What the engine makes of it; and the transaction, where it was one that was carried out.
    fn perform(&self, target: &str, body: &[u8]) -> (u16, String, Option<Value>) {
        let is_transaction = target.ends_with(".TransactWriteItems");
        if !is_transaction {
            let Answer(status, json) = self.engine.answer(target, body);
            return (status.as_u16(), json, None);
        }
        let transaction: Value = serde_json::from_slice(body).unwrap_or_default();
        let Answer(status, json) = match self.tamper.change(TRANSACTION, &transaction) {
            Some(changed) => self.engine.answer(target, changed.to_string().as_bytes()),
            None => self.engine.answer(target, body),
        };
        let written = (status == StatusCode::OK).then_some(transaction);
        (status.as_u16(), json, written)
    }
}

fn send(call: Parked, reply: Reply) {
    // Whoever does not wait any more needs no answer.
    let _heard_or_not = call.reply.send(reply);
}

fn error(status: u16, name: &str) -> Reply {
    Reply::Answer(status, json!({ "__type": name, "message": "a fault" }).to_string())
}

fn cancelled() -> Reply {
    let cancelled = json!({
        "__type": "TransactionCanceledException", "Message": "a fault",
        "CancellationReasons": [{ "Code": "TransactionConflict" }],
    });
    Reply::Answer(400, cancelled.to_string())
}
