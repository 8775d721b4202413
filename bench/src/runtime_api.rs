//! Plays the Lambda runtime API for one function: hands it events, and takes its answers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::Failure;

/// Nothing takes that long, not even under Callgrind.
const PATIENCE: Duration = Duration::from_secs(120);

/// The side of the runtime API from which events come.
pub struct RuntimeApi {
    /// Where the function finds it.
    pub address: String,
    events: mpsc::Sender<Value>,
    notices: mpsc::Receiver<Notice>,
    serving: JoinHandle<Result<(), std::io::Error>>,
}

/// What the function did.
enum Notice {
    Ready,
    Answered(Instant, Result<Bytes, String>),
}

/// How a function has answered an event.
pub struct Answer {
    /// What it answered.
    pub body: Value,
    /// How long it took to.
    pub waited: Duration,
    /// How long until it wanted another event: for that long, Lambda bills.
    pub billed: Duration,
}

impl Answer {
    /// Fails where a function answers what was asked for with something else.
    ///
    /// # Errors
    /// [`Failure`] that says whose answer that is.
    pub fn insist_on_success(&self, whose: &str) -> Result<(), Failure> {
        match self.body["statusCode"].as_u64() {
            Some(300..) => Err(format!("{whose}: {}", self.body).into()),
            Some(_) | None => Ok(()),
        }
    }
}

#[derive(Clone)]
struct Served {
    events: Arc<Mutex<mpsc::Receiver<Value>>>,
    notices: mpsc::Sender<Notice>,
}

impl RuntimeApi {
    /// Serves the runtime API until this is dropped.
    ///
    /// # Errors
    /// [`Failure`] where no port is to be had.
    pub async fn serve() -> Result<Self, Failure> {
        let (events, to_come) = mpsc::channel(1);
        let (happened, notices) = mpsc::channel(2);
        let served = Served { events: Arc::new(Mutex::new(to_come)), notices: happened };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(answered))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(failed))
            .with_state(served);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let serving = tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, events, notices, serving })
    }

    /// Waits until the function asks for an event.
    ///
    /// # Errors
    /// [`Failure`] where it does not.
    pub async fn ready(&mut self) -> Result<(), Failure> {
        match timeout(PATIENCE, self.notices.recv()).await {
            Ok(Some(Notice::Ready)) => Ok(()),
            Ok(_) => Err("the function answered out of turn".into()),
            Err(_) => Err("the function did not start in time".into()),
        }
    }

    /// Hands a function that is ready an event, and waits until it is ready again.
    ///
    /// # Errors
    /// [`Failure`] where the function fails or takes too long.
    pub async fn invoke(&mut self, event: Value) -> Result<Answer, Failure> {
        let begun = Instant::now();
        self.events.send(event).await?;
        match timeout(PATIENCE, self.notices.recv()).await {
            Ok(Some(Notice::Answered(at, body))) => {
                let body = body?;
                self.ready().await?;
                let (waited, billed) = (at - begun, begun.elapsed());
                Ok(Answer { body: serde_json::from_slice(&body)?, waited, billed })
            }
            Ok(_) => Err("the function wanted an event before it had answered one".into()),
            Err(_) => Err("the function did not answer in time".into()),
        }
    }
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn next(State(served): State<Served>) -> Response {
    if served.notices.send(Notice::Ready).await.is_err() {
        return StatusCode::GONE.into_response();
    }
    let Some(event) = served.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    // Five minutes from now would do; so does a time that never comes.
    let headers = [
        ("content-type", "application/json"),
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", "4102444800000"),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:123456789012:function:bench",
        ),
        ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0"),
    ];
    (headers, event.to_string()).into_response()
}

async fn answered(State(served): State<Served>, _: Path<String>, body: Bytes) -> StatusCode {
    tell(&served, Notice::Answered(Instant::now(), Ok(body))).await
}

async fn failed(State(served): State<Served>, _: Path<String>, body: Bytes) -> StatusCode {
    let error = String::from_utf8_lossy(&body).into_owned();
    tell(&served, Notice::Answered(Instant::now(), Err(error))).await
}

async fn tell(served: &Served, notice: Notice) -> StatusCode {
    match served.notices.send(notice).await {
        Ok(()) => StatusCode::ACCEPTED,
        Err(_) => StatusCode::GONE,
    }
}
