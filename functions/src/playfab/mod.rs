//! PlayFab's Groups API, `/Group/...`, and the calls that give its clients their tokens.
//!
//! What its documentation leaves open is decided in docs/playfab-compatibility.md.

mod applications;
mod authentication;
mod blocks;
#[cfg(feature = "schema")]
mod description;
pub mod endpoint;
pub mod error;
mod groups;
mod invitations;
mod login;
mod members;
mod roles;
#[cfg(test)]
mod sizes;
mod wire;

pub use applications::{
    AcceptGroupApplication, ApplyToGroup, ListGroupApplications, RemoveGroupApplication,
};
pub use blocks::{BlockEntity, ListGroupBlocks, UnblockEntity};
#[cfg(feature = "schema")]
pub use description::describe;
pub use endpoint::handle;
pub use groups::{CreateGroup, DeleteGroup, GetGroup, UpdateGroup};
pub use invitations::{
    AcceptGroupInvitation, InviteToGroup, ListGroupInvitations, ListMembershipOpportunities,
    RemoveGroupInvitation,
};
pub use login::{GetEntityToken, LoginWithCustomId, ValidateEntityToken};
pub use members::{
    AddMembers, ChangeMemberRole, IsMember, ListGroupMembers, ListMembership, RemoveMembers,
};
pub use roles::{CreateRole, DeleteRole, UpdateRole};
