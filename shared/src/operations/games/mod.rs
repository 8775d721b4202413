//! Games.

pub mod create;
pub mod delete;
pub mod disable;
pub mod list;
pub mod present;
pub mod rotate;
pub mod verify;
