//! One function for each thing that can be done, shared by all dialects.
//!
//! An operation that writes is one guarded transaction, planned on what is usual. Where a group's state calls for another
//! plan, the failed condition says so and hands over that state, and the next transaction is planned on it.

mod attribute_state;
mod drift;
mod guard;
mod guesses;
mod membership;
mod names;
mod pending_count;
pub mod profile;

pub mod apply_to_group;
pub mod block_entity;
pub mod connection;
pub mod create_game;
pub mod create_group;
pub mod delete_attribute;
pub mod delete_group;
pub mod events;
pub mod find_group;
pub mod get_group;
pub mod get_user;
pub mod invite_to_group;
pub mod is_member;
pub mod leave_group;
pub mod list_attributes;
pub mod list_blocks;
pub mod list_groups;
pub mod list_members;
pub mod list_membership;
pub mod list_pending;
pub mod login;
pub mod make_admin;
pub mod pending;
pub mod put_attributes;
pub mod remove_member;
pub mod roles;
pub mod roster;
pub mod sign_in;
pub mod sign_up;
pub mod sweep_group;
pub mod unblock_member;
pub mod update_group;
pub mod verify_game;

/// How often a transaction is planned anew because the state that it was planned on has changed.
///
/// Each time somebody else has succeeded, so the system makes progress; a caller that is overtaken so often is told to come back.
const PLANS: usize = 8;
