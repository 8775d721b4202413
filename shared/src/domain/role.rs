//! Roles: what a member may do in a group is decided by the roles that the member holds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::text::{BadText, lines, name};

/// The most roles that a group can have.
pub const MAX_PER_GROUP: usize = 10;

lines! {
    /// A role's name, unique in its group: 1 to 100 characters.
    RoleName(100, name);
}

/// A role's id, unique in its group and never changed: 1 to 64 of `a-z A-Z 0-9 ( ) _ - .`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline, extend("pattern" = "^[A-Za-z0-9()_.-]{1,64}$")))]
pub struct RoleId(String);

impl RoleName {
    /// The name of a new group's admin role.
    pub fn administrators() -> Self {
        Self("Administrators".to_owned())
    }

    /// The name of a new group's member role.
    pub fn members() -> Self {
        Self("Members".to_owned())
    }
}

impl RoleId {
    const MAX: usize = 64;

    /// The role that a new group's creator holds; its holders are the group's admins.
    pub fn admins() -> Self {
        Self("admins".to_owned())
    }

    /// The role of everyone who joins a new group.
    pub fn members() -> Self {
        Self("members".to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RoleId {
    type Error = BadText;

    fn try_from(text: String) -> Result<Self, BadText> {
        let permitted = |byte: u8| byte.is_ascii_alphanumeric() || b"()_-.".contains(&byte);
        if (1..=Self::MAX).contains(&text.len()) && text.bytes().all(permitted) {
            return Ok(Self(text));
        }
        Err(BadText::Form("1 to 64 letters, digits or any of ( ) _ . -"))
    }
}

impl From<RoleId> for String {
    fn from(id: RoleId) -> Self {
        id.0
    }
}

/// The roles that one member holds; never empty.
pub type Roles = BTreeSet<RoleId>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_id_has_1_to_64_of_the_permitted_characters() {
        for (text, valid) in [
            ("admins", true),
            ("A-z_0.9(x)", true),
            (&"x".repeat(64), true),
            (&"x".repeat(65), false),
            ("", false),
            ("a b", false),
            ("é", false),
            ("a#b", false),
        ] {
            assert_eq!(RoleId::try_from(text.to_owned()).is_ok(), valid, "{text:?}");
        }
    }
}
