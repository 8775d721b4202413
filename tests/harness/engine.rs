//! The engine behind a world: embedded, or the one that `DYNAMODB_ENDPOINT` names. The embedded one answers on 127.0.0.1,
//! or on `DYNAMODB_ADDRESS`, where containers reach it.

use std::env;
use std::net::Ipv4Addr;

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
    /// Starts the embedded engine.
    #[expect(clippy::disallowed_methods, reason = "one of the suite's two variables")]
    pub fn embedded() -> Self {
        let address = env::var("DYNAMODB_ADDRESS").map(|address| address.parse().unwrap());
        let engine = Engine::start(address.unwrap_or(Ipv4Addr::LOCALHOST.into()), None).unwrap();
        let url = engine.url().to_owned();
        Self { client: engine.client().unwrap(), url, embedded: Some(engine) }
    }

    /// Starts the embedded engine, or finds the named one.
    #[expect(clippy::disallowed_methods, reason = "the other one")]
    pub fn start() -> Self {
        match env::var("DYNAMODB_ENDPOINT") {
            Ok(url) => Self { client: client_at(&url).unwrap(), url, embedded: None },
            Err(_) => Self::embedded(),
        }
    }
}
