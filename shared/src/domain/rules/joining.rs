//! Becoming a member: by joining, applying, being invited, and by the answer to an application or an invitation.

use jiff::Timestamp;

use crate::domain::door::{Applied, Door, Invited};
use crate::domain::event::{Event, EventType, Joined};
use crate::domain::fact::Fact;
use crate::domain::group::Admission;
use crate::domain::ids::{ConnectionId, UserId};
use crate::domain::membership::{Application, Connection, ConnectionKind, Invitation};
use crate::domain::permissions::Action;
use crate::domain::plan::{Decided, Plan};
use crate::domain::role::{RoleId, Roles};
use crate::domain::rules::pending::Pending;
use crate::domain::scene::{Context, Scene};
use crate::domain::time::{end_of, seconds_until};
use crate::domain::words::CoverNote;
use crate::error::Refusal;
use crate::limits::Limits;

/// What somebody wants who asks to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// To be in at once, or not at all.
    Join,
    /// To be in: at once where the group is open, else once an admin has said yes.
    Ask,
    /// That an admin says yes, whatever invitation is pending, also where the group is open.
    Apply,
}

/// What becomes of an application where its user is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    /// Both want the same, so the user becomes a member.
    Accept,
    /// Both stay, each awaiting its answer.
    Leave,
}

/// What came of asking to join or inviting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connected<P> {
    /// The user is a member now, by a connection that is new.
    Joined(ConnectionId),
    /// The user is a member now, by what was pending.
    Accepted(ConnectionId),
    /// Somebody's answer is awaited.
    Pending(P),
    /// It was awaited already, and nothing has changed.
    AlreadyPending(P),
}

/// Asks for `user` to join, and says so much to the admins. Who is invited takes up the invitation, whatever the group's settings are.
pub fn apply(
    scene: &Scene,
    context: &Context<'_>,
    user: UserId,
    wish: Wish,
    message: Option<&CoverNote>,
    id: ConnectionId,
) -> Result<Decided<Connected<Application>>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.insist_on_user(scene, user)?;
    plan.permit(scene, context, Action::ApplyToGroup)?;
    let door = door_of_outsider(scene, context, user)?;
    if let Some(invited) = door.invitation(context.now).filter(|_| wish != Wish::Apply) {
        let id = invited.connection_id.unwrap_or(id);
        plan = let_in(plan, scene, context, user, ConnectionKind::Invitation)?;
        return Ok(Decided { answer: Connected::Accepted(id), plan: Some(plan) });
    }
    if let Some(end) = door.wait(context.now) {
        return Err(Refusal::TooSoon { seconds: seconds_until(end, context.now) });
    }
    plan.facts.insert(Fact::SameAdmission);
    let pending_until = end_of(context.now, context.limits.application_lifetime);
    plan.new_connection =
        Some(connection(&door, ConnectionKind::Application, id, pending_until, None));
    match (scene.group.admission(), wish) {
        (Admission::AtOnce, Wish::Join | Wish::Ask) => {
            plan.admit(scene, context, user, None)?;
            let plan = plan.finish(context, joined(context, user, Joined::Open))?;
            return Ok(Decided { answer: Connected::Joined(id), plan: Some(plan) });
        }
        (Admission::ByAnswer, Wish::Join) => return Err(Refusal::NotOpen),
        (Admission::ByInvitation, Wish::Join) => return Err(Refusal::InviteOnly),
        (_, Wish::Ask | Wish::Apply) => {}
    }
    if let Some(application) = door.to_application(context.now) {
        return Ok(Decided::nothing(Connected::AlreadyPending(application)));
    }
    if scene.group.admission() == Admission::ByInvitation {
        return Err(Refusal::InviteOnly);
    }
    let message = message.cloned();
    let applied = Applied { connection_id: Some(id), expires_at: pending_until, message };
    let after = Door { applied: Some(applied), waits: None, ..door.clone() };
    let application = after.to_application(context.now);
    await_answer(&mut plan, context, door, after)?;
    let event = context.event(EventType::ApplicationCreated, [user]);
    let plan = plan.finish(context, event)?;
    let application = application.ok_or(Refusal::ApplicationNotFound)?;
    Ok(Decided { answer: Connected::Pending(application), plan: Some(plan) })
}

/// Invites `user`, into the group's member role or the one that is named.
pub fn invite(
    scene: &Scene,
    context: &Context<'_>,
    user: UserId,
    role: Option<&RoleId>,
    meeting: Meeting,
    id: ConnectionId,
) -> Result<Decided<Connected<Invitation>>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.insist_on_user(scene, user)?;
    plan.permit(scene, context, Action::InviteToGroup)?;
    refuse_blocked(&scene.door(user), context.now)?;
    if let Some(role) = role {
        plan.insist_on_role(role)?;
    }
    let door = door_of_outsider(scene, context, user)?;
    if let Some(applied) = door.application(context.now).filter(|_| meeting == Meeting::Accept) {
        let id = applied.connection_id.unwrap_or(id);
        plan = let_in(plan, scene, context, user, ConnectionKind::Application)?;
        return Ok(Decided { answer: Connected::Accepted(id), plan: Some(plan) });
    }
    if let Some(invitation) = door.to_invitation(context.now) {
        return Ok(Decided::nothing(Connected::AlreadyPending(invitation)));
    }
    let pending_until = end_of(context.now, context.limits.invitation_lifetime);
    plan.new_connection =
        Some(connection(&door, ConnectionKind::Invitation, id, pending_until, role.cloned()));
    let invited = Invited {
        connection_id: Some(id),
        expires_at: pending_until,
        inviter_id: context.actor.user(),
        role_id: role.cloned(),
    };
    // Whoever is invited need not wait any more.
    let after = Door { invited: Some(invited), waits: None, ..door.clone() };
    let invitation = after.to_invitation(context.now);
    await_answer(&mut plan, context, door, after)?;
    let mut event = context.event(EventType::InvitationCreated, [user]);
    event.data.role_id = role.cloned();
    let plan = plan.finish(context, event)?;
    let invitation = invitation.ok_or(Refusal::InvitationNotFound)?;
    Ok(Decided { answer: Connected::Pending(invitation), plan: Some(plan) })
}

/// Accepts an application (as an admin) or an invitation (as the invited user).
pub fn accept(
    scene: &Scene,
    context: &Context<'_>,
    pending: Pending,
) -> Result<Decided<()>, Refusal> {
    let Pending { kind, user, .. } = pending;
    let mut plan = Plan::new(scene, context);
    plan.permit_about(scene, context, pending.answer(), user)?;
    let door = door_of_outsider(scene, context, user)?;
    pending.insist(&door, context.now)?;
    let plan = let_in(plan, scene, context, user, kind)?;
    Ok(Decided { answer: (), plan: Some(plan) })
}

/// The plan by which what is pending of that kind makes its user a member.
fn let_in(
    mut plan: Plan,
    scene: &Scene,
    context: &Context<'_>,
    user: UserId,
    kind: ConnectionKind,
) -> Result<Plan, Refusal> {
    let door = scene.door(user);
    let (role, how) = match kind {
        ConnectionKind::Application => (None, Joined::Application),
        ConnectionKind::Invitation => {
            (door.invited.and_then(|invited| invited.role_id), Joined::Invitation)
        }
    };
    plan.admit(scene, context, user, role.clone().map(|role| Roles::from([role])))?;
    let mut event = joined(context, user, how);
    event.data.role_id = role;
    plan.finish(context, event)
}

pub(super) fn joined(context: &Context<'_>, user: UserId, how: Joined) -> Event {
    let mut event = context.event(EventType::MemberJoined, [user]);
    event.data.how = Some(how);
    event
}

/// The door of somebody who is not blocked, and no member.
pub(super) fn door_of_outsider(
    scene: &Scene,
    context: &Context<'_>,
    user: UserId,
) -> Result<Door, Refusal> {
    let door = scene.door(user);
    refuse_blocked(&door, context.now)?;
    if scene.members.contains_key(&user) {
        return Err(Refusal::AlreadyMember);
    }
    Ok(door)
}

/// Refuses whoever is blocked, and says for how long, if that has an end.
pub(super) fn refuse_blocked(door: &Door, now: Timestamp) -> Result<(), Refusal> {
    let Some(block) = door.block(now) else { return Ok(()) };
    Err(Refusal::Blocked { seconds: block.expires_at.map(|end| seconds_until(end, now)) })
}

/// Puts what awaits an answer into the door of somebody who is not a member, while there is room for it.
fn await_answer(
    plan: &mut Plan,
    context: &Context<'_>,
    door: Door,
    after: Door,
) -> Result<(), Refusal> {
    if plan.after.pending_count >= context.limits.pending {
        return Err(Refusal::TooManyPending);
    }
    if !plan.counts_doors_anew {
        plan.facts.insert(Fact::PendingUnder(context.limits.pending));
    }
    plan.insist_on_outsider(after.user_id);
    plan.change_door(door, after);
    Ok(())
}

/// The connection that stands for what is put into a door.
pub(super) fn connection(
    door: &Door,
    kind: ConnectionKind,
    id: ConnectionId,
    pending_until: Timestamp,
    role_id: Option<RoleId>,
) -> Connection {
    Connection {
        connection_id: id,
        group_id: door.group_id,
        user_id: door.user_id,
        connection_kind: kind,
        role_id,
        pending_until,
        expires_at: end_of(pending_until, Limits::CONNECTION_AFTERLIFE),
    }
}
