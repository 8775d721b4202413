//! The parts of the local server, where the command shows them too late or not at all.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod check;
mod deliveries;
mod engine;
mod https;
mod serving;
mod stream;

use std::sync::Arc;

use local::deliveries::{Discarding, outbox};
use local::engine::Engine;
use shared::App;
use shared::app::system_clock;
use shared::auth::passwords::Passwords;
use shared::limits::Limits;

/// What the server works with, on that engine.
async fn app(engine: &Engine) -> Arc<App> {
    let (clock, passwords) = (system_clock(), Passwords::default());
    let (client, outbox) = (engine.client(), outbox(Discarding));
    let app = local::app::open(client, None, Limits::default(), clock, passwords, outbox).await;
    Arc::new(app.unwrap())
}
