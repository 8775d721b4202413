//! Plays: the simulation is the same every time.

use fastrand::Rng;
use local::check::faults::Odds;
use local::check::play::{Plan, play};
use local::check::step;
use local::check::tamper::Tamper;

#[tokio::test(start_paused = true)]
async fn a_seed_plays_the_same_play_every_time() {
    let plan = Plan {
        seed: 7,
        steps: step::roll(&mut Rng::with_seed(7), 150),
        odds: Odds::default(),
        unique_group_names: true,
        tamper: Tamper::Nothing,
    };
    let (one, other) = (play(&plan).await.unwrap(), play(&plan).await.unwrap());
    let (mut lines, mut others) = (one.log.lines(), other.log.lines());
    while let (Some(line), Some(same)) = (lines.next(), others.next()) {
        assert_eq!(line, same);
    }
    assert_eq!(one.log, other.log);
}
