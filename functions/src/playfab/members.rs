//! AddMembers, RemoveMembers, ChangeMemberRole, IsMember, ListGroupMembers and ListMembership.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::domain::group::Group;
use shared::domain::ids::UserId;
use shared::domain::membership::Member;
use shared::domain::role::{RoleId, RoleName};
use shared::operations::is_member::is_member;
use shared::operations::list_members::list_members;
use shared::operations::list_membership::list_membership;
use shared::operations::roles::{add_members, change_member_role, remove_members};
use shared::operations::roster::Roster;
use shared::{App, Refusal};

use super::endpoint::Endpoint;
use super::error::Failure;
use super::wire::{Empty, EntityKey, EntityWithLineage, GroupRequest, ordered_roles};

/// The users that are meant by `Members`; naming one twice is naming one.
fn users(members: &[EntityKey]) -> Result<BTreeSet<UserId>, Refusal> {
    if members.is_empty() {
        return Err(Refusal::invalid("Members", "must name at least one entity"));
    }
    members.iter().map(|member| member.user("Members")).collect()
}

/// Members of a group, and a role to give or to take.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MembersRequest {
    group: EntityKey,
    members: Vec<EntityKey>,
    role_id: Option<RoleId>,
}

/// `POST /Group/AddMembers`
pub struct AddMembers;

impl Endpoint for AddMembers {
    type Caller = Caller;
    type Request = MembersRequest;
    type Response = Empty;

    async fn call(app: &App, caller: Caller, request: MembersRequest) -> Result<Empty, Failure> {
        let (group, users) = (request.group.group()?, users(&request.members)?);
        add_members(app, &caller, group, &users, request.role_id.as_ref()).await?;
        Ok(Empty {})
    }
}

/// `POST /Group/RemoveMembers`
pub struct RemoveMembers;

impl Endpoint for RemoveMembers {
    type Caller = Caller;
    type Request = MembersRequest;
    type Response = Empty;

    async fn call(app: &App, caller: Caller, request: MembersRequest) -> Result<Empty, Failure> {
        let (group, users) = (request.group.group()?, users(&request.members)?);
        remove_members(app, &caller, group, &users, request.role_id.as_ref()).await?;
        Ok(Empty {})
    }
}

/// `POST /Group/ChangeMemberRole`
pub struct ChangeMemberRole;

/// Who is moved from where to where; without a destination they are only taken out.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChangeMemberRoleRequest {
    group: EntityKey,
    members: Vec<EntityKey>,
    origin_role_id: RoleId,
    destination_role_id: Option<RoleId>,
}

impl Endpoint for ChangeMemberRole {
    type Caller = Caller;
    type Request = ChangeMemberRoleRequest;
    type Response = Empty;

    async fn call(
        app: &App,
        caller: Caller,
        request: ChangeMemberRoleRequest,
    ) -> Result<Empty, Failure> {
        let (group, users) = (request.group.group()?, users(&request.members)?);
        let origin = &request.origin_role_id;
        match &request.destination_role_id {
            Some(destination) => {
                change_member_role(app, &caller, group, &users, origin, destination).await?;
            }
            None => remove_members(app, &caller, group, &users, Some(origin)).await?,
        }
        Ok(Empty {})
    }
}

/// `POST /Group/IsMember`
pub struct IsMember;

/// Whether who is in what, in which role.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct IsMemberRequest {
    group: EntityKey,
    entity: EntityKey,
    role_id: Option<RoleId>,
}

/// The answer.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct IsMemberResponse {
    is_member: bool,
}

impl Endpoint for IsMember {
    type Caller = Caller;
    type Request = IsMemberRequest;
    type Response = IsMemberResponse;

    async fn call(
        app: &App,
        caller: Caller,
        request: IsMemberRequest,
    ) -> Result<IsMemberResponse, Failure> {
        let (user, group) = (request.entity.user("Entity")?, request.group.group()?);
        let is_member = is_member(app, &caller, group, user, request.role_id.as_ref()).await?;
        Ok(IsMemberResponse { is_member })
    }
}

/// `POST /Group/ListGroupMembers`
pub struct ListGroupMembers;

/// Members by role; a member of several roles is in each, a role without members is listed too.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListGroupMembersResponse {
    members: Vec<EntityMemberRole>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EntityMemberRole {
    members: Vec<EntityWithLineage>,
    role_id: RoleId,
    role_name: RoleName,
}

impl Endpoint for ListGroupMembers {
    type Caller = Caller;
    type Request = GroupRequest;
    type Response = ListGroupMembersResponse;

    async fn call(
        app: &App,
        caller: Caller,
        request: GroupRequest,
    ) -> Result<ListGroupMembersResponse, Failure> {
        Ok(list_members(app, &caller, request.group.group()?).await?.into())
    }
}

impl From<Roster> for ListGroupMembersResponse {
    fn from(Roster { group, members }: Roster) -> Self {
        let mut members: Vec<_> = members.into_values().collect();
        members.sort_by_key(Member::seniority);
        let holders = |role: &RoleId| {
            let holders = members.iter().filter(|member| member.roles.contains(role));
            holders.map(|member| EntityWithLineage::of_user(member.user_id)).collect()
        };
        let roles = ordered_roles(&group).into_iter().map(|(id, name)| EntityMemberRole {
            members: holders(id),
            role_id: id.clone(),
            role_name: name.clone(),
        });
        Self { members: roles.collect() }
    }
}

/// `POST /Group/ListMembership`
pub struct ListMembership;

/// Whose; by default the caller's.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EntityRequest {
    pub(super) entity: Option<EntityKey>,
}

/// Groups, and the roles that the entity has in them.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListMembershipResponse {
    groups: Vec<GroupWithRoles>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GroupWithRoles {
    group: EntityKey,
    group_name: String,
    profile_version: u32,
    roles: Vec<GroupRole>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GroupRole {
    role_id: RoleId,
    role_name: RoleName,
}

impl Endpoint for ListMembership {
    type Caller = Caller;
    type Request = EntityRequest;
    type Response = ListMembershipResponse;

    async fn call(
        app: &App,
        caller: Caller,
        request: EntityRequest,
    ) -> Result<ListMembershipResponse, Failure> {
        let memberships = match EntityKey::user_or_title(request.entity.as_ref(), &caller)? {
            Some(user) => list_membership(app, &caller, user).await?,
            None => Vec::new(),
        };
        Ok(memberships.into())
    }
}

impl From<Vec<(Member, Group)>> for ListMembershipResponse {
    fn from(memberships: Vec<(Member, Group)>) -> Self {
        let groups = memberships.into_iter().map(|(member, group)| GroupWithRoles {
            roles: ordered_roles(&group)
                .into_iter()
                .filter(|(id, _)| member.roles.contains(*id))
                .map(|(id, name)| GroupRole { role_id: id.clone(), role_name: name.clone() })
                .collect(),
            group: EntityKey::of_group(group.group_id),
            profile_version: group.profile_version,
            group_name: group.group_name.into(),
        });
        Self { groups: groups.collect() }
    }
}
