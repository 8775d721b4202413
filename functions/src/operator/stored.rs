//! A row as an operator reads it: what is stored, with times that people can read, and without secrets.

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Something that is stored.
pub struct Stored<T>(pub T);

/// What is not told.
const SECRET: &str = "code_hash";

/// A number that is greater counts milliseconds; seconds are that many in the year 5138.
const MOST_SECONDS: i64 = 100_000_000_000;

impl<T: Serialize> Serialize for Stored<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut value = serde_json::to_value(&self.0).map_err(serde::ser::Error::custom)?;
        show("", &mut value);
        value.serialize(serializer)
    }
}

fn show(name: &str, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove(SECRET);
            fields.iter_mut().for_each(|(name, value)| show(name, value));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| show(name, value)),
        Value::Number(number) if is_time(name) => {
            if let Some(time) = number.as_i64().and_then(time) {
                *value = time.to_string().into();
            }
        }
        Value::Number(_) | Value::String(_) | Value::Bool(_) | Value::Null => {}
    }
}

fn is_time(name: &str) -> bool {
    ["at", "last_login"].contains(&name) || name.ends_with("_at") || name.ends_with("_until")
}

fn time(number: i64) -> Option<Timestamp> {
    match number > MOST_SECONDS {
        true => Timestamp::from_millisecond(number).ok(),
        false => Timestamp::from_second(number).ok(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_readable_and_hashes_are_not_told() {
        let row = json!({
            "code_hash": "x", "joined_at": 1_767_323_045_678_i64, "seq": 7, "applied": { "expires_at": 1_767_323_045 },
            "last_login": 1_767_323_045_678_i64,
            "events": [{ "at": 1_767_323_045_678_i64 }], "attribute_value": "1767323045",
        });
        let shown = json!({
            "joined_at": "2026-01-02T03:04:05.678Z", "seq": 7, "applied": { "expires_at": "2026-01-02T03:04:05Z" },
            "last_login": "2026-01-02T03:04:05.678Z",
            "events": [{ "at": "2026-01-02T03:04:05.678Z" }], "attribute_value": "1767323045",
        });
        assert_eq!(json!(Stored(row)), shown);
    }
}
