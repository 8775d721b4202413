//! Items in JSON as DynamoDB writes them, with the type of each value: in records of the stream, and in recorded tables.

use std::collections::HashMap;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};

/// An item in JSON.
pub fn typed_fields(fields: &HashMap<String, AttributeValue>) -> Value {
    fields.iter().map(|(name, value)| (name.clone(), typed(value))).collect()
}

fn typed(value: &AttributeValue) -> Value {
    if let Ok(number) = value.as_n() {
        return json!({ "N": number });
    }
    if let Ok(flag) = value.as_bool() {
        return json!({ "BOOL": flag });
    }
    if let Ok(texts) = value.as_ss() {
        return json!({ "SS": texts });
    }
    if let Ok(items) = value.as_l() {
        return json!({ "L": items.iter().map(typed).collect::<Value>() });
    }
    if let Ok(fields) = value.as_m() {
        return json!({ "M": typed_fields(fields) });
    }
    if let Ok(bytes) = value.as_b() {
        return json!({ "B": bytes.as_ref() });
    }
    json!({ "S": value.as_s().unwrap() })
}

/// The item that such JSON stands for.
pub fn item_of(fields: &Value) -> HashMap<String, AttributeValue> {
    let fields = fields.as_object().unwrap();
    fields.iter().map(|(name, value)| (name.clone(), value_of(value))).collect()
}

fn value_of(value: &Value) -> AttributeValue {
    let (kind, value) = value.as_object().and_then(|typed| typed.iter().next()).unwrap();
    let text = || value.as_str().unwrap().to_owned();
    match kind.as_str() {
        "S" => AttributeValue::S(text()),
        "N" => AttributeValue::N(text()),
        "BOOL" => AttributeValue::Bool(value.as_bool().unwrap()),
        "SS" => AttributeValue::Ss(serde_json::from_value(value.clone()).unwrap()),
        "L" => AttributeValue::L(value.as_array().unwrap().iter().map(value_of).collect()),
        "M" => AttributeValue::M(item_of(value)),
        "B" => {
            AttributeValue::B(Blob::new(serde_json::from_value::<Vec<u8>>(value.clone()).unwrap()))
        }
        _ => panic!("no row has {kind}"),
    }
}
