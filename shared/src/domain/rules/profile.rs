//! A group's profile, as PlayFab has it: the name, the roles, and which of them are the special ones. Each change is a version.

use crate::domain::event::{Event, EventType};
use crate::domain::fact::Fact;
use crate::domain::group::Group;
use crate::domain::name::GroupName;
use crate::domain::permissions::Action;
use crate::domain::plan::{Decided, Plan};
use crate::domain::role::RoleId;
use crate::domain::rules::groups::changes;
use crate::domain::scene::{Context, Scene};
use crate::error::Refusal;

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

/// A group after a change of its profile.
#[derive(Debug, Clone)]
pub struct Updated {
    pub group: Group,
    /// Whether it is other than before.
    pub is_changed: bool,
}

impl Updated {
    /// The group as it was.
    pub(super) fn unchanged(group: &Group) -> Self {
        Self { group: group.clone(), is_changed: false }
    }
}

/// Changes a group's name and special roles. For another admin role, all members must have been read.
pub fn update(
    scene: &Scene,
    context: &Context<'_>,
    update: &ProfileUpdate,
) -> Result<Decided<Updated>, Refusal> {
    let mut plan = Plan::new(scene, context);
    let action = match update.admin_role {
        Some(_) => Action::ChangeAdminRole,
        None => Action::UpdateGroup,
    };
    plan.permit(scene, context, action)?;
    if scene.group.is_other_version(update.expected) {
        return Ok(Decided::nothing(Updated::unchanged(&scene.group)));
    }
    for role in update.admin_role.iter().chain(&update.member_role) {
        plan.after.refuse_unknown(role)?;
    }
    if let Some(name) = &update.name {
        plan.rename(scene, context, name)?;
    }
    if let Some(role) = &update.member_role {
        plan.after.member_role = role.clone();
    }
    if let Some(role) = &update.admin_role {
        plan.after.admin_role = role.clone();
        // Whoever joined meanwhile or was given a role might hold the new admin role unnoticed.
        plan.facts.extend([Fact::SameRoles, Fact::NobodyJoined]);
        for member in scene.members.values() {
            plan.set_roles(member, member.roles.clone())?;
        }
    }
    plan.facts.insert(Fact::SameSpecialRoles);
    let mut event = context.event(EventType::GroupUpdated, []);
    event.data.changes = changes(&scene.group, &plan.after);
    finish(plan, context, event)
}

/// Finishes a plan whose answer is the group's new version.
pub(super) fn finish(
    mut plan: Plan,
    context: &Context<'_>,
    event: Event,
) -> Result<Decided<Updated>, Refusal> {
    if plan.changes_nothing() {
        return Ok(Decided::nothing(Updated::unchanged(&plan.after)));
    }
    plan.facts.insert(Fact::SameProfileVersion);
    let plan = plan.finish(context, event)?;
    let answer = Updated { group: plan.after.clone(), is_changed: true };
    Ok(Decided { answer, plan: Some(plan) })
}
