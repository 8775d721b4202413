//! GameFuse's endpoints, and the functions without a route.

pub mod attributes;
pub mod blocks;
pub mod codes;
pub mod connections;
pub mod events;
pub mod games;
pub mod groups;
pub mod members;
pub mod users;
pub mod webhooks;
