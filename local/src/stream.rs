//! Feeds the table's stream to the function that sweeps deleted groups, as Lambda's event source does; and lets expired rows go.

use std::time::Duration;

use dynoxide::Database;
use dynoxide::actions::describe_stream::DescribeStreamRequest;
use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::GetShardIteratorRequest;
use dynoxide::actions::list_streams::ListStreamsRequest;
use functions::routes::SWEEP_DELETED_GROUPS;
use serde_json::json;
use shared::App;

use crate::Failure;
use crate::server::Log;

/// How long nothing is looked for after nothing was found.
const PAUSE: Duration = Duration::from_millis(200);

/// How often expired rows are removed; rules do not depend on it.
const SWEEP: Duration = Duration::from_secs(60);

/// Where the reading of the stream stands.
pub struct Feed {
    database: Database,
    iterators: Vec<String>,
}

impl Feed {
    /// The stream of the app's table, from its beginning: sweeping again what was swept does nothing.
    ///
    /// # Errors
    /// [`Failure`] where the table has no stream.
    pub fn open(app: &App, database: Database) -> Result<Self, Failure> {
        let table_name = Some(app.store.table().to_owned());
        let listed =
            database.list_streams(ListStreamsRequest { table_name, ..Default::default() })?;
        let stream_arn =
            listed.streams.first().ok_or("the table has no stream")?.stream_arn.clone();
        let described = database.describe_stream(
            serde_json::from_value::<DescribeStreamRequest>(json!({ "StreamArn": stream_arn }))?,
        )?;
        let iterators = described
            .stream_description
            .shards
            .into_iter()
            .map(|shard| {
                let request = GetShardIteratorRequest {
                    stream_arn: stream_arn.clone(),
                    shard_id: shard.shard_id,
                    shard_iterator_type: "TRIM_HORIZON".to_owned(),
                    ..Default::default()
                };
                let iterator = database.get_shard_iterator(request)?.shard_iterator;
                Ok(iterator.ok_or("a shard has no iterator")?)
            })
            .collect::<Result<_, Failure>>()?;
        Ok(Self { database, iterators })
    }

    /// Feeds what has come since; tells whether there was anything.
    ///
    /// # Errors
    /// [`Failure`] where the stream cannot be read. What the function refuses is in the log.
    pub async fn deliver(&mut self, app: &App, log: &Log) -> Result<bool, Failure> {
        let mut found = false;
        for iterator in &mut self.iterators {
            let request = GetRecordsRequest { shard_iterator: iterator.clone(), limit: None };
            let batch = self.database.get_records(request)?;
            if !batch.records.is_empty() {
                found = true;
                let event = json!({ "Records": batch.records });
                let id = "stream".to_owned();
                let (_, record) = SWEEP_DELETED_GROUPS.invoke(app, id, event).await;
                if record.failure.is_some() {
                    log(record);
                }
            }
            if let Some(next) = batch.next_shard_iterator {
                *iterator = next;
            }
        }
        Ok(found)
    }

    /// Feeds the stream and lets expired rows go until the task is dropped.
    ///
    /// # Errors
    /// [`Failure`] where the stream cannot be read.
    pub async fn run(mut self, app: &App, log: &Log) -> Result<(), Failure> {
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            let pause = if self.deliver(app, log).await? { Duration::ZERO } else { PAUSE };
            tokio::select! {
                _ = tokio::time::sleep(pause) => {}
                _ = sweep.tick() => { self.database.sweep_ttl()?; }
            }
        }
    }
}
