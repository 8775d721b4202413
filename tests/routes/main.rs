//! What each endpoint answers; the tree mirrors the URLs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;
mod faults;
mod functions;
mod games;
mod group_connections;
mod groups;
mod habits;
mod http;
mod operator;
mod paths;
mod services;
mod users;
mod webhooks;
