//! What reads were answered since the last write, so that the engine, which is slower at large reads than DynamoDB, is asked but
//! once.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::http::StatusCode;
use local::engine::{Answer, Engine};
use serde_json::{Value, json};

/// A status, and a body in JSON.
pub type Reply = (StatusCode, Bytes);

/// An engine with a memory.
pub struct Memory {
    engine: Engine,
    /// By target and body.
    replies: HashMap<(String, Bytes), Reply>,
    /// Items as text, by what a batch says besides its keys, and their key: batches name the same keys in any order.
    items: HashMap<(String, String), String>,
}

impl Memory {
    /// Nothing is known yet.
    pub fn of(engine: Engine) -> Self {
        Self { engine, replies: HashMap::new(), items: HashMap::new() }
    }

    /// Answers a request that names its target, as in `DynamoDB_20120810.GetItem`.
    pub fn answer(&mut self, target: &str, body: &Bytes) -> Reply {
        match target.rsplit('.').next() {
            Some("BatchGetItem") => {
                let batch = self.answer_batch(target, body);
                batch.unwrap_or_else(|| self.ask(target, body))
            }
            Some("GetItem" | "Query") => {
                let request = (target.to_owned(), body.clone());
                if let Some(reply) = self.replies.get(&request) {
                    return reply.clone();
                }
                let reply = self.ask(target, body);
                self.replies.insert(request, reply.clone());
                reply
            }
            Some(_) | None => {
                self.replies.clear();
                self.items.clear();
                self.ask(target, body)
            }
        }
    }

    fn ask(&self, target: &str, body: &[u8]) -> Reply {
        let Answer(status, json) = self.engine.answer(target, body);
        (status, Bytes::from(json))
    }

    /// The answer to a batch that reads one table, as every function's does.
    fn answer_batch(&mut self, target: &str, body: &[u8]) -> Option<Reply> {
        let mut request: Value = serde_json::from_slice(body).ok()?;
        let (table, about) = request["RequestItems"].as_object_mut()?.iter_mut().next()?;
        let (table, keys) = (table.clone(), about["Keys"].take());
        let about = about.clone();
        let mut items = Vec::new();
        for key in keys.as_array()? {
            let place = (about.to_string(), key.to_string());
            if !self.items.contains_key(&place) {
                let mut about = about.clone();
                about["Keys"] = json!([key]);
                let request = json!({ "RequestItems": { &table: about } }).to_string();
                let (_, reply) = self.ask(target, request.as_bytes());
                let reply: Value = serde_json::from_slice(&reply).ok()?;
                let found = reply["Responses"][&table].as_array()?.first();
                let item = found.map(Value::to_string).unwrap_or_default();
                self.items.insert(place.clone(), item);
            }
            items.extend(self.items.get(&place).filter(|item| !item.is_empty()).cloned());
        }
        let (table, items) = (Value::from(table), items.join(","));
        let reply = format!(r#"{{"Responses":{{{table}:[{items}]}},"UnprocessedKeys":{{}}}}"#);
        Some((StatusCode::OK, Bytes::from(reply)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(memory: &mut Memory, operation: &str, body: Value) -> Value {
        let body = Bytes::from(body.to_string());
        let (status, reply) = memory.answer(&format!("DynamoDB_20120810.{operation}"), &body);
        assert_eq!(status, StatusCode::OK, "{reply:?}");
        serde_json::from_slice(&reply).unwrap()
    }

    fn with_items() -> Memory {
        let mut memory = Memory::of(Engine::open(None).unwrap());
        let table = json!({
            "TableName": "table", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
        });
        ask(&mut memory, "CreateTable", table);
        for key in ["a", "b"] {
            put(&mut memory, key, 1);
        }
        memory
    }

    fn put(memory: &mut Memory, key: &str, number: u32) {
        let item = json!({ "pk": { "S": key }, "n": { "N": number.to_string() } });
        ask(memory, "PutItem", json!({ "TableName": "table", "Item": item }));
    }

    fn batch(memory: &mut Memory, keys: &[&str]) -> Vec<String> {
        let keys: Vec<_> = keys.iter().map(|key| json!({ "pk": { "S": key } })).collect();
        let about = json!({ "Keys": keys, "ProjectionExpression": "n" });
        let reply = ask(memory, "BatchGetItem", json!({ "RequestItems": { "table": about } }));
        assert_eq!(reply["UnprocessedKeys"], json!({}));
        let items = reply["Responses"]["table"].as_array().unwrap();
        items.iter().map(|item| item["n"]["N"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_batch_in_another_order_is_remembered_until_something_is_written() {
        let mut memory = with_items();
        assert_eq!(batch(&mut memory, &["a", "nobody", "b"]), ["1", "1"]);
        assert_eq!(memory.items.len(), 3);
        assert_eq!(batch(&mut memory, &["b", "a"]), ["1", "1"]);
        assert_eq!(memory.items.len(), 3);
        put(&mut memory, "b", 2);
        assert_eq!(memory.items.len(), 0);
        assert_eq!(batch(&mut memory, &["b", "a"]), ["2", "1"]);
    }

    #[test]
    fn a_read_is_remembered_until_something_is_written() {
        let mut memory = with_items();
        let get = json!({ "TableName": "table", "Key": { "pk": { "S": "a" } } });
        let number = |memory: &mut Memory| {
            let reply = ask(memory, "GetItem", get.clone());
            reply["Item"]["n"]["N"].as_str().unwrap().to_owned()
        };
        assert_eq!(number(&mut memory), "1");
        let (_, known) = memory.replies.iter_mut().next().unwrap();
        known.1 = Bytes::from(r#"{"Item":{"n":{"N":"as remembered"}}}"#);
        assert_eq!(number(&mut memory), "as remembered");
        put(&mut memory, "a", 2);
        assert_eq!(number(&mut memory), "2");
    }
}
