//! Idempotency keys: what is asked for with the same key happens once, and is answered the same, also where it is asked for at the
//! same time.

use std::collections::BTreeSet;

use super::Judge;
use super::hearing::{Reading, is_success};
use crate::check::history::{Answer, Operation};
use crate::check::invariants::Invariant;
use crate::check::model::Effect;
use crate::check::step::Step;

impl Judge<'_> {
    /// Judges each request that was sent with a key, by all that came of it.
    pub(super) fn judge_keys(&mut self) {
        for (first, places) in self.keyed.clone() {
            self.happened_once(first, &places);
            self.is_answered_the_same(first, &places);
        }
    }

    /// Whoever has committed has done it, and so has whoever is answered a success that is no replay.
    fn happened_once(&mut self, first: usize, places: &[usize]) {
        let commits: usize = places.iter().map(|place| self.commits_of(*place).len()).sum();
        let has_done = |place: &&usize| {
            let answer = self.history.operations[**place].answer.as_ref();
            let is_done = answer.is_some_and(|it| is_success(it) && !it.is_replayed);
            is_done || !self.commits_of(**place).is_empty()
        };
        let done: BTreeSet<_> = places.iter().filter(has_done).collect();
        if commits > 1 || done.len() > 1 {
            let what = format!(
                "step {first} was done by {} of the requests with its key, in {commits} commits",
                done.len()
            );
            self.accuse(Invariant::Keys, what);
        }
    }

    fn is_answered_the_same(&mut self, first: usize, places: &[usize]) {
        let answers = places.iter().filter_map(|at| self.history.operations[*at].answer.as_ref());
        let mut successes =
            answers.filter(|it| is_success(it)).map(|it| (it.status, it.body.to_string()));
        let Some((status, body)) = successes.next() else { return };
        if let Some(other) = successes.find(|it| *it != (status, body.clone())) {
            let what =
                format!("step {first}, with its key, is answered {status} {body}, {other:?}");
            self.accuse(Invariant::Keys, what);
        }
    }

    fn commits_of(&self, place: usize) -> &[(usize, Effect)] {
        self.committed.get(&place).map(Vec::as_slice).unwrap_or_default()
    }

    /// The operations that were asked for with the same key.
    fn siblings(&self, step: &Step) -> &[usize] {
        self.keyed.get(&step.first()).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the same request was done, with the same key, before this one began.
    pub(super) fn is_after_a_sibling(&self, operation: &Operation) -> bool {
        operation.step.is_keyed
            && self.siblings(&operation.step).iter().any(|place| {
                let is_other = self.history.operations[*place].step.id != operation.step.id;
                let mut commits = self.commits_of(*place).iter();
                is_other && commits.any(|(commit, _)| *commit < operation.began)
            })
    }

    /// What was answered to a request that was done before: the answer that was kept then, which is one of success, and right.
    pub(super) fn hear_again(
        &mut self,
        told: &str,
        operation: &Operation,
        answer: &Answer,
        ended: usize,
    ) {
        if !answer.is_replayed || !is_success(answer) {
            let (status, body) = (answer.status, &answer.body);
            let with = if answer.is_replayed { "with" } else { "without" };
            let what = format!("{told} is answered {status} {body} {with} a replay");
            return self.accuse(Invariant::Keys, what);
        }
        let siblings = self.siblings(&operation.step).to_vec();
        let commits: Vec<(usize, Effect)> =
            siblings.iter().flat_map(|place| self.commits_of(*place)).cloned().collect();
        match commits.as_slice() {
            [] => self.hear_of_nothing(told, answer, &siblings, ended),
            [(commit, effect)] => {
                if *commit >= ended {
                    self.accuse(Invariant::Keys, format!("{told} is answered before it is done"));
                }
                self.hear_of(told, operation, answer, *commit, effect);
            }
            // It has happened more than once, of which the request is accused already.
            _ => {}
        }
    }

    /// A success was kept without a commit: there was nothing to do, at some moment, for one of those who have asked.
    fn hear_of_nothing(&mut self, told: &str, answer: &Answer, siblings: &[usize], ended: usize) {
        let is_so = siblings.iter().map(|place| &self.history.operations[*place]).any(|asked| {
            asked.began <= ended && self.reading(asked, answer, ended) != Reading::Never
        });
        if !is_so {
            let what = format!("{told} is answered {} again, which was never so", answer.body);
            self.accuse(Invariant::Keys, what);
        }
    }
}
