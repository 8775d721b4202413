//! A step of a call to DynamoDB: one item that is read, written or insisted on, with the condition that it is under.

use serde::Serialize;
use serde_json::{Map, Value};

use super::redaction::plain_fields;

/// One item, or the range of items of a query.
#[derive(Debug, Default, Serialize)]
pub struct Step {
    /// `Get`, `Query`, `Put`, `Update`, `Delete` or `ConditionCheck`.
    verb: String,
    /// The item's key, in plain values; of a query, there is none.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) key: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<String>,
    /// What must hold of the item, or which range is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update: Option<String>,
    /// What is put.
    #[serde(skip_serializing_if = "Map::is_empty")]
    item: Map<String, Value>,
    /// What stands for `:name` in the expressions.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) values: Map<String, Value>,
    /// What stands for `#name` in them.
    #[serde(skip_serializing_if = "Map::is_empty")]
    names: Map<String, Value>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_consistent: bool,
    /// Why a transaction was cancelled over it: `ConditionalCheckFailed`, mostly.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
    /// What lay there then; where nothing did, there is none.
    #[serde(skip_serializing_if = "Map::is_empty")]
    found: Map<String, Value>,
}

impl Step {
    /// The steps of a request of that operation.
    pub(super) fn all(operation: &str, request: &Value) -> Vec<Self> {
        match operation {
            "TransactWriteItems" => {
                let items = request["TransactItems"].as_array().into_iter().flatten();
                let items = items.filter_map(Value::as_object).flatten();
                items.map(|(verb, body)| Self::new(verb, body)).collect()
            }
            "BatchGetItem" => {
                let tables = request["RequestItems"].as_object().into_iter().flatten();
                tables.flat_map(|(_, table)| Self::gets(table)).collect()
            }
            "BatchWriteItem" => {
                let tables = request["RequestItems"].as_object().into_iter().flatten();
                let writes = tables.flat_map(|(_, writes)| writes.as_array().into_iter().flatten());
                let writes = writes.filter_map(Value::as_object).flatten();
                writes
                    .map(|(verb, body)| Self::new(verb.trim_end_matches("Request"), body))
                    .collect()
            }
            _ => vec![Self::new(operation.trim_end_matches("Item"), request)],
        }
    }

    /// Notes why a transaction was cancelled over it, and what lay there.
    pub(super) fn fail(&mut self, code: &str, found: &Map<String, Value>) {
        self.failed = Some(code.to_owned());
        self.found = plain_fields(found);
    }

    fn gets(table: &Value) -> Vec<Self> {
        let keys = table["Keys"].as_array().into_iter().flatten();
        let is_consistent = is_consistent(table);
        let get = |key: &Value| Self {
            verb: "Get".to_owned(),
            key: fields(key),
            is_consistent,
            ..Self::default()
        };
        keys.map(get).collect()
    }

    fn new(verb: &str, body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        let item = fields(&body["Item"]);
        let key = if body["Key"].is_null() { key_of(&item) } else { fields(&body["Key"]) };
        Self {
            verb: verb.to_owned(),
            key,
            index: text("IndexName"),
            condition: text("ConditionExpression").or(text("KeyConditionExpression")),
            update: text("UpdateExpression"),
            item,
            values: fields(&body["ExpressionAttributeValues"]),
            names: body["ExpressionAttributeNames"].as_object().cloned().unwrap_or_default(),
            is_consistent: is_consistent(body),
            failed: None,
            found: Map::new(),
        }
    }
}

fn fields(value: &Value) -> Map<String, Value> {
    value.as_object().map(plain_fields).unwrap_or_default()
}

fn key_of(item: &Map<String, Value>) -> Map<String, Value> {
    let part = |name: &str| item.get(name).map(|part| (name.to_owned(), part.clone()));
    ["pk", "sk"].into_iter().filter_map(part).collect()
}

fn is_consistent(request: &Value) -> bool {
    request["ConsistentRead"].as_bool().unwrap_or_default()
}
