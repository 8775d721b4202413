//! Refusals of requests that reach no function: in their dialect, with an id and a line in the log like all others.

use functions::dialect::Dialect;
use functions::http::{Answer, BoxFuture, Received, Route};
use functions::pipeline::{Outcome, conclude};
use http::Method;
use shared::{App, Error, Refusal};

/// What answers where no other route does.
pub(crate) static NOWHERE: Route = Route {
    function: "none",
    method: Method::GET,
    path: "",
    also: &[],
    actions: &[],
    parallel_calls: 0,
    handler: |app, route, call| refuse(app, route, call, Refusal::EndpointNotFound),
};

/// The answer to a call that gets no further than here.
pub(crate) fn refuse<'a>(
    app: &'a App,
    route: &'static Route,
    call: Received,
    refusal: Refusal,
) -> BoxFuture<'a, Answer> {
    let dialect = Dialect::of(call.request.uri().path());
    let error = Error::from(refusal);
    let failure = Some((&error).into());
    let response = dialect.respond(call.request.headers(), error);
    let outcome = Box::pin(async { Outcome { response, failure } });
    conclude(app, route, call.request_id, dialect.request_id_header(), outcome)
}
