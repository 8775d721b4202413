//! Everything that Guildhall knows about groups: who is calling, what they may do, what holds, and how it is stored.
//!
//! Nothing here knows HTTP or a dialect; `functions` translates. Within the crate dependencies point one way:
//! `operations` -> `call`, `decision` -> `outbox`, `store`, `auth` -> `domain`.

pub mod app;
pub mod auth;
pub mod call;
pub mod decision;
pub mod domain;
pub mod entropy;
pub mod error;
pub mod idempotency;
pub mod limits;
pub mod operations;
pub mod outbox;
pub mod store;

pub use app::App;
pub use call::Call;
pub use error::{Error, Refusal, Unread};
