//! What a PlayFab endpoint is, and the one way in which all of them are called.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use shared::limits::Limits;
use shared::{App, Refusal};

use super::authentication::Authenticate;
use super::error::{self, Failure};
use crate::http::{Answer, BoxFuture, Call, Route};
use crate::parameters::explain;
use crate::pipeline::{Outcome, catch_panic, conclude, json};

/// Asks for errors with status 200: some SDKs throw the body of any other answer away.
const REPORT_ERROR_AS_SUCCESS: &str = "x-reporterrorassuccess";

/// Whether errors are to be answered with status 200.
pub fn wants_errors_as_success(headers: &HeaderMap) -> bool {
    headers.contains_key(REPORT_ERROR_AS_SUCCESS)
}

/// Translates one kind of request to the domain and back.
#[expect(private_bounds, reason = "only this dialect has endpoints of its kind")]
pub trait Endpoint: 'static {
    /// Who may be calling.
    type Caller: Authenticate;
    /// What can be asked.
    type Request: DeserializeOwned + Send;
    /// What is answered.
    type Response: Serialize + Send;

    /// Answers a request.
    fn call(
        app: &App,
        caller: Self::Caller,
        request: Self::Request,
    ) -> impl Future<Output = Result<Self::Response, Failure>> + Send;
}

/// Answers a call by the endpoint `E`: authenticate, decode, call, encode.
pub fn handle<'a, E: Endpoint>(
    app: &'a App,
    route: &'static Route,
    call: Call,
) -> BoxFuture<'a, Answer> {
    let request_id = call.request_id.clone();
    let outcome = Box::pin(async move {
        let as_success = wants_errors_as_success(call.request.headers());
        let mut game = None;
        let answered = catch_panic(answer::<E>(app, call, &mut game)).await;
        encode(answered, game, as_success)
    });
    conclude(app, route, request_id, "x-requestid", outcome)
}

/// What every success is wrapped in.
#[derive(Serialize)]
struct Envelope<T> {
    code: u16,
    status: &'static str,
    data: T,
}

async fn answer<E: Endpoint>(
    app: &App,
    call: Call,
    game: &mut Option<u32>,
) -> Result<Vec<u8>, Failure> {
    let (head, body) = call.request.into_parts();
    if body.len() > Limits::BODY {
        return Err(Refusal::BodyTooLarge.into());
    }
    refuse_other_content(&head.headers, &body)?;
    let caller = E::Caller::authenticate(app, &head.headers).await?;
    *game = caller.game();
    let data = E::call(app, caller, decode(&body)?).await?;
    let envelope = Envelope { code: 200, status: "OK", data };
    Ok(serde_json::to_vec(&envelope).map_err(shared::Error::internal)?)
}

fn refuse_other_content(headers: &HeaderMap, body: &Bytes) -> Result<(), Refusal> {
    let Some(content_type) = headers.get(header::CONTENT_TYPE) else {
        return if body.is_empty() { Ok(()) } else { Err(Refusal::UnsupportedMediaType) };
    };
    let content_type = content_type.to_str().map_err(|_| Refusal::UnsupportedMediaType)?;
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    match essence.eq_ignore_ascii_case("application/json") {
        true => Ok(()),
        false => Err(Refusal::UnsupportedMediaType),
    }
}

fn decode<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    let mut request = match body.is_empty() {
        true => Value::Object(Map::new()),
        // The place, but not the text: that may hold a secret.
        false => serde_json::from_slice(body).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            Refusal::MalformedBody(format!("it is not JSON ({place})"))
        })?,
    };
    if !request.is_object() {
        return Err(Refusal::MalformedBody("it is not a JSON object".to_owned()));
    }
    drop_nulls(&mut request);
    serde_path_to_error::deserialize(request)
        .map_err(|error| explain(&error.path().to_string(), &error.inner().to_string()))
}

/// Null means absent.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, value| !value.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn encode(answered: Result<Vec<u8>, Failure>, game: Option<u32>, as_success: bool) -> Outcome {
    match answered {
        Ok(body) => Outcome { response: json(StatusCode::OK, body), game, failure: None },
        Err(failure) => {
            let response = error::respond(&failure, as_success);
            Outcome { response, game, failure: Some((&failure).into()) }
        }
    }
}
