//! Leaving a group, being removed from it or shut out, becoming its admin, and ceasing to be one.

use crate::domain::door::Door;
use crate::domain::event::{EventType, Reason};
use crate::domain::fact::Fact;
use crate::domain::ids::UserId;
use crate::domain::membership::{Block, Member};
use crate::domain::permissions::Action;
use crate::domain::plan::{Decided, Plan};
use crate::domain::rules::blocks::{BlockTerms, block, block_door};
use crate::domain::scene::{Context, Scene};
use crate::error::Refusal;

/// Whether somebody can leave only once another member becomes an admin: the last admin of a group in which others stay.
pub fn needs_successor(scene: &Scene, user: UserId) -> Result<bool, Refusal> {
    let member = scene.members.get(&user).ok_or(Refusal::NotMember)?;
    Ok(member.is_admin && scene.group.admin_count <= 1 && scene.group.member_count > 1)
}

/// Takes a user out of a group, as they wish. Where a successor is needed, all members must have been read: the
/// longest-standing one becomes the admin. The last member dissolves the group.
pub fn leave(scene: &Scene, context: &Context<'_>, user: UserId) -> Result<Decided<()>, Refusal> {
    let member = scene.members.get(&user).ok_or(Refusal::NotMember)?;
    let mut plan = Plan::new(scene, context);
    plan.dismiss(member);
    plan.end_with_last_member();
    let mut event = context.event(EventType::MemberLeft, [user]);
    if needs_successor(scene, user)? {
        let others = scene.members.values().filter(|other| other.user_id != user);
        let successor = others.min_by_key(|other| other.seniority()).ok_or(Refusal::LastAdmin)?;
        let mut roles = successor.roles.clone();
        roles.insert(scene.group.admin_role.clone());
        plan.set_roles(successor, roles)?;
        // Of another admin who has just become one, nobody is made an admin without need.
        plan.facts.insert(Fact::Admins(1));
        // Whoever joined meanwhile may have been there longer, or may be the successor, who left and came back.
        plan.facts.insert(Fact::NobodyJoined);
        event.data.successor_id = Some(successor.user_id);
    } else if member.is_admin && scene.group.member_count > 1 {
        // Where the other admins go at once, somebody has to take over, whoever asked for it.
        plan.facts.insert(Fact::AdminsOver(1));
    }
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}

/// What becomes of somebody who is removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removal {
    /// They are blocked, too.
    WithBlock(BlockTerms),
    /// They may come back. It may be said why they had to go.
    WithoutBlock(Option<Reason>),
}

/// Removes a member, and blocks them where that is wanted.
pub fn remove(
    scene: &Scene,
    context: &Context<'_>,
    user: UserId,
    removal: &Removal,
) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::RemoveMember)?;
    let member = scene.members.get(&user).ok_or(Refusal::NotMember)?;
    if member.is_admin && scene.group.admin_count <= 1 {
        return Err(Refusal::LastAdmin);
    }
    if member.is_admin {
        plan.facts.insert(Fact::AdminsOver(1));
    }
    plan.dismiss(member);
    let mut event = context.event(EventType::MemberRemoved, [user]);
    event.data.reason = match removal {
        Removal::WithBlock(terms) => {
            block_door(&mut plan, scene, context, user, terms)?;
            event.data.block = true;
            terms.reason.clone()
        }
        Removal::WithoutBlock(reason) => reason.clone(),
    };
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}

/// Blocks a user, who is out at once where they are a member, and tells the block.
pub fn shut_out(
    scene: &Scene,
    context: &Context<'_>,
    user: UserId,
    terms: &BlockTerms,
) -> Result<Decided<Block>, Refusal> {
    let is_member = scene.members.contains_key(&user);
    let mut decided = match is_member {
        true => remove(scene, context, user, &Removal::WithBlock(terms.clone()))?,
        false => block(scene, context, user, terms)?,
    };
    if let Some(plan) = decided.plan.as_mut().filter(|_| !is_member) {
        // Who joins meanwhile is to be removed.
        plan.insist_on_outsider(user);
    }
    let door = scene.door(user);
    let blocked = Some(terms.block(&door, context));
    let block = Door { blocked, ..door }.to_block(context.now);
    Ok(Decided { answer: block.ok_or(Refusal::BlockNotFound)?, plan: decided.plan })
}

/// Gives a member the admin role. Who has it already keeps it.
pub fn make_admin(
    scene: &Scene,
    context: &Context<'_>,
    user: UserId,
) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::MakeAdmin)?;
    let member: &Member = scene.members.get(&user).ok_or(Refusal::NotMember)?;
    if member.is_admin {
        return Ok(Decided::nothing(()));
    }
    let mut roles = member.roles.clone();
    roles.insert(scene.group.admin_role.clone());
    plan.set_roles(member, roles.clone())?;
    let mut event = context.event(EventType::MemberRolesChanged, [user]);
    event.data.role_ids = roles.into_iter().collect();
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}

/// Takes the admin role from a member, who keeps the others, or holds the member role then. The last admin stays one, whoever
/// asks; of who is none, nothing is taken.
pub fn remove_admin(
    scene: &Scene,
    context: &Context<'_>,
    user: UserId,
) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::RemoveAdmin)?;
    let member: &Member = scene.members.get(&user).ok_or(Refusal::NotMember)?;
    if !member.is_admin {
        return Ok(Decided::nothing(()));
    }
    // Where whoever joins is an admin, nobody can be none.
    let is_for_all = scene.group.member_role == scene.group.admin_role;
    if scene.group.admin_count <= 1 || is_for_all {
        return Err(Refusal::LastAdmin);
    }
    plan.facts.insert(Fact::AdminsOver(1));
    let mut roles = member.roles.clone();
    roles.remove(&scene.group.admin_role);
    if roles.is_empty() {
        roles.insert(scene.group.member_role.clone());
    }
    plan.set_roles(member, roles.clone())?;
    let mut event = context.event(EventType::MemberRolesChanged, [user]);
    event.data.role_ids = roles.into_iter().collect();
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}
