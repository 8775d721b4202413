//! A request's body: within its limits, and decompressed.

use bytes::Bytes;
use http::{HeaderMap, header};
use serde_json::{Map, Value};
use shared::limits::Limits;
use shared::{Refusal, Unread};

use crate::{gzip, header as one_header};

/// The body as the client meant it. Some SDKs compress what they send: PlayFab's for Unity did by default for years.
///
/// # Errors
/// [`Refusal::BodyTooLarge`], [`Refusal::UnsupportedMediaType`], [`Refusal::MalformedBody`].
pub fn read(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Refusal> {
    if body.len() > Limits::BODY {
        return Err(Refusal::BodyTooLarge);
    }
    let encoding = one_header::value(headers, header::CONTENT_ENCODING);
    let encoding =
        encoding.map_err(|_| Refusal::UnsupportedMediaType(Unread::Encoding))?.unwrap_or_default();
    match encoding.to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(body),
        // What has no content was not compressed either.
        "gzip" | "x-gzip" if body.is_empty() => Ok(body),
        "gzip" | "x-gzip" => match gzip::decompress(&body, Limits::BODY) {
            Ok(body) => Ok(body.into()),
            Err(gzip::BadGzip::TooLarge) => Err(Refusal::BodyTooLarge),
            Err(gzip::BadGzip::NotGzip) => Err(Refusal::MalformedBody(
                "it is not compressed as Content-Encoding says".to_owned(),
            )),
        },
        _ => Err(Refusal::UnsupportedMediaType(Unread::Encoding)),
    }
}

/// The fields of a JSON object. Some encoders write an empty one as `[]` or `null`.
///
/// # Errors
/// [`Refusal::MalformedBody`].
pub fn json(body: &Bytes) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(Value::Array(items)) if items.is_empty() => Ok(Map::new()),
        Ok(Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            Err(Refusal::MalformedBody("it is not a JSON object".to_owned()))
        }
        // The place, but not the text: that may hold a password.
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            Err(Refusal::MalformedBody(format!("it is not JSON ({place})")))
        }
    }
}
