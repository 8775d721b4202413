//! AddMembers, RemoveMembers, ChangeMemberRole, IsMember, ListGroupMembers and ListMembership.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::group::Group;
use shared::domain::ids::UserId;
use shared::domain::membership::Member;
use shared::domain::role::{RoleId, RoleName};
use shared::domain::scene::Scene;
use shared::operations::members::is_member::is_member;
use shared::operations::members::list::list_members;
use shared::operations::members::list_groups_of::list_membership;
use shared::operations::members::roles::{add_members, change_member_role, remove_members};
use shared::store::transaction::MAX_WRITES;
use shared::{Call, Refusal};

use super::endpoint::Endpoint;
use super::error::PlayFabError;
use super::wire::{Empty, EntityKey, EntityWithLineage, GroupRequest, ordered_roles};

/// The users that are meant by `Members`; naming one twice is naming one. More than one transaction can change beside their group are
/// refused before anything is read of them.
fn users(members: &[EntityKey]) -> Result<BTreeSet<UserId>, Refusal> {
    if members.is_empty() {
        return Err(Refusal::invalid("Members", "must name at least one entity"));
    }
    let users: BTreeSet<_> =
        members.iter().map(|member| member.user("Members")).collect::<Result<_, _>>()?;
    match users.len() < MAX_WRITES {
        true => Ok(users),
        false => Err(Refusal::invalid("Members", "must name at most 99 entities")),
    }
}

/// Members of a group, and a role to give or to take.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MembersRequest {
    /// Which group.
    group: EntityKey,
    /// Which players.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    members: Vec<EntityKey>,
    /// The role to give, or to take. Absent, AddMembers gives the member role, and RemoveMembers removes from the group.
    role_id: Option<RoleId>,
}

/// `POST /Group/AddMembers`
///
/// Gives members a role. Admins may. The title may also name players who are no members, and so become some.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddMembers;

impl Endpoint for AddMembers {
    type Caller = Caller;
    type Request = MembersRequest;
    type Response = Empty;

    async fn call(
        call: Call<'_>,
        request: MembersRequest,
    ) -> Result<Decision<'_, Empty, PlayFabError>, PlayFabError> {
        let (group, users) = (request.group.group()?, users(&request.members)?);
        let added = add_members(&call, group, &users, request.role_id.as_ref()).await?;
        Ok(added.and_then(Empty::answer))
    }
}

/// `POST /Group/RemoveMembers`
///
/// Removes members from a group, or takes a role from them; who holds none then is out. Admins may, and everybody of themselves.
/// Nobody is blocked by it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RemoveMembers;

impl Endpoint for RemoveMembers {
    type Caller = Caller;
    type Request = MembersRequest;
    type Response = Empty;

    async fn call(
        call: Call<'_>,
        request: MembersRequest,
    ) -> Result<Decision<'_, Empty, PlayFabError>, PlayFabError> {
        let (group, users) = (request.group.group()?, users(&request.members)?);
        let removed = remove_members(&call, group, &users, request.role_id.as_ref()).await?;
        Ok(removed.and_then(Empty::answer))
    }
}

/// `POST /Group/ChangeMemberRole`
///
/// Moves members from one role to another. Only admins may; without a destination, everybody of themselves.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeMemberRole;

/// Who is moved from where to where; without a destination they are only taken out.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeMemberRoleRequest {
    /// Which group.
    group: EntityKey,
    /// Which members.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    members: Vec<EntityKey>,
    /// The role that they hold, and are taken from.
    origin_role_id: RoleId,
    /// The role that they get; none, where it is absent.
    destination_role_id: Option<RoleId>,
}

impl Endpoint for ChangeMemberRole {
    type Caller = Caller;
    type Request = ChangeMemberRoleRequest;
    type Response = Empty;

    async fn call(
        call: Call<'_>,
        request: ChangeMemberRoleRequest,
    ) -> Result<Decision<'_, Empty, PlayFabError>, PlayFabError> {
        let (group, users) = (request.group.group()?, users(&request.members)?);
        let origin = &request.origin_role_id;
        let changed = match &request.destination_role_id {
            Some(destination) => {
                change_member_role(&call, group, &users, origin, destination).await?
            }
            None => remove_members(&call, group, &users, Some(origin)).await?,
        };
        Ok(changed.and_then(Empty::answer))
    }
}

/// `POST /Group/IsMember`
///
/// Tells whether a player is in a group, or holds a role in it. Its members may ask.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IsMember;

/// Whether who is in what, in which role.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IsMemberRequest {
    /// Which group.
    group: EntityKey,
    /// Which player.
    entity: EntityKey,
    /// Which role; any, where it is absent.
    role_id: Option<RoleId>,
}

/// The answer.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IsMemberResponse {
    /// Whether it is so.
    is_member: bool,
}

impl Endpoint for IsMember {
    type Caller = Caller;
    type Request = IsMemberRequest;
    type Response = IsMemberResponse;

    async fn call(
        call: Call<'_>,
        request: IsMemberRequest,
    ) -> Result<Decision<'_, IsMemberResponse, PlayFabError>, PlayFabError> {
        let (user, group) = (request.entity.user("Entity")?, request.group.group()?);
        let is_member = is_member(&call, group, user, request.role_id.as_ref()).await?;
        Ok(Decision::answer(IsMemberResponse { is_member }))
    }
}

/// `POST /Group/ListGroupMembers`
///
/// Lists who is in a group, by role, all of them. Its members may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupMembers;

/// Members by role; a member of several roles is in each, a role without members is listed too.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupMembersResponse {
    /// The roles and who holds them: admins first, members next.
    members: Vec<EntityMemberRole>,
}

/// A role, and who holds it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct EntityMemberRole {
    /// Who holds it, those who have been in the group longest first.
    members: Vec<EntityWithLineage>,
    /// The role's id.
    role_id: RoleId,
    /// What it is called.
    role_name: RoleName,
}

impl Endpoint for ListGroupMembers {
    type Caller = Caller;
    type Request = GroupRequest;
    type Response = ListGroupMembersResponse;

    async fn call(
        call: Call<'_>,
        request: GroupRequest,
    ) -> Result<Decision<'_, ListGroupMembersResponse, PlayFabError>, PlayFabError> {
        Ok(Decision::answer(list_members(&call, request.group.group()?).await?.into()))
    }
}

impl From<Scene> for ListGroupMembersResponse {
    fn from(Scene { group, members, .. }: Scene) -> Self {
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
///
/// Lists the groups of a player, with the roles that they hold there. Of others one sees the groups in which one is too, and the
/// title all.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListMembership;

/// Whose; by default the caller's.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntityRequest {
    /// Whose; the caller's, where it is absent.
    pub(super) entity: Option<EntityKey>,
}

/// Groups, and the roles that the entity has in them.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListMembershipResponse {
    /// The groups.
    groups: Vec<GroupWithRoles>,
}

/// A group, and the roles that the entity has in it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct GroupWithRoles {
    /// Which group.
    group: EntityKey,
    /// What it is called.
    group_name: String,
    /// How often its name and roles have changed.
    profile_version: u32,
    /// The roles that the entity holds in it.
    roles: Vec<GroupRole>,
}

/// A role.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct GroupRole {
    /// The role's id.
    role_id: RoleId,
    /// What it is called.
    role_name: RoleName,
}

impl Endpoint for ListMembership {
    type Caller = Caller;
    type Request = EntityRequest;
    type Response = ListMembershipResponse;

    async fn call(
        call: Call<'_>,
        request: EntityRequest,
    ) -> Result<Decision<'_, ListMembershipResponse, PlayFabError>, PlayFabError> {
        let memberships = match EntityKey::user_or_title(request.entity.as_ref(), &call.caller)? {
            Some(user) => list_membership(&call, user).await?,
            None => Vec::new(),
        };
        Ok(Decision::answer(memberships.into()))
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
