//! Groups.

pub mod create;
pub mod delete;
pub mod export;
pub mod find;
pub mod get;
pub mod import;
pub mod list;
pub mod repair;
pub mod sweep;
pub mod update;
