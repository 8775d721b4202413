//! The sample event of a function and its answer, as examples.

use functions::dialect::Dialect;
use functions::schema::Described;
use serde_json::{Map, Value};

/// What a sample event says, and what it is answered with.
#[derive(Debug, Default)]
pub struct Example {
    pub path: Map<String, Value>,
    pub query: Map<String, Value>,
    /// Null where there is none.
    pub body: Value,
    pub answer: Value,
}

impl Example {
    /// The example of a route.
    pub fn of(described: &Described) -> Self {
        let event: Value = serde_json::from_str(described.event).unwrap_or_default();
        let parameters = |name: &str| event[name].as_object().cloned().unwrap_or_default();
        // Behind the head that snapshots have.
        let answer = described.answer.splitn(3, "---\n").last().unwrap_or_default();
        let answer: Value = serde_json::from_str(answer).unwrap_or_default();
        let mut answer = answer["body"].clone();
        fill_in(&mut answer, Dialect::of(described.route.path));
        Self {
            path: parameters("pathParameters"),
            query: parameters("queryStringParameters"),
            body: event["body"].as_str().map(parse).unwrap_or_default(),
            answer,
        }
    }
}

/// The value that a text is in JSON, or the text.
pub fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// Puts ids and times where a snapshot names what differs from one time to the next.
fn fill_in(value: &mut Value, dialect: Dialect) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(|field| fill_in(field, dialect)),
        Value::Array(items) => items.iter_mut().for_each(|item| fill_in(item, dialect)),
        Value::String(text) => match (text.as_str(), dialect) {
            ("[id]", Dialect::GameFuse) => *value = 1_000_000_001.into(),
            ("[id]", Dialect::PlayFab) => *value = "000000003B9ACA01".into(),
            ("[message]", _) => *value = "msg_1_1_test_1767323045678".into(),
            ("[time]", _) => *value = "2026-01-02T03:04:05.678Z".into(),
            _ => {}
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
