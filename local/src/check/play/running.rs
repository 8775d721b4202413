//! Running: tasks go on until all wait, and what comes of them is kept.

use std::task::Poll;

use super::Stage;
use super::tasks::{Task, Work};
use crate::check::exchange::Parked;
use crate::check::faults::Fault;
use crate::check::world::{Ended, Future};

impl Stage<'_> {
    /// Begins a task, and tells its number.
    pub(super) fn begin(&mut self, work: Work, future: Future) -> usize {
        self.last_task += 1;
        self.tasks.insert(self.last_task, Task::new(work, future));
        self.last_task
    }

    /// Lets everybody go on who can, until all wait.
    pub(super) fn settle(&mut self) {
        loop {
            let woken = self.tasks.iter_mut().find(|(_, task)| task.wakes());
            let Some((number, task)) = woken else { return };
            let number = *number;
            self.world.exchange.work_for(number);
            let polled = task.go_on();
            for call in self.world.exchange.take() {
                self.waiting.push(Parked { arrives: self.time, ..call });
            }
            if let Poll::Ready(ended) = polled
                && let Some(task) = self.tasks.remove(&number)
            {
                self.finish(number, task.work, ended);
            }
        }
    }

    fn finish(&mut self, task: usize, work: Work, ended: Ended) {
        match (work, ended) {
            (Work::Operation(place), Ended::Answered(answer)) => {
                let failure = answer.failure.unwrap_or_default();
                self.note(task, &format!("is answered {} {failure}", answer.status));
                self.learn(place, &answer);
                let commits = self.history.commits.len();
                let operation = &mut self.history.operations[place];
                operation.ended = Some(commits);
                operation.answer = Some(answer);
            }
            (Work::Relay(batch), Ended::Relayed(true)) => {
                self.note(task, "has relayed");
                let is_repeated = self.carrier.strike(Fault::Redeliver, &mut self.rng);
                self.stream.relayed(batch, is_repeated);
            }
            (Work::Relay(batch), _) => {
                self.note(task, "fails to relay");
                self.stream.failed(batch);
            }
            (Work::Delivery(numbers), Ended::Delivered(told)) => self.told(task, &numbers, told),
            (_, Ended::Made(made)) => self.made = Some(made),
            (Work::Operation(_) | Work::Delivery(_) | Work::Making, _) => {}
        }
    }
}
