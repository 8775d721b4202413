//! What groups, members and attributes are: pure values and rules, without I/O, clock or randomness.

pub mod attribute;
pub mod event;
pub mod game;
pub mod group;
pub mod ids;
pub mod membership;
pub mod name;
pub mod role;
pub mod text;
pub mod user;
