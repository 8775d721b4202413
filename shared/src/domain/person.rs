//! A user as the person who they are: everything that is stored about them, for whoever runs the deployment.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::absent::is_zero;
use crate::domain::event::Reason;
use crate::domain::ids::UserId;
use crate::domain::name::{CustomId, Username};
use crate::domain::user::Email;

/// All that a user's row says.
#[derive(Clone, Serialize, Deserialize)]
pub struct Person {
    pub user_id: UserId,
    pub username: Username,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// What PlayFab's clients log in by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_id: Option<CustomId>,
    /// It is never shown.
    #[serde(default, skip_serializing)]
    pub password_hash: Option<String>,
    pub credits: i64,
    pub score: i64,
    pub number_of_logins: u32,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub last_login: Timestamp,
    /// How often all of the user's tokens were revoked.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revocations: u32,
    /// Since when the user may not sign in.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub banned_at: Option<Timestamp>,
    /// Why, if that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ban_reason: Option<Reason>,
    /// Since when nothing is stored about them any more.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub erased_at: Option<Timestamp>,
}
