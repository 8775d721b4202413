//! What a GameFuse endpoint is, and the one way in which all of them are called.

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, Method, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::call::Found;
use shared::decision::{Decision, Reply, Settled, settle};
use shared::idempotency::Kept;
use shared::limits::Limits;
use shared::{App, Call, Error, Refusal};

use super::authentication::Authenticate;
use super::{error, parameters};
use crate::http::{Answer, BoxFuture, Received, Route};
use crate::pipeline::{self, Outcome, catch_panic, conclude, json};
use crate::schema::JsonSchema;
use crate::{body, header, terms};

/// Translates one kind of request to the domain and back.
#[expect(private_bounds, reason = "only this dialect has endpoints of its kind")]
pub trait Endpoint: JsonSchema + 'static {
    /// Who may be calling.
    type Caller: Authenticate;
    /// What can be asked.
    type Request: DeserializeOwned + JsonSchema + Clone + Send + Sync;
    /// What is answered.
    type Response: Serialize + JsonSchema + Send;

    /// The name under which clients may nest the parameters.
    const RESOURCE: &'static str;

    /// What clients send back of its answers and what can be no wish: it is ignored.
    const READ_ONLY: &'static [&'static str] = &[];

    /// The status of a success.
    const SUCCESS: StatusCode = StatusCode::OK;

    /// The status of a refusal.
    fn status(refusal: &Refusal) -> StatusCode {
        error::status(refusal)
    }

    /// Reads and decides what a request comes to. What is to be written for the answer is written by [`settle`], and where
    /// something has changed meanwhile, the request is decided again.
    fn call<'a>(
        call: Call<'a, Self::Caller>,
        request: Self::Request,
    ) -> impl Future<Output = Result<Decision<'a, Self::Response>, Error>> + Send + 'a;
}

/// Answers a call by the endpoint `E`: authenticate, decode, settle, encode.
pub fn handle<'a, E: Endpoint>(
    app: &'a App,
    route: &'static Route,
    received: Received,
) -> BoxFuture<'a, Answer> {
    let request_id = received.request_id.clone();
    let outcome = Box::pin(async move {
        let answered = catch_panic(answer::<E>(app, route, received)).await;
        respond(answered, status::<E>)
    });
    conclude(app, route, request_id, "x-request-id", outcome)
}

/// Names the method that is meant: some engines send nothing but GET and POST.
pub const METHOD_OVERRIDE: HeaderName = HeaderName::from_static("x-http-method-override");

/// Whether a request by another method than the route's means the route's. GET never does: it is repeated by whoever likes.
fn means(route: &Route, head: &Parts) -> bool {
    match head.method {
        Method::HEAD => route.method == Method::GET,
        Method::POST if route.method != Method::POST => {
            let meant = header::value(&head.headers, METHOD_OVERRIDE).ok().flatten();
            meant.is_some_and(|meant| meant.eq_ignore_ascii_case(route.method.as_str()))
        }
        _ => head.method == route.method,
    }
}

async fn answer<E: Endpoint>(
    app: &App,
    route: &Route,
    received: Received,
) -> Result<Response<Bytes>, Error> {
    let (head, body) = received.request.into_parts();
    if !means(route, &head) {
        return Err(Refusal::MethodNotAllowed.into());
    }
    if body.len() > Limits::BODY {
        return Err(Refusal::BodyTooLarge.into());
    }
    let caller = E::Caller::authenticate(app, &head.headers, received.source_address).await?;
    pipeline::note(caller.caller());
    let body = body::read(&head.headers, body)?;
    let found = Found::default();
    let call = Call::new(app, caller, &found);
    let path = received.path_parameters;
    let terms = terms::read(route, caller.caller(), &path, &head, &body, call.now)?;
    let request: E::Request =
        parameters::read(route, path, &head, &body, E::RESOURCE, E::READ_ONLY).await?;
    let call = Call { is_dry_run: terms.is_dry_run, ..call };
    let decide =
        |turn| -> BoxFuture<'_, _> { Box::pin(E::call(Call { turn, ..call }, request.clone())) };
    let encode = |answered: Result<E::Response, Error>| Encoded {
        body: answered.and_then(|answer| serde_json::to_string(&answer).map_err(Error::internal)),
        success: E::SUCCESS,
    };
    let mut response = match settle(&app.store, &terms, decide, encode).await? {
        Settled::Answered(Encoded { body, success }) => json(success, body?.into_bytes()),
        Settled::Replayed(kept) => terms::replay(kept, None),
    };
    terms::mark(&mut response, &terms);
    Ok(response)
}

/// The status of a refusal. What says how a call is to be settled is no parameter of the endpoint's.
pub(super) fn status<E: Endpoint>(refusal: &Refusal) -> StatusCode {
    if terms::are_refused_by(refusal) { error::status(refusal) } else { E::status(refusal) }
}

/// An answer as it is sent, or why there is none.
struct Encoded {
    body: Result<String, Error>,
    success: StatusCode,
}

impl Reply for Encoded {
    fn kept(&self) -> Option<Kept> {
        let body = self.body.as_ref().ok()?.clone();
        Some(Kept { status: self.success.as_u16(), body })
    }
}

fn respond(
    answered: Result<Response<Bytes>, Error>,
    status: fn(&Refusal) -> StatusCode,
) -> Outcome {
    match answered {
        Ok(response) => Outcome { response, failure: None },
        Err(failure) => {
            let response = error::respond(&failure, status);
            Outcome { response, failure: Some((&failure).into()) }
        }
    }
}
