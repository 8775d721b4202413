//! Functions without a route: whoever may invoke them is decided by IAM.

use serde_json::Value;
use shared::domain::permissions::Action;
use shared::{App, Error};

use crate::http::BoxFuture;

pub mod deliver_webhook;
pub mod games;
pub mod groups;
pub mod order;
pub mod persons;
pub mod relay_events;
mod stored;
pub mod transfer;
pub mod users;

/// Answers an event.
pub type EventHandler = for<'a> fn(&'a App, Value) -> BoxFuture<'a, Result<Value, Error>>;

/// A Lambda function that is invoked directly or by an event source.
#[derive(Debug)]
pub struct Function {
    /// The name of the function, its binary and its sample event.
    pub name: &'static str,
    /// What it does.
    pub actions: &'static [Action],
    /// The calls of DynamoDB that it makes at once, each of which needs a connection.
    pub parallel_calls: usize,
    /// What answers.
    pub handler: EventHandler,
}
