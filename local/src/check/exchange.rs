//! The exchange: every call to DynamoDB, and every message to a webhook, is parked here until it is its turn to be carried out and
//! answered.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use functions::http::BoxFuture;
use functions::webhooks::post::{Outgoing, PATIENCE, Post};
use serde_json::json;
use shared::domain::delivery::{Attempt, Problem};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// The call that a message to a webhook is.
const POST: &str = "Receiver.Post";

/// A call that waits for its turn.
pub struct Parked {
    /// Which of the tasks makes it.
    pub by: usize,
    /// As in `DynamoDB_20120810.GetItem`.
    pub target: String,
    pub body: Vec<u8>,
    /// Where its answer goes; nobody waits any more where that is closed.
    pub reply: oneshot::Sender<Reply>,
    /// What it would have been answered with earlier, where it is read in two goes.
    pub first_reading: Option<String>,
    /// When it arrives, in milliseconds since the beginning.
    pub arrives: u64,
}

/// What becomes of a call.
pub enum Reply {
    /// A status, and a body in JSON.
    Answer(u16, String),
    /// The connection breaks.
    Broken,
}

/// Where calls are parked.
#[derive(Clone, Default)]
pub struct Exchange(Arc<Mutex<Calls>>);

#[derive(Default)]
struct Calls {
    at_work: usize,
    parked: Vec<Parked>,
}

impl Exchange {
    /// The SDK's way to it.
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    /// Says whose calls come next.
    pub fn work_for(&self, task: usize) {
        self.lock().at_work = task;
    }

    /// Whose calls come now.
    pub fn at_work(&self) -> usize {
        self.lock().at_work
    }

    /// Takes what was parked since.
    pub fn take(&self) -> Vec<Parked> {
        std::mem::take(&mut self.lock().parked)
    }

    /// Parks a call of whoever is at work.
    fn park(&self, target: &str, body: Vec<u8>) -> oneshot::Receiver<Reply> {
        let (reply, answered) = oneshot::channel();
        let target = target.to_owned();
        let mut calls = self.lock();
        let by = calls.at_work;
        calls.parked.push(Parked { by, target, body, reply, first_reading: None, arrives: 0 });
        answered
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Parked {
    /// Whether it is a message to a webhook.
    pub fn is_message(&self) -> bool {
        self.target == POST
    }

    /// The operation that it calls.
    pub fn operation(&self) -> &str {
        self.target.split_once('.').map_or("", |(_, operation)| operation)
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Exchange")
    }
}

impl HttpClient for Exchange {
    fn http_connector(
        &self,
        _settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Exchange {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let body = request.body().bytes().unwrap_or_default();
        let answered = self.park(target, body.to_vec());
        HttpConnectorFuture::new(async move {
            match answered.await {
                Ok(Reply::Answer(status, json)) => {
                    let status =
                        status.try_into().map_err(|e| ConnectorError::user(Box::new(e)))?;
                    Ok(HttpResponse::new(status, SdkBody::from(json)))
                }
                Ok(Reply::Broken) | Err(_) => {
                    Err(ConnectorError::io("the connection broke".into()))
                }
            }
        })
    }
}

impl Post for Exchange {
    fn post<'a>(&'a self, url: &'a str, message: Outgoing) -> BoxFuture<'a, Attempt> {
        let [id, timestamp, signature] = message.headers.map(|(_, text)| text);
        let message = json!({
            "url": url, "id": id, "timestamp": timestamp, "signature": signature, "body": message.body,
        });
        let answered = self.park(POST, message.to_string().into_bytes());
        Box::pin(async move {
            match timeout(PATIENCE, answered).await {
                Ok(Ok(Reply::Answer(status, _))) => Attempt::answered(status),
                Ok(Ok(Reply::Broken) | Err(_)) => Attempt::failed(Problem::NotConnected),
                Err(_) => Attempt::failed(Problem::TimedOut),
            }
        })
    }
}
