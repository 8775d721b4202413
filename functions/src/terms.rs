//! What a write says about how it is to be settled: `Dry-Run`, or `dry_run` in the query, and `Idempotency-Key`.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use jiff::Timestamp;
use serde_json::Value;
use shared::Refusal;
use shared::auth::caller::Caller;
use shared::decision::Terms;
use shared::idempotency::{HEADER as KEY, IdempotencyKey, Kept, KeyedRequest};

use crate::http::Route;
use crate::lenient::truth;
use crate::{header, pipeline};

/// Asks for a call to be tried only, and says of its answer that it was; as refusals name it.
const DRY_RUN: &str = "Dry-Run";
/// The same in a query.
pub const DRY_RUN_PARAMETER: &str = "dry_run";

const DRY_RUN_HEADER: HeaderName = HeaderName::from_static("dry-run");
const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer is the one to an earlier request.
const REPLAYED_HEADER: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The terms of a request. Reads have none; a key is for callers who have said who they are.
///
/// # Errors
/// [`Refusal::InvalidParameter`] for what cannot be understood: to take it for nothing could do harm.
pub fn read(
    route: &Route,
    caller: Option<&Caller>,
    path_parameters: &[(String, String)],
    head: &Parts,
    body: &Bytes,
    now: Timestamp,
) -> Result<Terms, Refusal> {
    if !route.is_write() {
        return Ok(Terms::default());
    }
    let key = caller.map(|caller| keyed(route, caller, path_parameters, head, body, now));
    let key = key.transpose()?;
    Ok(Terms { is_dry_run: is_dry_run(head)?, key: key.flatten() })
}

/// Whether a refusal is of what [`read`] reads.
pub fn are_refused_by(refusal: &Refusal) -> bool {
    let names = [DRY_RUN, DRY_RUN_PARAMETER, KEY];
    matches!(refusal, Refusal::InvalidParameter { field, .. } if names.contains(&field.as_str()))
}

fn is_dry_run(head: &Parts) -> Result<bool, Refusal> {
    let header = header::value(&head.headers, DRY_RUN_HEADER);
    // What is no text, or no single one, is no truth value either.
    let header = header.map_or(Some(Value::Null), |header| header.map(Value::from));
    let parameters = form_urlencoded::parse(query(head).as_bytes());
    let parameters = parameters.filter_map(|(name, value)| match name.split('[').next() {
        Some(DRY_RUN_PARAMETER) if name == DRY_RUN_PARAMETER => Some(Value::from(value)),
        Some(DRY_RUN_PARAMETER) => Some(Value::Null),
        Some(_) | None => None,
    });
    let header = header.into_iter().map(|value| (DRY_RUN, value));
    let asked = header.chain(parameters.map(|value| (DRY_RUN_PARAMETER, value)));
    let read = |(name, value)| match truth(&value) {
        Some(truth) => Ok((name, truth)),
        None => Err(Refusal::invalid(name, "must be true or false")),
    };
    let said = asked.map(read).collect::<Result<Vec<_>, Refusal>>()?;
    let query_says = |truth| said.contains(&(DRY_RUN_PARAMETER, truth));
    if query_says(true) && query_says(false) {
        let problem = "must not be given twice with different values";
        return Err(Refusal::invalid(DRY_RUN_PARAMETER, problem));
    }
    Ok(said.iter().any(|(_, truth)| *truth))
}

/// The request under its key, where it has one. It is the same however it was compressed, and whether it is tried only or not.
fn keyed(
    route: &Route,
    caller: &Caller,
    path_parameters: &[(String, String)],
    head: &Parts,
    body: &Bytes,
    now: Timestamp,
) -> Result<Option<KeyedRequest>, Refusal> {
    let key = header::value(&head.headers, KEY_HEADER);
    // What is no text has characters that a key cannot have.
    let Some(key) = key.unwrap_or(Some("")) else { return Ok(None) };
    let key = IdempotencyKey::try_from(key)?;
    let is_parameter = |pair: &&str| pair.split('=').next() != Some(DRY_RUN_PARAMETER);
    let query = query(head).split('&').filter(is_parameter).collect::<Vec<_>>().join("&");
    let place = place(route, path_parameters);
    let parts = [route.method.as_str(), &place, &query].map(str::as_bytes);
    let [method, place, query] = parts;
    Ok(Some(KeyedRequest::new(caller, &key, [method, place, query, body], now)))
}

/// Where a request goes: the route, and what its path names. The path's text would not tell: API Gateway decodes it, and the URI
/// that is made of it has `b` for `a/../b`.
fn place(route: &Route, path_parameters: &[(String, String)]) -> String {
    let parameters: BTreeMap<_, _> =
        path_parameters.iter().map(|(name, text)| (name, text)).collect();
    form_urlencoded::Serializer::new(route.path.to_owned()).extend_pairs(parameters).finish()
}

fn query(head: &Parts) -> &str {
    head.uri.query().unwrap_or_default()
}

/// Says of an answer that nothing was written for it, where that is so.
pub fn mark(response: &mut Response<Bytes>, terms: &Terms) {
    if terms.is_dry_run {
        response.headers_mut().insert(DRY_RUN_HEADER, HeaderValue::from_static("true"));
    }
}

/// An answer that was kept, with the status that it had or the one that is asked for.
pub fn replay(kept: Kept, status: Option<StatusCode>) -> Response<Bytes> {
    let kept_status = StatusCode::from_u16(kept.status).unwrap_or_default();
    let mut response = pipeline::json(status.unwrap_or(kept_status), kept.body.into_bytes());
    response.headers_mut().insert(REPLAYED_HEADER, HeaderValue::from_static("true"));
    response
}
