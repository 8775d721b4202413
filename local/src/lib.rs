//! Every function of Guildhall behind one local HTTP server, on an embedded DynamoDB.
//!
//! What answers here is what answers on Lambda: the same routes, the same handlers, and the table of template.yaml.

pub mod app;
pub mod body;
pub mod certificate;
pub mod check;
pub mod commands;
pub mod console;
pub mod convert;
pub mod costs;
pub mod cross_site;
pub mod deliveries;
pub mod demo;
mod docs;
pub mod engine;
pub mod folder;
pub mod headers;
mod health;
pub mod inspector;
mod invocation;
pub mod manual_clock;
pub mod openapi;
pub mod place;
pub mod progress;
mod refusal;
pub mod routing;
pub mod seed;
pub mod server;
pub mod serving;
pub mod signals;
pub mod state;
pub mod stream;
pub mod table;
pub mod template;

/// Whatever keeps the server from starting or running.
pub type ServerError = Box<dyn std::error::Error + Send + Sync>;
