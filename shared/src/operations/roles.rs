//! A group's roles, and who holds them.

use std::collections::BTreeSet;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::group::Group;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::name::GroupName;
use crate::domain::role::{self, RoleId, RoleName, Roles};
use crate::error::{Error, Refusal};
use crate::operations::guard::admits;
use crate::operations::leave_group::leave_group;
use crate::operations::roster::{Changed, Plan, Roster, change};
use crate::permissions::Action;

/// Creates a role without members.
///
/// # Errors
/// [`Refusal::RoleIdTaken`], [`Refusal::RoleNameTaken`], [`Refusal::TooManyRoles`], and those of every change.
pub async fn create_role(
    app: &App,
    caller: &Caller,
    group: GroupId,
    id: &RoleId,
    name: &RoleName,
) -> Result<Changed, Error> {
    change(app, caller, Action::CreateRole, group, |roster| {
        let mut plan = Plan::new(roster);
        if plan.group.roles.contains_key(id) {
            return Err(Refusal::RoleIdTaken);
        }
        refuse_taken_name(&plan.group, id, name)?;
        if plan.group.roles.len() >= role::MAX_PER_GROUP {
            return Err(Refusal::TooManyRoles);
        }
        plan.group.roles.insert(id.clone(), name.clone());
        Ok(plan)
    })
    .await
}

/// Renames a role; where a version of the group is expected, nothing changes at any other.
///
/// # Errors
/// [`Refusal::RoleNotFound`], [`Refusal::RoleNameTaken`], and those of every change.
pub async fn update_role(
    app: &App,
    caller: &Caller,
    group: GroupId,
    id: &RoleId,
    name: &RoleName,
    expected: Option<u32>,
) -> Result<Changed, Error> {
    change(app, caller, Action::UpdateRole, group, |roster| {
        let mut plan = Plan::new(roster);
        if is_other_version(&roster.group, expected) {
            return Ok(plan);
        }
        refuse_unknown(&plan.group, id)?;
        refuse_taken_name(&plan.group, id, name)?;
        plan.group.roles.insert(id.clone(), name.clone());
        Ok(plan)
    })
    .await
}

/// Deletes a role; who held no other one holds the member role then.
///
/// # Errors
/// [`Refusal::RoleNotFound`], [`Refusal::RoleIsAdminRole`], [`Refusal::RoleIsMemberRole`], and those of every change.
pub async fn delete_role(
    app: &App,
    caller: &Caller,
    group: GroupId,
    id: &RoleId,
) -> Result<Changed, Error> {
    change(app, caller, Action::DeleteRole, group, |roster| {
        let mut plan = Plan::new(roster);
        refuse_unknown(&plan.group, id)?;
        if plan.group.admin_role == *id {
            return Err(Refusal::RoleIsAdminRole);
        }
        if plan.group.member_role == *id {
            return Err(Refusal::RoleIsMemberRole);
        }
        plan.group.roles.remove(id);
        for (user, member) in &roster.members {
            if member.roles.contains(id) {
                let mut left: Roles = member.roles.iter().filter(|r| *r != id).cloned().collect();
                if left.is_empty() {
                    left.insert(plan.group.member_role.clone());
                }
                plan.roles.insert(*user, left);
            }
        }
        Ok(plan)
    })
    .await
}

/// What a group is to be called, and which of its roles are the special ones; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct ProfileUpdate {
    /// A new name.
    pub name: Option<GroupName>,
    /// The role whose holders are the group's admins; for the game itself to say.
    pub admin_role: Option<RoleId>,
    /// The role of everyone who joins from now on.
    pub member_role: Option<RoleId>,
    /// Only at this version of the group; at any other, nothing changes.
    pub expected: Option<u32>,
}

/// Changes a group's name and special roles.
///
/// # Errors
/// [`Refusal::RoleNotFound`], [`Refusal::GroupNameTaken`], and those of every change.
pub async fn update_profile(
    app: &App,
    caller: &Caller,
    group: GroupId,
    update: &ProfileUpdate,
) -> Result<Changed, Error> {
    let action = match update.admin_role {
        Some(_) => Action::ChangeAdminRole,
        None => Action::UpdateGroup,
    };
    change(app, caller, action, group, |roster| {
        let mut plan = Plan::new(roster);
        if is_other_version(&roster.group, update.expected) {
            return Ok(plan);
        }
        for role in update.admin_role.iter().chain(&update.member_role) {
            refuse_unknown(&plan.group, role)?;
        }
        if let Some(name) = &update.name {
            plan.group.group_name = name.clone();
        }
        if let Some(role) = &update.admin_role {
            plan.group.admin_role = role.clone();
        }
        if let Some(role) = &update.member_role {
            plan.group.member_role = role.clone();
        }
        Ok(plan)
    })
    .await
}

/// Gives a role, by default the member role, to these users besides those that they have. Who is not a member yet becomes
/// one, if it is the game itself that wants it.
///
/// # Errors
/// [`Refusal::RoleNotFound`], [`Refusal::UserNotFound`], [`Refusal::Blocked`], [`Refusal::GroupFull`], and those of every change.
pub async fn add_members(
    app: &App,
    caller: &Caller,
    group: GroupId,
    users: &BTreeSet<UserId>,
    role: Option<&RoleId>,
) -> Result<(), Error> {
    change(app, caller, Action::ChangeRoles, group, |roster| {
        let mut plan = Plan::new(roster);
        let role = role.unwrap_or(&roster.group.member_role);
        refuse_unknown(&plan.group, role)?;
        for user in users {
            let mut roles = match roster.members.get(user) {
                Some(member) => member.roles.clone(),
                None if admits(caller, Action::AddMembers, None) => Roles::new(),
                None => return Err(Refusal::NotAuthorized),
            };
            roles.insert(role.clone());
            plan.roles.insert(*user, roles);
        }
        Ok(plan)
    })
    .await
    .map(drop)
}

/// Takes users out of a role, or out of the group; who is left without a role is out. Anyone may take out themselves.
///
/// # Errors
/// [`Refusal::RoleNotFound`], [`Refusal::NotMember`], [`Refusal::RoleNotHeld`], [`Refusal::LastAdmin`], and those of every change.
pub async fn remove_members(
    app: &App,
    caller: &Caller,
    group: GroupId,
    users: &BTreeSet<UserId>,
    role: Option<&RoleId>,
) -> Result<(), Error> {
    let is_oneself = users.len() == 1 && users.first() == caller.acting_user().as_ref();
    if let (Some(user), true, None) = (caller.acting_user(), is_oneself, role) {
        return leave_group(app, caller.game(), user, group).await;
    }
    let action = if is_oneself { Action::LeaveGroup } else { Action::ChangeRoles };
    let taken = |roster: &Roster| {
        let mut plan = Plan::new(roster);
        if let Some(role) = role {
            refuse_unknown(&roster.group, role)?;
        }
        for user in users {
            let member = roster.members.get(user).ok_or(Refusal::NotMember)?;
            let left = match role {
                None => Roles::new(),
                Some(role) => without(&member.roles, role)?,
            };
            plan.roles.insert(*user, left);
        }
        Ok(plan)
    };
    change(app, caller, action, group, taken).await.map(drop)
}

/// Moves members from one role to another.
///
/// # Errors
/// [`Refusal::RoleNotFound`], [`Refusal::NotMember`], [`Refusal::RoleNotHeld`], [`Refusal::LastAdmin`], and those of every change.
pub async fn change_member_role(
    app: &App,
    caller: &Caller,
    group: GroupId,
    users: &BTreeSet<UserId>,
    origin: &RoleId,
    destination: &RoleId,
) -> Result<(), Error> {
    change(app, caller, Action::ChangeRoles, group, |roster| {
        let mut plan = Plan::new(roster);
        refuse_unknown(&roster.group, origin)?;
        refuse_unknown(&roster.group, destination)?;
        for user in users {
            let member = roster.members.get(user).ok_or(Refusal::NotMember)?;
            let mut roles = without(&member.roles, origin)?;
            roles.insert(destination.clone());
            plan.roles.insert(*user, roles);
        }
        Ok(plan)
    })
    .await
    .map(drop)
}

fn without(roles: &Roles, role: &RoleId) -> Result<Roles, Refusal> {
    let mut left = roles.clone();
    if left.remove(role) { Ok(left) } else { Err(Refusal::RoleNotHeld) }
}

fn refuse_unknown(group: &Group, role: &RoleId) -> Result<(), Refusal> {
    group.roles.contains_key(role).then_some(()).ok_or(Refusal::RoleNotFound)
}

fn refuse_taken_name(group: &Group, id: &RoleId, name: &RoleName) -> Result<(), Refusal> {
    let taken =
        |(other, taken): (&RoleId, &RoleName)| other != id && taken.folded() == name.folded();
    if group.roles.iter().any(taken) { Err(Refusal::RoleNameTaken) } else { Ok(()) }
}

fn is_other_version(group: &Group, expected: Option<u32>) -> bool {
    expected.is_some_and(|version| version != group.profile_version)
}
