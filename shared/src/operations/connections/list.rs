//! List what is pending: of a group for its admins, of a user for the user.

use futures_util::future::try_join;

use crate::Call;
use crate::domain::door::Door;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::{Application, Invitation};
use crate::domain::permissions::{Action, allows};
use crate::domain::role::RoleId;
use crate::error::{Error, Refusal};
use crate::operations::scene::Reads;
use crate::operations::users::get::{Inviters, by_user_of, connections};
use crate::store::keys;
use crate::store::range::Range;

/// An invitation, and the role that it gives at this moment.
pub type InvitationWithRole = (Invitation, RoleId);

/// A group's pending applications, the one that expires first first.
pub async fn list_applications(call: &Call<'_>, group: GroupId) -> Result<Vec<Application>, Error> {
    let (_, doors) = doors(call, group).await?;
    let applications = doors.iter().filter_map(|door| door.to_application(call.now));
    let mut applications: Vec<Application> = applications.collect();
    applications.sort_by_key(|application| (application.expires_at, application.user_id));
    Ok(applications)
}

/// A group's pending invitations, the one that expires first first.
pub async fn list_invitations(
    call: &Call<'_>,
    group: GroupId,
) -> Result<Vec<InvitationWithRole>, Error> {
    let (member_role, doors) = doors(call, group).await?;
    let invitations = doors.iter().filter_map(|door| door.to_invitation(call.now));
    let mut invitations: Vec<Invitation> = invitations.collect();
    invitations.sort_by_key(|invitation| (invitation.expires_at, invitation.user_id));
    let with_role = |invitation: Invitation| {
        let role = invitation.role_id.clone().unwrap_or_else(|| member_role.clone());
        (invitation, role)
    };
    Ok(invitations.into_iter().map(with_role).collect())
}

/// The group's member role, and its doors.
async fn doors(call: &Call<'_>, group: GroupId) -> Result<(RoleId, Vec<Door>), Error> {
    let partition = keys::group_partition(call.game(), group);
    let reads = Reads::of(call, group);
    let doors = call.app.store.query::<Door>(Range::prefix(partition, keys::DOOR));
    let (scene, doors) = try_join(reads.read(call), doors).await?;
    let actor = call.caller.actor();
    if !allows(actor, Action::ListPending, scene.me(actor)) {
        return Err(Refusal::NotAuthorized.into());
    }
    Ok((scene.group.member_role, doors))
}

/// A user's pending applications and invitations; of others, nothing.
pub async fn list_opportunities(
    call: &Call<'_>,
    user: UserId,
) -> Result<(Vec<Application>, Vec<InvitationWithRole>), Error> {
    if !call.caller.speaks_for(user) {
        return Ok((Vec::new(), Vec::new()));
    }
    let items = by_user_of(call, user, keys::PENDING).await?;
    let found = connections(call, items, Inviters::NotShown).await?;
    let applications = found.applications.into_iter().map(|(application, _)| application);
    let invitations = found.invitations.into_iter().map(|(invitation, group, _)| {
        let role = invitation.role_id.clone().unwrap_or(group.member_role);
        (invitation, role)
    });
    Ok((applications.collect(), invitations.collect()))
}
