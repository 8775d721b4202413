//! Webhooks: a game's server is told what happens in its groups.
//!
//! Only the game itself registers them, by its secret key. What is sent, when, and what comes of it is in [`sending`].

pub mod create;
pub mod delete;
pub mod deliveries;
pub mod get;
pub mod list;
pub mod replay;
pub mod sending;
pub mod test;
pub mod update;
