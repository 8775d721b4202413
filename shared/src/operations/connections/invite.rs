//! Invite somebody to a group: an application that is already there is accepted instead.

use crate::Call;
use crate::decision::Decision;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::Invitation;
use crate::domain::name::Username;
use crate::domain::role::RoleId;
use crate::domain::rules::joining::{self, Connected, Meeting};
use crate::domain::user::User;
use crate::error::{Error, Refusal};
use crate::operations::scene::{Reads, decide_on};
use crate::store::keys::Key;
use crate::store::rows::Claim;

/// The user of that name in the caller's game.
pub async fn find_user(call: &Call<'_>, name: &Username) -> Result<UserId, Error> {
    let claim = call.app.store.get::<Claim>(Key::username(call.game(), name)).await?;
    claim.ok_or(Refusal::UserNotFound)?.holder()
}

/// What came of an invitation.
#[derive(Debug)]
pub struct Invited {
    /// What is pending, or what has come of it.
    pub connected: Connected<Invitation>,
    /// The invited user.
    pub user: User,
    /// The group's member role, which an invitation gives that names none.
    pub member_role: RoleId,
}

/// Invites `user`.
pub async fn invite_to_group<'a>(
    call: &Call<'a>,
    group: GroupId,
    user: UserId,
    role: Option<&RoleId>,
    meeting: Meeting,
) -> Result<Decision<'a, Invited>, Error> {
    let id = call.app.entropy.id()?;
    let reads = Reads::of(call, group).members([user]).doors(call, [user]).users(call, [user]);
    let reads = reads.belongings(call, [user]);
    let scene = reads.read(call).await?;
    let user_row = scene.users.get(&user).cloned().ok_or(Refusal::UserNotFound)?;
    let member_role = scene.group.member_role.clone();
    let decision = decide_on(call, scene, |scene, context| {
        joining::invite(scene, context, user, role, meeting, id)
    });
    Ok(decision.await?.map(|connected| Invited { connected, user: user_row, member_role }))
}
