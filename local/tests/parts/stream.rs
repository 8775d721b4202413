//! The stream: what was delivered goes, what was not stays, and a locked database is waited for.

use std::sync::Arc;

use dynoxide::Database;
use dynoxide::storage::Storage;
use local::engine::Engine;
use local::state::Log;
use local::stream::Feed;
use serde_json::{Value, json};
use tokio::sync::mpsc;

fn put(database: &Database, item: Value) {
    let request = json!({ "TableName": "guildhall", "Item": item });
    database.put_item(serde_json::from_value(request).unwrap()).unwrap();
}

fn row(number: usize) -> Value {
    json!({ "pk": { "S": "TEST" }, "sk": { "S": number.to_string() } })
}

/// The records that a feed which begins now would be given.
fn backlog(database: &Database) -> usize {
    let list = json!({ "TableName": "guildhall" });
    let table = database.describe_table(serde_json::from_value(list).unwrap()).unwrap().table;
    let arn = table.latest_stream_arn.unwrap();
    let iterator = json!({
        "StreamArn": arn, "ShardId": "shardId-00000001-guildhall", "ShardIteratorType": "TRIM_HORIZON"
    });
    let iterator = database.get_shard_iterator(serde_json::from_value(iterator).unwrap()).unwrap();
    let records = json!({ "ShardIterator": iterator.shard_iterator });
    database.get_records(serde_json::from_value(records).unwrap()).unwrap().records.len()
}

#[tokio::test]
async fn what_was_delivered_is_let_go_in_memory_and_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dynamodb.sqlite");
    for file in [None, Some(file.as_path())] {
        let engine = Engine::open(file).unwrap();
        let app = crate::app(&engine).await;
        let database = engine.database();
        let log: Log = Arc::new(drop);
        let mut feed = Feed::open(&app, database.clone()).unwrap();
        for round in 0..3 {
            for number in 0..10 {
                put(database, row(10 * round + number));
            }
            assert!(backlog(database) >= 10);
            assert_eq!(feed.deliver(&app, &log).await.unwrap(), 10, "each once");
            assert_eq!(backlog(database), 1, "the last, which numbers go on from");
            assert_eq!(feed.deliver(&app, &log).await.unwrap(), 0);
        }
        // A start reads that one again, and what was written since.
        put(database, row(100));
        let mut feed = Feed::open(&app, database.clone()).unwrap();
        assert_eq!(feed.deliver(&app, &log).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn what_could_not_be_delivered_stays() {
    let engine = Engine::open(None).unwrap();
    let app = crate::app(&engine).await;
    let database = engine.database();
    let mut feed = Feed::open(&app, database.clone()).unwrap();
    // The row lacks most of what a group has, so the relay cannot read it.
    let deleted = json!({
        "pk": { "S": "GAME#1#GROUP#1" }, "sk": { "S": "GROUP" }, "kind": { "S": "group" },
        "group_id": { "N": "1" }, "seq": { "N": "2" }, "created_at": { "N": "1" }, "deleted_at": { "N": "2" },
        "last_event": { "M": { "type": { "S": "group.deleted" }, "at": { "N": "2" } } },
    });
    put(database, deleted);
    let (failures, mut logged) = mpsc::unbounded_channel();
    let log: Log = Arc::new(move |record| failures.send(record.function).unwrap());
    for _ in 0..2 {
        assert!(feed.deliver(&app, &log).await.is_err());
        assert_eq!(logged.recv().await, Some("relay-events"));
        assert_eq!(backlog(database), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_database_is_told_of_and_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dynamodb.sqlite");
    let engine = Engine::open(Some(&file)).unwrap();
    let app = crate::app(&engine).await;
    let database = engine.database();
    let mut expired = row(0);
    expired["expires_at"] = json!({ "N": "1" });
    put(database, expired);
    let feed = Feed::open(&app, database.clone()).unwrap();
    let other = Storage::new(file.to_str().unwrap()).unwrap();
    other.conn().execute_batch("BEGIN IMMEDIATE").unwrap();

    let (warn, mut warned) = mpsc::unbounded_channel();
    let log: Log = Arc::new(drop);
    let running = tokio::spawn(async move {
        feed.run(&app, &log, |failure| warn.send(failure.to_string()).unwrap()).await
    });
    let mut warnings = String::new();
    while !(warnings.contains("delivered") && warnings.contains("expired rows")) {
        warnings += &warned.recv().await.unwrap();
    }
    assert!(warnings.contains("locked"), "{warnings}");

    other.conn().execute_batch("ROLLBACK").unwrap();
    let query = json!({
        "TableName": "guildhall", "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": { ":pk": { "S": "TEST" } },
    });
    let rows = || database.query(serde_json::from_value(query.clone()).unwrap()).unwrap().count;
    while rows() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(!running.is_finished());
    running.abort();
}
