//! CreateGroup, GetGroup, UpdateGroup and DeleteGroup.

use serde::Deserialize;
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::group::SettingsUpdate;
use shared::domain::name::GroupName;
use shared::domain::role::RoleId;
use shared::domain::rules::groups::NameClaim;
use shared::domain::rules::profile::ProfileUpdate;
use shared::operations::groups::create::create_group;
use shared::operations::groups::delete::delete_group;
use shared::operations::groups::find::{find_group, read_group};
use shared::operations::groups::update::update_profile;
use shared::{Call, Refusal};

use super::endpoint::Endpoint;
use super::error::PlayFabError;
use super::wire::{Empty, EntityKey, GroupRequest, GroupResponse, UpdateResponse};

/// `POST /Group/CreateGroup`
///
/// Creates a group with the roles `admins` and `members`, whose first admin is the caller. Its name is unique in the title.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateGroup;

/// A new group, and who becomes its first admin.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateGroupRequest {
    /// What it is called, unique in the title in whatever case.
    group_name: GroupName,
    /// Who becomes its first admin; the caller, where it is absent. Only the title may name somebody else, and must name somebody.
    entity: Option<EntityKey>,
}

impl Endpoint for CreateGroup {
    type Caller = Caller;
    type Request = CreateGroupRequest;
    type Response = GroupResponse;

    async fn call(
        call: Call<'_>,
        request: CreateGroupRequest,
    ) -> Result<Decision<'_, GroupResponse, PlayFabError>, PlayFabError> {
        let creator = EntityKey::user_or_caller(request.entity.as_ref(), &call.caller)?;
        let settings = SettingsUpdate::default();
        let name = request.group_name;
        let created = create_group(&call, creator, name, settings, NameClaim::Always).await?;
        Ok(created.and_then(move |group| {
            let is_dry_run = call.is_dry_run;
            Ok(if is_dry_run { GroupResponse::unknown(group) } else { group.into() })
        }))
    }
}

/// `POST /Group/GetGroup`
///
/// Reads a group's name and roles, by its key or by its name.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetGroup;

/// A group by its key or by its name.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetGroupRequest {
    /// Which group; required where there is no `GroupName`.
    group: Option<EntityKey>,
    /// The group's name, in whatever case. Where `Group` is there too, it must be that group's.
    group_name: Option<GroupName>,
}

impl Endpoint for GetGroup {
    type Caller = Caller;
    type Request = GetGroupRequest;
    type Response = GroupResponse;

    async fn call(
        call: Call<'_>,
        request: GetGroupRequest,
    ) -> Result<Decision<'_, GroupResponse, PlayFabError>, PlayFabError> {
        let group = match (request.group, request.group_name) {
            (Some(key), None) => read_group(&call, key.group()?).await?,
            (None, Some(name)) => find_group(&call, &name).await?,
            (Some(key), Some(name)) => {
                let group = read_group(&call, key.group()?).await?;
                if group.group_name.folded() != name.folded() {
                    let problem = "must be the name of Group where both are given";
                    return Err(Refusal::invalid("GroupName", problem).into());
                }
                group
            }
            (None, None) => {
                let problem = "is required where GroupName is not given";
                return Err(Refusal::invalid("Group", problem).into());
            }
        };
        Ok(Decision::answer(group.into()))
    }
}

/// `POST /Group/UpdateGroup`
///
/// Changes a group's name and special roles. Admins may, but `AdminRoleId` is for the title. What is absent stays.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateGroup;

/// What is to change.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateGroupRequest {
    /// Which group.
    group: EntityKey,
    /// What it is called from now on.
    group_name: Option<GroupName>,
    /// The role whose holders are its admins from now on. Only the title may say so.
    admin_role_id: Option<RoleId>,
    /// The role of everyone who joins from now on.
    member_role_id: Option<RoleId>,
    /// Where the group is at another version, nothing is changed, and `SetResult` is `None`.
    expected_profile_version: Option<u32>,
}

impl Endpoint for UpdateGroup {
    type Caller = Caller;
    type Request = UpdateGroupRequest;
    type Response = UpdateResponse;

    async fn call(
        call: Call<'_>,
        request: UpdateGroupRequest,
    ) -> Result<Decision<'_, UpdateResponse, PlayFabError>, PlayFabError> {
        let update = ProfileUpdate {
            name: request.group_name,
            admin_role: request.admin_role_id,
            member_role: request.member_role_id,
            expected: request.expected_profile_version,
        };
        let updated = update_profile(&call, request.group.group()?, &update).await?;
        Ok(updated.and_then(move |updated| Ok(UpdateResponse::new(updated, update.expected))))
    }
}

/// `POST /Group/DeleteGroup`
///
/// Deletes a group with everything in it, for good. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteGroup;

impl Endpoint for DeleteGroup {
    type Caller = Caller;
    type Request = GroupRequest;
    type Response = Empty;

    async fn call(
        call: Call<'_>,
        request: GroupRequest,
    ) -> Result<Decision<'_, Empty, PlayFabError>, PlayFabError> {
        let deleted = delete_group(&call, request.group.group()?, NameClaim::Always).await?;
        Ok(deleted.and_then(Empty::answer))
    }
}
