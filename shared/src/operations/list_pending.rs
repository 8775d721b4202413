//! List what is pending: of a group for its admins, of a user for the user.

use futures_util::future::try_join;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::{Application, Invitation};
use crate::domain::role::RoleId;
use crate::error::{Error, Refusal};
use crate::operations::get_user::{Inviters, by_user_of, connections};
use crate::operations::guard::{admits, group_and_me};
use crate::permissions::Action;
use crate::store::keys;
use crate::store::rows::Row;
use crate::store::table::Range;

/// An invitation, and the role that it gives at this moment.
pub type InvitationWithRole = (Invitation, RoleId);

/// A group's pending applications, the one that expires first first.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`].
pub async fn list_applications(
    app: &App,
    caller: &Caller,
    group: GroupId,
) -> Result<Vec<Application>, Error> {
    let (_, mut applications) =
        of_group::<Application>(app, caller, group, keys::APPLICATION).await?;
    applications.retain(|application| application.expires_at > app.now());
    applications.sort_by_key(|application| (application.expires_at, application.user_id));
    Ok(applications)
}

/// A group's pending invitations, the one that expires first first.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`].
pub async fn list_invitations(
    app: &App,
    caller: &Caller,
    group: GroupId,
) -> Result<Vec<InvitationWithRole>, Error> {
    let (member_role, mut invitations) =
        of_group::<Invitation>(app, caller, group, keys::INVITATION).await?;
    invitations.retain(|invitation| invitation.expires_at > app.now());
    invitations.sort_by_key(|invitation| (invitation.expires_at, invitation.user_id));
    let with_role = |invitation: Invitation| {
        let role = invitation.role_id.clone().unwrap_or_else(|| member_role.clone());
        (invitation, role)
    };
    Ok(invitations.into_iter().map(with_role).collect())
}

/// The group's member role, and its rows of that kind.
async fn of_group<R: Row>(
    app: &App,
    caller: &Caller,
    group: GroupId,
    prefix: &str,
) -> Result<(RoleId, Vec<R>), Error> {
    let partition = keys::group_partition(caller.game(), group);
    let ((group, me), rows) = try_join(
        group_and_me(app, caller, group),
        app.store.query(Range::prefix(partition, prefix)),
    )
    .await?;
    if !admits(caller, Action::ListPending, me.map(|me| me.is_admin)) {
        return Err(Refusal::NotAuthorized.into());
    }
    Ok((group.member_role, rows))
}

/// A user's pending applications and invitations; of others, nothing.
pub async fn list_opportunities(
    app: &App,
    caller: &Caller,
    user: UserId,
) -> Result<(Vec<Application>, Vec<InvitationWithRole>), Error> {
    if !caller.speaks_for(user) {
        return Ok((Vec::new(), Vec::new()));
    }
    let items = by_user_of(app, caller, user, keys::ANY_PENDING).await?;
    let found = connections(app, caller, items, Inviters::NotShown).await?;
    let applications = found.applications.into_iter().map(|(application, _)| application);
    let invitations = found.invitations.into_iter().map(|(invitation, group, _)| {
        let role = invitation.role_id.clone().unwrap_or(group.member_role);
        (invitation, role)
    });
    Ok((applications.collect(), invitations.collect()))
}
