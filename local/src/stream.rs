//! Feeds the table's stream to the function that relays events, as Lambda's event source does; and lets expired rows go.

use std::convert::Infallible;
use std::time::Duration;

use dynoxide::Database;
use dynoxide::actions::get_records::{GetRecordsRequest, GetRecordsResponse, Record};
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::types::AttributeValue;
use functions::routes::RELAY_EVENTS;
use functions::serve::failure_text;
use serde_json::json;
use shared::App;
use shared::domain::group::Group;
use shared::store::rows::View;

use crate::ServerError;
use crate::engine::DELIVERED;
use crate::state::Log;

/// The most records that are delivered at once, which is the most that the engine hands over.
const BATCH: usize = 1000;

/// How long nothing is looked for after everything was found.
const PAUSE: Duration = Duration::from_millis(200);

/// How long nothing is tried after something failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// How often expired rows are removed; rules do not depend on it.
const SWEEP: Duration = Duration::from_secs(60);

/// Where the reading of the stream stands.
pub struct Feed {
    database: Database,
    table_arn: String,
    iterator: String,
}

impl Feed {
    /// The stream of the app's table, from the first record that was not delivered yet.
    ///
    /// # Errors
    /// [`ServerError`] where the table has no stream.
    pub fn open(app: &App, database: Database) -> Result<Self, ServerError> {
        let table = json!({ "TableName": app.store.table() });
        let table = database.describe_table(serde_json::from_value(table)?)?.table;
        let stream_arn = table.latest_stream_arn.ok_or("the table has no stream")?;
        let stream = json!({ "StreamArn": stream_arn });
        let stream = database.describe_stream(serde_json::from_value(stream)?)?.stream_description;
        let shard = stream.shards.into_iter().next().ok_or("the stream has no shard")?;
        let request = GetShardIteratorRequest {
            stream_arn,
            shard_id: shard.shard_id,
            shard_iterator_type: "TRIM_HORIZON".to_owned(),
            ..Default::default()
        };
        let iterator = database.get_shard_iterator(request)?.shard_iterator;
        let iterator = iterator.ok_or("the shard has no iterator")?;
        Ok(Self { database, table_arn: table.table_arn, iterator })
    }

    /// Delivers what has come since, and lets go of it; tells how many records were read. What fails is delivered again,
    /// which is harmless: what was written stays, and sweeping what was swept does nothing.
    ///
    /// # Errors
    /// [`ServerError`] where the stream cannot be read or trimmed, or the function fails, which is in the log then.
    pub async fn deliver(&mut self, app: &App, log: &Log) -> Result<usize, ServerError> {
        let request =
            GetRecordsRequest { shard_iterator: self.iterator.clone(), limit: Some(BATCH) };
        let GetRecordsResponse { records, next_shard_iterator } =
            self.database.get_records(request)?;
        let Some(last) = records.last() else { return Ok(0) };
        let of_groups: Vec<_> = records.iter().filter(|record| is_of_a_group(record)).collect();
        if !of_groups.is_empty() {
            let event = json!({ "Records": of_groups });
            let (relayed, record) = RELAY_EVENTS.invoke(app, "stream".to_owned(), event).await;
            if let Err(failure) = relayed {
                log(record);
                return Err(failure_text(&failure).into());
            }
        }
        self.trim(&last.event_id)?;
        self.iterator = next_shard_iterator.ok_or("the stream has ended")?;
        Ok(records.len())
    }

    /// Lets go of the records before that one: the tag sets off the trigger that the engine has for it.
    fn trim(&self, event_id: &str) -> Result<(), ServerError> {
        let tags = json!([{ "Key": DELIVERED, "Value": event_id }]);
        let request = json!({ "ResourceArn": self.table_arn, "Tags": tags });
        self.database.tag_resource(serde_json::from_value(request)?)?;
        Ok(())
    }

    /// Delivers the stream and lets expired rows go until the task is dropped. `warn` is told what fails, and is tried
    /// again a little later.
    pub async fn run(mut self, app: &App, log: &Log, warn: impl Fn(ServerError)) -> Infallible {
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            let pause = match self.deliver(app, log).await {
                Ok(BATCH) => Duration::ZERO,
                Ok(_) => PAUSE,
                Err(failure) => {
                    warn(format!("the stream could not be delivered: {failure}").into());
                    AFTER_FAILURE
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = sweep.tick() => if let Err(failure) = self.database.sweep_ttl() {
                    warn(format!("expired rows could not be removed: {failure}").into());
                    sweep.reset_after(AFTER_FAILURE);
                }
            }
        }
    }
}

/// Whether the record is of a group's row, as the `FilterCriteria` of `template.yaml` ask.
fn is_of_a_group(record: &Record) -> bool {
    let kind = record.dynamodb.new_image.as_ref().and_then(|image| image.get("kind"));
    matches!(kind, Some(AttributeValue::S(kind)) if kind == Group::KIND)
}
