//! Users, and how they get their tokens.

pub mod get;
mod guesses;
pub mod login;
pub mod profile;
pub mod sign_in;
pub mod sign_up;
