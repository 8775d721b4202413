//! Apply to a group: join at once where the group is open, take up an invitation where there is one, else wait for an admin.

use jiff::{SignedDuration, Timestamp};

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{ConnectionId, GroupId, UserId};
use crate::domain::membership::{Application, ConnectionKind, Invitation};
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::connection::{Connected, NewConnection};
use crate::operations::guard::{LIVE, NOT_PENDING, found, live_group, permit};
use crate::operations::membership::{Entry, admit_if_open, not_blocked, not_member};
use crate::operations::pending::{Pending, accept};
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::{Step, Transaction};
use crate::store::write::{Seconds, Write};

/// What keeps a plan from being carried out; the first is what the caller is told, or what the next plan is made on.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    GroupOpen,
    GroupClosed,
    Refused(Refusal),
    Invited(Invitation),
    Applied(Application),
    IdTaken,
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Asks for `user` to join.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::Blocked`], [`Refusal::AlreadyMember`],
/// [`Refusal::AlreadyApplied`], and [`Refusal::GroupFull`] where the user would join at once.
pub async fn apply_to_group(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
) -> Result<Connected, Error> {
    let entry = Entry { game: caller.game, group, user, now: app.now() };
    if !caller.speaks_for(user) {
        return Err(Refusal::NotAuthorized.into());
    }
    let mut open = false;
    for _ in 0..PLANS {
        let id = app.entropy.id()?;
        let plan = if open { join(entry, id)? } else { apply(app, entry, id)? };
        let permit = permit(caller, Action::ApplyToGroup, group, user)?;
        match plan.and(permit).commit(&app.store).await? {
            Ok(()) if open => return Ok(Connected::Member(id)),
            Ok(()) => return Ok(Connected::Pending(id)),
            Err(Obstacle::GroupOpen) => open = true,
            Err(Obstacle::GroupClosed) => open = false,
            Err(Obstacle::Invited(invitation)) => {
                let id = invitation.connection_id;
                let kind = ConnectionKind::Invitation;
                let pending = Pending { kind, group, user, connection: Some(id) };
                match accept(app, caller, pending).await {
                    // Taken back in between: ask again.
                    Err(Error::Refused(Refusal::ConnectionNotFound)) => {}
                    accepted => return accepted.map(|()| Connected::Member(id)),
                }
            }
            Err(Obstacle::Applied(_)) => return Err(Refusal::AlreadyApplied.into()),
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
            Err(Obstacle::IdTaken) => {}
        }
    }
    Err(Error::Busy)
}

/// A pending application, in a group that is not open.
fn apply(app: &App, entry: Entry, id: ConnectionId) -> Result<Transaction<Obstacle>, Error> {
    let Entry { game, group, user, now } = entry;
    let expires_at = expiry(now, app.limits.application_lifetime)?;
    let application = Application { group_id: group, user_id: user, connection_id: id, expires_at };
    Ok(Transaction::new([
        Write::check(Key::group(game, group))
            .when(LIVE)
            .when("#can_auto_join = :no OR #is_invite_only = :yes")
            .value("yes", true)
            .value("no", false)
            .or_judge(|item| {
                let group = live_group(item)?;
                Ok(group.map_or(Refusal::GroupNotFound.into(), |_| Obstacle::GroupOpen))
            }),
        not_blocked(game, group, user),
        not_member(game, group, user),
        Write::check(Key::invitation(game, group, user))
            .when(NOT_PENDING)
            .value("now", Seconds(now))
            .or_judge(|item| Ok(Obstacle::Invited(found(item)?))),
        Write::put(game, &application)?
            .when(NOT_PENDING)
            .value("now", Seconds(now))
            .or_judge(|item| Ok(Obstacle::Applied(found(item)?))),
        connection(entry, id, expires_at)?,
    ]))
}

/// A membership, in a group that is open. Whatever was pending is thereby settled.
fn join(entry: Entry, id: ConnectionId) -> Result<Transaction<Obstacle>, Error> {
    let Entry { game, group, user, now } = entry;
    Ok(Transaction::new(admit_if_open(entry, Obstacle::GroupClosed)?).and([
        Write::delete(Key::application(game, group, user)).always(),
        Write::delete(Key::invitation(game, group, user)).always(),
        connection(entry, id, now)?,
    ]))
}

fn connection(entry: Entry, id: ConnectionId, until: Timestamp) -> Result<Step<Obstacle>, Error> {
    let Entry { game, group, user, .. } = entry;
    let kind = ConnectionKind::Application;
    NewConnection { game, id, group, user, kind, until }.claim(Obstacle::IdTaken)
}

/// The second at which something made now is over.
pub(super) fn expiry(now: Timestamp, lifetime: SignedDuration) -> Result<Timestamp, Error> {
    let expiry = now.checked_add(lifetime).map_err(Error::internal)?;
    Timestamp::from_second(expiry.as_second()).map_err(Error::internal)
}
