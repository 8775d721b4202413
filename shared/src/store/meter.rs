//! Meters a request: its round trips to DynamoDB, one after another, and the time that it may go on trying.
//!
//! Calls that overlap count once: what a caller waits for is the length of the chain.

use std::cell::Cell;

use aws_sdk_dynamodb::config::interceptors::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use tokio::time::Instant;

#[derive(Debug)]
struct Meter {
    started: Instant,
    in_flight: Cell<u32>,
    sequential: Cell<u32>,
}

tokio::task_local! {
    static METER: Meter;
}

/// Runs `future`, which is one request, and tells how many round trips it made one after another.
pub async fn measure<F: Future>(future: F) -> (F::Output, u32) {
    let meter =
        Meter { started: Instant::now(), in_flight: Cell::new(0), sequential: Cell::new(0) };
    METER
        .scope(meter, async {
            let output = future.await;
            (output, METER.with(|meter| meter.sequential.get()))
        })
        .await
}

/// When the request at hand began; outside of a request, now.
pub(super) fn started() -> Instant {
    METER.try_with(|meter| meter.started).unwrap_or_else(|_| Instant::now())
}

/// Tells the meter of the request at hand, if there is one, about every attempt.
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
        update(|meter| {
            if meter.in_flight.replace(meter.in_flight.get() + 1) == 0 {
                meter.sequential.set(meter.sequential.get() + 1);
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
        update(|meter| meter.in_flight.set(meter.in_flight.get().saturating_sub(1)));
        Ok(())
    }
}

/// Outside of a counted request, as when the local server makes its table, nothing is metered.
fn update(change: impl FnOnce(&Meter)) {
    let _unmetered = METER.try_with(change);
}
