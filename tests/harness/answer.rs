//! What a sample event is answered with: the file in `events/answers/`, whoever answers.

use bytes::Bytes;
use http::Response;
use insta::{Settings, assert_json_snapshot};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Ids up to this one are those of the samples; greater ones were drawn.
const LAST_SAMPLE_ID: u64 = 999;

/// An answer, as the file has it: what differs from one time to the next is named and not shown.
#[derive(Debug)]
pub struct Answer(Value);

impl Answer {
    /// What a handler answered.
    pub fn from_response(response: &Response<Bytes>) -> Self {
        let headers = response.headers().iter();
        let headers: Value =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap())).collect();
        let body = std::str::from_utf8(response.body()).unwrap();
        Self::new(response.status().as_u16().into(), headers, body)
    }

    /// What a function answered to API Gateway.
    pub fn from_function(answer: &Value) -> Self {
        assert_eq!(answer["isBase64Encoded"], false, "{answer}");
        let body = answer["body"].as_str().unwrap_or_default();
        Self::new(answer["statusCode"].clone(), answer["headers"].clone(), body)
    }

    fn new(status: Value, headers: Value, body: &str) -> Self {
        let body: Value = serde_json::from_str(body).unwrap_or_else(|_| body.into());
        Self::from_value(json!({ "status": status, "headers": headers, "body": body }))
    }

    /// What a function without a route answered.
    pub fn from_value(mut value: Value) -> Self {
        redact("", &mut value);
        Self(value)
    }

    /// Fails the test where this is not the documented answer to the sample event of `function`.
    pub fn assert_documented(&self, function: &str) {
        let mut settings = Settings::new();
        settings.set_snapshot_path("../../events/answers");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_sort_maps(true);
        settings.bind(|| assert_json_snapshot!(function, self.0));
    }
}

/// Puts names in the place of secrets, times and drawn ids.
fn redact(name: &str, value: &mut Value) {
    match value {
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| redact(name, value)),
        Value::Array(values) => values.iter_mut().for_each(|value| redact(name, value)),
        Value::String(text) => {
            if let Some(placeholder) = placeholder(name, text) {
                placeholder.clone_into(text);
            }
        }
        Value::Number(number) => {
            let drawn = number.as_u64().is_some_and(|number| number > LAST_SAMPLE_ID);
            if drawn && (name == "id" || name.ends_with("_id")) {
                *value = "[id]".into();
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn placeholder(name: &str, text: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    if name.ends_with("token")
        || name == "sessionticket"
        || ["code", "secret", "secret_key"].contains(&&*name)
    {
        return Some("[secret]");
    }
    // Its time is in it.
    if text.starts_with("msg_") {
        return Some("[message]");
    }
    if text.parse::<Timestamp>().is_ok() {
        return Some("[time]");
    }
    let drawn = u64::from_str_radix(text, 16).is_ok_and(|id| id > LAST_SAMPLE_ID);
    (text.len() == 16 && drawn).then_some("[id]")
}
