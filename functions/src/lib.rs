//! The endpoints: each is a handler, a route, and a Lambda binary of its own.
//!
//! [`routes`] is the table of contents. A dialect's module holds its wire types, its errors and its endpoints, and only
//! translates: what can be done, and who may, is in `shared`.

mod body;
pub mod dialect;
pub mod environment;
mod explain;
mod form;
pub mod gamefuse;
mod gzip;
mod header;
#[cfg(test)]
mod heaviest;
pub mod http;
mod lenient;
pub mod log;
pub mod metrics;
pub mod operator;
pub mod pipeline;
pub mod playfab;
pub mod record;
pub mod routes;
pub mod schema;
pub mod serve;
mod terms;
pub mod webhooks;
