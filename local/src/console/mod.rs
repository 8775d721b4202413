//! The console: a page that calls the public API from the browser, and the inspector's data for it.
//!
//! Everything is in this binary, and the page asks nothing of any other host but of the API.

mod assets;
mod policy;
mod routes;
mod settings;

pub use self::routes::router;
pub use self::settings::{Api, Console};
