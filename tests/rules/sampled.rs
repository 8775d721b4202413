//! The sample events, sent through the front door: a request of each function, which does what it is for.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use functions::http::Route;
use functions::routes::ALL;
use http::Request;
use serde_json::Value;
use shared::domain::permissions::Action;
use tests::{Reply, Sample, World, WorldBuilder};

/// A request of a function, in the world in which it can be answered.
pub struct Sampled {
    pub world: World,
    event: Value,
}

/// The routes that change something.
pub fn writes() -> impl Iterator<Item = &'static Route> {
    ALL.iter().copied().filter(|route| route.is_write())
}

/// Whether callers of that route have said who they are before they are answered.
pub fn is_authenticated(route: &Route) -> bool {
    route.actions.iter().all(|action| !matches!(action, Action::SignIn | Action::SignUp))
}

impl Sampled {
    pub async fn of(route: &Route) -> Self {
        let kind = WorldBuilder { is_embedded: true, ..Default::default() };
        let Sample { world, event } = Sample::prepare(route.function, kind).await;
        Self { world, event: serde_json::from_str(&event).unwrap() }
    }

    /// Sends it, with those headers besides.
    pub async fn send(&self, headers: &[(&str, &str)]) -> Reply {
        self.send_to(headers, "").await
    }

    /// The same, with that query.
    pub async fn send_to(&self, headers: &[(&str, &str)], query: &str) -> Reply {
        self.send_as(headers, query, self.body()).await
    }

    /// The same, in another body that says the same.
    pub async fn send_reworded(&self, headers: &[(&str, &str)]) -> Reply {
        let body = if self.body().is_empty() { "{}".to_owned() } else { self.body() + " " };
        self.send_as(headers, "", body).await
    }

    fn body(&self) -> String {
        self.event["body"].as_str().unwrap_or_default().to_owned()
    }

    async fn send_as(&self, headers: &[(&str, &str)], query: &str, body: String) -> Reply {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let http = &self.event["requestContext"]["http"];
        let path = text(&self.event["rawPath"]);
        let uri = if query.is_empty() { path } else { format!("{path}?{query}") };
        let address = SocketAddr::new(text(&http["sourceIp"]).parse().unwrap(), 40_000);
        let mut request = Request::builder().method(text(&http["method"]).as_str()).uri(uri);
        request = request.extension(ConnectInfo(address));
        for (name, value) in self.event["headers"].as_object().unwrap() {
            request = request.header(name, value.as_str().unwrap());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.world.send(request.body(body.into_bytes()).unwrap()).await
    }

    /// How often anything was to be written.
    pub fn times_written(&self) -> usize {
        times_written(&self.world)
    }
}

/// How often anything was to be written in that world.
pub fn times_written(world: &World) -> usize {
    let writing = ["TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"];
    writing.iter().map(|operation| world.faults.calls(operation).len()).sum()
}
