//! The HTTP server: the route table folded into a router.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Path, RawPathParams, Request, State};
use axum::response::Response;
use axum::routing::{MethodFilter, on, post};
use functions::dialect::Dialect;
use functions::http::{Call, Route};
use functions::log::Record;
use functions::routes::{ALL, UNROUTED};
use functions::serve::failure_text;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use serde_json::{Value, json};
use shared::limits::Limits;
use shared::{App, Error, Refusal};
use tower_http::cors::{AllowHeaders, AllowMethods, Any, CorsLayer, ExposeHeaders};

use crate::{Failure, template};

/// Takes what is logged.
pub type Log = Arc<dyn Fn(Record) + Send + Sync>;

/// What every handler here needs.
#[derive(Clone)]
struct Server {
    app: Arc<App>,
    log: Log,
}

/// All routes, and a way to invoke what has none.
///
/// # Errors
/// [`Failure`] where template.yaml describes no API that could be served.
pub fn router(app: Arc<App>, log: Log) -> Result<Router, Failure> {
    let mut router = Router::new();
    for route in ALL.iter().copied() {
        let method = MethodFilter::try_from(route.method.clone())?;
        let answer = move |State(server): State<Server>, path, request| async move {
            server.answer(route, path, request).await
        };
        router = router.route(route.path, on(method, answer));
    }
    Ok(router
        .method_not_allowed_fallback(|uri, headers| refuse(uri, headers, Refusal::MethodNotAllowed))
        .fallback(|uri, headers| refuse(uri, headers, Refusal::EndpointNotFound))
        .layer(cors()?)
        // After CORS: a web page that happens to be open must not read what an operator is told.
        .route("/2015-03-31/functions/{name}/invocations", post(invoke))
        .with_state(Server { app, log }))
}

impl Server {
    async fn answer(
        self,
        route: &'static Route,
        path: RawPathParams,
        request: Request,
    ) -> Response {
        let (head, body) = request.into_parts();
        let connection = head.extensions.get::<ConnectInfo<SocketAddr>>();
        let source_address = connection.map(|ConnectInfo(address)| address.ip());
        let Ok(body) = to_bytes(body, Limits::BODY).await else {
            return refuse(head.uri, head.headers, Refusal::BodyTooLarge).await;
        };
        let request_id = match self.app.entropy.bytes() {
            Ok(bytes) => format!("{:016x}", u64::from_be_bytes(bytes)),
            Err(failure) => return respond(&head.uri, &head.headers, failure),
        };
        let call = Call {
            request: Request::from_parts(head, body),
            path_parameters: path.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
            request_id,
            source_address,
        };
        let answer = (route.handler)(&self.app, route, call).await;
        (self.log)(answer.record);
        answer.response.map(Body::from)
    }
}

async fn refuse(uri: Uri, headers: HeaderMap, refusal: Refusal) -> Response {
    respond(&uri, &headers, refusal.into())
}

fn respond(uri: &Uri, headers: &HeaderMap, failure: Error) -> Response {
    Dialect::of(uri.path()).respond(headers, failure).map(Body::from)
}

/// Answers as Lambda does: a function's failure is a success of the invocation, with a header that says so.
async fn invoke(
    State(server): State<Server>,
    Path(name): Path<String>,
    body: axum::body::Bytes,
) -> Response {
    let Some(function) = UNROUTED.iter().find(|function| function.name == name) else {
        let message = format!("Function not found: {name}");
        return answer(StatusCode::NOT_FOUND, &json!({ "Type": "User", "Message": message }));
    };
    let Ok(event) = serde_json::from_slice(&body) else {
        let message = "Could not parse request body into json";
        return answer(StatusCode::BAD_REQUEST, &json!({ "Type": "User", "Message": message }));
    };
    let (result, record) = function.invoke(&server.app, "local".to_owned(), event).await;
    (server.log)(record);
    match result {
        Ok(value) => answer(StatusCode::OK, &value),
        Err(failure) => {
            let message = failure_text(&failure);
            let mut response = answer(StatusCode::OK, &json!({ "errorMessage": message }));
            let unhandled = HeaderValue::from_static("Unhandled");
            response.headers_mut().insert("x-amz-function-error", unhandled);
            response
        }
    }
}

fn answer(status: StatusCode, value: &Value) -> Response {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// What API Gateway does for browsers, done here.
fn cors() -> Result<CorsLayer, Failure> {
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
