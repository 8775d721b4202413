//! Groups.

pub mod create;
pub mod delete;
pub mod find;
pub mod get;
pub mod list;
pub mod repair;
pub mod sweep;
pub mod update;
