//! Claims to group names: one group of a game holds a folded name, where names are unique.

use crate::App;
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

/// What a new name does to claims.
pub(super) struct Rename<V> {
    /// The claims that move.
    pub steps: Vec<Step<V>>,
    /// Whether the new name is claimed.
    pub is_claimed: bool,
}

/// Moves the group's claim to its new name: a claim that it has, or one that the deployment wants it to have.
pub(super) fn rename<V: From<Refusal> + Send + 'static>(
    app: &App,
    game: GameId,
    group: &Group,
    name: &GroupName,
) -> Result<Rename<V>, Error> {
    let claims = group.name_claimed || app.limits.unique_group_names;
    if name.folded() == group.group_name.folded() || !claims {
        return Ok(Rename { steps: Vec::new(), is_claimed: group.name_claimed });
    }
    let claim = claim(game, name, group.group_id)?;
    Ok(Rename {
        steps: release(game, group).into_iter().chain([claim]).collect(),
        is_claimed: true,
    })
}
