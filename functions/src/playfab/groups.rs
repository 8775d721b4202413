//! CreateGroup, GetGroup, UpdateGroup and DeleteGroup.

use serde::Deserialize;
use shared::auth::caller::Caller;
use shared::domain::group::SettingsUpdate;
use shared::domain::name::GroupName;
use shared::domain::role::RoleId;
use shared::operations::create_group::{NameClaim, create_group};
use shared::operations::delete_group::delete_group;
use shared::operations::find_group::{find_group, read_group};
use shared::operations::roles::{ProfileUpdate, update_profile};
use shared::{App, Refusal};

use super::endpoint::Endpoint;
use super::error::Failure;
use super::wire::{Empty, EntityKey, GroupRequest, GroupResponse, UpdateResponse};

/// `POST /Group/CreateGroup`
pub struct CreateGroup;

/// A new group, and who becomes its first admin.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateGroupRequest {
    group_name: GroupName,
    entity: Option<EntityKey>,
}

impl Endpoint for CreateGroup {
    type Caller = Caller;
    type Request = CreateGroupRequest;
    type Response = GroupResponse;

    async fn call(
        app: &App,
        caller: Caller,
        request: CreateGroupRequest,
    ) -> Result<GroupResponse, Failure> {
        let creator = EntityKey::user_or_caller(request.entity.as_ref(), &caller)?;
        let settings = SettingsUpdate::default();
        let name = request.group_name;
        let group = create_group(app, &caller, creator, name, settings, NameClaim::Always).await?;
        Ok(group.into())
    }
}

/// `POST /Group/GetGroup`
pub struct GetGroup;

/// A group by its key or by its name.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetGroupRequest {
    group: Option<EntityKey>,
    group_name: Option<GroupName>,
}

impl Endpoint for GetGroup {
    type Caller = Caller;
    type Request = GetGroupRequest;
    type Response = GroupResponse;

    async fn call(
        app: &App,
        caller: Caller,
        request: GetGroupRequest,
    ) -> Result<GroupResponse, Failure> {
        let group = match (request.group, request.group_name) {
            (Some(key), None) => read_group(app, &caller, key.group()?).await?,
            (None, Some(name)) => find_group(app, &caller, &name).await?,
            (Some(key), Some(name)) => {
                let group = read_group(app, &caller, key.group()?).await?;
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
        Ok(group.into())
    }
}

/// `POST /Group/UpdateGroup`
pub struct UpdateGroup;

/// What is to change.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateGroupRequest {
    group: EntityKey,
    group_name: Option<GroupName>,
    admin_role_id: Option<RoleId>,
    member_role_id: Option<RoleId>,
    expected_profile_version: Option<u32>,
}

impl Endpoint for UpdateGroup {
    type Caller = Caller;
    type Request = UpdateGroupRequest;
    type Response = UpdateResponse;

    async fn call(
        app: &App,
        caller: Caller,
        request: UpdateGroupRequest,
    ) -> Result<UpdateResponse, Failure> {
        let update = ProfileUpdate {
            name: request.group_name,
            admin_role: request.admin_role_id,
            member_role: request.member_role_id,
            expected: request.expected_profile_version,
        };
        let changed = update_profile(app, &caller, request.group.group()?, &update).await?;
        Ok(UpdateResponse::new(changed, update.expected))
    }
}

/// `POST /Group/DeleteGroup`
pub struct DeleteGroup;

impl Endpoint for DeleteGroup {
    type Caller = Caller;
    type Request = GroupRequest;
    type Response = Empty;

    async fn call(app: &App, caller: Caller, request: GroupRequest) -> Result<Empty, Failure> {
        delete_group(app, &caller, request.group.group()?).await?;
        Ok(Empty {})
    }
}
