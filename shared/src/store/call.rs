//! Calls to DynamoDB: each gets the time that is left of its request, and tells how it ended.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_types::retry::ErrorKind;
use tokio::time::{Instant, timeout_at};

use crate::error::Error;
use crate::store::meter;
use crate::store::retry::Backoff;
use crate::store::table::Store;

/// How a call ended that was not answered as asked for.
pub(super) enum Failed<E> {
    /// It was turned away for now, and nothing was done.
    TurnedAway,
    /// Nobody knows whether it was done: it took too long, the connection broke, DynamoDB failed over it or still works on it.
    Unanswered,
    /// It was answered by an error that no repetition helps.
    Refused(Box<SdkError<E>>),
}

/// Makes a call once, unless the request's time is over, and waits for it no longer than that.
pub(super) async fn attempt<O, E: ProvideErrorMetadata>(
    call: impl Future<Output = Result<O, SdkError<E>>>,
) -> Result<O, Failed<E>> {
    let deadline = meter::deadline();
    if Instant::now() >= deadline {
        return Err(Failed::TurnedAway);
    }
    match timeout_at(deadline, call).await {
        Ok(answer) => answer.map_err(failed),
        Err(_elapsed) => Err(Failed::Unanswered),
    }
}

impl Store {
    /// Makes a call that changes nothing, or nothing more when it is made twice, until it is answered.
    ///
    /// # Errors
    /// [`Error::Busy`] once the request's time is over.
    pub(super) async fn ask<O, E, F>(&self, call: impl Fn() -> F) -> Result<O, Error>
    where
        E: ProvideErrorMetadata + StdError + 'static,
        F: Future<Output = Result<O, SdkError<E>>>,
    {
        let mut backoff = Backoff::new(self.entropy());
        loop {
            match attempt(call()).await {
                Ok(answer) => return Ok(answer),
                Err(Failed::TurnedAway | Failed::Unanswered) => backoff.wait().await?,
                Err(Failed::Refused(error)) => return Err(fault(&*error)),
            }
        }
    }
}

fn failed<E: ProvideErrorMetadata>(error: SdkError<E>) -> Failed<E> {
    let is_unanswered = match &error {
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
        SdkError::DispatchFailure(failure) => {
            let other = failure.as_connector_error().and_then(|error| error.as_other());
            failure.is_io() || failure.is_timeout() || other == Some(ErrorKind::TransientError)
        }
        SdkError::ServiceError(service) => {
            let code = service.err().code();
            if code.is_some_and(|code| TURNED_AWAY.contains(&code)) {
                return Failed::TurnedAway;
            }
            code == Some("TransactionInProgressException")
                || service.raw().status().is_server_error()
        }
        SdkError::ConstructionFailure(_) | _ => false,
    };
    if is_unanswered { Failed::Unanswered } else { Failed::Refused(Box::new(error)) }
}

/// The errors by which DynamoDB says that it has not done what was asked, and that it may do so later.
const TURNED_AWAY: [&str; 4] = [
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionConflictException",
];

/// The errors whose messages are about the table and the function. Others may repeat keys, and those hold names and addresses.
const TELLING: [&str; 3] =
    ["AccessDeniedException", "ResourceNotFoundException", "TransactionCanceledException"];

/// What is logged of a call that cannot succeed.
pub(super) fn fault(error: &(impl ProvideErrorMetadata + StdError)) -> Error {
    Error::internal(match (error.code(), error.message()) {
        (Some(code), Some(message)) if TELLING.contains(&code) => format!("{code}: {message}"),
        (Some(code), _) => code.to_owned(),
        (None, _) => chain(error),
    })
}

/// What an error and its causes say of themselves. Their `Debug` may hold a whole answer.
fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
