//! Believable games, people and guilds, whose history reaches back two months. All of it is made by the routes, so it is
//! as real as what players make.

pub mod api;
mod guild;
mod people;
pub mod words;

pub use guild::found;
pub use people::{PASSWORD, sign_up};
