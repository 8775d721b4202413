//! The wire types of PlayFab's dialect that several endpoints share.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::Refusal;
use shared::auth::caller::Caller;
use shared::domain::group::Group;
use shared::domain::ids::{GameId, GroupId, UserId};
use shared::domain::membership::{Application, Invitation};
use shared::domain::role::{RoleId, RoleName};
use shared::domain::rules::profile::Updated;

use super::error::PlayFabError;

const GROUP: &str = "group";
const PLAYER: &str = "title_player_account";
const MASTER: &str = "master_player_account";
const TITLE: &str = "title";

/// Names an entity. `TypeString` is the older name of `Type`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntityKey {
    /// The id of a group or a player: 16 upper-case hexadecimal digits. Of a title: the game's id in decimal.
    id: String,
    /// `group`, `title_player_account`, `master_player_account` or `title`. In a request it may be absent.
    #[serde(rename = "Type")]
    #[cfg_attr(feature = "schema", schemars(with = "String", default))]
    kind: Option<String>,
    /// The same, by its older name.
    #[cfg_attr(feature = "schema", schemars(with = "String", default))]
    type_string: Option<String>,
}

impl EntityKey {
    fn new(id: String, kind: &str) -> Self {
        Self { id, kind: Some(kind.to_owned()), type_string: Some(kind.to_owned()) }
    }

    /// The key of a group.
    pub fn of_group(group: GroupId) -> Self {
        Self::new(group.to_hex(), GROUP)
    }

    /// The key of a user.
    pub fn of_user(user: UserId) -> Self {
        Self::new(user.to_hex(), PLAYER)
    }

    /// The key of a user who is not there yet.
    pub fn of_nobody() -> Self {
        Self::new(String::new(), PLAYER)
    }

    /// The key of a user of that title, or of the title itself.
    pub fn of(title: GameId, user: Option<UserId>) -> Self {
        user.map_or_else(|| Self::new(title.to_string(), TITLE), Self::of_user)
    }

    /// Whether the title itself is meant.
    pub fn is_title(&self, game: GameId) -> bool {
        self.kind() == Some(TITLE) && self.id == game.to_string()
    }

    fn kind(&self) -> Option<&str> {
        let is_set = |kind: &&str| !kind.is_empty();
        self.kind.as_deref().filter(is_set).or(self.type_string.as_deref().filter(is_set))
    }

    /// The group that is meant. The guide leaves the type out, so it may be absent.
    pub fn group(&self) -> Result<GroupId, Refusal> {
        match self.kind() {
            None | Some(GROUP) => GroupId::from_hex(&self.id).map_err(|_| Refusal::GroupNotFound),
            Some(_) => Err(Refusal::invalid("Group", "must be of type group")),
        }
    }

    /// The user that is meant by `field`.
    pub fn user(&self, field: &str) -> Result<UserId, Refusal> {
        match self.kind() {
            None | Some(PLAYER) => UserId::from_hex(&self.id).map_err(|_| Refusal::UserNotFound),
            Some(_) => Err(Refusal::invalid(field, "must be of type title_player_account")),
        }
    }

    /// The user that is meant by `Entity`, by default the caller.
    pub fn user_or_caller(entity: Option<&Self>, caller: &Caller) -> Result<UserId, Refusal> {
        match entity {
            Some(entity) => entity.user("Entity"),
            None => caller.user(),
        }
    }
}

impl EntityKey {
    /// The user that is meant by `Entity`, by default the caller; nobody for the title, which is in no group.
    pub fn user_or_title(
        entity: Option<&Self>,
        caller: &Caller,
    ) -> Result<Option<UserId>, Refusal> {
        entity.map_or(Ok(caller.acting_user()), |entity| entity.user("Entity").map(Some))
    }
}

/// An entity, and those that it comes from.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntityWithLineage {
    /// The entity.
    key: EntityKey,
    /// By type, those that it comes from: of a player the `master_player_account`, which has the same id; of a title none.
    lineage: BTreeMap<&'static str, EntityKey>,
}

impl EntityWithLineage {
    /// A user. Game code reads the master account from the lineage without looking; here it has the same id.
    pub fn of_user(user: UserId) -> Self {
        let master = EntityKey::new(user.to_hex(), MASTER);
        Self { key: EntityKey::of_user(user), lineage: BTreeMap::from([(MASTER, master)]) }
    }

    /// The user who invited, or the title.
    pub fn of_inviter(inviter: Option<UserId>, title: &Caller) -> Self {
        match inviter {
            Some(user) => Self::of_user(user),
            None => {
                let key = EntityKey::new(title.game().to_string(), TITLE);
                Self { key, lineage: BTreeMap::new() }
            }
        }
    }
}

/// A time as every SDK can read it: UTC, with three digits of milliseconds.
pub fn date(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// Nothing: an object without fields, since null and absence are errors to some SDKs.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Empty {}

impl Empty {
    /// What is answered once something is done.
    pub fn answer((): ()) -> Result<Self, PlayFabError> {
        Ok(Self {})
    }
}

/// A request that names a group.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupRequest {
    /// Which group.
    pub(super) group: EntityKey,
}

/// A request that names a group and an entity.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupEntityRequest {
    /// Which group.
    pub(super) group: EntityKey,
    /// Which player.
    pub(super) entity: EntityKey,
}

/// An application that awaits an answer.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupApplication {
    /// Who applied.
    entity: EntityWithLineage,
    /// When it is gone, if nobody answers: RFC 3339, in UTC, to the millisecond.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    expires: String,
    /// Which group.
    group: EntityKey,
}

impl From<Application> for GroupApplication {
    fn from(application: Application) -> Self {
        Self {
            entity: EntityWithLineage::of_user(application.user_id),
            expires: date(application.expires_at),
            group: EntityKey::of_group(application.group_id),
        }
    }
}

/// An invitation that awaits an answer.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupInvitation {
    /// When it is gone, if nobody answers: RFC 3339, in UTC, to the millisecond.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    expires: String,
    /// Which group.
    group: EntityKey,
    /// The admin who invited, or the title.
    invited_by_entity: EntityWithLineage,
    /// Who is invited.
    invited_entity: EntityWithLineage,
    /// The role that accepting gives.
    role_id: RoleId,
}

impl GroupInvitation {
    /// An invitation of the caller's game into that role.
    pub fn new(caller: &Caller, invitation: Invitation, role_id: RoleId) -> Self {
        Self {
            expires: date(invitation.expires_at),
            group: EntityKey::of_group(invitation.group_id),
            invited_by_entity: EntityWithLineage::of_inviter(invitation.inviter_id, caller),
            invited_entity: EntityWithLineage::of_user(invitation.user_id),
            role_id,
        }
    }
}

/// A group's settings and roles.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupResponse {
    /// The role whose holders are the group's admins.
    admin_role_id: RoleId,
    /// When it was created: RFC 3339, in UTC, to the millisecond.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    created: String,
    /// The group; without an id in a dry run of its creation.
    group: EntityKey,
    /// What it is called.
    group_name: String,
    /// The role of everyone who joins.
    member_role_id: RoleId,
    /// How often its name and roles have changed: `ExpectedProfileVersion` of a change that is to be made on this version only.
    profile_version: u32,
    /// The names of its roles, by id.
    #[cfg_attr(feature = "schema", schemars(with = "BTreeMap<String, String>"))]
    roles: BTreeMap<RoleId, RoleName>,
}

impl From<Group> for GroupResponse {
    fn from(group: Group) -> Self {
        Self {
            admin_role_id: group.admin_role,
            created: date(group.created_at),
            group: EntityKey::of_group(group.group_id),
            group_name: group.group_name.into(),
            member_role_id: group.member_role,
            profile_version: group.profile_version,
            roles: group.roles,
        }
    }
}

impl GroupResponse {
    /// A group that would be made, and has no id yet.
    pub fn unknown(group: Group) -> Self {
        let response = Self::from(group);
        Self { group: EntityKey::new(String::new(), GROUP), ..response }
    }
}

/// What a change has done.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateResponse {
    /// The group's version from now on.
    profile_version: u32,
    /// `Updated`, or `None` where nothing was changed.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["Updated", "None"])))]
    set_result: &'static str,
    /// Why nothing was changed; absent where something was.
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_reason: Option<&'static str>,
}

impl UpdateResponse {
    /// What came of a change at the `expected` version. PlayFab answers a success also where nothing was changed because
    /// the group is at another version.
    pub fn new(Updated { group, is_changed }: Updated, expected: Option<u32>) -> Self {
        let is_other_version = group.is_other_version(expected);
        Self {
            profile_version: group.profile_version,
            set_result: if is_changed { "Updated" } else { "None" },
            operation_reason: match is_changed {
                true => None,
                false if is_other_version => Some("The group is not at the expected version"),
                false => Some("The group is so already"),
            },
        }
    }
}

/// A group's roles in the order in which PlayFab lists them: admins, members, then the others.
pub fn ordered_roles(group: &Group) -> Vec<(&RoleId, &RoleName)> {
    let rank = |id: &RoleId| (*id != group.admin_role, *id != group.member_role);
    let mut roles: Vec<_> = group.roles.iter().collect();
    roles.sort_by_key(|(id, _)| rank(id));
    roles
}
