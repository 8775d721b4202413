//! Leave a group: the last admin hands over to the longest-standing member, the last member dissolves the group.

use crate::Call;
use crate::decision::Decision;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::rules::leaving::{leave, needs_successor};
use crate::error::Error;
use crate::operations::roster::read_all_members;
use crate::operations::scene::{Reads, decide_on};

/// Takes a user out of a group, as they wish.
pub async fn leave_group<'a>(
    call: &Call<'a>,
    user: UserId,
    group: GroupId,
) -> Result<Decision<'a, ()>, Error> {
    let reads = Reads::of(call, group).members([user]).doors_later(call, [user]);
    let mut scene = reads.read(call).await?;
    if needs_successor(&scene, user)? {
        // Only now: most who leave are not the last admin, and a group has many members.
        read_all_members(call, &mut scene).await?;
    }
    decide_on(call, scene, |scene, context| leave(scene, context, user)).await
}
