//! Make an admin a plain member again.

use crate::Call;
use crate::decision::Decision;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::rules::leaving::remove_admin as rule;
use crate::error::Error;
use crate::operations::scene::{Reads, decide};

/// Takes the admin role from a member; the last admin stays one.
pub async fn remove_admin<'a>(
    call: &Call<'a>,
    group: GroupId,
    user: UserId,
) -> Result<Decision<'a, ()>, Error> {
    // Which roles an admin holds besides is anybody's guess, and so is whether there is another.
    let reads = Reads::of(call, group).members([user]);
    decide(call, None, reads, |scene, context| rule(scene, context, user)).await
}
