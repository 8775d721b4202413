//! `/api/v3/group_connections`

mod cancel;
mod create;
mod create_input;
mod leave;
mod members;
mod update;
