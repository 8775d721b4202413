//! Guards: whether each of them is needed. A play without one of them breaks an invariant, or the guard is one too many, or the
//! plays are too few.

use std::collections::BTreeMap;

use super::course::Course;
use super::faults::Odds;
use super::invariants::Invariant;
use super::rounds::{STEPS, plan, run};
use super::tamper::{Guard, Tamper};
use crate::ServerError;

/// What came of a guard's absence.
pub struct Tried {
    pub guard: Guard,
    /// The first round in which an invariant broke, and which.
    pub broken: Option<(u64, Invariant)>,
    pub rounds: u64,
}

/// The guards that are seen in these rounds, each with the rounds in which it is.
///
/// # Errors
/// [`ServerError`] where a stage cannot be set.
pub fn survey(seed: u64, rounds: u64) -> Result<BTreeMap<Guard, Vec<u64>>, ServerError> {
    let course = Course { rounds: 0..rounds, ..Course::new(seed, 0, Odds::default()) };
    let mut seen = BTreeMap::<Guard, Vec<u64>>::new();
    course.run(|number, round| {
        for guard in round.guards {
            seen.entry(guard).or_default().push(number);
        }
        Ok(true)
    })?;
    Ok(seen)
}

/// The most rounds that are played without a guard.
const MOST: usize = 60;

/// Plays without a guard, in rounds in which it was seen.
///
/// # Errors
/// [`ServerError`] where a stage cannot be set.
pub fn try_without(seed: u64, guard: &Guard, rounds: &[u64]) -> Result<Tried, ServerError> {
    let tamper = Tamper::Without(guard.clone());
    let rounds = &rounds[..rounds.len().min(MOST)];
    for (tried, number) in rounds.iter().enumerate() {
        let round = run(plan(seed, *number, STEPS, &Odds::default(), &tamper))?;
        if let Some(violation) = round.verdict.violations.first() {
            let broken = Some((*number, violation.invariant));
            return Ok(Tried { guard: guard.clone(), broken, rounds: tried as u64 + 1 });
        }
    }
    Ok(Tried { guard: guard.clone(), broken: None, rounds: rounds.len() as u64 })
}
