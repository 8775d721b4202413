//! What stands between a world and its engine: it records every call, sees that template.yaml allows it, and gives answers
//! that no engine gives when asked to, such as conflicts, throttling, and lost connections.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::RuntimeComponents;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use futures_util::FutureExt;
use serde_json::Value;
use tokio::sync::RwLock;

use crate::calls::Call;
use crate::guards;

/// A fault that the next call of an operation meets.
#[derive(Debug, Clone)]
struct Fault {
    operation: &'static str,
    /// Whether the engine carries the call out all the same, so that only its answer is lost.
    carried_out: bool,
    /// How much time passes meanwhile.
    takes: Duration,
    ending: Ending,
}

/// What becomes of a call's answer.
#[derive(Debug, Clone)]
enum Ending {
    /// It is the engine's.
    Arrives,
    /// It is this one.
    Replaced(u16, String),
    /// It never comes.
    Silence,
    /// The connection breaks.
    Broken,
    /// Whoever calls panics.
    Panic,
}

/// What becomes of a call that is never answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// It was never carried out.
    Call,
    /// It was carried out.
    Answer,
}

/// The faults to come, and the calls that were made.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    queue: Arc<Mutex<VecDeque<Fault>>>,
    calls: Arc<Mutex<Vec<Call>>>,
    /// The functions' calls that wait for their answers.
    in_flight: Arc<AtomicUsize>,
    /// Held for reading by every call that waits for its answer.
    waiting: Arc<RwLock<()>>,
}

impl Faults {
    /// The next call of `operation` is answered with that error of DynamoDB's and not carried out.
    pub fn refuse(&self, operation: &'static str, error: &str) {
        self.refuse_late(operation, error, Duration::ZERO);
    }

    /// The same, and the error's message is `message`.
    pub fn refuse_saying(&self, operation: &'static str, error: &str, message: &str) {
        let body = serde_json::json!({
            "__type": format!("com.amazonaws.dynamodb.v20120810#{error}"), "message": message,
        });
        let ending = Ending::Replaced(400, body.to_string());
        self.lose(operation, Lost::Call, Duration::ZERO, ending);
    }

    /// The next call of `operation` is answered with that error of DynamoDB's after that time, and not carried out.
    pub fn refuse_late(&self, operation: &'static str, error: &str, takes: Duration) {
        let body = match error {
            "TransactionConflict" => {
                r#"{"__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                    "Message": "Transaction cancelled",
                    "CancellationReasons": [{"Code": "TransactionConflict"}]}"#
                    .to_owned()
            }
            error => format!(
                r#"{{"__type": "com.amazonaws.dynamodb.v20120810#{error}", "message": "injected"}}"#
            ),
        };
        let ending = Ending::Replaced(400, body);
        self.push(Fault { operation, carried_out: false, takes, ending });
    }

    /// The next call of `operation` ends in an error of DynamoDB's own.
    pub fn fail(&self, operation: &'static str, lost: Lost) {
        let body = r#"{"__type": "InternalServerError", "message": "injected"}"#.to_owned();
        self.lose(operation, lost, Duration::ZERO, Ending::Replaced(500, body));
    }

    /// The next call of `operation` is carried out, but its answer is lost on the way.
    pub fn lose_answer(&self, operation: &'static str) {
        self.fail(operation, Lost::Answer);
    }

    /// The connection breaks under the next call of `operation`.
    pub fn break_connection(&self, operation: &'static str, lost: Lost) {
        self.lose(operation, lost, Duration::ZERO, Ending::Broken);
    }

    /// The next call of `operation` is never answered, and whoever waits for it does so for that time at least.
    pub fn stall(&self, operation: &'static str, lost: Lost, takes: Duration) {
        self.lose(operation, lost, takes, Ending::Silence);
    }

    /// The next call of `operation` is answered as it should be, after that time.
    pub fn slow_down(&self, operation: &'static str, takes: Duration) {
        self.lose(operation, Lost::Answer, takes, Ending::Arrives);
    }

    /// The next call of `operation` panics.
    pub fn panic(&self, operation: &'static str) {
        self.lose(operation, Lost::Call, Duration::ZERO, Ending::Panic);
    }

    fn lose(&self, operation: &'static str, lost: Lost, takes: Duration, ending: Ending) {
        self.push(Fault { operation, carried_out: lost == Lost::Answer, takes, ending });
    }

    fn push(&self, fault: Fault) {
        self.queue.lock().unwrap().push_back(fault);
    }

    /// No fault is to come any more.
    pub fn clear(&self) {
        self.queue.lock().unwrap().clear();
    }

    /// The bodies of all calls of `operation` so far, as JSON texts.
    pub fn calls(&self, operation: &str) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        let calls = calls.iter().filter(|call| call.operation == operation);
        calls.map(|call| call.body.clone()).collect()
    }

    /// All calls that functions have made so far, once all of them are answered, also those that nobody waits for any more.
    pub async fn calls_of_functions(&self) -> Vec<Call> {
        let _all_answered = self.waiting.write().await;
        let calls = self.calls.lock().unwrap();
        calls.iter().filter(|call| call.function.is_some()).cloned().collect()
    }

    /// `client`, with these faults in its way.
    pub fn before(&self, client: &Client) -> Client {
        let inner = client.config().http_client().unwrap();
        let http = SharedHttpClient::new(Faulty { inner, faults: self.clone() });
        Client::from_conf(client.config().to_builder().http_client(http).build())
    }

    fn next(&self, operation: &str) -> Option<Fault> {
        let mut queue = self.queue.lock().unwrap();
        queue.pop_front_if(|fault| fault.operation == operation)
    }
}

#[derive(Debug)]
struct Faulty {
    inner: SharedHttpClient,
    faults: Faults,
}

impl HttpClient for Faulty {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(FaultyConnector { inner, faults: self.faults.clone() })
    }
}

#[derive(Debug)]
struct FaultyConnector {
    inner: SharedHttpConnector,
    faults: Faults,
}

impl HttpConnector for FaultyConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = request.body().bytes().unwrap_or_default();
        let at_once = 1 + self.faults.in_flight.load(Ordering::Relaxed);
        let call = Call::new(operation, String::from_utf8_lossy(body).into_owned(), at_once);
        call.insist_on_permission();
        self.faults.calls.lock().unwrap().push(call.clone());
        let Some(fault) = self.faults.next(&call.operation) else {
            return self.carry_out(call, request);
        };
        if matches!(fault.ending, Ending::Panic) {
            panic!("as the test asked for");
        }
        let carried_out = fault.carried_out.then(|| self.carry_out(call, request));
        HttpConnectorFuture::new(async move {
            let answer = match carried_out {
                None => None,
                Some(answer) => Some(answer.await?),
            };
            let_pass(fault.takes);
            match fault.ending {
                Ending::Arrives => Ok(answer.unwrap()),
                Ending::Replaced(status, body) => Ok(replaced(status, body)),
                Ending::Broken => Err(ConnectorError::io("the connection broke".into())),
                Ending::Silence | Ending::Panic => pending().await,
            }
        })
    }
}

fn replaced(status: u16, body: String) -> HttpResponse {
    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response
}

/// Moves the clock that time-outs go by, at once: nobody waits. The world's own clock is another one.
fn let_pass(time: Duration) {
    if !time.is_zero() {
        tokio::time::pause();
        // The first step moves the clock, the second would let others run while it stands still.
        let _moved = tokio::time::advance(time).now_or_never();
        tokio::time::resume();
    }
}

impl FaultyConnector {
    /// Lets the engine answer, and notes what it says that a function's call consumes.
    fn carry_out(&self, call: Call, request: HttpRequest) -> HttpConnectorFuture {
        if call.function.is_none() {
            return self.inner.call(request);
        }
        let answer = self.inner.call(as_carried_out(&call, request));
        let waiting = self.faults.waiting.clone().try_read_owned().unwrap();
        let in_flight = self.faults.in_flight.clone();
        in_flight.fetch_add(1, Ordering::Relaxed);
        // A task of its own, because DynamoDB charges also for an answer that nobody waits for any more.
        let answered = tokio::spawn(async move {
            let _waiting = waiting;
            let answer = answer.await;
            in_flight.fetch_sub(1, Ordering::Relaxed);
            let mut response = answer?;
            let body = std::mem::replace(response.body_mut(), SdkBody::taken());
            let body = ByteStream::new(body).collect().await;
            let body = body.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
            call.answered(&body);
            *response.body_mut() = SdkBody::from(body);
            Ok(response)
        });
        HttpConnectorFuture::new(async move { answered.await.unwrap() })
    }
}

/// The same request, whose answer says what it consumed, without the guard that is to be missed. Engines do not look at the
/// signature, which is for the one before.
fn as_carried_out(call: &Call, mut request: HttpRequest) -> HttpRequest {
    let mut body = guards::without_the_named(&call.operation, call.request());
    body["ReturnConsumedCapacity"] = Value::from("INDEXES");
    let body = body.to_string();
    request.headers_mut().insert("content-length", body.len().to_string());
    *request.body_mut() = SdkBody::from(body);
    request
}
