//! Answers to applications and invitations, by the user whom they are about or by their id.

use jiff::Timestamp;

use crate::Call;
use crate::decision::Decision;
use crate::domain::door::{Applied, Door, Invited};
use crate::domain::event::Reason;
use crate::domain::ids::{ConnectionId, UserId};
use crate::domain::membership::{Connection, ConnectionKind};
use crate::domain::permissions::{Action, is_for_its_subject};
use crate::domain::plan::Decided;
use crate::domain::role::RoleId;
use crate::domain::rules::joining;
use crate::domain::rules::pending::{Pending, Withdrawal, withdraw};
use crate::domain::scene::{Context, Scene};
use crate::error::{Error, Refusal};
use crate::operations::scene::{Reads, decide, decide_assumed, decide_on};
use crate::store::keys::Key;

/// An answer to an application or an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Accept,
    /// No, and perhaps why.
    Decline(Option<Reason>),
}

/// Makes the user of what is pending a member.
pub async fn accept<'a>(call: &Call<'a>, pending: Pending) -> Result<Decision<'a, ()>, Error> {
    refuse_acceptance(call, pending)?;
    // Who accepts most likely has just seen what is pending.
    let assumed = assumed(call, pending, Timestamp::MAX, None);
    let reads = reads(call, pending).belongings(call, [pending.user]);
    decide(call, Some(assumed), reads, |scene, context| joining::accept(scene, context, pending))
        .await
}

/// Declines or takes back what is pending.
pub async fn remove<'a>(
    call: &Call<'a>,
    pending: Pending,
    how: Withdrawal,
) -> Result<Decision<'a, ()>, Error> {
    // It is read for its id: with it goes what the id stands for.
    let rule = |scene: &Scene, context: &Context<'_>| withdraw(scene, context, pending, how, None);
    decide(call, None, reads(call, pending), rule).await
}

/// Answers an application (as an admin) or an invitation (as the invited user).
///
/// Accepting what was accepted already succeeds, and so does accepting what a membership has settled since: who asks again
/// gets what they asked for. What was declined, taken back or left to expire is not to be found, whoever is a member now.
pub async fn answer_connection<'a>(
    call: &Call<'a>,
    id: ConnectionId,
    answer: Answer,
) -> Result<Decision<'a, ()>, Error> {
    let connection = find(call, id).await?;
    let pending = Pending::from(&connection);
    match &answer {
        Answer::Accept => refuse_acceptance(call, pending)?,
        Answer::Decline(_) => refuse_others(call, pending.answer(), pending)?,
    }
    let joins = matches!(answer, Answer::Accept).then_some(pending.user);
    decide_about(call, &connection, joins, |scene, context| match &answer {
        Answer::Accept => match joining::accept(scene, context, pending) {
            Err(Refusal::AlreadyMember)
                if was_pending_until_membership(scene, context, &connection) =>
            {
                Ok(Decided::nothing(()))
            }
            Err(Refusal::AlreadyMember) => Err(Refusal::ConnectionNotFound),
            accepted => accepted,
        },
        Answer::Decline(reason) => {
            withdraw(scene, context, pending, Withdrawal::Declined, reason.as_ref())
        }
    })
    .await
}

/// Takes back an application (as the applicant) or an invitation (as an admin).
pub async fn cancel_connection<'a>(
    call: &Call<'a>,
    id: ConnectionId,
) -> Result<Decision<'a, ()>, Error> {
    let connection = find(call, id).await?;
    let pending = Pending::from(&connection);
    refuse_others(call, pending.withdraw(Withdrawal::Cancelled), pending)?;
    decide_about(call, &connection, None, |scene, context| {
        withdraw(scene, context, pending, Withdrawal::Cancelled, None)
    })
    .await
}

/// Refuses whoever can never accept, whatever is pending: one's own application is for others to accept, and an invitation for
/// nobody else.
fn refuse_acceptance(call: &Call<'_>, pending: Pending) -> Result<(), Refusal> {
    let is_application = pending.kind == ConnectionKind::Application;
    if is_application && call.caller.actor().is_user(pending.user) {
        return Err(Refusal::NotAuthorized);
    }
    refuse_others(call, pending.answer(), pending)
}

/// Refuses whoever is not the user whom something is about, where it is for that user alone.
fn refuse_others(call: &Call<'_>, action: Action, pending: Pending) -> Result<(), Refusal> {
    if is_for_its_subject(action) && !call.caller.speaks_for(pending.user) {
        return Err(Refusal::NotAuthorized);
    }
    Ok(())
}

/// Decides about what a connection's id stands for, by which `joins` becomes a member, if anybody does. Whoever asks by an id is
/// told about that id.
async fn decide_about<'a>(
    call: &Call<'a>,
    connection: &Connection,
    joins: Option<UserId>,
    rule: impl Fn(&Scene, &Context<'_>) -> Result<Decided<()>, Refusal>,
) -> Result<Decision<'a, ()>, Error> {
    let pending = Pending::from(connection);
    let role = connection.role_id.clone();
    let assumed = assumed(call, pending, connection.pending_until, role);
    let reads = reads(call, pending).connection(call, connection.connection_id);
    let reads = reads.belongings(call, joins);
    let id = connection.connection_id;
    let rule = |scene: &Scene, context: &Context<'_>| {
        if !scene.is_assumed && !scene.connections.contains(&id) {
            // It was declined or taken back since it was looked up.
            return Err(Refusal::ConnectionNotFound);
        }
        let is_of_a_user =
            |it: &Refusal| matches!(it, Refusal::ApplicationNotFound | Refusal::InvitationNotFound);
        rule(scene, context).map_err(|refusal| match is_of_a_user(&refusal) {
            true => Refusal::ConnectionNotFound,
            false => refusal,
        })
    };
    if let Some(decision) = decide_assumed(call, &assumed, rule)? {
        return Ok(decision);
    }
    let mut scene = reads.read(call).await?;
    let is_pending = scene.door(pending.user).connection(pending.kind, call.now) == Some(id);
    if !is_pending && !scene.members.contains_key(&pending.user) {
        // They may have become a member by it between the reading of that row and of the door: then it shows now.
        scene = reads.read(call).await?;
    }
    decide_on(call, scene, rule).await
}

fn reads(call: &Call<'_>, pending: Pending) -> Reads {
    Reads::of(call, pending.group).members([pending.user]).doors(call, [pending.user])
}

/// A scene in which it is pending and nothing else is between the two, and a caller who is not the user is an admin.
fn assumed(call: &Call<'_>, pending: Pending, until: Timestamp, role: Option<RoleId>) -> Scene {
    let Pending { kind, group, user, connection } = pending;
    let door = Door::empty(group, user);
    let door = match kind {
        ConnectionKind::Application => {
            let applied = Applied { connection_id: connection, expires_at: until, message: None };
            Door { applied: Some(applied), ..door }
        }
        ConnectionKind::Invitation => {
            let invited = Invited {
                connection_id: connection,
                expires_at: until,
                inviter_id: None,
                role_id: role.clone(),
            };
            Door { invited: Some(invited), ..door }
        }
    };
    let scene = Scene::assumed(group).and_role(role.as_ref()).and_door(door);
    match call.caller.actor().is_user(user) {
        true => scene,
        false => scene.and_admin(call.caller.actor()),
    }
}

/// Whether a connection to a group that the user is in was still pending when they became a member.
///
/// Nothing becomes pending for a member, and what is declined or taken back has no connection any more: only what has expired
/// is to be told from what let them in.
fn was_pending_until_membership(
    scene: &Scene,
    context: &Context<'_>,
    connection: &Connection,
) -> bool {
    let member = scene.members.get(&connection.user_id);
    connection.is_pending_at(context.now)
        || member.is_some_and(|member| connection.is_pending_at(member.joined_at))
}

/// What a connection's id stands for; whether it still is pending is for the decision to find out.
async fn find(call: &Call<'_>, id: ConnectionId) -> Result<Connection, Error> {
    if let Some(found) = call.found.connection.get() {
        return Ok(found.clone());
    }
    let connection = call.app.store.get::<Connection>(Key::connection(call.game(), id)).await?;
    let connection = connection.filter(|connection| connection.is_known(call.now));
    let connection = connection.ok_or(Refusal::ConnectionNotFound)?;
    Ok(call.found.connection.get_or_init(|| connection).clone())
}

impl From<&Connection> for Pending {
    fn from(connection: &Connection) -> Self {
        Self {
            kind: connection.connection_kind,
            group: connection.group_id,
            user: connection.user_id,
            connection: Some(connection.connection_id),
        }
    }
}
