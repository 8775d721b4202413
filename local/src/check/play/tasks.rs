//! Tasks: what is under way at the same time, each until it waits for a call.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use crate::check::stream::Batch;
use crate::check::world::{Ended, Future};

/// What is under way.
pub(super) struct Task {
    pub work: Work,
    future: Future,
    flag: Arc<Flag>,
}

/// What a task is for.
pub(super) enum Work {
    Operation(usize),
    Relay(Batch),
    /// Of these messages of the queue.
    Delivery(Vec<usize>),
    Making,
}

/// Whether a task can go on.
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Task {
    pub fn new(work: Work, future: Future) -> Self {
        Self { work, future, flag: Arc::new(Flag(AtomicBool::new(true))) }
    }

    /// Whether it can go on, which is told once.
    pub fn wakes(&self) -> bool {
        self.flag.0.swap(false, Ordering::Relaxed)
    }

    /// Goes on until it waits, or has come to its end.
    pub fn go_on(&mut self) -> Poll<Ended> {
        let waker = Waker::from(Arc::clone(&self.flag));
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }
}
