//! Runs one endpoint as a Lambda function.

use std::future::ready;
use std::io::{Write, stdout};
use std::pin::Pin;

use bytes::Bytes;
use http::Response;
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Adapter, Body, Error, IntoResponse, RequestExt, Service, service_fn};
use lambda_runtime::LambdaEvent;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};
use shared::Error as CallError;
use shared::auth::keys::Keys;
use shared::store::meter;

use crate::dialect::is_for_server;
use crate::environment::{self, StartError};
use crate::http::{BoxFuture, Received, Route};
use crate::operator::Function;
use crate::pipeline::catch_panic;
use crate::record::Record;

/// Answers API Gateway's HTTP API by one route until Lambda ends the process.
///
/// # Errors
/// [`StartError`] where the environment does not say what the function needs.
pub fn http(route: &'static Route) -> Result<(), StartError> {
    let serving = Box::pin(async move {
        // Where no token is looked at, there is no key to keep.
        let keys = if is_for_server(route) { Keys::none() } else { environment::keys()? };
        let app = &environment::app(keys)?;
        let stage = environment::stage();
        let stage = stage.as_deref();
        app.store.prime(route.parallel_calls).await;
        let mut adapter = Adapter::from(service_fn(|request| async move {
            let answer = (route.handler)(app, route, call(request)).await;
            println!("{}", answer.record.line(stage));
            Ok::<_, Error>(Reply(answer.response))
        }));
        lambda_runtime::run(service_fn(move |event: LambdaEvent<LambdaRequest>| {
            let payload = with_encoded_uri(event.payload);
            adapter.call(LambdaEvent::new(payload, event.context))
        }))
        .await
    });
    block_on(LOOKUPS, serving)
}

/// The event, in whose URI everything is encoded that would not stay what it is. API Gateway hands paths on decoded, and queries
/// as some clients send them. `lambda_http` makes one URI of both: a path's `#` would swallow the query, and a query that no URI
/// can hold would panic.
pub fn with_encoded_uri(mut event: LambdaRequest) -> LambdaRequest {
    /// What is left of ASCII, as `http` reads a query (RFC 3986, section 3.4).
    const NOT_IN_A_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');
    /// What would end a path, or be read as something else in it.
    const NOT_IN_A_PATH: &AsciiSet = &NOT_IN_A_QUERY.add(b'?').add(b'%').add(b'\\');
    let encode = |text: &mut Option<String>, set| {
        *text = text.take().map(|text| utf8_percent_encode(&text, set).to_string());
    };
    if let LambdaRequest::ApiGatewayV2(request) = &mut event {
        encode(&mut request.raw_path, NOT_IN_A_PATH);
        encode(&mut request.raw_query_string, NOT_IN_A_QUERY);
    }
    event
}

/// A response as `lambda_http` sends it.
struct Reply(Response<Bytes>);

impl IntoResponse for Reply {
    fn into_response(self) -> BoxFuture<'static, Response<Body>> {
        // API Gateway takes text as it is, and everything here is text. Left to find that out, `lambda_http` would bring
        // every character set there is.
        let text = |body: Bytes| String::from_utf8(body.into()).map_or(Body::Empty, Body::Text);
        Box::pin(ready(self.0.map(text)))
    }
}

/// Answers events by one function until Lambda ends the process.
///
/// # Errors
/// [`StartError`] where the environment does not say what the function needs.
pub fn events(function: &'static Function) -> Result<(), StartError> {
    let serving = Box::pin(async move {
        // Whoever may invoke it is known to IAM, so there is nothing signed to look at, and no key to keep.
        let app = &environment::app(Keys::none())?;
        let stage = environment::stage();
        let stage = stage.as_deref();
        app.store.prime(function.parallel_calls).await;
        lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| async move {
            let request_id = event.context.request_id;
            let (result, record) = function.invoke(app, request_id, event.payload).await;
            println!("{}", record.line_of_event(stage));
            result.map_err(|failure| Error::from(failure_text(&failure)))
        }))
        .await
    });
    block_on(LOOKUPS_OF_EVENTS, serving)
}

/// What whoever invoked a function is told: refusals in full, our own faults not at all.
pub fn failure_text(failure: &CallError) -> String {
    match failure {
        CallError::Refused(refusal) => format!("{}: {refusal}", refusal.name()),
        CallError::Busy => "Busy: try again in a moment".to_owned(),
        CallError::OutcomeUnknown => {
            "OutcomeUnknown: this may have happened, so look before you try again".to_owned()
        }
        CallError::Internal(_) => "InternalError: see the log".to_owned(),
    }
}

/// The threads on which names of hosts are looked up: one does for AWS's. Of receivers of webhooks each gets its own, since
/// whoever owns a name decides how long that takes.
const LOOKUPS: usize = 1;
const LOOKUPS_OF_EVENTS: usize = 16;

/// One thread is as much as a small Lambda function has.
fn block_on(
    lookups: usize,
    future: Pin<Box<dyn Future<Output = Result<(), StartError>>>>,
) -> Result<(), StartError> {
    std::panic::set_hook(Box::new(|panic| {
        // A panic in here would end the process.
        let _written_or_not = writeln!(stdout(), "{}", panic_line(panic.location()));
    }));
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().max_blocking_threads(lookups).build()?.block_on(future)
}

/// What is logged about a panic: where, and not what it says of the data that it met.
fn panic_line(location: Option<&std::panic::Location<'_>>) -> String {
    let place = location.map(|location| format!("{}:{}", location.file(), location.line()));
    json!({ "panic": place }).to_string()
}

/// A request as the handlers take it.
pub fn call(request: lambda_http::Request) -> Received {
    let path_parameters = request
        .path_parameters()
        .iter()
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    let (request_id, source_address) = match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => {
            let source_address = context.http.source_ip.as_ref().and_then(|ip| ip.parse().ok());
            (context.request_id.clone(), source_address)
        }
        Some(_) | None => (None, None),
    };
    let request_id = request_id
        .or_else(|| request.lambda_context_ref().map(|context| context.request_id.clone()))
        .unwrap_or_default();
    let request = request.map(|body| match body {
        Body::Text(text) => Bytes::from(text),
        Body::Binary(bytes) => Bytes::from(bytes),
        Body::Empty | _ => Bytes::new(),
    });
    Received { request, path_parameters, request_id, source_address }
}

impl Function {
    /// Answers one event, and tells what is to be logged about it.
    pub async fn invoke(
        &self,
        app: &shared::App,
        request_id: String,
        event: Value,
    ) -> (Result<Value, CallError>, Record) {
        self.measure(app, request_id, (self.handler)(app, event)).await
    }

    /// The same, where `handling` answers.
    pub async fn measure(
        &self,
        app: &shared::App,
        request_id: String,
        handling: impl Future<Output = Result<Value, CallError>>,
    ) -> (Result<Value, CallError>, Record) {
        let arrived = app.now();
        let (result, reading) = meter::measure(meter::EVENT_BUDGET, catch_panic(handling)).await;
        let status = match &result {
            Ok(_) => 200,
            Err(CallError::Refused(_)) => 422,
            Err(CallError::Busy | CallError::OutcomeUnknown) => 503,
            Err(CallError::Internal(_)) => 500,
        };
        let record = Record {
            function: self.name,
            request_id,
            status,
            failure: result.as_ref().err().or(reading.failure.as_deref()).map(Into::into),
            arrived,
            answered: app.now(),
            reading,
        };
        (result, record)
    }
}
