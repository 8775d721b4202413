//! `/api/v3/group_connections`

mod auto_join;
mod cancel;
mod create;
mod create_input;
mod leave;
mod members;
mod messages;
mod update;
