//! Each binary with its function's sample event.

use functions::routes::{ALL, UNROUTED};
use jiff::Timestamp;
use tests::{Answer, Sample, World, WorldBuilder};

use crate::binary;
use crate::emulator::Emulator;

/// The names of all functions.
pub fn functions() -> impl Iterator<Item = &'static str> {
    let routed = ALL.iter().map(|route| route.function);
    routed.chain(UNROUTED.iter().map(|function| function.name))
}

/// Fails the test where the binary does not answer its sample event as documented.
pub fn assert_answered(function: &str) {
    let Sample { world, event } = prepare(function);
    let emulator = Emulator::start(&[&binary::path(function)], &environment(&world));
    let answer = emulator.invoke(&event);
    let routed = ALL.iter().any(|route| route.function == function);
    let answer = if routed { Answer::from_function(&answer) } else { Answer::from_value(answer) };
    answer.assert_documented(function);
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
    vec![
        ("TABLE_NAME", world.app.store.table().to_owned()),
        ("SIGNING_KEY", key),
        ("AWS_ENDPOINT_URL_DYNAMODB", world.dynamodb_url().to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
    ]
}
