//! List the groups of a user.

use std::collections::{HashMap, HashSet};

use crate::Call;
use crate::domain::group::Group;
use crate::domain::ids::UserId;
use crate::domain::membership::Member;
use crate::error::Error;
use crate::operations::users::get::by_user_of;
use crate::store::keys::{self, Key};
use crate::store::rows::{self, Projection};

/// The groups of a user that the caller may see, with the user's membership, the longest-standing first.
///
/// One sees one's own groups, and of others those that one is in too; the game sees all. Of more than an answer shows, those
/// with the first ids are looked at.
pub async fn list_membership(call: &Call<'_>, user: UserId) -> Result<Vec<(Member, Group)>, Error> {
    let mut members = rows::take::<Member>(&mut by_user_of(call, user, keys::MEMBER).await?)?;
    members.sort_by_key(Member::seniority);
    let mut keys: Vec<Key> =
        members.iter().map(|member| Key::group(call.game(), member.group_id)).collect();
    // Of somebody else's groups the caller's own membership decides, read with the groups.
    let other = call.caller.acting_user().filter(|_| !call.caller.speaks_for(user));
    keys.extend(other.into_iter().flat_map(|me| {
        members.iter().map(move |member| Key::member(call.game(), member.group_id, me))
    }));
    let kinds = Projection::rows::<Group>().and::<Member>();
    let mut items = call.app.store.get_items(keys, kinds).await?;
    let groups = rows::take::<Group>(&mut items)?.into_iter();
    let mut groups: HashMap<_, _> = groups.map(|group| (group.group_id, group)).collect();
    let mine = rows::take::<Member>(&mut items)?.into_iter();
    let mine: HashSet<_> = mine.map(|mine| mine.group_id).collect();
    let visible = |member: Member| {
        let shared = other.is_none() || mine.contains(&member.group_id);
        let group = groups.remove(&member.group_id).filter(|group| shared && group.is_live())?;
        Some((member, group))
    };
    Ok(members.into_iter().filter_map(visible).collect())
}
