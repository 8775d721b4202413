//! `/api/v3/groups`

mod add_attribute;
mod attributes;
mod blocks;
mod codes;
mod create;
mod delete;
mod delete_attribute;
mod events;
mod filters;
mod list;
mod list_full;
mod list_pages;
mod public_attributes;
mod show;
mod update;
