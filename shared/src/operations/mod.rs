//! What can be done, shared by all dialects, grouped by what it is done to.
//!
//! An operation that writes reads a scene, asks the rule for it (`domain::rules`), and hands over the decision to the loop that
//! commits it (`decision`). The others read, and ask the permission matrix.

mod belonging;
mod drift;
mod gate;
mod roster;
mod scene;

pub mod attributes;
pub mod blocks;
pub mod codes;
pub mod connections;
pub mod events;
pub mod games;
pub mod groups;
pub mod members;
pub mod roles;
pub mod users;
pub mod webhooks;
pub mod whole;
