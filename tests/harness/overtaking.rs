//! Whoever has read, and is overtaken before the write: what was planned on the old state meets the new one.

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
        mut late: LocalBoxFuture<'_, Reply>,
        meanwhile: impl Future<Output = T>,
    ) -> (Reply, T) {
        let written = || self.faults.calls("TransactWriteItems").len();
        let before = written();
        for sent in 1..=number {
            if sent == number {
                self.faults.refuse("TransactWriteItems", "TransactionConflict");
            }
            poll_fn(|context| {
                assert!(
                    late.as_mut().poll(context).is_pending(),
                    "answered without having written"
                );
                if written() == before + sent { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        }
        let done = meanwhile.await;
        (late.await, done)
    }
}
