//! The engine behind a world: embedded, or the one that `DYNAMODB_ENDPOINT` names.

use aws_sdk_dynamodb::Client;
use local::engine::{Engine, client_at};

/// An engine that runs as long as the world does.
pub struct Behind {
    /// A client for it.
    pub client: Client,
    /// Where it answers.
    pub url: String,
    /// The embedded engine, if that is what it is.
    pub embedded: Option<Engine>,
}

impl Behind {
    /// Starts the embedded engine, or finds the named one.
    #[expect(clippy::disallowed_methods, reason = "the endpoint is the suite's only variable")]
    pub fn start() -> Self {
        match std::env::var("DYNAMODB_ENDPOINT") {
            Ok(url) => Self { client: client_at(&url).unwrap(), url, embedded: None },
            Err(_) => {
                let engine = Engine::start(None).unwrap();
                let url = engine.url().to_owned();
                Self { client: engine.client().unwrap(), url, embedded: Some(engine) }
            }
        }
    }
}
