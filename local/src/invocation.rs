//! Invokes functions that have no route, as Lambda does: `aws lambda invoke --endpoint-url http://127.0.0.1:3000`.

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use functions::operator::Function;
use functions::pipeline::{Outcome, conclude};
use functions::record::Failure;
use functions::routes::UNROUTED;
use functions::serve::failure_text;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};

use crate::inspector::{Asked, traced};
use crate::refusal::NOWHERE;
use crate::state::Server;
use crate::{body, cross_site};

/// The paths that are Lambda's.
pub const PATHS: &str = "/2015-03-31/functions/{*rest}";

/// The most bytes of an event.
const EVENT: usize = 6 * 1024 * 1024;

const REQUEST_ID: &str = "x-amzn-requestid";

/// Why nothing is invoked: a status, Lambda's name for it, and a text.
struct Refused(StatusCode, &'static str, &'static str);

/// Answers as Lambda does: a function's failure is a success of the invocation, with a header that says so.
pub async fn invoke(server: Server, request: Request) -> Response {
    let request_id = server.request_id();
    let (head, body) = request.into_parts();
    let (function, event) = match read(&head, body).await {
        Ok(read) => read,
        Err(refused) => return refuse(&server, request_id, &refused).await,
    };
    let invoked = traced(function.invoke(&server.app, request_id.clone(), event));
    let ((result, record), calls) = invoked.await;
    if let Some(inspector) = &server.inspector {
        inspector.keep(&Asked::new(&server.app, &head, b""), &record, &calls);
    }
    (server.log)(record);
    let mut response = match &result {
        Ok(value) => json_response(StatusCode::OK, value),
        Err(failure) => {
            json_response(StatusCode::OK, &json!({ "errorMessage": failure_text(failure) }))
        }
    };
    if result.is_err() {
        let unhandled = HeaderValue::from_static("Unhandled");
        response.headers_mut().insert("x-amz-function-error", unhandled);
    }
    if let Ok(request_id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, request_id);
    }
    response.map(Body::from)
}

/// The function to invoke, and with what.
async fn read(head: &Parts, body: Body) -> Result<(&'static Function, Value), Refused> {
    if !is_from_here(head) {
        let message =
            "Functions are invoked by programs of this machine alone, at an address or localhost";
        return Err(Refused(StatusCode::FORBIDDEN, "AccessDeniedException", message));
    }
    let name = head.uri.path().strip_prefix("/2015-03-31/functions/");
    let name = name.and_then(|rest| rest.strip_suffix("/invocations"));
    let function = UNROUTED.iter().find(|function| name == Some(function.name)).ok_or(Refused(
        StatusCode::NOT_FOUND,
        "ResourceNotFoundException",
        "There is no such function to invoke: those with a route are called there",
    ))?;
    if head.method != Method::POST {
        let message = "A function is invoked by POST";
        return Err(Refused(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message));
    }
    let unreadable = || {
        let message = "The event is not JSON";
        Refused(StatusCode::BAD_REQUEST, "InvalidRequestContentException", message)
    };
    let read = body::read(body, EVENT, &head.extensions).await.map_err(|_| unreadable())?;
    if read.bytes.len() > EVENT {
        let message = "An event has at most 6291456 bytes";
        return Err(Refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", message));
    }
    let event = serde_json::from_slice(&read.bytes).map_err(|_| unreadable())?;
    Ok((function, event))
}

/// Whether a program of this machine asks. Games are made here, so neither a web page may nor anybody elsewhere.
fn is_from_here(head: &Parts) -> bool {
    cross_site::is_from_this_machine(&head.extensions)
        && !cross_site::may_be_from_a_page(&head.headers)
}

async fn refuse(server: &Server, request_id: String, refused: &Refused) -> Response {
    let Refused(status, name, message) = *refused;
    let mut response = json_response(status, &json!({ "Type": "User", "Message": message }));
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(name));
    // What is left of the body was not read.
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    let outcome = Outcome { response, failure: Some(Failure::Refused(name)) };
    let outcome = Box::pin(async { outcome });
    let answer = conclude(&server.app, &NOWHERE, request_id, REQUEST_ID, outcome).await;
    (server.log)(answer.record);
    answer.response.map(Body::from)
}

fn json_response(status: StatusCode, value: &Value) -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::from(value.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
