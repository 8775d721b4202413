//! Everything that Guildhall knows about groups: who is calling, what they may do, what holds, and how it is stored.
//!
//! Nothing here knows HTTP or a dialect; `functions` translates. Within the crate dependencies point one way:
//! `operations` -> `store`, `auth`, `permissions` -> `domain`.

pub mod app;
pub mod auth;
pub mod domain;
pub mod entropy;
pub mod error;
pub mod limits;
pub mod operations;
pub mod permissions;
pub mod store;

pub use app::App;
pub use error::{Error, Refusal};
