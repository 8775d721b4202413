//! What is the same for every dialect: a call is metered, answered, and told about in the log.

use std::panic::AssertUnwindSafe;

use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderValue, Response, StatusCode, header};
use shared::auth::caller::Caller;
use shared::store::meter::{self, note_caller};
use shared::{App, Error};

use crate::http::{Answer, BoxFuture, Route};
use crate::record::{Failure, Record};

/// What came of a call.
pub struct Outcome {
    /// For the caller.
    pub response: Response<Bytes>,
    /// Why the call failed, where it did.
    pub failure: Option<Failure>,
}

/// Answers a call by what `outcome` comes to, and tells the caller under which id it is logged.
pub fn conclude<'a>(
    app: &'a App,
    route: &'static Route,
    request_id: String,
    request_id_header: &'static str,
    outcome: BoxFuture<'a, Outcome>,
) -> BoxFuture<'a, Answer> {
    Box::pin(async move {
        let arrived = app.now();
        let (outcome, reading) = meter::measure(meter::REQUEST_BUDGET, outcome).await;
        let Outcome { mut response, failure } = outcome;
        if let Ok(value) = HeaderValue::from_str(&request_id) {
            response.headers_mut().insert(request_id_header, value);
        }
        let record = Record {
            function: route.function,
            request_id,
            status: response.status().as_u16(),
            failure,
            arrived,
            answered: app.now(),
            reading,
        };
        Answer { response, record }
    })
}

/// Notes for the log who is calling, once that is known.
pub fn note(caller: Option<&Caller>) {
    if let Some(caller) = caller {
        note_caller(caller.game(), caller.acting_user());
    }
}

/// What `future` comes to; a panic in it is a fault of ours like any other, so that the caller is answered and this
/// process serves the next one.
pub async fn catch_panic<T, E: From<Error>>(
    future: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    // What a request leaves behind is in the table, where nothing is half written.
    let caught = AssertUnwindSafe(future).catch_unwind().await;
    caught.unwrap_or_else(|_| Err(Error::internal("a panic, whose place is logged").into()))
}

/// A response with that JSON.
pub fn json(status: StatusCode, body: Vec<u8>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}
