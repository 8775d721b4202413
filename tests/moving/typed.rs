//! Items as DynamoDB writes them in JSON, with the type of each value: what a recorded table is made of.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Value, json};

/// An item.
pub type Item = HashMap<String, AttributeValue>;

/// An item in JSON, its attributes in the order of their names.
pub fn to_json(item: &Item) -> Value {
    Value::Object(item.iter().map(|(name, value)| (name.clone(), value_to_json(value))).collect())
}

fn value_to_json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(flag) => json!({ "BOOL": flag }),
        AttributeValue::Ss(texts) => json!({ "SS": texts }),
        AttributeValue::L(values) => {
            json!({ "L": values.iter().map(value_to_json).collect::<Value>() })
        }
        AttributeValue::M(fields) => json!({ "M": to_json(fields) }),
        AttributeValue::B(bytes) => json!({ "B": bytes.as_ref() }),
        other => panic!("no row has {other:?}"),
    }
}

/// The item that such JSON stands for.
pub fn from_json(item: &Value) -> Item {
    let fields = item.as_object().unwrap();
    fields.iter().map(|(name, value)| (name.clone(), value_from_json(value))).collect()
}

fn value_from_json(value: &Value) -> AttributeValue {
    let (kind, value) = value.as_object().and_then(|it: &Map<_, _>| it.iter().next()).unwrap();
    let text = || value.as_str().unwrap().to_owned();
    match kind.as_str() {
        "S" => AttributeValue::S(text()),
        "N" => AttributeValue::N(text()),
        "BOOL" => AttributeValue::Bool(value.as_bool().unwrap()),
        "SS" => AttributeValue::Ss(serde_json::from_value(value.clone()).unwrap()),
        "L" => AttributeValue::L(value.as_array().unwrap().iter().map(value_from_json).collect()),
        "M" => AttributeValue::M(from_json(value)),
        "B" => {
            AttributeValue::B(Blob::new(serde_json::from_value::<Vec<u8>>(value.clone()).unwrap()))
        }
        other => panic!("no row has {other}"),
    }
}
