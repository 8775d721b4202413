//! Connections: GameFuse's ids for applications and invitations, and the answers that are given to them.

use jiff::Timestamp;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{ConnectionId, GameId, GroupId, UserId};
use crate::domain::membership::{Connection, ConnectionKind, MemberSummary};
use crate::error::{Error, Refusal};
use crate::limits::Limits;
use crate::operations::pending::{Pending, accept, remove};
use crate::store::keys::Key;
use crate::store::transaction::Step;
use crate::store::write::{ABSENT, Write};

/// What came of asking to join or inviting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connected<P> {
    /// The user is a member now.
    Member(ConnectionId),
    /// Somebody's answer is awaited.
    Pending(P),
    /// It was awaited already, and nothing has changed.
    AlreadyPending(P),
}

/// What becomes of an application that an invitation meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crossing {
    /// Both want the same, so the user becomes a member.
    Accept,
    /// Both stay, each awaiting its answer.
    Leave,
}

/// An answer to an application or an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Accept,
    /// No.
    Decline,
}

/// Answers an application (as an admin) or an invitation (as the invited user).
///
/// Accepting what was accepted already succeeds, and so does accepting what a membership has settled since: who asks again
/// gets what they asked for. What was declined, taken back or left to expire is not to be found, whoever is a member now.
///
/// # Errors
/// [`Refusal::ConnectionNotFound`], and those of accepting and removing.
pub async fn answer_connection(
    app: &App,
    caller: &Caller,
    id: ConnectionId,
    answer: Answer,
) -> Result<(), Error> {
    let connection = find(app, caller, id).await?;
    let pending = Pending::from(&connection);
    let answered = match answer {
        Answer::Accept => accept(app, caller, pending).await,
        Answer::Decline => remove(app, caller, pending.answer(), pending).await,
    };
    match answered {
        Err(Error::Refused(Refusal::AlreadyMember)) if answer == Answer::Accept => {
            let came_by_it = was_pending_until_membership(app, caller, &connection).await?;
            came_by_it.then_some(()).ok_or(Refusal::ConnectionNotFound.into())
        }
        answered => answered.map_err(as_connection),
    }
}

/// Whether a connection to a group that the user is in was still pending when they became a member.
///
/// Nothing becomes pending for a member, and what is declined or taken back has no connection any more: only what has expired
/// is to be told from what let them in.
async fn was_pending_until_membership(
    app: &App,
    caller: &Caller,
    connection: &Connection,
) -> Result<bool, Error> {
    if connection.is_pending_at(app.now()) {
        return Ok(true);
    }
    let member = Key::member(caller.game(), connection.group_id, connection.user_id);
    let member = app.store.get::<MemberSummary>(member).await?;
    Ok(member.is_some_and(|member| connection.is_pending_at(member.joined_at)))
}

/// Takes back an application (as the applicant) or an invitation (as an admin).
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::ConnectionNotFound`].
pub async fn cancel_connection(app: &App, caller: &Caller, id: ConnectionId) -> Result<(), Error> {
    let pending = Pending::from(&find(app, caller, id).await?);
    remove(app, caller, pending.cancel(), pending).await.map_err(as_connection)
}

/// Whoever asked by a connection's id is told about that id.
fn as_connection(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::ApplicationNotFound | Refusal::InvitationNotFound) => {
            Refusal::ConnectionNotFound.into()
        }
        Error::Refused(_) | Error::Busy | Error::OutcomeUnknown | Error::Internal(_) => error,
    }
}

/// What a connection's id stands for; whether it still is pending is for the transaction to find out.
async fn find(app: &App, caller: &Caller, id: ConnectionId) -> Result<Connection, Error> {
    let connection = app.store.get::<Connection>(Key::connection(caller.game(), id)).await?;
    Ok(connection.ok_or(Refusal::ConnectionNotFound)?)
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

/// A connection that is about to be made.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewConnection {
    pub game: GameId,
    pub id: ConnectionId,
    pub group: GroupId,
    pub user: UserId,
    pub kind: ConnectionKind,
    /// When what it stands for is over.
    pub until: Timestamp,
}

impl NewConnection {
    /// Claims the id; `taken` says what it means that another connection has it.
    pub(super) fn claim<V: Send + 'static>(self, taken: V) -> Result<Step<V>, Error> {
        let connection = Connection {
            connection_id: self.id,
            group_id: self.group,
            user_id: self.user,
            connection_kind: self.kind,
            pending_until: self.until,
            expires_at: self
                .until
                .checked_add(Limits::CONNECTION_AFTERLIFE)
                .map_err(Error::internal)?,
        };
        Ok(Write::put(self.game, &connection)?.when(ABSENT).or_else(taken))
    }
}
