//! The table: its keys, its rows, reads, and guarded transactions. The only place that names DynamoDB.

pub mod about;
pub mod arrival;
mod call;
pub mod client;
pub mod counter;
pub mod cursor;
pub mod http;
mod insert;
pub mod keys;
pub mod meter;
pub mod plan;
mod priming;
pub mod range;
pub mod retry;
pub mod rows;
pub mod scan;
pub mod table;
mod tls;
pub mod transaction;
pub mod write;

pub use table::Store;

/// An item as the SDK has it.
pub type Item = std::collections::HashMap<String, aws_sdk_dynamodb::types::AttributeValue>;
