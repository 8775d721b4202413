//! Sweep a group: remove the rows that a deleted group leaves behind, and its history.

use crate::App;
use crate::domain::group::Group;
use crate::domain::ids::{GameId, GroupId};
use crate::error::Error;
use crate::store::keys::{self, Key};
use crate::store::table::Range;
use crate::store::write::Write;

/// Removes the rows of a group that is marked deleted; a group that is not is left alone.
///
/// The group's own row goes last: until then its id cannot be drawn again, and a sweep that was cut short is done again.
/// Nothing is added meanwhile, since every write to a group insists on its being live.
pub async fn sweep_group(app: &App, game: GameId, group: GroupId) -> Result<(), Error> {
    let key = Key::group(game, group);
    let is_marked = match app.store.get::<Group>(key.clone()).await? {
        Some(group) if group.is_live() => return Ok(()),
        Some(_) => true,
        // Swept already. A batch that was delivered again may have written events since.
        None => false,
    };
    sweep(app, keys::events_partition(game, group), None).await?;
    if !is_marked {
        return Ok(());
    }
    sweep(app, keys::group_partition(game, group), Some(&key)).await?;
    let delete = Write::delete(key).when("attribute_exists(deleted_at)");
    // Where the row is gone already, another sweep was faster.
    app.store.commit_unless_changed(vec![delete]).await
}

/// Removes all rows of a partition but one.
pub(super) async fn sweep(app: &App, partition: String, but: Option<&Key>) -> Result<(), Error> {
    let rows: Vec<Key> = app.store.query_keys(Range::partition(partition)).await?;
    app.store.delete_all(rows.into_iter().filter(|row| Some(row) != but).collect()).await
}
