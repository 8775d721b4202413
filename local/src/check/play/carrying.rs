//! Carrying: parked calls are carried out in their turn, or meet a fault; functions are killed, and rows expire.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Stage;
use super::tasks::{Task, Work};
use crate::ServerError;
use crate::check::carrier::{Carried, IN_PART, READS_A_PART};
use crate::check::exchange::Parked;
use crate::check::faults::{Fault, Tally};
use crate::check::world::TABLE;

impl Stage<'_> {
    /// Functions are killed, and rows expire.
    pub(super) fn strike(&mut self) {
        if !self.tasks.is_empty() && self.carrier.strike(Fault::Kill, &mut self.rng) {
            let which = self.rng.usize(..self.tasks.len());
            let task = self.tasks.keys().nth(which).copied().unwrap_or_default();
            if let Some(Task { work, .. }) = self.tasks.remove(&task) {
                self.note(task, "is killed");
                self.trouble(task);
                if let Work::Relay(batch) = work {
                    self.stream.failed(batch);
                }
            }
        }
        if !self.expired.is_empty() && self.carrier.strike(Fault::Expire, &mut self.rng) {
            let key = self.expired.swap_remove(self.rng.usize(..self.expired.len()));
            self.expire(&key);
        }
    }

    fn expire(&mut self, key: &Value) {
        // It may have been written anew since.
        let now = self.world.now() / 1000;
        let delete = json!({
            "TableName": TABLE, "Key": key, "ConditionExpression": "expires_at < :now",
            "ExpressionAttributeValues": { ":now": { "N": now.to_string() } },
        });
        self.engine("DeleteItem", &delete);
        let _written = writeln!(self.log, "{:>8} {key} expires", self.time);
    }

    /// Carries out the call at that place.
    pub(super) fn carry(&mut self, place: usize) -> Result<(), ServerError> {
        let call = self.waiting.swap_remove(place);
        if call.is_message() {
            self.receive(call);
            return Ok(());
        }
        let (by, operation) = (call.by, call.operation().to_owned());
        if call.reply.is_closed() {
            let arrives = match operation.as_str() {
                "GetItem" | "Query" | "BatchGetItem" => false,
                "PutItem" if is_event(&call) => {
                    self.carrier.strike(Fault::LateEvent, &mut self.rng)
                }
                _ => self.rng.bool(),
            };
            if arrives {
                let carried = self.carrier.carry(call);
                self.carried(by, &operation, carried, "arrives late")?;
            }
            return Ok(());
        }
        let before = self.carrier.tally.clone();
        let carried = self.carrier.carry_or_fail(call, self.time, &mut self.rng);
        self.note_faults(by, &before);
        self.carried(by, &operation, carried, "is carried out")
    }

    fn carried(
        &mut self,
        by: usize,
        operation: &str,
        carried: Carried,
        how: &str,
    ) -> Result<(), ServerError> {
        self.calls += 1;
        if operation == "PutItem" {
            self.forget_what_is_told();
        }
        match carried {
            Carried::Done(ending, written) => {
                self.note(by, &format!("{operation} {how}{ending}"));
                if ending == IN_PART {
                    self.tear(by);
                }
                self.note_reading(by, operation);
                written.map_or(Ok(()), |written| self.observe(by, &written))
            }
            Carried::Parked(what, call) => {
                self.note(by, &format!("{operation} {what}"));
                self.waiting.push(call);
                if what == READS_A_PART {
                    self.tear(by);
                }
                Ok(())
            }
            Carried::Gone(what) => {
                self.note(by, &format!("{operation} {what}"));
                Ok(())
            }
        }
    }

    /// Keeps which faults have struck an operation's call, which were counted so often before.
    fn note_faults(&mut self, task: usize, before: &Tally) {
        let tally = self.carrier.tally.iter();
        let struck = tally.filter(|(fault, count)| before.get(fault) != Some(count));
        let struck: Vec<Fault> = struck.map(|(fault, _)| *fault).collect();
        if struck.iter().any(|fault| fault.is_in_the_way()) {
            self.trouble(task);
        }
        if let Some(place) = self.operations.get(&task) {
            self.history.operations[*place].faults.extend(struck);
        }
    }

    /// Keeps when a group was read: what is asked about it after a commit is of another moment.
    fn note_reading(&mut self, task: usize, operation: &str) {
        let commits = self.history.commits.len();
        let Some(place) = self.operations.get(&task) else { return };
        let reading = &mut self.history.operations[*place];
        match operation {
            "BatchGetItem" => reading.read = Some(commits),
            "Query" => reading.is_torn |= reading.read.is_some_and(|read| read < commits),
            _ => {}
        }
    }

    fn tear(&mut self, task: usize) {
        if let Some(place) = self.operations.get(&task) {
            self.history.operations[*place].is_torn = true;
        }
    }
}

/// Whether a call puts an event into a history.
fn is_event(call: &Parked) -> bool {
    let put: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    put["Item"]["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("EVENT#"))
}
