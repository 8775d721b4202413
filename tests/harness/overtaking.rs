//! Whoever is overtaken before a call, mostly the write: what was planned on the old state meets the new one.

use std::future::poll_fn;
use std::task::Poll;

use futures_util::future::LocalBoxFuture;

use crate::reply::Reply;
use crate::world::World;

impl World {
    /// Lets `late` go until its transaction of that number is refused as in conflict, then `meanwhile` to its end, and then `late`
    /// again, which sends that transaction as it was.
    pub async fn overtake<T>(
        &self,
        number: usize,
        late: LocalBoxFuture<'_, Reply>,
        meanwhile: impl Future<Output = T>,
    ) -> (Reply, T) {
        let conflict = ("TransactWriteItems", "TransactionConflict");
        self.overtake_before(conflict, number, late, meanwhile).await
    }

    /// The same before the call of that number of an operation, which is refused with that error.
    pub async fn overtake_before<T>(
        &self,
        (operation, error): (&'static str, &str),
        number: usize,
        mut late: LocalBoxFuture<'_, Reply>,
        meanwhile: impl Future<Output = T>,
    ) -> (Reply, T) {
        let made = || self.faults.calls(operation).len();
        let before = made();
        for call in 1..=number {
            if call == number {
                self.faults.refuse(operation, error);
            }
            poll_fn(|context| {
                assert!(late.as_mut().poll(context).is_pending(), "answered without that call");
                if made() == before + call { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        }
        let done = meanwhile.await;
        (late.await, done)
    }
}
