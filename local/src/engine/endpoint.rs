//! The engine for other programs of this machine: DynamoDB's protocol over HTTP, on a thread and a port of its own.
//! Dynoxide's own server would answer web pages, too.

use std::future::pending;
use std::net::{IpAddr, TcpListener};
use std::thread::JoinHandle;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderValue, Method, StatusCode, header};
use tokio::sync::oneshot;

use super::protocol::{Answer, DynamoDb};
use crate::serving::{Patience, serve};
use crate::{ServerError, body, cross_site};

/// The most bytes that DynamoDB reads of a request.
const BODY: usize = 16 * 1024 * 1024;

/// Where the engine answers; dropping it ends that.
pub struct Endpoint {
    url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Endpoint {
    /// Answers whoever reaches `address`.
    pub(super) fn open(dynamodb: DynamoDb, address: IpAddr) -> Result<Self, ServerError> {
        let socket = TcpListener::bind((address, 0))?;
        socket.set_nonblocking(true)?;
        let url = format!("http://{}", socket.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let router = Router::new().fallback(answer).with_state(dynamodb);
        let thread = std::thread::Builder::new().name("dynamodb".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let listener = match tokio::net::TcpListener::from_std(socket) {
                    Ok(listener) => listener,
                    Err(error) => return eprintln!("the embedded DynamoDB stopped: {error}"),
                };
                // Nobody waits for an answer any more when it stops: whatever is still open is dropped.
                tokio::select! {
                    () = serve(listener, router, Patience::default(), pending()) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { url, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it answers.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic over there was reported there.
            let _ended = thread.join();
        }
    }
}

/// Answers whoever is no web page, whatever the credentials.
async fn answer(State(dynamodb): State<DynamoDb>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if cross_site::may_be_from_a_page(&head.headers) {
        let message = "No web page is answered, and no host but an address or localhost";
        return respond(Answer::error(StatusCode::FORBIDDEN, "AccessDeniedException", message));
    }
    // DynamoDB answers so, too, which opens a connection before it is needed.
    if head.method == Method::GET {
        return Response::new(Body::from("healthy"));
    }
    let Ok(body) = body::read(body, BODY, &head.extensions).await else {
        let message = "The body could not be read";
        return respond(Answer::error(StatusCode::BAD_REQUEST, "SerializationException", message));
    };
    let target = head.headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    respond(dynamodb.answer_in_turn(target.unwrap_or_default(), &body.bytes).await)
}

fn respond(Answer(status, json): Answer) -> Response {
    let mut response = Response::new(Body::from(json));
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("application/x-amz-json-1.0");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}
