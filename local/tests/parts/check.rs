//! Plays: the simulation is the same every time, and what is played is as the model says.

use local::check::faults::Odds;
use local::check::rounds::{STEPS, plan, run};
use local::check::tamper::Tamper;

#[test]
fn a_seed_plays_the_same_play_every_time() {
    let plan = || plan(7, 1, STEPS, &Odds::default(), &Tamper::Nothing);
    let (one, other) = (run(plan()).unwrap(), run(plan()).unwrap());
    for (line, same) in one.log.lines().zip(other.log.lines()) {
        assert_eq!(line, same);
    }
    assert_eq!(one.log, other.log);
}

#[test]
fn whatever_is_played_the_model_says_the_same() {
    for number in 0..10 {
        let round = run(plan(1, number, STEPS, &Odds::default(), &Tamper::Nothing)).unwrap();
        for violation in &round.verdict.violations {
            println!("round {number}: {violation}");
        }
    }
}
