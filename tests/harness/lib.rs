//! A world to test in: a table of its own on a real DynamoDB engine, a game, a clock to turn, and the server's front door.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod answer;
mod calls;
mod contract;
mod engine;
mod entity;
mod faults;
mod guards;
mod gzip;
mod orders;
mod overtaking;
mod page;
mod parcels;
mod player;
pub mod policy;
mod receiver;
mod reply;
mod samples;
mod stream;
mod table;
mod typed;
mod whole;
mod wild;
mod world;

use functions::routes::{ALL, UNROUTED};

pub use answer::Answer;
pub use calls::{Call, attributed};
pub use entity::{Entity, gamefuse_id, group_key, player_key};
pub use faults::Lost;
pub use gzip::gzip;
pub use page::assert_written;
pub use parcels::Parcels;
pub use player::Player;
pub use receiver::{Manner, Received, Receiver};
pub use reply::Reply;
pub use samples::Sample;
pub use typed::{item_of, typed_fields};
pub use world::{SIGNING_KEY, World, WorldBuilder};

/// The names of all functions.
pub fn functions() -> impl Iterator<Item = &'static str> {
    let routed = ALL.iter().map(|route| route.function);
    routed.chain(UNROUTED.iter().map(|function| function.name))
}
