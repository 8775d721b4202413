//! A group, its settings and the changes that an admin can make to them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::event::Event;
use crate::domain::ids::GroupId;
use crate::domain::name::{GroupName, GroupType};
use crate::domain::role::{RoleId, RoleName};

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
    /// How many member rows there are.
    pub member_count: u32,
    /// How many of those hold the admin role.
    pub admin_count: u32,
    /// How many attribute rows there are.
    pub attribute_count: u32,
    /// How many applications and invitations are pending, or more: those that expire are still counted, until there is no
    /// room for another one and somebody counts anew.
    pub pending_count: u32,
    /// How often somebody has applied or was invited, and so whether somebody has since the pending rows were counted.
    pub pending_made: u32,
    /// How many blocks there are.
    pub block_count: u32,
    /// Whether the folded name is claimed for this group alone.
    pub name_claimed: bool,
    /// When it was created.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// How many commits there were in it, and so the place of the last one in its history.
    pub seq: u32,
    /// What the last commit did. The table's stream carries it to the history.
    pub last_event: Event,
    /// When it was deleted; from then on it exists for nobody.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub deleted_at: Option<Timestamp>,
}

impl Group {
    /// What becomes of a request to join.
    pub fn admission(&self) -> Admission {
        match &self.settings {
            settings if settings.is_invite_only => Admission::ByInvitation,
            settings if settings.can_auto_join => Admission::AtOnce,
            _ => Admission::ByAnswer,
        }
    }

    /// Whether it exists for callers.
    pub fn is_live(&self) -> bool {
        self.deleted_at.is_none()
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
    pub member_count: u32,
    /// See [`Group::admin_count`].
    pub admin_count: u32,
    /// See [`Group::pending_count`].
    pub pending_count: u32,
    /// See [`Group::deleted_at`].
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub deleted_at: Option<Timestamp>,
}

impl GroupSummary {
    /// Whether it exists for callers.
    pub fn is_live(&self) -> bool {
        self.deleted_at.is_none()
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
            deleted_at: group.deleted_at,
        }
    }
}

/// What the admins of a group decide.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Settings {
    /// Free text.
    pub group_type: GroupType,
    /// How many members it may have.
    pub max_group_size: u32,
    /// Whether a request to join is granted at once, unless the group is invite-only.
    pub can_auto_join: bool,
    /// Whether only invitations lead in, whatever `can_auto_join` says: no request is taken.
    pub is_invite_only: bool,
    /// Whether it is listed to users who are not in it.
    pub searchable: bool,
    /// Whether only admins create attributes.
    pub admins_only_can_create_attributes: bool,
}

/// What is to be decided anew; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingsUpdate {
    /// See [`Settings::group_type`].
    pub group_type: Option<GroupType>,
    /// See [`Settings::max_group_size`].
    pub max_group_size: Option<u32>,
    /// See [`Settings::can_auto_join`].
    pub can_auto_join: Option<bool>,
    /// See [`Settings::is_invite_only`].
    pub is_invite_only: Option<bool>,
    /// See [`Settings::searchable`].
    pub searchable: Option<bool>,
    /// See [`Settings::admins_only_can_create_attributes`].
    pub admins_only_can_create_attributes: Option<bool>,
}

impl Settings {
    /// Those of a group whose creator decides nothing.
    pub fn defaults(max_group_size: u32) -> Self {
        Self {
            group_type: GroupType::default(),
            max_group_size,
            can_auto_join: false,
            is_invite_only: false,
            searchable: true,
            admins_only_can_create_attributes: false,
        }
    }

    /// The settings with the update made.
    pub fn updated(self, update: SettingsUpdate) -> Self {
        Self {
            group_type: update.group_type.unwrap_or(self.group_type),
            max_group_size: update.max_group_size.unwrap_or(self.max_group_size),
            can_auto_join: update.can_auto_join.unwrap_or(self.can_auto_join),
            is_invite_only: update.is_invite_only.unwrap_or(self.is_invite_only),
            searchable: update.searchable.unwrap_or(self.searchable),
            admins_only_can_create_attributes: update
                .admins_only_can_create_attributes
                .unwrap_or(self.admins_only_can_create_attributes),
        }
    }
}
