//! What awaits an answer: applications, which an admin answers, and invitations, which the invited user answers.

use jiff::Timestamp;

use crate::domain::door::Door;
use crate::domain::event::{EventType, Reason};
use crate::domain::ids::{ConnectionId, GroupId, UserId};
use crate::domain::membership::ConnectionKind;
use crate::domain::permissions::Action;
use crate::domain::plan::{Decided, Plan};
use crate::domain::scene::{Context, Scene};
use crate::error::Refusal;

/// Something that awaits an answer, between a user and a group.
#[derive(Debug, Clone, Copy)]
pub struct Pending {
    /// Which of the two it is.
    pub kind: ConnectionKind,
    pub group: GroupId,
    /// The applicant or the invited user.
    pub user: UserId,
    /// Its id, where the caller names it: what has another id is something else.
    pub connection: Option<ConnectionId>,
}

/// How it goes without an acceptance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// By whoever should answer it.
    Declined,
    /// By whoever made it.
    Cancelled,
}

impl Pending {
    /// To answer it.
    pub const fn answer(&self) -> Action {
        match self.kind {
            ConnectionKind::Application => Action::AnswerApplication,
            ConnectionKind::Invitation => Action::AnswerInvitation,
        }
    }

    /// To withdraw it so.
    pub const fn withdraw(&self, how: Withdrawal) -> Action {
        match (self.kind, how) {
            (_, Withdrawal::Declined) => self.answer(),
            (ConnectionKind::Application, Withdrawal::Cancelled) => Action::CancelApplication,
            (ConnectionKind::Invitation, Withdrawal::Cancelled) => Action::CancelInvitation,
        }
    }

    /// Insists that it is in the door, and not over.
    pub(super) fn insist(&self, door: &Door, now: Timestamp) -> Result<(), Refusal> {
        let is_meant =
            self.connection.is_none() || self.connection == door.connection(self.kind, now);
        if door.is_pending(self.kind, now) && is_meant {
            return Ok(());
        }
        Err(match self.kind {
            ConnectionKind::Application => Refusal::ApplicationNotFound,
            ConnectionKind::Invitation => Refusal::InvitationNotFound,
        })
    }

    fn withdrawn(&self, how: Withdrawal) -> EventType {
        match (self.kind, how) {
            (ConnectionKind::Application, Withdrawal::Declined) => EventType::ApplicationDeclined,
            (ConnectionKind::Application, Withdrawal::Cancelled) => EventType::ApplicationCancelled,
            (ConnectionKind::Invitation, Withdrawal::Declined) => EventType::InvitationDeclined,
            (ConnectionKind::Invitation, Withdrawal::Cancelled) => EventType::InvitationCancelled,
        }
    }
}

/// Removes what is pending. Its connection goes too, so that nobody takes it for accepted later.
pub fn withdraw(
    scene: &Scene,
    context: &Context<'_>,
    pending: Pending,
    how: Withdrawal,
    reason: Option<&Reason>,
) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit_about(scene, context, pending.withdraw(how), pending.user)?;
    let door = scene.door(pending.user);
    pending.insist(&door, context.now)?;
    plan.gone_connections.extend(door.connection(pending.kind, context.now));
    plan.change_door(door.clone(), door.without(pending.kind));
    if (pending.kind, how) == (ConnectionKind::Application, Withdrawal::Declined) {
        plan.let_wait(context, pending.user);
    }
    let event = context.event(pending.withdrawn(how), [pending.user]).reason(reason.cloned());
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}
