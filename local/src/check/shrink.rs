//! Shrinking: the smallest play that still breaks the same invariant.

use super::faults::Fault;
use super::invariants::Invariant;
use super::play::Plan;
use super::rounds::{Round, run};
use super::step::Step;
use crate::ServerError;

/// The most plays that are tried where there is time.
pub const PATIENCE: usize = 400;

/// How many other orders are tried of each shorter play.
const ORDERS: u64 = 4;

/// The smallest play that is found by leaving out steps and faults, in about so many tries.
///
/// # Errors
/// [`ServerError`] where a stage cannot be set.
pub fn shrink(round: Round, invariant: Invariant, patience: usize) -> Result<Round, ServerError> {
    let mut shrinking = Shrinking { smallest: round, invariant, tried: 0 };
    let mut size = shrinking.smallest.plan.steps.len() / 2;
    while size > 0 && shrinking.tried < patience {
        let mut is_smaller = false;
        let mut from = 0;
        while from < shrinking.smallest.plan.steps.len() && shrinking.tried < patience {
            let mut steps: Vec<Step> = shrinking.smallest.plan.steps.clone();
            let until = (from + size).min(steps.len());
            steps.drain(from..until);
            let plan = Plan { steps, ..shrinking.smallest.plan.clone() };
            if shrinking.fails_still(&plan, ORDERS)? { is_smaller = true } else { from += size }
        }
        if !is_smaller || size > 1 {
            size /= 2;
        }
    }
    for (fault, _) in Fault::ALL {
        if shrinking.tried >= patience {
            break;
        }
        let plan = shrinking.smallest.plan.clone();
        let odds = plan.odds.clone().with((*fault, 0));
        shrinking.fails_still(&Plan { odds, ..plan }, 2 * ORDERS)?;
    }
    Ok(shrinking.smallest)
}

struct Shrinking {
    smallest: Round,
    invariant: Invariant,
    tried: usize,
}

impl Shrinking {
    /// Whether a play breaks the invariant, too, in its order or another one; it is the smallest then.
    fn fails_still(&mut self, plan: &Plan, orders: u64) -> Result<bool, ServerError> {
        for order in 0..orders {
            self.tried += 1;
            let round = run(Plan { seed: plan.seed.wrapping_add(order), ..plan.clone() })?;
            let mut violations = round.verdict.violations.iter();
            if violations.any(|violation| violation.invariant == self.invariant) {
                self.smallest = round;
                return Ok(true);
            }
        }
        Ok(false)
    }
}
