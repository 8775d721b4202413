//! Users, and how they get their tokens.

pub mod access;
pub mod arrive;
pub mod erase;
pub mod exchange;
pub mod export;
pub mod get;
mod guesses;
pub mod login;
pub mod person;
pub mod profile;
pub mod sign_in;
pub mod sign_up;
