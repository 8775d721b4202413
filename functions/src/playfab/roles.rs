//! CreateRole, UpdateRole and DeleteRole.

use serde::{Deserialize, Serialize};
use shared::Call;
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::role::{RoleId, RoleName};
use shared::domain::rules::profile::Updated;
use shared::operations::roles::{create_role, delete_role, update_role};

use super::endpoint::Endpoint;
use super::error::PlayFabError;
use super::wire::{Empty, EntityKey, UpdateResponse};

/// `POST /Group/CreateRole`
///
/// Creates a role, which nobody holds yet. Only admins may. A group has at most 10.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateRole;

/// A new role.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateRoleRequest {
    /// Which group.
    group: EntityKey,
    /// The role's id, unique in the group and never changed.
    role_id: RoleId,
    /// What it is called, unique in the group in whatever case.
    role_name: RoleName,
}

/// The role, and the version of its group.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateRoleResponse {
    /// The group's version from now on.
    profile_version: u32,
    /// The role's id.
    role_id: RoleId,
    /// What it is called.
    role_name: RoleName,
}

impl Endpoint for CreateRole {
    type Caller = Caller;
    type Request = CreateRoleRequest;
    type Response = CreateRoleResponse;

    async fn call(
        call: Call<'_>,
        request: CreateRoleRequest,
    ) -> Result<Decision<'_, CreateRoleResponse, PlayFabError>, PlayFabError> {
        let CreateRoleRequest { group, role_id, role_name } = request;
        let created = create_role(&call, group.group()?, &role_id, &role_name).await?;
        Ok(created.and_then(move |Updated { group, .. }| {
            Ok(CreateRoleResponse { profile_version: group.profile_version, role_id, role_name })
        }))
    }
}

/// `POST /Group/UpdateRole`
///
/// Renames a role. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateRole;

/// A role's new name.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateRoleRequest {
    /// Which group.
    group: EntityKey,
    /// Which role.
    role_id: RoleId,
    /// What it is called from now on, unique in the group in whatever case.
    role_name: RoleName,
    /// Where the group is at another version, nothing is changed, and `SetResult` is `None`.
    expected_profile_version: Option<u32>,
}

impl Endpoint for UpdateRole {
    type Caller = Caller;
    type Request = UpdateRoleRequest;
    type Response = UpdateResponse;

    async fn call(
        call: Call<'_>,
        request: UpdateRoleRequest,
    ) -> Result<Decision<'_, UpdateResponse, PlayFabError>, PlayFabError> {
        let group = request.group.group()?;
        let expected = request.expected_profile_version;
        let (id, name) = (&request.role_id, &request.role_name);
        let updated = update_role(&call, group, id, name, expected).await?;
        Ok(updated.and_then(move |updated| Ok(UpdateResponse::new(updated, expected))))
    }
}

/// `POST /Group/DeleteRole`
///
/// Deletes a role, and takes it from its holders; who holds none then gets the member role. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteRole;

/// Which role.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteRoleRequest {
    /// Which group.
    group: EntityKey,
    /// Which role.
    role_id: RoleId,
}

impl Endpoint for DeleteRole {
    type Caller = Caller;
    type Request = DeleteRoleRequest;
    type Response = Empty;

    async fn call(
        call: Call<'_>,
        request: DeleteRoleRequest,
    ) -> Result<Decision<'_, Empty, PlayFabError>, PlayFabError> {
        let deleted = delete_role(&call, request.group.group()?, &request.role_id).await?;
        Ok(deleted.and_then(|_| Empty::answer(())))
    }
}
