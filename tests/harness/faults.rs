//! What stands between a world and its engine: it records every call, sees that template.yaml allows it, and gives answers
//! that no engine gives when asked to, such as conflicts, throttling, and lost connections.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

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
use serde_json::Value;
use tokio::sync::RwLock;

use crate::calls::Call;

/// A fault that the next call of an operation meets.
#[derive(Debug, Clone)]
pub struct Fault {
    operation: &'static str,
    /// What is answered; without it, whoever calls panics.
    answer: Option<(u16, String)>,
    /// Whether the engine carries the call out all the same, so that only its answer is lost.
    carried_out: bool,
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
        let fault = Fault { operation, answer: Some((400, body)), carried_out: false };
        self.queue.lock().unwrap().push_back(fault);
    }

    /// The next call of `operation` is carried out, but its answer is lost on the way.
    pub fn lose_answer(&self, operation: &'static str) {
        let body = r#"{"__type": "InternalServerError", "message": "injected"}"#.to_owned();
        let fault = Fault { operation, answer: Some((500, body)), carried_out: true };
        self.queue.lock().unwrap().push_back(fault);
    }

    /// The next call of `operation` panics.
    pub fn panic(&self, operation: &'static str) {
        let fault = Fault { operation, answer: None, carried_out: false };
        self.queue.lock().unwrap().push_back(fault);
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
        let Some((status, body)) = fault.answer else { panic!("as the test asked for") };
        let carried_out = fault.carried_out.then(|| self.carry_out(call, request));
        HttpConnectorFuture::new(async move {
            if let Some(call) = carried_out {
                call.await?;
            }
            let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
            Ok(response)
        })
    }
}

impl FaultyConnector {
    /// Lets the engine answer, and notes what it says that a function's call consumes.
    fn carry_out(&self, call: Call, request: HttpRequest) -> HttpConnectorFuture {
        if call.function.is_none() {
            return self.inner.call(request);
        }
        let answer = self.inner.call(asking_what_it_consumes(&call, request));
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

/// The same request, whose answer says what it consumed. Engines do not look at the signature, which is for the one before.
fn asking_what_it_consumes(call: &Call, mut request: HttpRequest) -> HttpRequest {
    let mut body = call.request();
    body["ReturnConsumedCapacity"] = Value::from("INDEXES");
    let body = body.to_string();
    request.headers_mut().insert("content-length", body.len().to_string());
    *request.body_mut() = SdkBody::from(body);
    request
}
