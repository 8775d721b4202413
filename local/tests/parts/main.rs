//! The parts of the local server, where the command shows them too late or not at all.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod check;
mod engine;
mod https;
mod serving;
mod stream;

use std::sync::Arc;

use local::engine::Engine;
use local::table;
use shared::App;
use shared::app::system_clock;
use shared::auth::keys::Keys;
use shared::auth::passwords::Passwords;
use shared::entropy::Entropy;
use shared::limits::Limits;
use shared::store::Store;

/// What the server works with, on that engine.
async fn app(engine: &Engine) -> Arc<App> {
    let client = engine.client();
    table::create_if_missing(&client, "guildhall").await.unwrap();
    let entropy = Entropy::system();
    Arc::new(App {
        store: Store::new(client, "guildhall".to_owned(), entropy.clone()),
        keys: Keys::new(&[7; 32], None).unwrap(),
        passwords: Passwords::default(),
        limits: Limits::default(),
        clock: system_clock(),
        entropy,
    })
}
