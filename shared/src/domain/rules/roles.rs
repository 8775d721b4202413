//! A group's roles, and who holds them.

use std::collections::BTreeSet;

use crate::domain::event::{Event, EventType, Joined};
use crate::domain::fact::Fact;
use crate::domain::group::Group;
use crate::domain::ids::UserId;
use crate::domain::permissions::{Action, allows};
use crate::domain::plan::{Decided, Plan};
use crate::domain::role::{self, RoleId, RoleName, Roles};
use crate::domain::rules::joining::refuse_blocked;
use crate::domain::rules::profile::{self, Updated};
use crate::domain::scene::{Context, Scene};
use crate::error::Refusal;

/// Creates a role without members.
pub fn create(
    scene: &Scene,
    context: &Context<'_>,
    id: &RoleId,
    name: &RoleName,
) -> Result<Decided<Updated>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::CreateRole)?;
    if plan.after.roles.contains_key(id) {
        return Err(Refusal::RoleIdTaken);
    }
    refuse_taken_name(&plan.after, id, name)?;
    if plan.after.roles.len() >= role::MAX_PER_GROUP {
        return Err(Refusal::TooManyRoles);
    }
    name_role(plan, context, EventType::RoleCreated, id, name)
}

/// Renames a role; where a version of the group is expected, nothing changes at any other.
pub fn rename(
    scene: &Scene,
    context: &Context<'_>,
    id: &RoleId,
    name: &RoleName,
    expected: Option<u32>,
) -> Result<Decided<Updated>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::UpdateRole)?;
    if scene.group.is_other_version(expected) {
        return Ok(Decided::nothing(Updated::unchanged(&scene.group)));
    }
    plan.after.refuse_unknown(id)?;
    refuse_taken_name(&plan.after, id, name)?;
    name_role(plan, context, EventType::RoleUpdated, id, name)
}

/// Deletes a role; who held no other one holds the member role then. All members must have been read.
pub fn delete(
    scene: &Scene,
    context: &Context<'_>,
    id: &RoleId,
) -> Result<Decided<Updated>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::DeleteRole)?;
    plan.after.refuse_unknown(id)?;
    if plan.after.admin_role == *id {
        return Err(Refusal::RoleIsAdminRole);
    }
    if plan.after.member_role == *id {
        return Err(Refusal::RoleIsMemberRole);
    }
    plan.after.roles.remove(id);
    plan.facts.extend([Fact::SameSpecialRoles, Fact::SameRoles]);
    for member in scene.members.values().filter(|member| member.roles.contains(id)) {
        let mut left = member.roles.clone();
        left.remove(id);
        if left.is_empty() {
            left.insert(scene.group.member_role.clone());
        }
        plan.set_roles(member, left)?;
    }
    let event = about_role(context, EventType::RoleDeleted, id, scene.group.roles.get(id));
    profile::finish(plan, context, event)
}

/// Gives a role its name, whether there was such a role or not.
fn name_role(
    mut plan: Plan,
    context: &Context<'_>,
    event_type: EventType,
    id: &RoleId,
    name: &RoleName,
) -> Result<Decided<Updated>, Refusal> {
    plan.after.roles.insert(id.clone(), name.clone());
    profile::finish(plan, context, about_role(context, event_type, id, Some(name)))
}

fn about_role(
    context: &Context<'_>,
    event_type: EventType,
    id: &RoleId,
    name: Option<&RoleName>,
) -> Event {
    let mut event = context.event(event_type, []);
    event.data.role_id = Some(id.clone());
    event.data.role_name = name.cloned();
    event
}

/// Whether somebody who is no member is to become one by [`add_members`]: then their doors matter, and whether they exist.
pub fn adds_members(context: &Context<'_>) -> bool {
    allows(context.actor, Action::AddMembers, None)
}

/// The most users of a request of whom the plan rests on those who hold the role already: there is room for their rows beside
/// four for each of the others, the group's and a kept answer's.
const MOST_INSISTED_ON: usize = 25;

/// Gives a role, by default the member role, to these users besides those that they have. Who is not a member yet becomes
/// one, if it is the game itself that wants it.
pub fn add_members(
    scene: &Scene,
    context: &Context<'_>,
    users: &BTreeSet<UserId>,
    role: Option<&RoleId>,
) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::ChangeRoles)?;
    let role = role.unwrap_or(&scene.group.member_role);
    scene.group.refuse_unknown(role)?;
    for user in users {
        match scene.members.get(user) {
            // Whoever leaves meanwhile, or loses it, is to have it all the same.
            Some(member) if member.roles.contains(role) && users.len() <= MOST_INSISTED_ON => {
                plan.insist_on_member(member);
            }
            Some(member) => {
                let mut roles = member.roles.clone();
                roles.insert(role.clone());
                plan.set_roles(member, roles)?;
            }
            None if adds_members(context) => {
                plan.insist_on_user(scene, *user)?;
                refuse_blocked(&scene.door(*user), context.now)?;
                plan.admit(scene, context, *user, Some(Roles::from([role.clone()])))?;
            }
            None => return Err(Refusal::NotAuthorized),
        }
    }
    let adds = users.iter().any(|user| !scene.members.contains_key(user));
    let event_type = if adds { EventType::MemberJoined } else { EventType::MemberRolesChanged };
    let mut event = context.event(event_type, users.iter().copied());
    event.data.how = adds.then_some(Joined::Added);
    event.data.role_id = Some(role.clone());
    change_members(plan, context, event)
}

/// Takes users out of a role, or out of the group; who is left without a role is out.
pub fn remove_members(
    scene: &Scene,
    context: &Context<'_>,
    users: &BTreeSet<UserId>,
    role: Option<&RoleId>,
) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    let is_oneself = users.len() == 1 && users.first() == context.actor.user().as_ref();
    if is_oneself {
        let is_member = allows(context.actor, Action::LeaveGroup, scene.me(context.actor));
        is_member.then_some(()).ok_or(Refusal::NotMember)?;
    } else {
        plan.permit(scene, context, Action::ChangeRoles)?;
    }
    if let Some(role) = role {
        scene.group.refuse_unknown(role)?;
    }
    let mut stay = BTreeSet::new();
    for user in users {
        let member = scene.members.get(user).ok_or(Refusal::NotMember)?;
        let Some(role) = role else {
            plan.dismiss(member);
            continue;
        };
        let left = without(&member.roles, role)?;
        if !left.is_empty() {
            stay.insert(*user);
        }
        plan.set_roles(member, left)?;
    }
    let event_type = match (stay.is_empty(), is_oneself) {
        (false, _) => EventType::MemberRolesChanged,
        (true, true) => EventType::MemberLeft,
        (true, false) => EventType::MemberRemoved,
    };
    // Where all of them are out, the event's type says so.
    let left = users.difference(&stay).copied().filter(|_| !stay.is_empty());
    let event = context.event(event_type, users.iter().copied());
    let event = match role {
        Some(role) => event.from_role(role.clone(), left),
        None => event,
    };
    change_members(plan, context, event)
}

/// Moves members from one role to another.
pub fn change_member_role(
    scene: &Scene,
    context: &Context<'_>,
    users: &BTreeSet<UserId>,
    origin: &RoleId,
    destination: &RoleId,
) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::ChangeRoles)?;
    scene.group.refuse_unknown(origin)?;
    scene.group.refuse_unknown(destination)?;
    for user in users {
        let member = scene.members.get(user).ok_or(Refusal::NotMember)?;
        let mut roles = without(&member.roles, origin)?;
        roles.insert(destination.clone());
        plan.set_roles(member, roles)?;
    }
    let users = users.iter().copied();
    let event = context.event(EventType::MemberRolesChanged, users);
    let event = event.from_role(origin.clone(), []).role(destination.clone());
    change_members(plan, context, event)
}

fn change_members(
    mut plan: Plan,
    context: &Context<'_>,
    event: Event,
) -> Result<Decided<()>, Refusal> {
    if plan.changes_nothing() {
        return Ok(Decided::nothing(()));
    }
    plan.facts.insert(Fact::SameSpecialRoles);
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}

fn without(roles: &Roles, role: &RoleId) -> Result<Roles, Refusal> {
    let mut left = roles.clone();
    if left.remove(role) { Ok(left) } else { Err(Refusal::RoleNotHeld) }
}

fn refuse_taken_name(group: &Group, id: &RoleId, name: &RoleName) -> Result<(), Refusal> {
    let taken =
        |(other, taken): (&RoleId, &RoleName)| other != id && taken.folded() == name.folded();
    if group.roles.iter().any(taken) { Err(Refusal::RoleNameTaken) } else { Ok(()) }
}
