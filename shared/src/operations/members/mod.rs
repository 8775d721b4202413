//! Members, their roles, and their leaving.

pub mod is_member;
pub mod leave;
pub mod list;
pub mod list_groups_of;
pub mod make_admin;
pub mod remove;
pub mod remove_admin;
pub mod roles;
