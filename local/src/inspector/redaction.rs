//! What is hidden: whoever looks at requests shall not find what opens an account, not even hashed.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// What stands in the place of a secret.
pub(super) const HIDDEN: &str = "(hidden)";

/// The words in the names of fields, attributes and parameters whose values are secrets, or made of them. An answer that is
/// kept for whoever asks again is hidden as a whole: it is long, and nobody's but the caller's.
const SECRETS: [&str; 8] =
    ["password", "token", "secret", "ticket", "hash", "answer_body", "customid", "custom_id"];

/// What a custom id, by which one logs in, stands behind in a key.
const CUSTOM_ID: &str = "#CUSTOMID#";

/// The name of a field that holds an invite code.
const CODE: &str = "code";

/// Whether a field of that name is to be hidden.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRETS.iter().any(|word| name.contains(word))
}

/// JSON without secrets: those under a telling name, and whatever looks like one of ours under any name.
pub(super) fn without_secrets(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(fields.into_iter().map(without_secret).collect()),
        Value::Array(values) => values.into_iter().map(without_secrets).collect(),
        Value::String(text) if looks_secret(&text) => HIDDEN.into(),
        Value::String(text) => without_custom_id(text).into(),
        Value::Number(_) | Value::Bool(_) | Value::Null => value,
    }
}

/// A key without the custom id in it.
fn without_custom_id(mut text: String) -> String {
    if let Some(place) = text.find(CUSTOM_ID) {
        text.replace_range(place + CUSTOM_ID.len().., HIDDEN);
    }
    text
}

fn without_secret((name, value): (String, Value)) -> (String, Value) {
    // What PlayFab calls a code is a number.
    let is_invite_code = name == CODE && value.is_string();
    let is_hidden = is_secret(&name) && !value.is_null() || is_invite_code;
    let value = if is_hidden { HIDDEN.into() } else { without_secrets(value) };
    (name, value)
}

/// A query without secrets.
pub(super) fn query(query: &str) -> String {
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, value)) if names_secret(&decoded(name)) || looks_secret(&decoded(value)) => {
            format!("{name}={HIDDEN}")
        }
        Some(_) | None if looks_secret(&decoded(pair)) => HIDDEN.to_owned(),
        Some(_) | None => pair.to_owned(),
    };
    query.split('&').map(pair).collect::<Vec<_>>().join("&")
}

/// Whether a parameter of that name is to be hidden, also where it is nested: `group_connection[code]`.
fn names_secret(name: &str) -> bool {
    let innermost = name.trim_end_matches(']').rsplit('[').next();
    is_secret(name) || innermost == Some(CODE)
}

fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// Whether a text holds a run of characters as long as our tokens, keys and hashes are: 256 bits in base 64 or hexadecimal
/// digits. Somebody may have pasted one where no secret belongs.
pub(super) fn looks_secret(text: &str) -> bool {
    const LENGTH: usize = 40;
    let is_part =
        |letter: char| letter.is_ascii_alphanumeric() || ['-', '_', '+', '/'].contains(&letter);
    text.split(|letter| !is_part(letter)).any(|run| run.len() >= LENGTH)
}

/// A value of DynamoDB's as plain JSON: `{"S": "x"}` is `"x"`. Bytes are told by their number.
pub(super) fn plain(name: &str, value: &Value) -> Value {
    if is_secret(name) {
        return HIDDEN.into();
    }
    let Some((kind, inner)) = value.as_object().and_then(|typed| typed.iter().next()) else {
        return Value::Null;
    };
    match (kind.as_str(), inner) {
        ("N", Value::String(number)) => {
            serde_json::from_str(number).unwrap_or_else(|_| inner.clone())
        }
        ("NULL", _) => Value::Null,
        ("B", Value::String(base64)) => format!("({} bytes)", base64.len() / 4 * 3).into(),
        ("M", Value::Object(fields)) => Value::Object(plain_fields(fields)),
        ("L", Value::Array(values)) => values.iter().map(|value| plain("", value)).collect(),
        (_, inner) => without_secrets(inner.clone()),
    }
}

/// The attributes of an item, or the values of an expression, as plain JSON.
pub(super) fn plain_fields(fields: &Map<String, Value>) -> Map<String, Value> {
    fields.iter().map(|(name, value)| (name.clone(), plain(name, value))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KEY: &str = "2121636513.CpE-8tudp4ECYrGzXQxN_Yh9Iiif2MgbanA8LxwTyNE";

    #[test]
    fn secrets_are_hidden_by_their_names_and_by_their_looks() {
        let body = json!({
            "name": "Wolves", "code": 200, "Password": "hunter2", "password_confirmation": null, "nested": [{ "SessionTicket": "x", "code": "7ZK3" }],
            "reason": format!("my key is {KEY}"), "value": "a text with spaces may be as long as it likes, and stays as it is",
        });
        let hidden = json!({
            "name": "Wolves", "Password": HIDDEN, "password_confirmation": null, "nested": [{ "SessionTicket": HIDDEN, "code": HIDDEN }], "code": 200,
            "reason": HIDDEN, "value": "a text with spaces may be as long as it likes, and stays as it is",
        });
        assert_eq!(without_secrets(body), hidden);
        assert_eq!(
            query("game_id=7&game_token=abc&query=wolf"),
            "game_id=7&game_token=(hidden)&query=wolf"
        );
        assert_eq!(
            query("group_connection%5Bcode%5D=7ZK3&p%61ssword=x&a[code]=y&codes=z"),
            "group_connection%5Bcode%5D=(hidden)&p%61ssword=(hidden)&a[code]=(hidden)&codes=z"
        );
        assert_eq!(query(KEY), HIDDEN);
        assert_eq!(query(&format!("q={KEY}")), "q=(hidden)");
    }

    #[test]
    fn values_of_dynamodbs_become_plain() {
        let item = json!({
            "pk": { "S": "GAME#7" }, "seq": { "N": "12" }, "open": { "BOOL": true }, "gone": { "NULL": true },
            "roles": { "SS": ["a", "b"] }, "key": { "B": "AAAA" }, "password_hash": { "S": "$argon2id$" },
            "settings": { "M": { "size": { "N": "5" }, "secret": { "S": "x" } } }, "list": { "L": [{ "S": "y" }] },
        });
        let expected = json!({
            "pk": "GAME#7", "seq": 12, "open": true, "gone": null, "roles": ["a", "b"], "key": "(3 bytes)",
            "password_hash": HIDDEN, "settings": { "size": 5, "secret": HIDDEN }, "list": ["y"],
        });
        assert_eq!(Value::Object(plain_fields(item.as_object().unwrap())), expected);
    }
}
