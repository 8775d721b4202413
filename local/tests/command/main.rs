//! The command that a newcomer types: it starts, tells what is needed, answers, keeps data, and stops.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod client;
mod console;
mod convert;
mod crashes;
mod files;
mod inspector;
mod options;
mod requests;
mod seed;
mod server;
mod sessions;
mod stopping;
mod tls;
