//! What a GameFuse endpoint is, and the one way in which all of them are called.

use http::request::Parts;
use http::{HeaderName, Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::limits::Limits;
use shared::{App, Error, Refusal};

use super::authentication::Authenticate;
use super::{error, parameters};
use crate::header;
use crate::http::{Answer, BoxFuture, Call, Route};
use crate::pipeline::{Outcome, catch_panic, conclude, json};

/// Translates one kind of request to the domain and back.
#[expect(private_bounds, reason = "only this dialect has endpoints of its kind")]
pub trait Endpoint: 'static {
    /// Who may be calling.
    type Caller: Authenticate;
    /// What can be asked.
    type Request: DeserializeOwned + Send;
    /// What is answered.
    type Response: Serialize + Send;

    /// The name under which clients may nest the parameters.
    const RESOURCE: &'static str;

    /// The status of a success.
    const SUCCESS: StatusCode = StatusCode::OK;

    /// The status of a refusal.
    fn status(refusal: &Refusal) -> StatusCode {
        error::status(refusal)
    }

    /// Answers a request.
    fn call(
        app: &App,
        caller: Self::Caller,
        request: Self::Request,
    ) -> impl Future<Output = Result<Self::Response, Error>> + Send;
}

/// Answers a call by the endpoint `E`: authenticate, decode, call, encode.
pub fn handle<'a, E: Endpoint>(
    app: &'a App,
    route: &'static Route,
    call: Call,
) -> BoxFuture<'a, Answer> {
    let request_id = call.request_id.clone();
    let outcome = Box::pin(async move {
        let mut game = None;
        let answered = catch_panic(answer::<E>(app, route, call, &mut game)).await;
        encode(answered, game, E::SUCCESS, E::status)
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
    call: Call,
    game: &mut Option<u32>,
) -> Result<Vec<u8>, Error> {
    let (head, body) = call.request.into_parts();
    if !means(route, &head) {
        return Err(Refusal::MethodNotAllowed.into());
    }
    if body.len() > Limits::BODY {
        return Err(Refusal::BodyTooLarge.into());
    }
    let caller = E::Caller::authenticate(app, &head.headers, call.source_address).await?;
    *game = caller.game();
    let (path, query) = (call.path_parameters, head.uri.query());
    let request = parameters::read(path, query, &head.headers, body, E::RESOURCE).await?;
    let response = E::call(app, caller, request).await?;
    serde_json::to_vec(&response).map_err(Error::internal)
}

fn encode(
    answered: Result<Vec<u8>, Error>,
    game: Option<u32>,
    success: StatusCode,
    status: fn(&Refusal) -> StatusCode,
) -> Outcome {
    match answered {
        Ok(body) => Outcome { response: json(success, body), game, failure: None },
        Err(failure) => {
            let response = error::respond(&failure, status);
            Outcome { response, game, failure: Some((&failure).into()) }
        }
    }
}
