//! Which request a call to DynamoDB belongs to: that of the task in which it is made.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::time::Instant;

use super::call::Call;

tokio::task_local! {
    static TRACE: Trace;
}

/// The calls of one request.
#[derive(Clone)]
pub(super) struct Trace {
    begun: Instant,
    calls: Arc<Mutex<Vec<Call>>>,
}

/// A call that was sent and has no answer yet.
pub(super) struct Pending {
    trace: Trace,
    place: usize,
}

/// Runs `future`, which is one request, and tells the calls to DynamoDB that were made for it.
pub async fn traced<F: Future>(future: F) -> (F::Output, Vec<Call>) {
    let trace = Trace { begun: Instant::now(), calls: Arc::default() };
    let output = TRACE.scope(trace.clone(), future).await;
    // A call that was given up may yet be answered, and finds no place any more.
    let calls = std::mem::take(&mut *trace.lock());
    (output, calls)
}

/// Notes a call of the request at hand, and tells what its body says; outside of one, as when the table is made, there is nothing
/// to note it for.
pub(super) fn begin(operation: &str, body: &[u8]) -> Option<(Pending, Value)> {
    let trace = TRACE.try_with(Trace::clone).ok()?;
    let body = serde_json::from_slice(body).ok()?;
    let call = Call::new(operation, &body, trace.begun.elapsed());
    let place = {
        let mut calls = trace.lock();
        calls.push(call);
        calls.len() - 1
    };
    Some((Pending { trace, place }, body))
}

impl Pending {
    /// Notes what the call was answered; nothing where no answer came.
    pub(super) fn end(self, body: Option<&[u8]>) {
        let ended = self.trace.begun.elapsed();
        let mut calls = self.trace.lock();
        match (calls.get_mut(self.place), body) {
            (Some(call), Some(body)) => call.answered(body, ended),
            (Some(call), None) => call.lost(ended),
            (None, _) => {}
        }
    }
}

impl Trace {
    fn lock(&self) -> MutexGuard<'_, Vec<Call>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
