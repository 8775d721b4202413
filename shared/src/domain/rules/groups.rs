//! Creating, changing and deleting a group.

use std::ops::RangeInclusive;

use crate::domain::belonging::Belonging;
use crate::domain::event::EventType;
use crate::domain::fact::Fact;
use crate::domain::group::{Group, Settings, SettingsUpdate};
use crate::domain::ids::UserId;
use crate::domain::membership::Member;
use crate::domain::name::GroupName;
use crate::domain::permissions::Action;
use crate::domain::plan::{Change, Decided, Plan};
use crate::domain::scene::{Context, Scene};
use crate::error::Refusal;
use crate::limits::Limits;

/// Whether a new group claims its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameClaim {
    /// In every deployment.
    Always,
    /// Where the deployment wants unique names.
    AsDeployed,
}

impl NameClaim {
    /// Whether it claims its name in this deployment.
    pub fn is_made(self, limits: &Limits) -> bool {
        self == Self::Always || limits.unique_group_names
    }
}

/// The settings of a new group.
pub fn new_settings(limits: &Limits, update: SettingsUpdate) -> Result<Settings, Refusal> {
    check_settings(limits, &update)?;
    Ok(Settings::defaults(limits.group_size).updated(update))
}

/// Refuses settings that no group of this deployment may have.
pub fn check_settings(limits: &Limits, update: &SettingsUpdate) -> Result<(), Refusal> {
    check_number("max_group_size", update.max_group_size, 1..=limits.group_size)?;
    check_number("reapply_after", update.reapply_after, 0..=Limits::REAPPLY_AFTER)
}

fn check_number(
    name: &str,
    number: Option<u32>,
    range: RangeInclusive<u32>,
) -> Result<(), Refusal> {
    if number.is_none_or(|number| range.contains(&number)) {
        return Ok(());
    }
    let problem = format!("must be a whole number from {} to {}", range.start(), range.end());
    Err(Refusal::invalid(name, problem))
}

/// What is known before a group is made. At first nothing is, and the commit finds out.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Whether another group holds the name.
    pub name_is_taken: bool,
    /// Whether there is no such user.
    pub creator_is_missing: bool,
    /// The creator's groups, where their number is bounded.
    pub belonging: Option<Belonging>,
}

/// Makes a group whose first member and admin is `creator`.
pub fn create(
    context: &Context<'_>,
    known: &Surroundings,
    group: Group,
    creator: UserId,
) -> Result<Plan, Refusal> {
    if known.creator_is_missing {
        return Err(Refusal::UserNotFound);
    }
    if known.name_is_taken && group.name_claimed {
        return Err(Refusal::GroupNameTaken);
    }
    let (role, now) = (group.admin_role.clone(), context.now);
    let member = Member::new(&group, creator, role, now);
    let claimed = Some(group.group_name.clone()).filter(|_| group.name_claimed);
    let mut plan = Plan::of(group, context);
    plan.insist_on_place(context, creator, known.belonging.as_ref())?;
    plan.claimed = claimed;
    plan.members.insert(creator, Change { before: None, after: Some(member) });
    if !context.actor.is_user(creator) {
        plan.users.insert(creator);
    }
    plan.finish(context, context.event(EventType::GroupCreated, [creator]))
}

/// A change to a group: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupUpdate {
    /// A new name.
    pub name: Option<GroupName>,
    /// New settings; the size not below the number of members.
    pub settings: SettingsUpdate,
}

/// Changes a group's name and settings, and tells what it is then.
pub fn update(
    scene: &Scene,
    context: &Context<'_>,
    update: &GroupUpdate,
) -> Result<Decided<Group>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::UpdateGroup)?;
    if update.settings.max_group_size.is_some_and(|size| size < scene.group.member_count) {
        return Err(Refusal::SizeBelowMembers);
    }
    if let Some(name) = &update.name {
        plan.rename(scene, context, name)?;
    }
    plan.after.settings = plan.after.settings.updated(update.settings.clone());
    if plan.changes_nothing() {
        return Ok(Decided::nothing(plan.after));
    }
    // The answer shows the whole group, so all of it must still be so. The number of members is part of
    // it, so the size cannot fall below that.
    plan.facts.insert(Fact::SameGroupObject);
    let mut event = context.event(EventType::GroupUpdated, []);
    event.data.changes = changes(&scene.group, &plan.after);
    let plan = plan.finish(context, event)?;
    Ok(Decided { answer: plan.after.clone(), plan: Some(plan) })
}

/// The names of what differs.
pub(super) fn changes(before: &Group, after: &Group) -> Vec<String> {
    let names = [
        ("name", before.group_name != after.group_name),
        ("admin_role", before.admin_role != after.admin_role),
        ("member_role", before.member_role != after.member_role),
    ];
    let names = names.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name);
    names.chain(before.settings.differences(&after.settings)).map(str::to_owned).collect()
}

/// Deletes a group.
pub fn delete(scene: &Scene, context: &Context<'_>) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::DeleteGroup)?;
    plan.delete_group(context);
    let event = context.event(EventType::GroupDeleted, []);
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}
