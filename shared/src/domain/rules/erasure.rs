//! Taking a user out of a group of whom nothing is to be left: their membership, or what awaits an answer.

use crate::domain::door::Door;
use crate::domain::event::EventType;
use crate::domain::ids::UserId;
use crate::domain::membership::ConnectionKind;
use crate::domain::permissions::Action;
use crate::domain::plan::{Decided, Plan};
use crate::domain::rules::leaving::leave;
use crate::domain::scene::{Context, Scene};
use crate::error::Refusal;

/// What a user was to a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgotten {
    /// A member, who has left.
    Member,
    /// Somebody who had asked or was invited.
    Outsider,
    /// Nothing; or somebody who is blocked or has to wait, and stays it: either names an id that leads nowhere.
    Nobody,
}

/// Takes a user out of a group. Where they are its last admin, all members must have been read, as when they leave.
pub fn forget(
    scene: &Scene,
    context: &Context<'_>,
    user: UserId,
) -> Result<Decided<Forgotten>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::EraseUser)?;
    if scene.members.contains_key(&user) {
        let Decided { plan, .. } = leave(scene, context, user)?;
        return Ok(Decided { answer: Forgotten::Member, plan });
    }
    let door = scene.door(user);
    let after = Door { applied: None, invited: None, ..door.clone() };
    if door == after {
        return Ok(Decided::nothing(Forgotten::Nobody));
    }
    let kinds = [ConnectionKind::Application, ConnectionKind::Invitation];
    let connections = kinds.into_iter().filter_map(|kind| door.connection(kind, context.now));
    plan.gone_connections.extend(connections);
    // An application that is over may still lie beside an invitation that is pending.
    let event_type = match (door.application(context.now), &door.invited) {
        (None, Some(_)) => EventType::InvitationCancelled,
        _ => EventType::ApplicationCancelled,
    };
    plan.change_door(door, after);
    let plan = plan.finish(context, context.event(event_type, [user]))?;
    Ok(Decided { answer: Forgotten::Outsider, plan: Some(plan) })
}
