//! Ask whether somebody is in a group, or holds a role in it.

use crate::Call;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::Member;
use crate::domain::permissions::{Action, allows};
use crate::domain::role::RoleId;
use crate::error::{Error, Refusal};
use crate::operations::scene::Reads;

/// Whether `user` is a member of the group, and where `role` is named, holds it; for those who may read who is in the group.
///
/// However large the group is, it reads the rows that it asks about: the group's, because only that one says whether the group
/// still exists and which roles it has, the user's, and the caller's own. All are consistent, so that nobody is told of a
/// membership that has ended.
pub async fn is_member(
    call: &Call<'_>,
    group: GroupId,
    user: UserId,
    role: Option<&RoleId>,
) -> Result<bool, Error> {
    let scene = Reads::of(call, group).members([user]).read(call).await?;
    let actor = call.caller.actor();
    if !allows(actor, Action::ListMembers, scene.me(actor)) {
        return Err(Refusal::NotAuthorized.into());
    }
    if role.is_some_and(|role| !scene.group.roles.contains_key(role)) {
        return Err(Refusal::RoleNotFound.into());
    }
    let holds = |member: &Member| role.is_none_or(|role| member.roles.contains(role));
    Ok(scene.members.get(&user).is_some_and(holds))
}
