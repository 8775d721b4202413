//! A deterministic simulation: the functions' own handlers on the embedded engine, on one thread, with every call to DynamoDB,
//! every fault, every id and every tick of the clock decided by a seed. The same seed plays the same play.

mod carrier;
mod exchange;
pub mod faults;
pub mod history;
pub mod play;
mod readings;
mod request;
pub mod step;
mod stream;
pub mod tamper;
mod world;
