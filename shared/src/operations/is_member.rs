//! Ask whether somebody is in a group, or holds a role in it.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::group::Group;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::Member;
use crate::domain::role::RoleId;
use crate::error::{Error, Refusal};
use crate::operations::guard::admits;
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::rows::{self, Projection};

/// Whether `user` is a member of the group, and where `role` is named, holds it; for those who may read who is in the group.
///
/// However large the group is, it reads the rows that it asks about: the group's, because only that one says whether the group
/// still exists and which roles it has, the user's, and the caller's own. All are consistent, so that nobody is told of a
/// membership that has ended.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::RoleNotFound`].
pub async fn is_member(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
    role: Option<&RoleId>,
) -> Result<bool, Error> {
    let me = caller.acting_user().filter(|_| !caller.is_title());
    let mut keys = vec![Key::group(caller.game(), group)];
    // Whoever asks about themselves names the same row twice, and it is read once.
    let asked_about = [Some(user), me].into_iter().flatten();
    keys.extend(asked_about.map(|user| Key::member(caller.game(), group, user)));
    let kinds = Projection::kinds::<Group>().and::<Member>();
    let mut items = app.store.get_items(keys, kinds).await?;
    let group = rows::take::<Group>(&mut items)?.pop().filter(Group::is_live);
    let group = group.ok_or(Refusal::GroupNotFound)?;
    let members = rows::take::<Member>(&mut items)?;
    let member = |user: UserId| members.iter().find(|member| member.user_id == user);
    if !admits(caller, Action::ListMembers, me.and_then(member).map(|me| me.is_admin)) {
        return Err(Refusal::NotAuthorized.into());
    }
    if role.is_some_and(|role| !group.roles.contains_key(role)) {
        return Err(Refusal::RoleNotFound.into());
    }
    let holds = |member: &Member| role.is_none_or(|role| member.roles.contains(role));
    Ok(member(user).is_some_and(holds))
}
