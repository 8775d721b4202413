//! What the console serves: the page and its parts, and what the page is told.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::map_response_with_state;
use axum::response::Response;
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};

use super::assets;
use super::policy::Policy;
use super::settings::Console;
use crate::ServerError;
use crate::cross_site::{is_from_no_other_page, is_from_this_machine};

/// Where the page asks what there is.
const SETTINGS: &str = "/console/settings.json";
/// Where the inspector tells what it has kept.
const INSPECTOR: &str = "/console/inspector.json";

/// The page, its parts, and what it is told.
///
/// # Errors
/// [`ServerError`] where the API's address is none that a page may call.
pub fn router(console: Console) -> Result<Router, ServerError> {
    let policy = Policy::new(&console.api)?;
    let mut router = Router::new().route(SETTINGS, get(settings)).route(INSPECTOR, get(inspector));
    for asset in assets::ALL {
        router = router.route(asset.path, get(async || asset.response()));
    }
    let router = router.layer(map_response_with_state(policy, Policy::apply));
    Ok(router.with_state(console))
}

/// What the page is told. The demo game is for whoever sits here.
async fn settings(State(console): State<Console>, request: Request) -> Response {
    json(StatusCode::OK, console.settings(is_for_here(&request)).to_string())
}

/// What the inspector has kept, for programs of this machine and for this page on it.
async fn inspector(State(console): State<Console>, request: Request) -> Response {
    if !is_for_here(&request) {
        let words = r#"{"error":"The inspector answers programs of this machine, and the console's page on it"}"#;
        return json(StatusCode::FORBIDDEN, words.to_owned());
    }
    let Some(inspector) = &console.inspector else {
        let words = r#"{"error":"There is no inspector here: it was turned off, or this serves the console alone"}"#;
        return json(StatusCode::NOT_FOUND, words.to_owned());
    };
    let Some(after) = after(request.uri().query()) else {
        let words = r#"{"error":"after must be the number of a request"}"#;
        return json(StatusCode::BAD_REQUEST, words.to_owned());
    };
    json(StatusCode::OK, inspector.after(after))
}

/// The number after which requests are asked for: all, where none is named.
fn after(query: Option<&str>) -> Option<u64> {
    query.map_or(Some(0), |query| query.strip_prefix("after=")?.parse().ok())
}

/// Whether a request is one of this machine, and no other page's than this one.
fn is_for_here(request: &Request) -> bool {
    is_from_this_machine(request.extensions()) && is_from_no_other_page(request.headers())
}

fn json(status: StatusCode, json: String) -> Response {
    let mut response = Response::new(Body::from(json));
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}
