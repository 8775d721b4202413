//! Give roles to members, and take roles from them.

use std::collections::BTreeSet;

use crate::Call;
use crate::decision::Decision;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::role::RoleId;
use crate::domain::rules::roles;
use crate::error::Error;
use crate::operations::members::leave::leave_group;
use crate::operations::scene::{Reads, decide_on};

/// Gives a role, by default the member role, to these users besides those that they have. Who is not a member yet becomes
/// one, if it is the game itself that wants it.
pub async fn add_members<'a>(
    call: &Call<'a>,
    group: GroupId,
    users: &BTreeSet<UserId>,
    role: Option<&RoleId>,
) -> Result<Decision<'a, ()>, Error> {
    let mut reads = Reads::of(call, group).members(users.iter().copied());
    if roles::adds_members(&call.context()) {
        reads = reads.doors(call, users.iter().copied()).users(call, users.iter().copied());
        reads = reads.belongings(call, users.iter().copied());
    }
    let scene = reads.read_for_list(call).await?;
    decide_on(call, scene, |scene, context| roles::add_members(scene, context, users, role)).await
}

/// Takes users out of a role, or out of the group; who is left without a role is out. Anyone may take out themselves.
pub async fn remove_members<'a>(
    call: &Call<'a>,
    group: GroupId,
    users: &BTreeSet<UserId>,
    role: Option<&RoleId>,
) -> Result<Decision<'a, ()>, Error> {
    let is_oneself = users.len() == 1 && users.first() == call.caller.acting_user().as_ref();
    if let (Some(user), true, None) = (call.caller.acting_user(), is_oneself, role) {
        return leave_group(call, user, group).await;
    }
    let reads = Reads::of(call, group)
        .members(users.iter().copied())
        .doors_later(call, users.iter().copied());
    let scene = reads.read_for_list(call).await?;
    decide_on(call, scene, |scene, context| roles::remove_members(scene, context, users, role))
        .await
}

/// Moves members from one role to another.
pub async fn change_member_role<'a>(
    call: &Call<'a>,
    group: GroupId,
    users: &BTreeSet<UserId>,
    origin: &RoleId,
    destination: &RoleId,
) -> Result<Decision<'a, ()>, Error> {
    let reads = Reads::of(call, group).members(users.iter().copied());
    let scene = reads.read_for_list(call).await?;
    decide_on(call, scene, |scene, context| {
        roles::change_member_role(scene, context, users, origin, destination)
    })
    .await
}
