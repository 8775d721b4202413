//! Apply to a group: join at once where the group is open, take up an invitation where there is one, else wait for an admin.

use jiff::{SignedDuration, Timestamp};

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{ConnectionId, GroupId, UserId};
use crate::domain::membership::{Application, ConnectionKind, Invitation};
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::connection::{Connected, Crossing, NewConnection};
use crate::operations::guard::{
    LIVE, NOT_PENDING, found, group_is_live, live_group, permit, user_exists,
};
use crate::operations::membership::{Assumed, Entry, admit_if_open, not_blocked, not_member};
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
    /// The group has other roles than the plan took it to have.
    Roles(Assumed),
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
/// and [`Refusal::GroupFull`] where the user would join at once.
pub async fn apply_to_group(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
    crossing: Crossing,
) -> Result<Connected<Application>, Error> {
    let mut entry = Entry::new(caller.game(), group, user, app.now());
    if !caller.speaks_for(user) {
        return Err(Refusal::NotAuthorized.into());
    }
    let mut open = false;
    for _ in 0..PLANS {
        let id = app.entropy.id()?;
        let expires_at = expiry(entry.now, app.limits.application_lifetime)?;
        let application =
            Application { group_id: group, user_id: user, connection_id: id, expires_at };
        let plan = match (open, crossing) {
            (true, _) => join(&entry, id)?,
            (false, Crossing::Accept) => {
                apply(&entry, &application, closed(&entry))?.and([not_invited(&entry)])
            }
            (false, Crossing::Leave) => {
                apply(&entry, &application, group_is_live(entry.game, group))?
            }
        };
        let permit = permit(caller, Action::ApplyToGroup, group)?;
        // Who calls for oneself exists; whom the game names may not.
        let exists = (caller.acting_user() != Some(user)).then(|| user_exists(entry.game, user));
        match plan.and(permit).and(exists).commit(&app.store).await? {
            Ok(()) if open => return Ok(Connected::Member(id)),
            Ok(()) => return Ok(Connected::Pending(application)),
            Err(Obstacle::GroupOpen) => open = true,
            Err(Obstacle::GroupClosed) => open = false,
            Err(Obstacle::Roles(actual)) => entry.assumed = actual,
            Err(Obstacle::Invited(invitation)) => {
                let id = invitation.connection_id;
                let kind = ConnectionKind::Invitation;
                let pending = Pending { kind, group, user, connection: Some(id) };
                match accept(app, caller, pending).await {
                    // Taken back in between: ask again.
                    Err(Error::Refused(Refusal::InvitationNotFound)) => {}
                    accepted => return accepted.map(|()| Connected::Member(id)),
                }
            }
            Err(Obstacle::Applied(application)) => {
                return Ok(Connected::AlreadyPending(application));
            }
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
            Err(Obstacle::IdTaken) => {}
        }
    }
    Err(Error::Busy)
}

impl From<Assumed> for Obstacle {
    fn from(actual: Assumed) -> Self {
        Self::Roles(actual)
    }
}

/// A pending application, in a group for which `group_step` holds.
fn apply(
    entry: &Entry,
    application: &Application,
    group_step: Step<Obstacle>,
) -> Result<Transaction<Obstacle>, Error> {
    let &Entry { game, group, user, now, .. } = entry;
    Ok(Transaction::new([
        group_step,
        not_blocked(game, group, user),
        not_member(game, group, user),
        Write::put(game, application)?
            .when(NOT_PENDING)
            .value("now", Seconds(now))
            .or_judge(|item| Ok(Obstacle::Applied(found(item)?))),
        connection(entry, application.connection_id, application.expires_at)?,
    ]))
}

/// The step that insists that nobody joins the group at once.
fn closed(entry: &Entry) -> Step<Obstacle> {
    Write::check(Key::group(entry.game, entry.group))
        .when(LIVE)
        .when("settings.can_auto_join = :no OR settings.is_invite_only = :yes")
        .value("yes", true)
        .value("no", false)
        .or_judge(|item| {
            let group = live_group(item)?;
            Ok(group.map_or(Refusal::GroupNotFound.into(), |_| Obstacle::GroupOpen))
        })
}

/// The step that insists that no invitation is pending.
fn not_invited(entry: &Entry) -> Step<Obstacle> {
    Write::check(Key::invitation(entry.game, entry.group, entry.user))
        .when(NOT_PENDING)
        .value("now", Seconds(entry.now))
        .or_judge(|item| Ok(Obstacle::Invited(found(item)?)))
}

/// A membership, in a group that is open. Whatever was pending is thereby settled.
fn join(entry: &Entry, id: ConnectionId) -> Result<Transaction<Obstacle>, Error> {
    let &Entry { game, group, user, now, .. } = entry;
    Ok(Transaction::new(admit_if_open(entry, Obstacle::GroupClosed)?).and([
        Write::delete(Key::application(game, group, user)).always(),
        Write::delete(Key::invitation(game, group, user)).always(),
        connection(entry, id, now)?,
    ]))
}

fn connection(entry: &Entry, id: ConnectionId, until: Timestamp) -> Result<Step<Obstacle>, Error> {
    let &Entry { game, group, user, .. } = entry;
    let kind = ConnectionKind::Application;
    NewConnection { game, id, group, user, kind, until }.claim(Obstacle::IdTaken)
}

/// The second at which something made now is over.
pub(super) fn expiry(now: Timestamp, lifetime: SignedDuration) -> Result<Timestamp, Error> {
    let expiry = now.checked_add(lifetime).map_err(Error::internal)?;
    Timestamp::from_second(expiry.as_second()).map_err(Error::internal)
}
