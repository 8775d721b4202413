//! What groups, members and attributes are, and what is decided about them: pure values and rules, without I/O, clock or
//! randomness.

pub(crate) mod absent;
pub mod actor;
pub mod address;
pub mod attribute;
pub mod belonging;
pub mod code;
pub mod delivery;
pub mod door;
pub mod event;
pub mod fact;
pub mod game;
pub mod group;
pub mod ids;
pub mod membership;
pub mod name;
pub mod permissions;
pub mod person;
pub mod plan;
pub mod role;
pub mod rules;
pub mod scene;
pub mod text;
pub mod time;
pub mod transfer;
pub mod user;
pub mod webhook;
pub mod words;
