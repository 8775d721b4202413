//! The sample events, answered by real binaries.

use functions::dialect::is_for_server;
use functions::routes::ALL;
use jiff::Timestamp;
use serde_json::Value;
use tests::{Answer, Sample, World, WorldBuilder};

use crate::emulator::Emulator;
use crate::sam::Sam;
use crate::{binary, queue, session};

/// Fails the test where the emulator gets another answer than the documented one.
pub fn answer_in_emulator(function: &str) {
    let Sample { world, event } = prepare(function);
    let emulator = Emulator::start(&[binary::path(function)], &environment_of(function, &world));
    assert_documented(function, emulator.invoke(&event));
}

/// Fails the test where `sam local invoke` gets another answer than the documented one.
pub fn answer_in_sam(function: &str) {
    let Sample { world, event } = prepare(function);
    let sam = Sam::prepare(&[function], &environment_of(function, &world));
    assert_documented(function, sam.invoke(function, &event));
}

/// Fails the test where the README's first session cannot be played by `sam local start-api`.
pub fn play_in_sam() {
    // Nobody is there before signing up.
    let Sample { world, .. } = prepare("sign-up");
    let sam = Sam::prepare(&session::FUNCTIONS, &environment(&world));
    session::play(&sam.start_api().base_url, &world);
}

fn assert_documented(function: &str, answer: Value) {
    let answer = if is_routed(function) {
        Answer::from_function(&answer)
    } else {
        Answer::from_value(answer)
    };
    answer.assert_documented(function);
}

fn is_routed(function: &str) -> bool {
    ALL.iter().any(|route| route.function == function)
}

/// The sample of a function in a world that begins now, since binaries read the clock.
#[expect(clippy::disallowed_methods, reason = "binaries read the clock")]
pub fn prepare(function: &str) -> Sample {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let kind = WorldBuilder { beginning: Timestamp::now(), ..WorldBuilder::default() };
    runtime.block_on(Sample::prepare(function, kind))
}

/// What a binary is told about a world.
pub fn environment(world: &World) -> Vec<(&'static str, String)> {
    let key = String::from_utf8(tests::SIGNING_KEY.to_vec()).unwrap();
    let queue = queue::start(world.dynamodb_url());
    vec![
        ("TABLE_NAME", world.app.store.table().to_owned()),
        ("SIGNING_KEY", key),
        ("DELIVERIES_URL", queue.clone()),
        ("GIVEN_UP_URL", queue),
        ("AWS_ENDPOINT_URL_DYNAMODB", world.dynamodb_url().to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
    ]
}

/// What a function's binary is told: one that looks at no token is given no key.
fn environment_of(function: &str, world: &World) -> Vec<(&'static str, String)> {
    let mut environment = environment(world);
    let has_key = ALL.iter().any(|route| route.function == function && !is_for_server(route));
    environment.retain(|(name, _)| *name != "SIGNING_KEY" || has_key);
    environment
}
