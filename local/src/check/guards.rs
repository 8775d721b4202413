//! Guards: whether each of them is needed. A play without one of them breaks an invariant, or the guard is one too many, or the
//! plays are too few.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::course::Course;
use super::invariants::Invariant;
use super::rounds::{Plays, run};
use super::tamper::{Guard, Tamper};
use crate::ServerError;

/// What came of a guard's absence.
pub struct Tried {
    pub guard: Guard,
    /// The first round in which an invariant broke, and which.
    pub broken: Option<(u64, Invariant)>,
    pub rounds: u64,
}

/// The guards that are seen in a course, each with the rounds in which it is, those first in which it is seen most often.
///
/// # Errors
/// [`ServerError`] where a stage cannot be set, or something is wrong without anything taken out.
pub fn survey(course: &Course) -> Result<BTreeMap<Guard, Vec<u64>>, ServerError> {
    let mut seen = BTreeMap::<Guard, Vec<(usize, u64)>>::new();
    course.run(|number, round| {
        if let Some(violation) = round.verdict.violations.first() {
            return Err(format!("round {number} is not sound with all guards: {violation}").into());
        }
        for (guard, times) in round.guards {
            seen.entry(guard).or_default().push((times, number));
        }
        Ok(true)
    })?;
    let by_times = |mut rounds: Vec<(usize, u64)>| {
        rounds.sort_by_key(|(times, number)| (Reverse(*times), *number));
        rounds.into_iter().map(|(_, number)| number).collect()
    };
    Ok(seen.into_iter().map(|(guard, rounds)| (guard, by_times(rounds))).collect())
}

/// The most rounds that are played without a guard.
const MOST: usize = 60;

/// Plays without a guard, in rounds in which it was seen.
///
/// # Errors
/// [`ServerError`] where a stage cannot be set.
pub fn try_without(plays: &Plays, guard: &Guard, rounds: &[u64]) -> Result<Tried, ServerError> {
    let plays = Plays { tamper: Tamper::Without(guard.clone()), ..plays.clone() };
    let rounds = &rounds[..rounds.len().min(MOST)];
    for (tried, number) in rounds.iter().enumerate() {
        let round = run(plays.plan(*number))?;
        if let Some(violation) = round.verdict.violations.first() {
            let broken = Some((*number, violation.invariant));
            return Ok(Tried { guard: guard.clone(), broken, rounds: tried as u64 + 1 });
        }
    }
    Ok(Tried { guard: guard.clone(), broken: None, rounds: rounds.len() as u64 })
}
