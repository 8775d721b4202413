//! Invite codes: who makes and closes them, and whom they let in.

use crate::domain::code::Code;
use crate::domain::event::{EventType, Joined};
use crate::domain::fact::Fact;
use crate::domain::ids::{CodeId, ConnectionId, UserId};
use crate::domain::membership::ConnectionKind;
use crate::domain::permissions::Action;
use crate::domain::plan::{Decided, Plan};
use crate::domain::role::Roles;
use crate::domain::rules::joining::{connection, door_of_outsider, joined};
use crate::domain::scene::{Context, Scene};
use crate::domain::time::end_of;
use crate::error::Refusal;

/// Creates a code, while there is room for it. The role that it gives is one that the group has.
pub fn create(scene: &Scene, context: &Context<'_>, code: &Code) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::CreateCode)?;
    if let Some(role) = &code.role_id {
        plan.insist_on_role(role)?;
    }
    if plan.after.code_count >= context.limits.codes && !scene.is_assumed {
        return Err(Refusal::TooManyCodes);
    }
    if scene.counted_codes.is_none() {
        plan.facts.insert(Fact::CodesUnder(context.limits.codes));
    }
    plan.change_code(None, Some(code.clone()));
    let mut event = context.event(EventType::CodeCreated, []).code(code.code_id, Some(true));
    event.data.role_id = code.role_id.clone();
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}

/// Opens or closes a code, and tells what it is then. Nobody is let in by a closed one.
pub fn update(
    scene: &Scene,
    context: &Context<'_>,
    id: CodeId,
    is_open: bool,
) -> Result<Decided<Code>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::UpdateCode)?;
    let code = find(scene, id)?;
    if code.is_open == is_open {
        return Ok(Decided::nothing(code.clone()));
    }
    let after = Code { is_open, ..code.clone() };
    plan.change_code(Some(code), Some(after.clone()));
    let event = context.event(EventType::CodeChanged, []).code(id, Some(is_open));
    Ok(Decided { answer: after, plan: Some(plan.finish(context, event)?) })
}

/// Deletes a code. Whoever it has let in stays.
pub fn delete(scene: &Scene, context: &Context<'_>, id: CodeId) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::DeleteCode)?;
    plan.change_code(Some(find(scene, id)?), None);
    let event = context.event(EventType::CodeChanged, []).code(id, None);
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}

/// Lets `user` in by the code of that hash, whatever the group's settings are: closed and invite-only groups give out codes.
pub fn redeem(
    scene: &Scene,
    context: &Context<'_>,
    user: UserId,
    hash: &str,
    id: ConnectionId,
) -> Result<Decided<ConnectionId>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.insist_on_user(scene, user)?;
    plan.permit(scene, context, Action::RedeemCode)?;
    let code = scene.codes.get(hash).filter(|code| code.is_known(context.now));
    let code = code.ok_or(Refusal::CodeNotFound)?;
    // Who was let in already is told so, also where nobody else would be.
    let door = door_of_outsider(scene, context, user)?;
    code.refuse_unless_good(context.now)?;
    let role = code.role_id.clone();
    plan.admit(scene, context, user, role.clone().map(|role| Roles::from([role])))?;
    plan.change_code(Some(code), Some(Code { uses: code.uses + 1, ..code.clone() }));
    let pending_until = end_of(context.now, context.limits.application_lifetime);
    plan.new_connection =
        Some(connection(&door, ConnectionKind::Application, id, pending_until, None));
    let mut event = joined(context, user, Joined::Code).code(code.code_id, None);
    event.data.role_id = role;
    Ok(Decided { answer: id, plan: Some(plan.finish(context, event)?) })
}

fn find(scene: &Scene, id: CodeId) -> Result<&Code, Refusal> {
    scene.codes.values().find(|code| code.code_id == id).ok_or(Refusal::CodeNotFound)
}
