//! A group, its settings and the changes that an admin can make to them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::domain::absent::is_zero;
use crate::domain::ids::GroupId;
use crate::domain::name::{GroupName, GroupType};
use crate::domain::role::{RoleId, RoleName};
use crate::domain::time::{end_of, is_recent};
use crate::domain::words::Description;
use crate::error::Refusal;

/// A group as stored. The counts are moved only by the transaction that puts or deletes the row that they count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Group {
    /// Which group.
    pub group_id: GroupId,
    /// What it is called.
    pub group_name: GroupName,
    /// What its admins decide.
    pub settings: Settings,
    /// Its roles, by id. `roles` is one of DynamoDB's reserved words.
    #[serde(rename = "role_names")]
    pub roles: BTreeMap<RoleId, RoleName>,
    /// The role whose holders are its admins.
    pub admin_role: RoleId,
    /// The role of everyone who joins.
    pub member_role: RoleId,
    /// How often its name and roles have changed. PlayFab calls it the profile version.
    pub profile_version: u32,
    /// How often roles were given to or taken from members: what a plan about roles is made on.
    pub role_changes: u32,
    /// How often somebody has joined, and so whether somebody has since a plan was made.
    pub joins: u32,
    /// How often somebody has ceased to be an admin, and so whether somebody has since a plan was made.
    pub demotions: u32,
    /// How often somebody has applied, was invited or blocked, and so whether somebody has since a plan was made.
    pub door_entries: u32,
    /// When somebody last ceased to be an admin. See [`Group::demoted_lately`].
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::second::optional"
    )]
    pub demoted_at: Option<Timestamp>,
    /// When something was last put into a door. See [`Group::doors_entered_lately`].
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::second::optional"
    )]
    pub entered_at: Option<Timestamp>,
    /// How many member rows there are.
    #[serde(deserialize_with = "count")]
    pub member_count: u32,
    /// How many of those hold the admin role.
    #[serde(deserialize_with = "count")]
    pub admin_count: u32,
    /// How many attribute rows there are.
    #[serde(deserialize_with = "count")]
    pub attribute_count: u32,
    /// How many of them everybody may read.
    #[serde(default, deserialize_with = "count", skip_serializing_if = "is_zero")]
    pub public_count: u32,
    /// How many applications and invitations are pending, or more: those that expire are still counted, until there is no
    /// room for another one and somebody counts anew.
    #[serde(deserialize_with = "count")]
    pub pending_count: u32,
    /// How many blocks there are, or more: those that are over are still counted, until there is no room for another one and
    /// somebody counts anew.
    #[serde(deserialize_with = "count")]
    pub block_count: u32,
    /// How many codes there are, or more: those that DynamoDB deletes once they are over are still counted, until there is
    /// no room for another one and somebody counts anew.
    #[serde(default, deserialize_with = "count", skip_serializing_if = "is_zero")]
    pub code_count: u32,
    /// Whether any block ever had an end, so that some may be over which are counted still.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub blocks_end: bool,
    /// Whether the folded name is claimed for this group alone.
    pub name_claimed: bool,
    /// When it was created.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// When it was imported, if it was. One that was here before, with the same id and age, has another history.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub arrived_at: Option<Timestamp>,
    /// Which shard of the directory lists it, decided once: a deployment that has more shards later finds it where it is.
    pub directory_shard: u32,
    /// How many events there were: each commit in the group is one, and its number in the group's history.
    pub seq: u32,
    /// When it was deleted; from then on it exists for nobody.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub deleted_at: Option<Timestamp>,
}

/// A count as it is stored. Where it was less than there was, it has fallen below zero since: a group is to be read all the
/// same, at least by `repair-group`, which counts anew.
fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    i64::deserialize(deserializer)?.max(0).try_into().map_err(D::Error::custom)
}

impl Group {
    /// A new group of one admin.
    pub fn new(
        group_id: GroupId,
        group_name: GroupName,
        settings: Settings,
        created_at: Timestamp,
    ) -> Self {
        Self {
            group_id,
            group_name,
            settings,
            roles: Self::usual_roles(),
            admin_role: RoleId::admins(),
            member_role: RoleId::members(),
            profile_version: 0,
            role_changes: 0,
            joins: 1,
            demotions: 0,
            door_entries: 0,
            demoted_at: None,
            entered_at: None,
            member_count: 1,
            admin_count: 1,
            attribute_count: 0,
            public_count: 0,
            pending_count: 0,
            block_count: 0,
            code_count: 0,
            blocks_end: false,
            name_claimed: false,
            created_at,
            arrived_at: None,
            directory_shard: 0,
            seq: 0,
            deleted_at: None,
        }
    }

    /// The roles that groups begin with.
    pub fn usual_roles() -> BTreeMap<RoleId, RoleName> {
        BTreeMap::from([
            (RoleId::admins(), RoleName::administrators()),
            (RoleId::members(), RoleName::members()),
        ])
    }

    /// A group as most are, where nobody has read it: it has the roles that groups begin with, members enough for any of them
    /// to leave, and room for more.
    pub fn assumed(group_id: GroupId) -> Self {
        const SOME: u32 = 1 << 16;
        Self {
            member_count: SOME,
            pending_count: SOME,
            block_count: SOME,
            ..Self::new(
                group_id,
                GroupName::unknown(),
                Settings::defaults(2 * SOME),
                Timestamp::UNIX_EPOCH,
            )
        }
    }

    /// What becomes of a request to join.
    pub fn admission(&self) -> Admission {
        self.settings.admission()
    }

    /// Whether it exists for callers.
    pub fn is_live(&self) -> bool {
        self.deleted_at.is_none()
    }

    /// Whether somebody may have ceased to be an admin between the reading of this row and that of a member, which were read by
    /// one call: then that the count of demotions is the same says nothing about the member.
    pub fn demoted_lately(&self, now: Timestamp) -> bool {
        is_recent(self.demoted_at, now)
    }

    /// The same for what was put into a door.
    pub fn doors_entered_lately(&self, now: Timestamp) -> bool {
        is_recent(self.entered_at, now)
    }

    /// Whether any of both may be.
    pub fn changed_lately(&self, now: Timestamp) -> bool {
        self.demoted_lately(now) || self.doors_entered_lately(now)
    }

    /// Refuses a role that it does not have.
    pub fn refuse_unknown(&self, role: &RoleId) -> Result<(), Refusal> {
        self.roles.contains_key(role).then_some(()).ok_or(Refusal::RoleNotFound)
    }

    /// Whether another version of its profile is expected.
    pub fn is_other_version(&self, expected: Option<u32>) -> bool {
        expected.is_some_and(|version| version != self.profile_version)
    }
}

/// What becomes of a request to join a group, from somebody who is not invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It is granted.
    AtOnce,
    /// It becomes an application, which an admin answers.
    ByAnswer,
    /// It is refused.
    ByInvitation,
}

/// What others see of a group, and what tells whether it is sound.
#[derive(Debug, Clone, Deserialize)]
pub struct GroupSummary {
    /// See [`Group::group_id`].
    pub group_id: GroupId,
    /// See [`Group::group_name`].
    pub group_name: GroupName,
    /// See [`Group::settings`].
    pub settings: Settings,
    /// See [`Group::member_count`].
    #[serde(deserialize_with = "count")]
    pub member_count: u32,
    /// See [`Group::admin_count`].
    #[serde(deserialize_with = "count")]
    pub admin_count: u32,
    /// See [`Group::pending_count`].
    #[serde(deserialize_with = "count")]
    pub pending_count: u32,
    /// See [`Group::public_count`].
    #[serde(default, deserialize_with = "count")]
    pub public_count: u32,
    /// See [`Group::deleted_at`].
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub deleted_at: Option<Timestamp>,
}

impl GroupSummary {
    /// Whether it exists for callers.
    pub fn is_live(&self) -> bool {
        self.deleted_at.is_none()
    }

    /// Whether another member has room.
    pub fn has_room(&self) -> bool {
        self.member_count < self.settings.max_group_size
    }
}

impl From<Group> for GroupSummary {
    fn from(group: Group) -> Self {
        Self {
            group_id: group.group_id,
            group_name: group.group_name,
            settings: group.settings,
            member_count: group.member_count,
            admin_count: group.admin_count,
            pending_count: group.pending_count,
            public_count: group.public_count,
            deleted_at: group.deleted_at,
        }
    }
}

/// Declares the settings of a group, each once: with its type, and what it is. Where a function in brackets says so, it is not
/// stored: the group's row, which every commit writes, stays small where something is not used.
macro_rules! settings {
    ($($(#[$doc:meta])* $([$unless:literal])? $name:ident: $kind:ty,)*) => {
        /// What the admins of a group decide.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub struct Settings {$(
            $(#[$doc])*
            $(#[serde(default, skip_serializing_if = $unless)])?
            pub $name: $kind,
        )*}

        /// What is to be decided anew; what is absent stays.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct SettingsUpdate {$(
            $(#[$doc])*
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $name: Option<$kind>,
        )*}

        impl From<Settings> for SettingsUpdate {
            fn from(settings: Settings) -> Self {
                Self {$($name: Some(settings.$name),)*}
            }
        }

        impl Settings {
            /// The names of all of them.
            pub const NAMES: &[&str] = &[$(stringify!($name),)*];

            /// The settings with the update made.
            pub fn updated(&self, update: SettingsUpdate) -> Self {
                Self {$($name: update.$name.unwrap_or_else(|| self.$name.clone()),)*}
            }

            /// The names of the settings that are others in `other`.
            pub fn differences(&self, other: &Self) -> impl Iterator<Item = &'static str> + use<> {
                let all = [$((stringify!($name), self.$name != other.$name),)*];
                all.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name)
            }
        }
    };
}

settings! {
    /// Free text.
    group_type: GroupType,
    /// How many members it may have.
    max_group_size: u32,
    /// Whether a request to join is granted at once, unless the group is invite-only.
    can_auto_join: bool,
    /// Whether only invitations lead in, whatever `can_auto_join` says: no request is taken.
    is_invite_only: bool,
    /// Whether it is listed to users who are not in it.
    searchable: bool,
    /// Whether only admins create attributes.
    admins_only_can_create_attributes: bool,
    /// What the group says of itself; empty where it says nothing.
    ["Description::is_none"]
    description: Description,
    /// For how many seconds nobody may ask or join again who left, was declined or removed; 0 for no time at all.
    ["is_zero"]
    reapply_after: u32,
}

impl Settings {
    /// What becomes of a request to join.
    pub fn admission(&self) -> Admission {
        match (self.is_invite_only, self.can_auto_join) {
            (true, _) => Admission::ByInvitation,
            (false, true) => Admission::AtOnce,
            (false, false) => Admission::ByAnswer,
        }
    }

    /// The second until which somebody waits who goes now; none where nobody has to wait.
    pub fn end_of_wait(&self, now: Timestamp) -> Option<Timestamp> {
        let wait = Some(self.reapply_after).filter(|seconds| *seconds > 0)?;
        Some(end_of(now, SignedDuration::from_secs(wait.into())))
    }

    /// Those of a group whose creator decides nothing.
    pub fn defaults(max_group_size: u32) -> Self {
        Self {
            group_type: GroupType::default(),
            max_group_size,
            can_auto_join: false,
            is_invite_only: false,
            searchable: true,
            admins_only_can_create_attributes: false,
            description: Description::none(),
            reapply_after: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_has_changed_lately_for_a_quarter_of_an_hour_after_either() {
        let then = Timestamp::UNIX_EPOCH;
        let quiet = Group::assumed(GroupId::try_from(1).unwrap());
        assert!(!quiet.changed_lately(then));
        for group in [
            Group { demoted_at: Some(then), ..quiet.clone() },
            Group { entered_at: Some(then), ..quiet },
        ] {
            let after = |seconds| then + SignedDuration::from_secs(seconds);
            assert!(group.changed_lately(after(899)) && !group.changed_lately(after(900)));
        }
    }
}
