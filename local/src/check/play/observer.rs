//! The observer: sees what transactions have done to groups, in the order in which they were carried out, and at the end what is there.

use serde_json::{Map, Value, json};

use super::tasks::Work;
use super::{END, Stage};
use crate::ServerError;
use crate::check::faults::Odds;
use crate::check::history::{Commit, plain_item};
use crate::check::tamper::{TRANSACTION, guards};
use crate::check::world::TABLE;

impl Stage<'_> {
    /// Sees what a transaction has done to a group.
    pub(super) fn observe(&mut self, task: usize, transaction: &Value) -> Result<(), ServerError> {
        for guard in guards(TRANSACTION, transaction) {
            *self.guards.entry(guard).or_default() += 1;
        }
        let (mut connection, mut code) = (None, None);
        let mut group_key = None;
        for item in transaction["TransactItems"].as_array().into_iter().flatten() {
            let Some((_, write)) = item.as_object().and_then(|item| item.iter().next()) else {
                continue;
            };
            let (row, key) = (&write["Item"], &write["Key"]);
            let key = if key.is_null() { row } else { key };
            if row["kind"]["S"] == "connection" {
                connection = Some(row.clone());
            }
            if row["kind"]["S"] == "code" {
                code = row["code_id"]["N"].as_str().and_then(|id| id.parse().ok());
            }
            if key["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("WEBHOOK#")) {
                self.observe_webhook();
            }
            if key["sk"]["S"] == "GROUP" {
                group_key = Some(json!({ "pk": key["pk"], "sk": key["sk"] }));
            }
        }
        let Some(key) = group_key else { return Ok(()) };
        let get = json!({ "TableName": TABLE, "Key": key, "ConsistentRead": true });
        let image = self.engine("GetItem", &get)["Item"].take();
        let Some(image) = image.as_object() else { return Ok(()) };
        let row = plain_item(image);
        let group = u32::try_from(row["group_id"].as_i64().unwrap_or_default())?;
        let seq = row["seq"].as_u64().unwrap_or_default();
        if self.known.get(&group) == Some(&seq) {
            // A transaction with a token that was known already: nothing is done twice.
            return Ok(());
        }
        self.known.insert(group, seq);
        self.stream.push(group, Value::Object(image.clone()));
        let connection = connection.as_ref().and_then(Value::as_object);
        self.committed(task, group, row, connection, code);
        Ok(())
    }

    fn committed(
        &mut self,
        task: usize,
        group: u32,
        row: Value,
        connection: Option<&Map<String, Value>>,
        code: Option<u32>,
    ) {
        let connection = connection.map(plain_item).and_then(|row| {
            let number = |name: &str| u32::try_from(row[name].as_u64()?).ok();
            let kind = row["connection_kind"].as_str()?;
            let kind = if kind == "invitation" { "invitation" } else { "application" };
            let id = number("connection_id")?;
            self.clients.connections.insert((group, number("user_id")?, kind), id);
            Some(id)
        });
        let event = &row["last_event"]["type"];
        let line = format!("has committed {} of {group}: {event}", row["seq"]);
        self.note(task, &line);
        let Some(by) = self.operations.get(&task).copied() else {
            self.history.faults.push(format!("the stream's function has changed group {group}"));
            return;
        };
        self.history.commits.push(Commit { by, group, row, connection, code });
    }

    /// Every row, in the order of their keys.
    pub(super) fn scan(&self) -> Vec<Value> {
        let mut answer = self.engine("Scan", &json!({ "TableName": TABLE }));
        let mut rows = answer["Items"].as_array_mut().map(std::mem::take).unwrap_or_default();
        rows.sort_by_cached_key(|row| format!("{}\u{0}{}", row["pk"], row["sk"]));
        rows
    }

    /// Relays what is left of the stream, without faults, and looks at what is there then.
    pub(super) async fn end(&mut self) -> Result<(), ServerError> {
        self.set_odds(&Odds::none());
        let patience = self.calls + END;
        while !self.stream.is_empty() || !self.tasks.is_empty() || !self.waiting.is_empty() {
            if self.calls > patience {
                self.history.is_stuck = true;
                break;
            }
            if self.tasks.is_empty()
                && let Some(batch) = self.stream.next(&mut self.rng)
            {
                let event = batch.event();
                self.begin(Work::Relay(batch), self.world.relay(event));
            }
            self.settle();
            match self.waiting.is_empty() {
                false => self.carry(0)?,
                true => self.pass(1).await,
            }
            self.settle();
        }
        let rows = self.scan();
        self.history.parcels =
            self.world.sent.take().into_iter().map(|(_, parcel)| parcel).collect();
        self.history.rows = rows.iter().filter_map(Value::as_object).map(plain_item).collect();
        Ok(())
    }
}
