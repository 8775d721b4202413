//! What awaits an answer: applications, which an admin answers, and invitations, which the invited user answers.

use jiff::Timestamp;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{ConnectionId, GameId, GroupId, UserId};
use crate::domain::membership::ConnectionKind;
use crate::error::{Error, Refusal};
use crate::operations::guard::{PENDING, group_is_live, permit};
use crate::operations::membership::{Entry, admit};
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::{Step, Transaction};
use crate::store::write::{Seconds, Write};

/// Something pending between a user and a group.
#[derive(Debug, Clone, Copy)]
pub struct Pending {
    /// Which of the two it is.
    pub kind: ConnectionKind,
    /// The group.
    pub group: GroupId,
    /// The applicant or the invited user.
    pub user: UserId,
    /// Its id, where the caller names it: what has another id is something else.
    pub connection: Option<ConnectionId>,
}

impl Pending {
    /// To answer it.
    pub const fn answer(&self) -> Action {
        match self.kind {
            ConnectionKind::Application => Action::AnswerApplication,
            ConnectionKind::Invitation => Action::AnswerInvitation,
        }
    }

    /// To take it back.
    pub const fn cancel(&self) -> Action {
        match self.kind {
            ConnectionKind::Application => Action::CancelApplication,
            ConnectionKind::Invitation => Action::CancelInvitation,
        }
    }

    fn key(&self, game: GameId) -> Key {
        match self.kind {
            ConnectionKind::Application => Key::application(game, self.group, self.user),
            ConnectionKind::Invitation => Key::invitation(game, self.group, self.user),
        }
    }

    /// The row of the other kind between the same two: settled too, once the user is a member.
    fn counterpart(&self, game: GameId) -> Key {
        match self.kind {
            ConnectionKind::Application => Key::invitation(game, self.group, self.user),
            ConnectionKind::Invitation => Key::application(game, self.group, self.user),
        }
    }

    /// Takes it out, if it is there and has not expired.
    fn take<V: From<Refusal> + Send + 'static>(&self, game: GameId, now: Timestamp) -> Step<V> {
        let take = Write::delete(self.key(game)).when(PENDING).value("now", Seconds(now));
        match self.connection {
            None => take,
            Some(id) => take.when("#connection_id = :connection").value("connection", id.get()),
        }
        .or_else(Refusal::ConnectionNotFound)
    }
}

/// Makes the user a member.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::Blocked`], [`Refusal::AlreadyMember`],
/// [`Refusal::ConnectionNotFound`], [`Refusal::GroupFull`].
pub async fn accept(app: &App, caller: &Caller, pending: Pending) -> Result<(), Error> {
    let (game, now) = (caller.game, app.now());
    let Pending { kind, group, user, .. } = pending;
    // One's own application is for others to accept; and one transaction cannot touch one membership twice.
    if kind == ConnectionKind::Application && caller.user == user && !caller.is_title() {
        return Err(Refusal::NotAuthorized.into());
    }
    Transaction::<Refusal>::new(permit(caller, pending.answer(), group, user)?)
        .and([pending.take(game, now)])
        .and(admit(Entry { game, group, user, now })?)
        .and([Write::delete(pending.counterpart(game)).always()])
        .commit(&app.store)
        .await?
        .map_err(Error::from)
}

/// Removes it: declined or taken back, as `action` says.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::ConnectionNotFound`].
pub async fn remove(
    app: &App,
    caller: &Caller,
    action: Action,
    pending: Pending,
) -> Result<(), Error> {
    Transaction::<Refusal>::new(permit(caller, action, pending.group, pending.user)?)
        .and([group_is_live(caller.game, pending.group), pending.take(caller.game, app.now())])
        .commit(&app.store)
        .await?
        .map_err(Error::from)
}
