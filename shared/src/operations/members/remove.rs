//! Remove a member: an admin takes them out, and keeps them out unless they say otherwise.

use crate::Call;
use crate::decision::Decision;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::rules::leaving::{Removal, remove};
use crate::domain::scene::Scene;
use crate::error::Error;
use crate::operations::members::leave::leave_group;
use crate::operations::scene::{Reads, decide};

/// Removes a member, and blocks them where that is wanted. Who names themselves leaves, and is not blocked.
pub async fn remove_member<'a>(
    call: &Call<'a>,
    group: GroupId,
    user: UserId,
    removal: Removal,
) -> Result<Decision<'a, ()>, Error> {
    if call.caller.acting_user() == Some(user) {
        return leave_group(call, user, group).await;
    }
    // Who is removed most likely is no admin and not blocked yet.
    let assumed = Scene::assumed(group).and_admin(call.caller.actor()).and_member(user);
    let reads = Reads::of(call, group).members([user]).doors(call, [user]);
    decide(call, Some(assumed), reads, |scene, context| remove(scene, context, user, &removal))
        .await
}
