//! Sending to webhooks: what is said, and how it gets there without harm to anybody.

pub mod address;
pub mod message;
pub mod post;
mod tls;
