//! A deterministic simulation: the functions' own handlers on the embedded engine, on one thread, with every call to DynamoDB,
//! every fault, every id and every tick of the clock decided by a seed. The same seed plays the same play.
//!
//! A play is judged by a model of what groups are, which shares nothing with the rules that it judges.

mod answers;
mod carrier;
pub mod course;
pub mod deed;
mod delivered;
mod exchange;
pub mod faults;
pub mod guards;
pub mod history;
pub mod invariants;
pub mod judge;
pub mod model;
pub mod play;
mod queue;
mod readings;
mod refusals;
mod request;
pub mod rounds;
mod rows;
mod script;
mod sent;
pub mod shrink;
pub mod step;
mod stream;
pub mod tamper;
pub mod theme;
mod world;
