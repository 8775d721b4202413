//! The HTTP server: every request is answered in its dialect, named by an id, and logged.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use axum::routing::any;
use functions::http::{Answer, Received};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use shared::limits::Limits;
use shared::{App, Refusal};
use tower_http::cors::{AllowHeaders, AllowMethods, Any, CorsLayer, ExposeHeaders};

use crate::body::ReadBody;
use crate::inspector::{Asked, Inspector, traced};
use crate::refusal::{NOWHERE, refuse};
use crate::state::{Log, Server};
use crate::{ServerError, body, docs, headers, invocation, routing, template};

/// All routes, and a way to invoke what has none. Where there is an inspector, it is told of every request.
///
/// # Errors
/// [`ServerError`] where template.yaml describes no API that could be served.
pub fn router(
    app: Arc<App>,
    log: Log,
    inspector: Option<Inspector>,
) -> Result<Router, ServerError> {
    let answer =
        |State(server): State<Server>, request| async move { server.answer(request).await };
    let invoke = |State(server), request| invocation::invoke(server, request);
    Ok(Router::new()
        .fallback(answer)
        .layer(cors()?)
        .merge(docs::router())
        // After CORS: a web page that happens to be open must not read what an operator is told.
        .route(invocation::PATHS, any(invoke))
        .with_state(Server { app, log, inspector }))
}

impl Server {
    async fn answer(&self, request: Request) -> Response {
        let (mut head, body) = request.into_parts();
        head.headers = headers::joined(head.headers);
        head.method = routing::method(&head);
        let body = body::read(body, Limits::BODY, &head.extensions).await;
        let is_unfinished = body.as_ref().map_or(true, |body| body.is_unfinished);
        let path = head.uri.path().to_owned();
        let answer = self.inspected(head, body).await;
        (self.log)(answer.record);
        let mut response = answer.response.map(Body::from);
        if response.status() == StatusCode::METHOD_NOT_ALLOWED
            && let Ok(methods) = HeaderValue::from_str(&routing::allowed(&path))
        {
            response.headers_mut().insert(header::ALLOW, methods);
        }
        if is_unfinished {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    /// Answers, and lets the inspector know.
    async fn inspected(&self, head: Parts, body: Result<ReadBody, Refusal>) -> Answer {
        let Some(inspector) = &self.inspector else { return self.respond(head, body).await };
        let bytes = body.as_ref().map(|body| body.bytes.clone()).unwrap_or_default();
        let asked = Asked::new(&self.app, &head, &bytes);
        let (answer, calls) = traced(self.respond(head, body)).await;
        inspector.keep(&asked, &answer.record, &calls);
        answer
    }

    /// Answers by the route that there is, or refuses. A body that is too large is refused by the route, as on Lambda.
    async fn respond(&self, head: Parts, body: Result<ReadBody, Refusal>) -> Answer {
        let path = head.uri.path().to_owned();
        let found = routing::find(&head.method, &path);
        let peer = head.extensions.get::<ConnectInfo<SocketAddr>>();
        let source_address = peer.map(|ConnectInfo(address)| address.ip());
        let mut call = Received {
            request: http::Request::from_parts(head, Bytes::new()),
            path_parameters: Vec::new(),
            request_id: self.request_id(),
            source_address,
        };
        let found = match found {
            Ok(found) => found,
            Err(refusal) => return refuse(&self.app, &NOWHERE, call, refusal).await,
        };
        match (found.parameters(), body) {
            (Ok(parameters), Ok(body)) => {
                call.path_parameters = parameters;
                *call.request.body_mut() = body.bytes;
                (found.route.handler)(&self.app, found.route, call).await
            }
            (Err(refusal), _) | (_, Err(refusal)) => {
                refuse(&self.app, found.route, call, refusal).await
            }
        }
    }
}

/// What API Gateway does for browsers, done here.
fn cors() -> Result<CorsLayer, ServerError> {
    let cors = template::properties::<template::Api>("Api")?.cors_configuration;
    let methods = cors.allow_methods.iter().map(|name| name.parse::<Method>());
    let headers = |names: &[String]| {
        names.iter().map(|name| name.parse::<HeaderName>()).collect::<Result<Vec<_>, _>>()
    };
    Ok(CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(AllowMethods::list(methods.collect::<Result<Vec<_>, _>>()?))
        .allow_headers(AllowHeaders::list(headers(&cors.allow_headers)?))
        .expose_headers(ExposeHeaders::list(headers(&cors.expose_headers)?))
        .max_age(Duration::from_secs(cors.max_age)))
}
