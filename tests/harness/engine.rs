//! The engine behind a world: embedded, or the one that `DYNAMODB_ENDPOINT` names.

use std::env;
use std::net::Ipv4Addr;
use std::sync::{Arc, OnceLock};

use aws_sdk_dynamodb::Client;
use local::engine::{Endpoint, Engine, client_at};

/// The engine behind a world.
#[derive(Clone)]
pub enum Behind {
    /// In this process, and at an address once somebody else is to call it.
    Embedded(Engine, Arc<OnceLock<Endpoint>>),
    /// At that address.
    Named(String),
}

impl Behind {
    /// The embedded engine.
    pub fn embedded() -> Self {
        Self::Embedded(Engine::open(None).unwrap(), Arc::default())
    }

    /// The named engine, or the embedded one.
    #[expect(clippy::disallowed_methods, reason = "one of the suite's variables")]
    pub fn start() -> Self {
        env::var("DYNAMODB_ENDPOINT").map_or_else(|_| Self::embedded(), Self::Named)
    }

    /// A client for it.
    pub fn client(&self) -> Client {
        match self {
            Self::Embedded(engine, _) => engine.client(),
            Self::Named(url) => client_at(url).unwrap(),
        }
    }

    /// Where it answers other programs: on 127.0.0.1, or on `DYNAMODB_ADDRESS`, where containers reach it.
    #[expect(clippy::disallowed_methods, reason = "another one")]
    pub fn url(&self) -> &str {
        let (engine, endpoint) = match self {
            Self::Embedded(engine, endpoint) => (engine, endpoint),
            Self::Named(url) => return url,
        };
        let serve = || {
            let address = env::var("DYNAMODB_ADDRESS").map(|address| address.parse().unwrap());
            engine.serve(address.unwrap_or(Ipv4Addr::LOCALHOST.into())).unwrap()
        };
        endpoint.get_or_init(serve).url()
    }
}
