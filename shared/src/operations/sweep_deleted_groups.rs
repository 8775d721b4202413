//! Sweep deleted groups: remove the rows that a deleted group leaves behind.

use crate::App;
use crate::domain::group::Group;
use crate::domain::ids::{GameId, GroupId};
use crate::error::Error;
use crate::store::keys::{self, Key};
use crate::store::table::Range;
use crate::store::transaction::Transaction;
use crate::store::write::Write;

/// Removes the rows of a group that is marked deleted; a group that is not is left alone.
///
/// The group's own row goes last: until then its id cannot be drawn again, and a sweep that was cut short is done again.
/// Nothing is added meanwhile, since every write to a group insists on its being live.
pub async fn sweep_deleted_group(app: &App, game: GameId, group: GroupId) -> Result<(), Error> {
    let key = Key::group(game, group);
    match app.store.get::<Group>(key.clone()).await? {
        Some(group) if !group.is_live() => {}
        Some(_) | None => return Ok(()),
    }
    let range = Range::partition(keys::group_partition(game, group));
    let rows: Vec<Key> = app.store.query(range).await?;
    app.store.delete_all(rows.into_iter().filter(|row| *row != key).collect()).await?;
    let not_deleted = ();
    let delete = Write::delete(key).when("attribute_exists(deleted_at)").or_else(not_deleted);
    // Where the row is gone already, another sweep was faster.
    let _swept = Transaction::<()>::new([delete]).commit(&app.store).await?;
    Ok(())
}
