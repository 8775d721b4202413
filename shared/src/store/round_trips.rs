//! Counts the round trips to DynamoDB that a request makes, one after another.
//!
//! Calls that overlap count once: what a caller waits for is the length of the chain.

use std::cell::Cell;

use aws_sdk_dynamodb::config::interceptors::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;

#[derive(Debug, Default)]
struct Counter {
    in_flight: Cell<u32>,
    sequential: Cell<u32>,
}

tokio::task_local! {
    static COUNTER: Counter;
}

/// Runs `future` and tells how many round trips it made one after another.
pub async fn count<F: Future>(future: F) -> (F::Output, u32) {
    COUNTER
        .scope(Counter::default(), async {
            let output = future.await;
            (output, COUNTER.with(|counter| counter.sequential.get()))
        })
        .await
}

/// Tells the counter of the request at hand, if there is one, about every attempt.
#[derive(Debug)]
pub(super) struct CountRoundTrips;

impl Intercept for CountRoundTrips {
    fn name(&self) -> &'static str {
        "CountRoundTrips"
    }

    fn read_before_attempt(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        update(|counter| {
            if counter.in_flight.replace(counter.in_flight.get() + 1) == 0 {
                counter.sequential.set(counter.sequential.get() + 1);
            }
        });
        Ok(())
    }

    fn read_after_attempt(
        &self,
        _context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        update(|counter| counter.in_flight.set(counter.in_flight.get().saturating_sub(1)));
        Ok(())
    }
}

/// Outside of a counted request, as when the local server makes its table, nothing is counted.
fn update(change: impl FnOnce(&Counter)) {
    let _uncounted = COUNTER.try_with(change);
}
