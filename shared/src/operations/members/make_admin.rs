//! Make a member an admin.

use crate::Call;
use crate::decision::Decision;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::rules::leaving::make_admin as rule;
use crate::domain::scene::Scene;
use crate::error::Error;
use crate::operations::scene::{Reads, decide};

/// Gives a member the admin role. Who has it already keeps it.
pub async fn make_admin<'a>(
    call: &Call<'a>,
    group: GroupId,
    user: UserId,
) -> Result<Decision<'a, ()>, Error> {
    // Who becomes an admin most likely is a plain member; and nobody can do it to themselves.
    let assumed = (!call.caller.actor().is_user(user))
        .then(|| Scene::assumed(group).and_admin(call.caller.actor()).and_member(user));
    let reads = Reads::of(call, group).members([user]);
    decide(call, assumed, reads, |scene, context| rule(scene, context, user)).await
}
