//! `/openapi.json`, the API's description, and `/docs`, a page that shows it and needs nothing from another host.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use utoipa_swagger_ui::{Config, serve};

use crate::openapi::document;
use crate::state::Server;

const DOCUMENT: &str = "/openapi.json";

/// What the page may do: run its own scripts and ask this server. Its styles are partly inline, its icons are in them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Both of them.
pub(crate) fn router() -> Router<Server> {
    let file = |Path(file): Path<String>| async move { page(&file) };
    Router::new()
        .route(DOCUMENT, get(describe))
        .route("/docs", get(|| async { Redirect::permanent("/docs/") }))
        .route("/docs/", get(|| async { page("index.html") }))
        .route("/docs/{*file}", get(file))
}

/// The document of this deployment's limits.
async fn describe(State(server): State<Server>) -> Response {
    respond("application/json; charset=utf-8", document(&server.app.limits).to_string())
}

/// A file of the page.
fn page(file: &str) -> Response {
    // A page elsewhere would else be told that this document is valid.
    let config = Config::from(DOCUMENT).validator_url("none");
    match serve(file, Arc::new(config)) {
        Ok(Some(file)) => respond(&file.content_type, file.bytes.into_owned()),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn respond(content_type: &str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    if let Ok(content_type) = HeaderValue::from_str(content_type) {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
