//! Blocks: who is blocked may neither apply nor be invited nor join. A member who is blocked stays a member.

use crate::domain::door::Door;
use crate::domain::event::EventType;
use crate::domain::ids::UserId;
use crate::domain::permissions::Action;
use crate::domain::plan::{Decided, Plan};
use crate::domain::rules::leaving::block_door;
use crate::domain::scene::{Context, Scene};
use crate::error::Refusal;

/// Blocks a user. Who is blocked already stays so, since when they are.
pub fn block(scene: &Scene, context: &Context<'_>, user: UserId) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.insist_on_user(scene, user)?;
    plan.permit(scene, context, Action::BlockEntity)?;
    if scene.door(user).blocked.is_some() {
        return Ok(Decided::nothing(()));
    }
    block_door(&mut plan, scene, context, user)?;
    let event = context.event(EventType::BlockCreated, [user]);
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}

/// Removes a block: the user may apply, be invited and join again.
pub fn unblock(scene: &Scene, context: &Context<'_>, user: UserId) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::UnblockMember)?;
    let door = scene.door(user);
    if door.blocked.is_none() {
        return Err(Refusal::BlockNotFound);
    }
    plan.change_door(door.clone(), Door { blocked: None, ..door });
    let event = context.event(EventType::BlockLifted, [user]);
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}
