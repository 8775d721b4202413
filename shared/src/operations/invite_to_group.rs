//! Invite somebody to a group: an application that is already there is accepted instead.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{ConnectionId, GroupId, UserId};
use crate::domain::membership::{Application, ConnectionKind, Invitation};
use crate::domain::name::Username;
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::apply_to_group::expiry;
use crate::operations::connection::{Connected, NewConnection};
use crate::operations::guard::{NOT_PENDING, found, group_is_live, permit};
use crate::operations::membership::{not_blocked, not_member};
use crate::operations::pending::{Pending, accept};
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::rows::Claim;
use crate::store::transaction::Transaction;
use crate::store::write::{PRESENT, Seconds, Write};

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    Refused(Refusal),
    Applied(Application),
    Invited(Invitation),
    IdTaken,
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The user of that name in the caller's game.
///
/// # Errors
/// [`Refusal::UserNotFound`].
pub async fn find_user(app: &App, caller: &Caller, name: &Username) -> Result<UserId, Error> {
    let claim = app.store.get::<Claim>(Key::username(caller.game, name)).await?;
    let holder = claim.ok_or(Refusal::UserNotFound)?.holder;
    i64::from(holder).try_into().map_err(Error::internal)
}

/// Invites `user`.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::UserNotFound`], [`Refusal::NotAuthorized`], [`Refusal::Blocked`],
/// [`Refusal::AlreadyMember`], [`Refusal::AlreadyInvited`], and [`Refusal::GroupFull`] where an application is accepted.
pub async fn invite_to_group(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
) -> Result<Connected, Error> {
    // Who is here needs no invitation; and one transaction cannot touch one membership twice.
    if caller.user == user {
        return Err(Refusal::invalid("user_id", "must be somebody else").into());
    }
    for _ in 0..PLANS {
        let id = app.entropy.id()?;
        match invite(app, caller, group, user, id)?.commit(&app.store).await? {
            Ok(()) => return Ok(Connected::Pending(id)),
            Err(Obstacle::Applied(application)) => {
                let id = application.connection_id;
                let kind = ConnectionKind::Application;
                let pending = Pending { kind, group, user, connection: Some(id) };
                match accept(app, caller, pending).await {
                    // Taken back in between: invite again.
                    Err(Error::Refused(Refusal::ConnectionNotFound)) => {}
                    accepted => return accepted.map(|()| Connected::Member(id)),
                }
            }
            Err(Obstacle::Invited(_)) => return Err(Refusal::AlreadyInvited.into()),
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
            Err(Obstacle::IdTaken) => {}
        }
    }
    Err(Error::Busy)
}

fn invite(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
    id: ConnectionId,
) -> Result<Transaction<Obstacle>, Error> {
    let (game, now) = (caller.game, app.now());
    let expires_at = expiry(now, app.limits.invitation_lifetime)?;
    let invitation = Invitation {
        group_id: group,
        user_id: user,
        inviter_id: caller.user,
        connection_id: id,
        expires_at,
    };
    let kind = ConnectionKind::Invitation;
    Ok(Transaction::new(permit(caller, Action::InviteToGroup, group, user)?).and([
        group_is_live(game, group),
        Write::check(Key::user(game, user)).when(PRESENT).or_else(Refusal::UserNotFound),
        not_blocked(game, group, user),
        not_member(game, group, user),
        Write::check(Key::application(game, group, user))
            .when(NOT_PENDING)
            .value("now", Seconds(now))
            .or_judge(|item| Ok(Obstacle::Applied(found(item)?))),
        Write::put(game, &invitation)?
            .when(NOT_PENDING)
            .value("now", Seconds(now))
            .or_judge(|item| Ok(Obstacle::Invited(found(item)?))),
        NewConnection { game, id, group, user, kind, until: expires_at }
            .claim(Obstacle::IdTaken)?,
    ]))
}
