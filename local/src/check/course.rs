//! A course: rounds side by side on as many threads as there are, told of in their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use super::rounds::{Plays, Round, STEPS, run};
use crate::ServerError;

/// What is to be played.
#[derive(Debug, Clone)]
pub struct Course {
    pub plays: Plays,
    /// The numbers of the rounds.
    pub rounds: std::ops::Range<u64>,
}

impl Course {
    /// So many operations, in rounds from the first one on.
    pub fn new(plays: Plays, operations: u64) -> Self {
        Self { plays, rounds: 0..operations.div_ceil(STEPS as u64) }
    }

    /// Plays until `each` has heard enough, which is told of every round in its order.
    ///
    /// # Errors
    /// [`ServerError`] where a stage cannot be set.
    pub fn run(
        &self,
        mut each: impl FnMut(u64, Round) -> Result<bool, ServerError>,
    ) -> Result<(), ServerError> {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let (next, is_enough) = (AtomicU64::new(self.rounds.start), AtomicBool::new(false));
        let (sender, played) = mpsc::sync_channel(4 * threads);
        thread::scope(|scope| {
            for _ in 0..threads {
                let (sender, next, is_enough) = (sender.clone(), &next, &is_enough);
                scope.spawn(move || {
                    while !is_enough.load(Ordering::Relaxed) {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= self.rounds.end {
                            return;
                        }
                        let round = run(self.plays.plan(number));
                        if sender.send((number, round)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(sender);
            let mut expected = self.rounds.start;
            let mut early = BTreeMap::new();
            let mut told = Ok(());
            for (number, round) in played {
                early.insert(number, round);
                while let Some(round) = early.remove(&expected) {
                    let heard = round.and_then(|round| each(expected, round));
                    expected += 1;
                    if !matches!(heard, Ok(true)) {
                        is_enough.store(true, Ordering::Relaxed);
                        told = told.and(heard.map(drop));
                        early.clear();
                        break;
                    }
                }
                if is_enough.load(Ordering::Relaxed) {
                    break;
                }
            }
            told
        })
    }
}
