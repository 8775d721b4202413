//! Claims to group names: one group of a game holds a folded name, where names are unique.

use crate::domain::group::Group;
use crate::domain::ids::{GameId, GroupId};
use crate::domain::name::GroupName;
use crate::error::{Error, Refusal};
use crate::store::keys::Key;
use crate::store::rows::Claim;
use crate::store::transaction::Step;
use crate::store::write::{ABSENT, Write};

/// Claims `name` for `group`.
pub(super) fn claim<V: From<Refusal> + Send + 'static>(
    game: GameId,
    name: &GroupName,
    group: GroupId,
) -> Result<Step<V>, Error> {
    let claim = Claim::new(Key::group_name(game, name), group);
    Ok(Write::put(game, &claim)?.when(ABSENT).or_else(Refusal::GroupNameTaken))
}

/// Gives the group's name back, if it was claimed.
pub(super) fn release<V>(game: GameId, group: &Group) -> Option<Step<V>> {
    group.name_claimed.then(|| Write::delete(Key::group_name(game, &group.group_name)).always())
}
