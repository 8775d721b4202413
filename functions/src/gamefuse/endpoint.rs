//! What a GameFuse endpoint is, and the one way in which all of them are called.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::limits::Limits;
use shared::store::meter;
use shared::{App, Error, Refusal};

use super::authentication::Authenticate;
use super::error;
use crate::http::{Answer, BoxFuture, Call, Route};
use crate::log::Record;
use crate::parameters::Parameters;

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
    let answered = Box::pin(async move {
        let mut game = None;
        (answer::<E>(app, call, &mut game).await, game)
    });
    conclude(app, route, request_id, E::SUCCESS, E::status, answered)
}

async fn answer<E: Endpoint>(
    app: &App,
    call: Call,
    game: &mut Option<u32>,
) -> Result<Vec<u8>, Error> {
    let (head, body) = call.request.into_parts();
    if body.len() > Limits::BODY {
        return Err(Refusal::BodyTooLarge.into());
    }
    let caller = E::Caller::authenticate(app, &head.headers).await?;
    *game = caller.game();
    let query = head.uri.query();
    let parameters =
        Parameters::read(call.path_parameters, query, &head.headers, &body, E::RESOURCE).await?;
    let response = E::call(app, caller, parameters.into_request()?).await?;
    serde_json::to_vec(&response).map_err(Error::internal)
}

/// The body of a success or what went wrong, and the caller's game once it is known.
type Outcome = (Result<Vec<u8>, Error>, Option<u32>);

/// Turns an outcome into a response and a line for the log; the same code for all endpoints.
fn conclude<'a>(
    app: &'a App,
    route: &'static Route,
    request_id: String,
    success: StatusCode,
    status: fn(&Refusal) -> StatusCode,
    outcome: BoxFuture<'a, Outcome>,
) -> BoxFuture<'a, Answer> {
    Box::pin(async move {
        let started = app.now();
        let ((outcome, game), round_trips) = meter::measure(outcome).await;
        let (mut response, name) = match &outcome {
            Ok(body) => (json(success, body.clone()), None),
            Err(error) => {
                let (response, name) = error::respond(error, status);
                (response, Some(name))
            }
        };
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert("x-request-id", value);
        }
        let record = Record {
            function: route.function,
            request_id,
            game,
            status: response.status().as_u16(),
            error: name,
            cause: match outcome {
                Err(Error::Internal(cause)) => Some(cause.to_string()),
                Err(Error::Refused(_) | Error::Busy) | Ok(_) => None,
            },
            duration_ms: app.now().duration_since(started).as_secs_f64() * 1000.0,
            round_trips,
        };
        Answer { response, record }
    })
}

fn json(status: StatusCode, body: Vec<u8>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}
