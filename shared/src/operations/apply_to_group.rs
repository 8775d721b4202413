//! Apply to a group: take up an invitation where there is one, join at once where the group is open, else wait for an admin.

use jiff::{SignedDuration, Timestamp};

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::group::Admission;
use crate::domain::ids::{ConnectionId, GroupId, UserId};
use crate::domain::membership::{Application, ConnectionKind, Invitation};
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::connection::{Connected, NewConnection};
use crate::operations::guard::{NOT_PENDING, found, live_group, permit, user_exists};
use crate::operations::membership::{Assumed, Entry, admit_if_open, not_blocked, not_member};
use crate::operations::pending::{Pending, accept_granting};
use crate::operations::pending_count;
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::{Step, Transaction};
use crate::store::write::{Seconds, Write};

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

/// How a wish is to be fulfilled; each holds only where the group's settings permit it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plan {
    Join,
    Apply,
}

/// What keeps a plan from being carried out; the first is what the caller is told, or what the next plan is made on.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    Refused(Refusal),
    Invited(Invitation),
    /// The group is open, so there is nothing to wait for.
    Open,
    Applied(Application),
    /// The group is not open, or takes no requests.
    Closed(Refusal),
    /// Too much is pending, as far as is counted; that is how often something became pending.
    Crowded(u32),
    /// The group has other roles than the plan took it to have.
    Roles(Assumed),
    IdTaken,
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

/// Asks for `user` to join. Who is invited takes up the invitation, whatever the group's settings are.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::Blocked`], [`Refusal::AlreadyMember`],
/// [`Refusal::NotOpen`] where only an admin could let the user in who wants to join at once, [`Refusal::InviteOnly`],
/// [`Refusal::TooManyPending`], and [`Refusal::GroupFull`] where the user would join at once.
pub async fn apply_to_group(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
    wish: Wish,
) -> Result<Connected<Application>, Error> {
    let mut entry = Entry::new(caller.game(), group, user, app.now());
    if !caller.speaks_for(user) {
        return Err(Refusal::NotAuthorized.into());
    }
    let mut plan = if wish == Wish::Join { Plan::Join } else { Plan::Apply };
    for _ in 0..PLANS {
        let id = app.entropy.id()?;
        let expires_at = expiry(entry.now, app.limits.application_lifetime)?;
        let application =
            Application { group_id: group, user_id: user, connection_id: id, expires_at };
        let steps = match plan {
            Plan::Join => join(&entry, &application)?,
            Plan::Apply => apply(app, &entry, &application, wish)?,
        };
        let permit = permit(caller, Action::ApplyToGroup, group)?;
        // Who calls for oneself exists; whom the game names may not.
        let exists = (caller.acting_user() != Some(user)).then(|| user_exists(entry.game, user));
        match steps.and(permit).and(exists).commit(&app.store).await? {
            Ok(()) if plan == Plan::Join => return Ok(Connected::Member(id)),
            Ok(()) => return Ok(Connected::Pending(application)),
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
            Err(Obstacle::Invited(invitation)) => {
                if let Some(id) = take_up(app, caller, invitation).await? {
                    return Ok(Connected::Member(id));
                }
            }
            Err(Obstacle::Open) => plan = Plan::Join,
            Err(Obstacle::Applied(application)) => {
                return Ok(Connected::AlreadyPending(application));
            }
            Err(Obstacle::Closed(Refusal::NotOpen)) if wish != Wish::Join => plan = Plan::Apply,
            Err(Obstacle::Closed(refusal)) => return Err(refusal.into()),
            Err(Obstacle::Crowded(made)) => {
                pending_count::recount(app, entry.game, group, made).await?;
            }
            Err(Obstacle::Roles(actual)) => entry.assumed = actual,
            Err(Obstacle::IdTaken) => {}
        }
    }
    Err(Error::Busy)
}

/// Accepts the invitation and tells its id; nothing where it was taken back in between.
async fn take_up(
    app: &App,
    caller: &Caller,
    invitation: Invitation,
) -> Result<Option<ConnectionId>, Error> {
    let Invitation { group_id: group, user_id: user, connection_id: id, role_id, .. } = invitation;
    let kind = ConnectionKind::Invitation;
    let pending = Pending { kind, group, user, connection: Some(id) };
    match accept_granting(app, caller, pending, role_id).await {
        Err(Error::Refused(Refusal::InvitationNotFound)) => Ok(None),
        accepted => accepted.map(|()| Some(id)),
    }
}

/// A pending application, where the group takes it.
fn apply(
    app: &App,
    entry: &Entry,
    application: &Application,
    wish: Wish,
) -> Result<Transaction<Obstacle>, Error> {
    let &Entry { game, group, user, now, .. } = entry;
    let asks = wish != Wish::Apply;
    Ok(Transaction::new([
        room(app, entry, wish),
        not_blocked(game, group, user),
        not_member(game, group, user),
        Write::put(game, application)?
            .when(NOT_PENDING)
            .value("now", Seconds(now))
            .or_judge(|item| Ok(Obstacle::Applied(found(item)?))),
        connection(entry, application)?,
    ])
    .and(asks.then(|| not_invited(Write::check(Key::invitation(game, group, user)), now))))
}

/// The step that counts an application, if the group takes it and there is room.
fn room(app: &App, entry: &Entry, wish: Wish) -> Step<Obstacle> {
    let room = pending_count::one_more(app, entry.game, entry.group)
        .when("settings.is_invite_only = :no")
        .value("no", false);
    let room = if wish == Wish::Apply { room } else { room.when("settings.can_auto_join = :no") };
    room.or_judge(move |item| {
        let Some(group) = live_group(item)? else { return Ok(Refusal::GroupNotFound.into()) };
        Ok(match group.admission() {
            Admission::ByInvitation => Obstacle::Closed(Refusal::InviteOnly),
            Admission::AtOnce if wish != Wish::Apply => Obstacle::Open,
            Admission::AtOnce | Admission::ByAnswer => Obstacle::Crowded(group.pending_made),
        })
    })
}

/// A write of an invitation's row, if none is pending.
fn not_invited(invitation: Write, now: Timestamp) -> Step<Obstacle> {
    invitation
        .when(NOT_PENDING)
        .value("now", Seconds(now))
        .or_judge(|item| Ok(Obstacle::Invited(found(item)?)))
}

/// A membership, in a group that is open. The user's own application is thereby settled; an invitation is taken up instead.
fn join(entry: &Entry, application: &Application) -> Result<Transaction<Obstacle>, Error> {
    let &Entry { game, group, user, now, .. } = entry;
    Ok(Transaction::new(admit_if_open(entry, Obstacle::Closed)?).and([
        Write::delete(Key::application(game, group, user)).always(),
        not_invited(Write::delete(Key::invitation(game, group, user)), now),
        connection(entry, application)?,
    ]))
}

/// Claims the application's id, under which GameFuse's clients answer it, also where it was granted at once.
fn connection(entry: &Entry, application: &Application) -> Result<Step<Obstacle>, Error> {
    let &Entry { game, group, user, .. } = entry;
    let (kind, id) = (ConnectionKind::Application, application.connection_id);
    NewConnection { game, id, group, user, kind, until: application.expires_at }
        .claim(Obstacle::IdTaken)
}

/// The second at which something made now is over.
pub(super) fn expiry(now: Timestamp, lifetime: SignedDuration) -> Result<Timestamp, Error> {
    let expiry = now.checked_add(lifetime).map_err(Error::internal)?;
    Timestamp::from_second(expiry.as_second()).map_err(Error::internal)
}
