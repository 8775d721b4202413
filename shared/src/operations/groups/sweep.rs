//! Sweep a group: remove the rows that a deleted group leaves behind, and its history.

use crate::App;
use crate::domain::group::Group;
use crate::domain::ids::{GameId, GroupId};
use crate::error::Error;
use crate::store::keys::{self, Key};
use crate::store::range::Range;
use crate::store::write::Write;

/// How many rows are removed before the next ones are looked for.
const AT_ONCE: usize = 1000;

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

/// Removes all rows of a partition but one, so many at a time: histories have no end, and a sweep that is cut short has come closer
/// to it.
async fn sweep(app: &App, partition: String, but: Option<&Key>) -> Result<(), Error> {
    loop {
        let range = Range::partition(partition.clone()).first(AT_ONCE as i32);
        let rows: Vec<Key> = app.store.query_keys(range).await?;
        let is_last = rows.len() < AT_ONCE;
        app.store.delete_all(rows.into_iter().filter(|row| Some(row) != but).collect()).await?;
        if is_last {
            return Ok(());
        }
    }
}
