//! Remove a member: an admin takes them out, and keeps them out until they are unblocked.

use crate::Call;
use crate::decision::Decision;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::rules::leaving::remove;
use crate::domain::scene::Scene;
use crate::error::Error;
use crate::operations::members::leave::leave_group;
use crate::operations::scene::{Reads, decide};

/// Removes and blocks a member. Who names themselves leaves, and is not blocked.
pub async fn remove_member<'a>(
    call: &Call<'a>,
    group: GroupId,
    user: UserId,
) -> Result<Decision<'a, ()>, Error> {
    if call.caller.acting_user() == Some(user) {
        return leave_group(call, user, group).await;
    }
    // Who is removed most likely is no admin and not blocked yet.
    let assumed = Scene::assumed(group).and_admin(call.caller.actor()).and_member(user);
    let reads = Reads::of(call, group).members([user]).doors(call, [user]);
    decide(call, Some(assumed), reads, |scene, context| remove(scene, context, user)).await
}
