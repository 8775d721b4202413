//! Sends what the fuzzer makes up to every route, through the front door, on the embedded engine.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tests::World;
use tokio::runtime::{Builder, Runtime};

/// A world, and the token of a player in it.
struct Played {
    runtime: Runtime,
    world: World,
    token: String,
}

static PLAYED: LazyLock<Played> = LazyLock::new(|| {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (world, token) = runtime.block_on(async {
        let world = World::new().await;
        let token = world.user("ada").await.credentials[0].1.clone();
        (world, token)
    });
    Played { runtime, world, token }
});

fuzz_target!(|bytes: &[u8]| {
    let Played { runtime, world, token } = &*PLAYED;
    runtime.block_on(world.send_wild(token, bytes));
});
