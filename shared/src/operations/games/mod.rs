//! Games.

pub mod create;
pub mod verify;
