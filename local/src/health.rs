//! `GET /health`: for whoever starts the server and waits until it answers.

use functions::http::{Answer, BoxFuture, Received, Route};
use functions::pipeline::{Outcome, conclude, json};
use http::{Method, StatusCode};
use shared::App;

/// The route, which is deployed nowhere.
pub static HEALTH: Route = Route {
    function: "health",
    method: Method::GET,
    path: "/health",
    also: &[],
    actions: &[],
    parallel_calls: 0,
    handler: handle,
};

fn handle<'a>(app: &'a App, route: &'static Route, call: Received) -> BoxFuture<'a, Answer> {
    let response = json(StatusCode::OK, br#"{"status":"ok"}"#.to_vec());
    let outcome = Box::pin(async { Outcome { response, failure: None } });
    conclude(app, route, call.request_id, "x-request-id", outcome)
}
