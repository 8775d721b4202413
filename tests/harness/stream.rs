//! The table's stream: what it tells the relay, as it comes or made by hand, and what the relay makes of it.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use local::state::Log;
use local::stream::Feed;
use serde_json::{Value, json};

use crate::calls::attributed;
use crate::reply::Reply;
use crate::typed::typed_fields;
use crate::world::World;

impl World {
    /// Delivers what has come in the stream of the embedded engine to the relay, as the local server does. Of a world on
    /// another engine, this cannot be done.
    pub async fn relay(&self) {
        let database = self.database().unwrap();
        let mut feed = Feed::open(&self.app, database.clone()).unwrap();
        let log: Log = Arc::new(drop);
        while attributed(Some("relay-events"), feed.deliver(&self.app, &log)).await.unwrap() > 0 {}
    }

    /// Hands the relay such records of the stream.
    pub async fn deliver(&self, records: impl IntoIterator<Item = Value>) -> Reply {
        let records: Vec<_> = records.into_iter().collect();
        self.invoke("relay-events", json!({ "Records": records })).await
    }

    /// The record that tells of a group's row as it lies there now.
    pub async fn record(&self, group: u64) -> Value {
        let store = &self.app.store;
        let get = store.client().get_item().table_name(store.table()).consistent_read(true);
        let get = get.key("pk", self.group_partition(group)).key("sk", text("GROUP"));
        let row = get.send().await.unwrap().item.unwrap();
        json!({
            "eventID": "1", "eventName": "MODIFY", "awsRegion": "us-east-1",
            "dynamodb": { "NewImage": typed_fields(&row), "SizeBytes": 0 },
        })
    }

    /// Makes a commit in a group that does nothing but say that this has happened.
    pub async fn commit(&self, group: u64, event: &Value) {
        let store = &self.app.store;
        let update = store
            .client()
            .update_item()
            .table_name(store.table())
            .key("pk", self.group_partition(group))
            .key("sk", text("GROUP"))
            .update_expression("SET seq = seq + :one, last_event = :event")
            .condition_expression("attribute_exists(seq)")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":event", untyped(event));
        update.send().await.unwrap();
    }

    /// Puts a row as it was read before.
    pub async fn put(&self, row: &Value) {
        let AttributeValue::M(item) = untyped(row) else { panic!("{row} is no row") };
        let store = &self.app.store;
        let put = store.client().put_item().table_name(store.table());
        put.set_item(Some(item)).send().await.unwrap();
    }

    /// The rows of a group's history.
    pub async fn history(&self, group: u64) -> Vec<Value> {
        self.partition(&format!("GAME#{}#EVENTS#{group}", self.game_id)).await
    }

    fn group_partition(&self, group: u64) -> AttributeValue {
        text(&format!("GAME#{}#GROUP#{group}", self.game_id))
    }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

/// Plain JSON as a value.
pub(crate) fn untyped(value: &Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(flag) => AttributeValue::Bool(*flag),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(string) => text(string),
        Value::Array(items) => AttributeValue::L(items.iter().map(untyped).collect()),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), untyped(value)));
            AttributeValue::M(fields.collect())
        }
    }
}
