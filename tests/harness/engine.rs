//! The engine behind a world: embedded, or the one that `DYNAMODB_ENDPOINT` names.

use aws_sdk_dynamodb::Client;
use local::engine::{Engine, client_at};

/// An engine that runs as long as the world does.
pub struct Behind {
    /// A client for it.
    pub client: Client,
    /// The embedded engine, if that is what it is.
    pub embedded: Option<Engine>,
}

impl Behind {
    /// Starts the embedded engine.
    pub fn embedded() -> Self {
        let engine = Engine::start(None).unwrap();
        Self { client: engine.client().unwrap(), embedded: Some(engine) }
    }

    /// Starts the embedded engine, or finds the named one.
    #[expect(clippy::disallowed_methods, reason = "the endpoint is the suite's only variable")]
    pub fn start() -> Self {
        match std::env::var("DYNAMODB_ENDPOINT") {
            Ok(url) => Self { client: client_at(&url).unwrap(), embedded: None },
            Err(_) => Self::embedded(),
        }
    }
}
