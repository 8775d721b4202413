//! Roles: what a member may do in a group is decided by the roles that the member's row holds.

use std::collections::BTreeSet;

/// The role that a new group's creator holds; its holders are the group's admins.
pub const ADMINS: &str = "admins";

/// The role of everyone who joins.
pub const MEMBERS: &str = "members";

/// The ids of the roles that one member holds; never empty.
pub type Roles = BTreeSet<String>;

/// Just this role.
pub fn only(role: &str) -> Roles {
    Roles::from([role.to_owned()])
}
