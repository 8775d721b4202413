//! What awaits an answer: applications, which an admin answers, and invitations, which the invited user answers.

use jiff::Timestamp;
use serde::Deserialize;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{ConnectionId, GameId, GroupId, UserId};
use crate::domain::membership::ConnectionKind;
use crate::domain::role::RoleId;
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::guard::{LIVE, PENDING, permit_about};
use crate::operations::membership::{Assumed, Entry, admit};
use crate::operations::pending_count;
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::rows;
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

    const fn not_found(&self) -> Refusal {
        match self.kind {
            ConnectionKind::Application => Refusal::ApplicationNotFound,
            ConnectionKind::Invitation => Refusal::InvitationNotFound,
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

    /// What takes it out, if it is there and has not expired.
    fn taking(&self, game: GameId, now: Timestamp) -> Write {
        let take = Write::delete(self.key(game)).when(PENDING).value("now", Seconds(now));
        match self.connection {
            None => take,
            Some(id) => take.when("connection_id = :connection").value("connection", id.get()),
        }
    }

    fn take(&self, game: GameId, now: Timestamp) -> Step<Refusal> {
        self.taking(game, now).or_else(self.not_found())
    }

    /// Takes it out, if it gives that role. An application gives none but the group's member role.
    fn take_granting(&self, game: GameId, now: Timestamp, role: Option<&RoleId>) -> Step<Obstacle> {
        let take = match role {
            None => self.taking(game, now).when("attribute_not_exists(role_id)"),
            Some(role) => {
                self.taking(game, now).when("role_id = :role_id").value("role_id", role.as_str())
            }
        };
        let (planned, connection, not_found) = (role.cloned(), self.connection, self.not_found());
        take.or_judge(move |item| {
            let found = item.map(rows::from_item::<Granting>).transpose()?;
            Ok(match found {
                Some(found)
                    if found.role_id != planned
                        && found.expires_at > now.as_second()
                        && connection.is_none_or(|id| id == found.connection_id) =>
                {
                    Obstacle::Role(found.role_id)
                }
                Some(_) | None => not_found.into(),
            })
        })
    }
}

/// What of a pending row decides whether and in which role it lets in.
#[derive(Deserialize)]
struct Granting {
    connection_id: ConnectionId,
    expires_at: i64,
    role_id: Option<RoleId>,
}

/// Makes the user a member.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::Blocked`], [`Refusal::AlreadyMember`],
/// [`Refusal::ApplicationNotFound`] or [`Refusal::InvitationNotFound`], [`Refusal::RoleNotFound`], [`Refusal::GroupFull`].
pub async fn accept(app: &App, caller: &Caller, pending: Pending) -> Result<(), Error> {
    accept_granting(app, caller, pending, None).await
}

/// The same, planned on what is known to give that role; most give none but the group's member role.
pub(super) async fn accept_granting(
    app: &App,
    caller: &Caller,
    pending: Pending,
    role: Option<RoleId>,
) -> Result<(), Error> {
    let (game, now) = (caller.game(), app.now());
    let Pending { kind, group, user, .. } = pending;
    // One's own application is for others to accept; and one transaction cannot touch one membership twice.
    if kind == ConnectionKind::Application
        && caller.acting_user() == Some(user)
        && !caller.is_title()
    {
        return Err(Refusal::NotAuthorized.into());
    }
    let mut entry = Entry { role, ..Entry::new(game, group, user, now) };
    for _ in 0..PLANS {
        let transaction = Transaction::new(permit_about(caller, pending.answer(), group, user)?)
            .and([pending.take_granting(game, now, entry.role.as_ref())])
            .and(admit(&entry)?)
            .and([Write::delete(pending.counterpart(game)).always()]);
        match transaction.commit(&app.store).await? {
            Ok(()) => return Ok(()),
            Err(Obstacle::Role(role)) => entry.role = role,
            Err(Obstacle::Roles(actual)) => entry.assumed = actual,
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
        }
    }
    Err(Error::Busy)
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    /// The invitation gives another role than the plan was made on.
    Role(Option<RoleId>),
    /// The group has other roles than the plan took it to have.
    Roles(Assumed),
    Refused(Refusal),
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Assumed> for Obstacle {
    fn from(actual: Assumed) -> Self {
        Self::Roles(actual)
    }
}

/// Removes it: declined or taken back, as `action` says. Its connection goes too, so that nobody takes it for accepted later.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::ApplicationNotFound`] or
/// [`Refusal::InvitationNotFound`].
pub async fn remove(
    app: &App,
    caller: &Caller,
    action: Action,
    pending: Pending,
) -> Result<(), Error> {
    let game = caller.game();
    let connection = match pending.connection {
        Some(id) => Some(id),
        None => app.store.get::<Granting>(pending.key(game)).await?.map(|row| row.connection_id),
    };
    let pending = Pending { connection, ..pending };
    let count = pending_count::one_less(Write::update(Key::group(game, pending.group))).when(LIVE);
    Transaction::<Refusal>::new(permit_about(caller, action, pending.group, pending.user)?)
        .and([count.or_else(Refusal::GroupNotFound), pending.take(game, app.now())])
        .and(connection.map(|id| Write::delete(Key::connection(game, id)).always()))
        .commit(&app.store)
        .await?
        .map_err(Error::from)
}
