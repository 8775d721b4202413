//! CreateRole, UpdateRole and DeleteRole.

use serde::{Deserialize, Serialize};
use shared::App;
use shared::auth::caller::Caller;
use shared::domain::role::{RoleId, RoleName};
use shared::operations::roles::{create_role, delete_role, update_role};

use super::endpoint::Endpoint;
use super::error::Failure;
use super::wire::{Empty, EntityKey, UpdateResponse};

/// `POST /Group/CreateRole`
pub struct CreateRole;

/// A new role.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateRoleRequest {
    group: EntityKey,
    role_id: RoleId,
    role_name: RoleName,
}

/// The role, and the version of its group.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateRoleResponse {
    profile_version: u32,
    role_id: RoleId,
    role_name: RoleName,
}

impl Endpoint for CreateRole {
    type Caller = Caller;
    type Request = CreateRoleRequest;
    type Response = CreateRoleResponse;

    async fn call(
        app: &App,
        caller: Caller,
        request: CreateRoleRequest,
    ) -> Result<CreateRoleResponse, Failure> {
        let CreateRoleRequest { group, role_id, role_name } = request;
        let changed = create_role(app, &caller, group.group()?, &role_id, &role_name).await?;
        Ok(CreateRoleResponse {
            profile_version: changed.group.profile_version,
            role_id,
            role_name,
        })
    }
}

/// `POST /Group/UpdateRole`
pub struct UpdateRole;

/// A role's new name.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateRoleRequest {
    group: EntityKey,
    role_id: RoleId,
    role_name: RoleName,
    expected_profile_version: Option<u32>,
}

impl Endpoint for UpdateRole {
    type Caller = Caller;
    type Request = UpdateRoleRequest;
    type Response = UpdateResponse;

    async fn call(
        app: &App,
        caller: Caller,
        request: UpdateRoleRequest,
    ) -> Result<UpdateResponse, Failure> {
        let group = request.group.group()?;
        let expected = request.expected_profile_version;
        let (id, name) = (&request.role_id, &request.role_name);
        let changed = update_role(app, &caller, group, id, name, expected).await?;
        Ok(UpdateResponse::new(changed, expected))
    }
}

/// `POST /Group/DeleteRole`
pub struct DeleteRole;

/// Which role.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteRoleRequest {
    group: EntityKey,
    role_id: RoleId,
}

impl Endpoint for DeleteRole {
    type Caller = Caller;
    type Request = DeleteRoleRequest;
    type Response = Empty;

    async fn call(app: &App, caller: Caller, request: DeleteRoleRequest) -> Result<Empty, Failure> {
        delete_role(app, &caller, request.group.group()?, &request.role_id).await?;
        Ok(Empty {})
    }
}
