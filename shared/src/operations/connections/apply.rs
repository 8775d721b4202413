//! Apply to a group: take up an invitation where there is one, join at once where the group is open, else wait for an admin.

use crate::Call;
use crate::decision::Decision;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::Application;
use crate::domain::rules::joining::{self, Connected, Wish};
use crate::domain::user::User;
use crate::domain::words::CoverNote;
use crate::error::{Error, Refusal};
use crate::operations::scene::{Reads, decide_on};

/// Asks for `user` to join, and tells who that is.
pub async fn apply_to_group<'a>(
    call: &Call<'a>,
    group: GroupId,
    user: UserId,
    wish: Wish,
    message: Option<CoverNote>,
) -> Result<Decision<'a, (Connected<Application>, User)>, Error> {
    if !call.caller.speaks_for(user) {
        return Err(Refusal::NotAuthorized.into());
    }
    let id = call.app.entropy.id()?;
    // Open or closed, invited or not: that is anybody's guess, so it is read first.
    let reads = Reads::of(call, group).members([user]).doors(call, [user]).users(call, [user]);
    let reads = reads.belongings(call, [user]);
    let scene = reads.read(call).await?;
    let applicant = scene.users.get(&user).cloned().ok_or(Refusal::UserNotFound)?;
    let decision = decide_on(call, scene, |scene, context| {
        joining::apply(scene, context, user, wish, message.as_ref(), id)
    });
    Ok(decision.await?.map(|connected| (connected, applicant)))
}
