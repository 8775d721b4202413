//! The groups of players, where a deployment bounds how many one may be in.
//!
//! A player's row has the groups that they joined since there is a bound, and the index those from before, or from a time
//! without one; it may lag, but not behind what is in the row. Leaving costs nothing: a group that was left, or is gone, stays
//! in the row until it is in somebody's way, and then it is looked at.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;

use crate::Call;
use crate::domain::belonging::{Belonging, Joins};
use crate::domain::group::Group;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::{Member, Membership};
use crate::error::Error;
use crate::store::Item;
use crate::store::keys::{self, Key};
use crate::store::range::Range;
use crate::store::rows::{self, Projection};

/// Whether the number of a player's groups is bounded.
pub(super) fn is_bounded(call: &Call<'_>) -> bool {
    call.app.limits.groups_per_player > 0
}

/// The groups of each of these users, as the index has them.
pub(super) async fn listed(
    call: &Call<'_>,
    users: &BTreeSet<UserId>,
) -> Result<BTreeMap<UserId, BTreeSet<GroupId>>, Error> {
    let listed = users.iter().map(|user| async move {
        let range = Range::prefix(keys::user_partition(call.game(), *user), keys::MEMBER);
        let members: Vec<Membership> = call.app.store.query(range.of(keys::BY_USER)).await?;
        Ok::<_, Error>((*user, members.into_iter().map(|member| member.group_id).collect()))
    });
    Ok(try_join_all(listed).await?.into_iter().collect())
}

/// What is known of the groups of users: by the index, and by the rows among `items`.
pub(super) fn known(
    listed: BTreeMap<UserId, BTreeSet<GroupId>>,
    items: &mut Vec<Item>,
) -> Result<BTreeMap<UserId, Belonging>, Error> {
    let stored = rows::take::<Joins>(items)?.into_iter();
    let mut stored: BTreeMap<UserId, Joins> = stored.map(|row| (row.user_id, row)).collect();
    let known = listed.into_iter().map(|(user, mut groups)| {
        let stored = stored.remove(&user);
        groups.extend(stored.iter().flat_map(|row| row.group_ids.iter().copied()));
        (user, Belonging { stored, groups })
    });
    Ok(known.collect())
}

/// Looks whether users are in the groups that they may be in.
pub(super) async fn check(
    call: &Call<'_>,
    belongings: &mut BTreeMap<UserId, Belonging>,
) -> Result<(), Error> {
    let game = call.game();
    let pairs =
        belongings.iter().flat_map(|(user, it)| it.groups.iter().map(|group| (*user, *group)));
    let keys =
        pairs.flat_map(|(user, group)| [Key::member(game, group, user), Key::group(game, group)]);
    let kinds = Projection::rows::<Group>().and::<Member>();
    let mut items = call.app.store.get_items(keys.collect(), kinds).await?;
    let groups = rows::take::<Group>(&mut items)?.into_iter().filter(Group::is_live);
    let live: BTreeSet<GroupId> = groups.map(|group| group.group_id).collect();
    let members = rows::take::<Member>(&mut items)?.into_iter();
    let members: BTreeSet<_> = members.map(|member| (member.user_id, member.group_id)).collect();
    for (user, belonging) in belongings {
        belonging.groups.retain(|group| live.contains(group) && members.contains(&(*user, *group)));
    }
    Ok(())
}
