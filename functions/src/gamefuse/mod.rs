//! GameFuse's REST dialect, `/api/v3/...`: JSON on success, plain text on errors.
//!
//! What the seed document leaves open follows what the real service and its published clients do.

mod authentication;
#[cfg(feature = "schema")]
mod description;
mod endpoint;
pub mod error;
mod parameters;
mod weight;
mod wire;

mod attributes;
mod blocks;
mod codes;
mod connections;
mod deliveries;
mod events;
mod games;
mod groups;
mod members;
mod users;
mod webhooks;

pub use attributes::{
    AddGroupAttributes, DeleteGroupAttribute, ListGroupAttributes, ModifyGroupAttribute,
};
pub use blocks::{BlockGroupUser, GetGroupBlock, ListGroupBlocks, UnblockGroupMember};
pub use codes::{CreateGroupCode, DeleteGroupCode, ListGroupCodes, UpdateGroupCode};
pub use connections::{CancelGroupConnection, CreateGroupConnection, UpdateGroupConnection};
pub use deliveries::{ListWebhookDeliveries, ReplayWebhook, TestWebhook};
#[cfg(feature = "schema")]
pub use description::describe;
pub use endpoint::{METHOD_OVERRIDE, handle};
pub use events::ListGroupEvents;
pub use games::{ListStoreItems, VerifyGame};
pub use groups::{CreateGroup, DeleteGroup, GetGroup, ListGroups, UpdateGroup};
pub use members::{LeaveGroup, MakeGroupAdmin, RemoveGroupAdmin, RemoveGroupMember};
pub use users::{GetUser, SignIn, SignUp};
pub use webhooks::{CreateWebhook, DeleteWebhook, GetWebhook, ListWebhooks, UpdateWebhook};
