//! A group of more rows than one transaction takes: written step by step, and there with the last step.
//!
//! First a row of another kind takes the group's place: nobody else draws the id, every write to the group is refused, and for
//! whoever reads there is none. Then all rows are put, without a condition, since nobody else writes there. What lies there is
//! compared with what should, and the group's own row takes the place. Each step may be done again.

use std::collections::BTreeSet;

use crate::App;
use crate::domain::ids::GameId;
use crate::domain::rules::arrival::Arrival;
use crate::error::Error;
use crate::operations::groups::sweep::sweep;
use crate::store::arrival;
use crate::store::keys::{self, Key};
use crate::store::rows::Arriving;
use crate::store::table::Range;
use crate::store::transaction::{Commit, MAX_WRITES};
use crate::store::write::{ABSENT, Write};

/// What is written of a group in other partitions.
pub(super) struct Beside {
    /// The claim of what it was called elsewhere.
    pub origin: Option<Write>,
    /// The claim to its name.
    pub name: Option<Write>,
    pub connections: Vec<Write>,
}

/// Writes a group step by step; `before` holds its place already, for this group or for one that was given up.
pub(super) async fn write(
    app: &App,
    game: GameId,
    arrival: &Arrival,
    before: Option<&Arriving>,
    arriving: &Arriving,
    beside: Beside,
) -> Result<Commit, Error> {
    let key = Key::group(game, arriving.group_id);
    if before.is_some_and(|before| before.digest != arriving.digest) {
        sweep(app, key.pk.clone(), Some(&key)).await?;
    }
    let place = match before {
        None => Write::put(game, arriving)?.when(ABSENT),
        Some(before) => Write::put(game, arriving)?.when_is("digest", before.digest.as_str()),
    };
    let begin = [place].into_iter().chain(beside.origin).collect();
    if app.store.commit(begin).await? == Commit::Changed {
        return Ok(Commit::Changed);
    }
    let mut connections = beside.connections.into_iter().peekable();
    while connections.peek().is_some() {
        let some = connections.by_ref().take(MAX_WRITES).collect();
        if app.store.commit(some).await? == Commit::Changed {
            return Ok(Commit::Changed);
        }
    }
    let inside = arrival::inside(game, arrival)?;
    let wanted: BTreeSet<Key> = inside.iter().map(|write| write.key().clone()).collect();
    app.store.put_all(inside).await?;
    let found: Vec<Key> = app.store.query_keys(Range::partition(key.pk.clone())).await?;
    let found: BTreeSet<Key> = found.into_iter().filter(|found| *found != key).collect();
    if found != wanted {
        // Another import of the same line has written it with other ids, or something of one that was given up came late.
        app.store.delete_all(found.difference(&wanted).cloned().collect()).await?;
        return Ok(Commit::Changed);
    }
    let group = arrival::group(game, arrival)?.when_is("digest", arriving.digest.as_str());
    app.store.commit([group].into_iter().chain(beside.name).collect()).await
}

/// Takes back what was written of a group that cannot be one any more.
pub(super) async fn give_up(
    app: &App,
    game: GameId,
    arriving: &Arriving,
    origin: Option<Key>,
) -> Result<(), Error> {
    let key = Key::group(game, arriving.group_id);
    sweep(app, keys::group_partition(game, arriving.group_id), Some(&key)).await?;
    let place = Write::delete(key).when_is("digest", arriving.digest.as_str());
    let writes = [place].into_iter().chain(origin.map(Write::delete)).collect();
    // Where it is not there any more, another call was faster.
    match app.store.commit(writes).await? {
        Commit::Done | Commit::Changed => Ok(()),
    }
}
