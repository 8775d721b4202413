//! What a PlayFab endpoint is, and the one way in which all of them are called.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use shared::call::Found;
use shared::decision::{Decision, Reply, Settled, settle};
use shared::idempotency::Kept;
use shared::{App, Call, Refusal, Unread};

use super::authentication::Authenticate;
use super::error::{self, PlayFabError};
use crate::http::{Answer, BoxFuture, Received, Route};
use crate::lenient::{self, Habits, truth};
use crate::pipeline::{self, Outcome, catch_panic, conclude, json};
use crate::schema::JsonSchema;
use crate::{body, header, record, terms};

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
pub trait Endpoint: JsonSchema + 'static {
    /// Who may be calling.
    type Caller: Authenticate;
    /// What can be asked.
    type Request: DeserializeOwned + JsonSchema + Clone + Send + Sync;
    /// What is answered.
    type Response: Serialize + JsonSchema + Send;

    /// Reads and decides what a request comes to. What is to be written for the answer is written by [`settle`], and where
    /// something has changed meanwhile, the request is decided again.
    fn call<'a>(
        call: Call<'a, Self::Caller>,
        request: Self::Request,
    ) -> impl Future<Output = Result<Decision<'a, Self::Response, PlayFabError>, PlayFabError>> + Send + 'a;
}

/// Answers a call by the endpoint `E`: authenticate, decode, settle, encode.
pub fn handle<'a, E: Endpoint>(
    app: &'a App,
    route: &'static Route,
    received: Received,
) -> BoxFuture<'a, Answer> {
    let request_id = received.request_id.clone();
    let outcome = Box::pin(async move {
        let as_success = wants_errors_as_success(received.request.headers());
        let answered = catch_panic(answer::<E>(app, route, received, as_success)).await;
        let failed = |failure| Answered::failed(failure, as_success);
        let Answered { response, failure } = answered.unwrap_or_else(failed);
        Outcome { response, failure }
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
    route: &Route,
    received: Received,
    as_success: bool,
) -> Result<Answered, PlayFabError> {
    let (head, body) = received.request.into_parts();
    let body = body::read(&head.headers, body)?;
    refuse_other_content(&head.headers, &body)?;
    let caller = E::Caller::authenticate(app, &head.headers).await?;
    pipeline::note(caller.caller());
    let found = Found::default();
    let call = Call::new(app, caller, &found);
    let path = received.path_parameters;
    let terms = terms::read(route, caller.caller(), &path, &head, &body, call.now)?;
    let call = Call { is_dry_run: terms.is_dry_run, ..call };
    let request: E::Request = decode(&body)?;
    let decide =
        |turn| -> BoxFuture<'_, _> { Box::pin(E::call(Call { turn, ..call }, request.clone())) };
    let encode = |answered: Result<E::Response, PlayFabError>| {
        Encoded(answered.and_then(|data| {
            let envelope = Envelope { code: 200, status: "OK", data };
            Ok(serde_json::to_string(&envelope).map_err(shared::Error::internal)?)
        }))
    };
    let mut answered = match settle(&app.store, &terms, decide, encode).await? {
        Settled::Answered(Encoded(Ok(body))) => {
            Answered::succeeded(json(StatusCode::OK, body.into_bytes()))
        }
        Settled::Answered(Encoded(Err(failure))) => Answered::failed(failure, as_success),
        Settled::Replayed(kept) => {
            Answered::succeeded(terms::replay(kept, as_success.then_some(StatusCode::OK)))
        }
    };
    terms::mark(&mut answered.response, &terms);
    Ok(answered)
}

/// An answer as it is sent, or why there is none.
struct Encoded(Result<String, PlayFabError>);

impl Reply for Encoded {
    fn kept(&self) -> Option<Kept> {
        match &self.0 {
            Ok(body) => Some(Kept { status: StatusCode::OK.as_u16(), body: body.clone() }),
            Err(failure) => failure.kept(),
        }
    }
}

/// A response, and for the log why there is no other.
struct Answered {
    response: Response<Bytes>,
    failure: Option<record::Failure>,
}

impl Answered {
    fn succeeded(response: Response<Bytes>) -> Self {
        Self { response, failure: None }
    }

    fn failed(failure: PlayFabError, as_success: bool) -> Self {
        Self { response: error::respond(&failure, as_success), failure: Some((&failure).into()) }
    }
}

fn refuse_other_content(headers: &HeaderMap, body: &Bytes) -> Result<(), Refusal> {
    let content_type = header::value(headers, CONTENT_TYPE);
    match content_type.map_err(|_| Refusal::UnsupportedMediaType(Unread::Type))? {
        None if body.is_empty() => Ok(()),
        Some(content_type) if header::essence(content_type) == "application/json" => Ok(()),
        None | Some(_) => Err(Refusal::UnsupportedMediaType(Unread::Type)),
    }
}

fn decode<T: DeserializeOwned>(body: &Bytes) -> Result<T, Refusal> {
    let fields = if body.is_empty() { Map::new() } else { body::json(body)? };
    lenient::read(fields, &HABITS)
}
