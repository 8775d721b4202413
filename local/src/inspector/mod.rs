//! The inspector: what the last requests were, what each of them asked of DynamoDB, and what it cost.
//!
//! It is kept in memory, within bounds, by the local server alone, and told to programs and to the console's page on this
//! machine. Secrets are hidden before anything is kept (`redaction.rs`).

mod answer;
mod asked;
mod call;
mod connector;
mod ids;
mod kept;
mod redaction;
mod request;
mod step;
mod trace;

pub use self::asked::Asked;
pub use self::connector::watched;
pub use self::kept::Inspector;
pub use self::trace::traced;
