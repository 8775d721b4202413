//! Invite somebody to a group: an application that is already there is accepted instead.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{GameId, GroupId, UserId};
use crate::domain::membership::{Application, ConnectionKind, Invitation};
use crate::domain::name::Username;
use crate::domain::role::RoleId;
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::apply_to_group::expiry;
use crate::operations::connection::{Connected, Crossing, NewConnection};
use crate::operations::guard::{
    NOT_PENDING, admits, found, group_and_me, live_group, permit, user_exists,
};
use crate::operations::membership::{not_blocked, not_member};
use crate::operations::pending::{Pending, accept};
use crate::operations::pending_count;
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::rows::Claim;
use crate::store::transaction::{Step, Transaction};
use crate::store::write::{Seconds, Write};

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    Refused(Refusal),
    Applied(Application),
    Invited(Invitation),
    /// Too much is pending, as far as is counted; that is how often something became pending.
    Crowded(u32),
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
    let claim = app.store.get::<Claim>(Key::username(caller.game(), name)).await?;
    let holder = claim.ok_or(Refusal::UserNotFound)?.holder;
    i64::from(holder).try_into().map_err(Error::internal)
}

/// Invites `user`.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::UserNotFound`], [`Refusal::NotAuthorized`], [`Refusal::Blocked`],
/// [`Refusal::AlreadyMember`], [`Refusal::RoleNotFound`], [`Refusal::TooManyPending`], and [`Refusal::GroupFull`] where an
/// application is accepted.
pub async fn invite_to_group(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
    role: Option<&RoleId>,
    crossing: Crossing,
) -> Result<Connected<Invitation>, Error> {
    if caller.acting_user() == Some(user) && !caller.is_title() {
        // One transaction cannot check one membership twice; and whoever may invite is a member.
        let (_, me) = group_and_me(app, caller, group).await?;
        return Err(match admits(caller, Action::InviteToGroup, me.map(|me| me.is_admin)) {
            true => Refusal::AlreadyMember.into(),
            false => Refusal::NotAuthorized.into(),
        });
    }
    for _ in 0..PLANS {
        let id = app.entropy.id()?;
        let invitation = Invitation {
            group_id: group,
            user_id: user,
            inviter_id: caller.acting_user(),
            role_id: role.cloned(),
            connection_id: id,
            expires_at: expiry(app.now(), app.limits.invitation_lifetime)?,
        };
        let not_applied =
            (crossing == Crossing::Accept).then(|| not_applied(app, &invitation, caller));
        let plan = invite(app, caller, &invitation)?.and(not_applied);
        match plan.commit(&app.store).await? {
            Ok(()) => return Ok(Connected::Pending(invitation)),
            Err(Obstacle::Applied(application)) => {
                let id = application.connection_id;
                let kind = ConnectionKind::Application;
                let pending = Pending { kind, group, user, connection: Some(id) };
                match accept(app, caller, pending).await {
                    // Taken back in between: invite again.
                    Err(Error::Refused(Refusal::ApplicationNotFound)) => {}
                    accepted => return accepted.map(|()| Connected::Member(id)),
                }
            }
            Err(Obstacle::Invited(invitation)) => {
                return Ok(Connected::AlreadyPending(invitation));
            }
            Err(Obstacle::Crowded(made)) => {
                pending_count::recount(app, caller.game(), group, made).await?;
            }
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
            Err(Obstacle::IdTaken) => {}
        }
    }
    Err(Error::Busy)
}

fn invite(
    app: &App,
    caller: &Caller,
    invitation: &Invitation,
) -> Result<Transaction<Obstacle>, Error> {
    let &Invitation { group_id: group, user_id: user, connection_id: id, expires_at, .. } =
        invitation;
    let game = caller.game();
    let kind = ConnectionKind::Invitation;
    Ok(Transaction::new(permit(caller, Action::InviteToGroup, group)?).and([
        room(app, game, group, invitation.role_id.as_ref()),
        user_exists(game, user),
        not_blocked(game, group, user),
        not_member(game, group, user),
        Write::put(game, invitation)?
            .when(NOT_PENDING)
            .value("now", Seconds(app.now()))
            .or_judge(|item| Ok(Obstacle::Invited(found(item)?))),
        NewConnection { game, id, group, user, kind, until: expires_at }
            .claim(Obstacle::IdTaken)?,
    ]))
}

/// The step that counts an invitation, if the group exists, and the role where one is named, and there is room.
fn room(app: &App, game: GameId, group: GroupId, role: Option<&RoleId>) -> Step<Obstacle> {
    let mut room = pending_count::one_more(app, game, group);
    if let Some(role) = role {
        room = room.when("attribute_exists(role_names.#role)").name("role", role.as_str());
    }
    let role = role.cloned();
    room.or_judge(move |item| {
        Ok(match live_group(item)? {
            None => Refusal::GroupNotFound.into(),
            Some(group) if role.is_some_and(|role| !group.roles.contains_key(&role)) => {
                Refusal::RoleNotFound.into()
            }
            Some(group) => Obstacle::Crowded(group.pending_made),
        })
    })
}

/// The step that insists that no application is pending.
fn not_applied(app: &App, invitation: &Invitation, caller: &Caller) -> Step<Obstacle> {
    Write::check(Key::application(caller.game(), invitation.group_id, invitation.user_id))
        .when(NOT_PENDING)
        .value("now", Seconds(app.now()))
        .or_judge(|item| Ok(Obstacle::Applied(found(item)?)))
}
