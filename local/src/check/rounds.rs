//! Rounds: plays of a few steps each, one after another, each with a seed of its own that follows from the one that was given.

use std::collections::BTreeMap;

use fastrand::Rng;
use jiff::SignedDuration;

use super::faults::{Odds, Tally};
use super::judge::{Verdict, judge};
use super::model::Bounds;
use super::play::{Plan, play};
use super::script;
use super::tamper::{Guard, Tamper};
use super::theme::Theme;
use super::world::{Deployment, limits};
use crate::ServerError;

/// How many steps a round has.
pub const STEPS: usize = 150;

/// What came of a round.
pub struct Round {
    pub plan: Plan,
    pub verdict: Verdict,
    /// How many steps were done.
    pub operations: usize,
    pub commits: usize,
    /// How many messages were sent to the webhook.
    pub messages: usize,
    pub calls: u64,
    pub tally: Tally,
    pub log: String,
    /// How often each guard was seen.
    pub guards: BTreeMap<Guard, usize>,
}

/// What rounds have in common.
#[derive(Debug, Clone)]
pub struct Plays {
    pub seed: u64,
    pub odds: Odds,
    pub tamper: Tamper,
    /// Whether most steps of a round are about one theme.
    pub has_themes: bool,
}

impl Plays {
    pub fn new(seed: u64) -> Self {
        Self { seed, odds: Odds::default(), tamper: Tamper::Nothing, has_themes: false }
    }

    /// What the round of that number plays.
    pub fn plan(&self, number: u64) -> Plan {
        let mixed = self.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(number);
        let mut rng = Rng::with_seed(mixed);
        let seed = rng.u64(..);
        let deployment = Deployment {
            unique_group_names: number % 2 == 1,
            groups_per_player: if number % 3 == 2 { 2 } else { 0 },
        };
        let theme = self.has_themes.then(|| Theme::of(number));
        Plan {
            seed,
            steps: script::write(&mut rng, STEPS, bounds(deployment), theme),
            odds: self.odds.clone(),
            deployment,
            // Deliveries take a seventh of a play's calls.
            delivers: number % 4 == 3,
            tamper: self.tamper.clone(),
        }
    }
}

/// Plays and judges, on a clock and a thread of its own.
///
/// # Errors
/// [`ServerError`] where the stage cannot be set.
pub fn run(plan: Plan) -> Result<Round, ServerError> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    let played = runtime.block_on(play(&plan))?;
    let verdict = judge(&played.history, &played.users, bounds(plan.deployment));
    Ok(Round {
        plan,
        verdict,
        operations: played.history.operations.len(),
        commits: played.history.commits.len(),
        messages: played.history.deliveries.map_or(0, |deliveries| deliveries.messages.len()),
        calls: played.calls,
        tally: played.tally,
        log: played.log,
        guards: played.guards,
    })
}

/// The limits, as the model has them.
fn bounds(deployment: Deployment) -> Bounds {
    let limits = limits(deployment);
    let milliseconds = |time: SignedDuration| time.as_secs() * 1000;
    Bounds {
        size: limits.group_size,
        pending: limits.pending as usize,
        blocks: limits.blocks as usize,
        codes: limits.codes as usize,
        lifetime: milliseconds(limits.application_lifetime),
        unique_names: limits.unique_group_names,
        places: limits.groups_per_player as usize,
    }
}
