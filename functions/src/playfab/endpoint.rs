//! What a PlayFab endpoint is, and the one way in which all of them are called.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use shared::{App, Refusal};

use super::authentication::Authenticate;
use super::error::{self, Failure};
use crate::http::{Answer, BoxFuture, Call, Route};
use crate::lenient::{self, Habits, truth};
use crate::pipeline::{Outcome, catch_panic, conclude, json};
use crate::{body, header};

/// Asks for errors with status 200: some SDKs throw the body of any other answer away.
const REPORT_ERROR_AS_SUCCESS: HeaderName = HeaderName::from_static("x-reporterrorassuccess");

/// Whether errors are to be answered with status 200. The SDKs send `true`; whoever sends `false` means that, too.
pub fn wants_errors_as_success(headers: &HeaderMap) -> bool {
    match header::value(headers, REPORT_ERROR_AS_SUCCESS) {
        Ok(None) => false,
        Ok(Some(text)) => truth(&Value::from(text)) != Some(false),
        Err(header::Unreadable) => true,
    }
}

/// PlayFab's clients are written in languages that do not tell cases apart, and send more than an operation needs:
/// what it does not know is ignored, because no request type here refuses unknown fields.
const HABITS: Habits = Habits { ignores_case: true, ignored_fields: &[] };

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
    let body = body::read(&head.headers, body)?;
    refuse_other_content(&head.headers, &body)?;
    let caller = E::Caller::authenticate(app, &head.headers).await?;
    *game = caller.game();
    let data = E::call(app, caller, decode(&body)?).await?;
    let envelope = Envelope { code: 200, status: "OK", data };
    Ok(serde_json::to_vec(&envelope).map_err(shared::Error::internal)?)
}

fn refuse_other_content(headers: &HeaderMap, body: &Bytes) -> Result<(), Refusal> {
    let content_type = header::value(headers, CONTENT_TYPE);
    match content_type.map_err(|_| Refusal::UnsupportedMediaType)? {
        None if body.is_empty() => Ok(()),
        Some(content_type) if header::essence(content_type) == "application/json" => Ok(()),
        None | Some(_) => Err(Refusal::UnsupportedMediaType),
    }
}

fn decode<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    let fields = if body.is_empty() { Map::new() } else { body::json(body)? };
    lenient::read(fields, &HABITS)
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
