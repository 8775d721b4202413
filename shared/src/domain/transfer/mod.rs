//! Groups on their way into a game or out of it: each is a line of a file, whose first line says of which form the others are.
//!
//! A line is whole by itself: it has everybody whom it names, so any of them can be taken in without the others.

mod id;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::absent::is_zero;
use crate::domain::attribute::{AttributeKey, AttributeValue};
use crate::domain::code::Note;
use crate::domain::event::Reason;
use crate::domain::group::{Group, SettingsUpdate};
use crate::domain::ids::{AttributeId, CodeId, ConnectionId, UserId};
use crate::domain::name::{CustomId, GroupName, Username};
use crate::domain::role::{RoleId, RoleName, Roles};
use crate::domain::user::Email;
use crate::domain::words::CoverNote;
pub use id::{LineId, Source};

/// The form of the lines that this code writes and reads.
pub const FORM: u32 = 1;

/// The first line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The form of the lines behind it.
    pub guildhall_groups: u32,
    /// Where the groups are from: ids mean something there alone.
    pub from: Source,
}

impl Head {
    /// That of a file with groups from there.
    pub fn of(from: Source) -> Self {
        Self { guildhall_groups: FORM, from }
    }
}

/// A group with all that is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupLine {
    pub id: LineId,
    pub name: GroupName,
    /// Whether no other group of the game may have that name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique_name: bool,
    /// When it was created; the time at which it is taken in, where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// How often its name and roles have changed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub profile_version: u32,
    /// Those that are absent are the deployment's defaults.
    #[serde(default)]
    pub settings: SettingsUpdate,
    /// The names of its roles by their ids; those of every new group, where they are absent.
    #[serde(default = "Group::usual_roles")]
    pub roles: BTreeMap<RoleId, RoleName>,
    #[serde(default = "RoleId::admins")]
    pub admin_role: RoleId,
    #[serde(default = "RoleId::members")]
    pub member_role: RoleId,
    pub members: Vec<MemberLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applications: Vec<ApplicationLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub invitations: Vec<InvitationLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<BlockLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits: Vec<WaitLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<AttributeLine>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<CodeLine>,
    /// What is known of the users whom the line names; of who is absent, the id is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<PersonLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberLine {
    pub user: LineId,
    pub roles: Roles,
    /// Since when; since the time at which the group is taken in, where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_at: Option<Timestamp>,
}

/// An application that is pending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicationLine {
    pub user: LineId,
    /// GameFuse's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ConnectionId>,
    /// When it is over; as if it were made when it is taken in, where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<CoverNote>,
}

/// An invitation that is pending.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvitationLine {
    pub user: LineId,
    /// GameFuse's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ConnectionId>,
    /// When it is over; as if it were made when it is taken in, where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Nobody where the game itself has invited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inviter: Option<LineId>,
    /// The role that it gives; the member role, where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BlockLine {
    pub user: LineId,
    /// Since when; since the group is taken in, where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_at: Option<Timestamp>,
    /// Nobody where the game itself has blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_by: Option<LineId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// When it is over; absent where only an admin ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// Somebody who waits before they may ask again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaitLine {
    pub user: LineId,
    pub expires_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeLine {
    /// GameFuse's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AttributeId>,
    pub key: AttributeKey,
    pub value: AttributeValue,
    pub creator: LineId,
    /// Whether others than the creator may change it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub others_can_edit: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public: bool,
}

/// An invite code, as it is kept: what is told to let people in is known to nobody but those who were told.
///
/// What is told says which group it is of, so the code is good where its group keeps its id, and left out elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeLine {
    pub id: CodeId,
    pub hash: String,
    pub uses: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<RoleId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    pub open: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<LineId>,
    pub created_at: Timestamp,
}

/// What is known of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonLine {
    pub id: LineId,
    /// The user of the game who that is, where whoever takes the group in knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// What they log in by: whoever knows it is them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_id: Option<CustomId>,
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub credits: i64,
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub score: i64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub number_of_logins: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_login: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub banned_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ban_reason: Option<Reason>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_nothing(number: &i64) -> bool {
    *number == 0
}

impl PersonLine {
    /// Somebody of whom nothing is known but the id.
    pub fn unknown(id: LineId) -> Self {
        Self {
            id,
            user_id: None,
            username: None,
            email: None,
            custom_id: None,
            credits: 0,
            score: 0,
            number_of_logins: 0,
            created_at: None,
            last_login: None,
            banned_at: None,
            ban_reason: None,
        }
    }
}

impl GroupLine {
    /// Everybody whom the line names, whether it says more of them or not.
    pub fn persons(&self) -> BTreeMap<LineId, PersonLine> {
        let known = self.users.iter().map(|person| (person.id.clone(), person.clone()));
        let mut persons: BTreeMap<_, _> = known.collect();
        for id in self.named() {
            persons.entry(id.clone()).or_insert_with(|| PersonLine::unknown(id.clone()));
        }
        persons
    }

    fn named(&self) -> impl Iterator<Item = &LineId> {
        let members = self.members.iter().map(|member| &member.user);
        let applications = self.applications.iter().map(|it| &it.user);
        let invitations =
            self.invitations.iter().flat_map(|it| [Some(&it.user), it.inviter.as_ref()]);
        let blocks = self.blocks.iter().flat_map(|it| [Some(&it.user), it.blocked_by.as_ref()]);
        let waits = self.waits.iter().map(|it| &it.user);
        let creators = self.attributes.iter().map(|it| &it.creator);
        let others =
            invitations.chain(blocks).chain(self.codes.iter().map(|it| it.creator.as_ref()));
        members.chain(applications).chain(waits).chain(creators).chain(others.flatten())
    }
}
