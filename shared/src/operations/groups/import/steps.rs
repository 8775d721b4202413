//! A group of more rows than one transaction takes: written step by step, and there with the last step.
//!
//! First a row of another kind takes the group's place: nobody else draws the id, every write to the group is refused, and for
//! whoever reads there is none. Then all rows are written, as many at a time as a transaction takes, each of which insists that
//! the place still is held for this line: so nothing that comes late gets into a group that is there. What lies there is
//! compared with what should, and the group's own row takes the place. Each step may be done again.

use std::collections::BTreeSet;

use crate::App;
use crate::domain::ids::GameId;
use crate::domain::rules::arrival::Arrival;
use crate::error::Error;
use crate::store::arrival;
use crate::store::keys::Key;
use crate::store::range::Range;
use crate::store::rows::Arriving;
use crate::store::transaction::{Commit, MAX_WRITES};
use crate::store::write::{ABSENT, Milliseconds, Write};

/// What is written of a group in other partitions.
pub(super) struct Beside {
    /// The claim of what it was called elsewhere.
    pub origin: Option<Write>,
    /// The claim to its name.
    pub name: Option<Write>,
    pub connections: Vec<Write>,
}

/// Writes a group step by step; `before` holds its place already, for this line or for one that was given up.
pub(super) async fn write(
    app: &App,
    game: GameId,
    arrival: &Arrival,
    before: Option<&Arriving>,
    arriving: &Arriving,
    beside: Beside,
) -> Result<Commit, Error> {
    let begin = [take_place(game, before, arriving)?].into_iter().chain(beside.origin).collect();
    if app.store.commit(begin).await? != Commit::Done {
        return Ok(Commit::Changed);
    }
    let mut writes = beside.connections;
    let inside = arrival::inside(game, arrival)?;
    let wanted: BTreeSet<Key> = inside.iter().map(|write| write.key().clone()).collect();
    writes.extend(inside);
    if write_in_place(app, game, arriving, writes).await? != Commit::Done {
        return Ok(Commit::Changed);
    }
    // Of a line that was given up, or of an import of the same one with other ids.
    if delete_in_place(app, game, arriving, |key| !wanted.contains(key)).await? != Commit::Done {
        return Ok(Commit::Changed);
    }
    let group = arrival::group(game, arrival)?.when_is("digest", arriving.digest.as_str());
    app.store.commit([group].into_iter().chain(beside.name).collect()).await
}

/// Holds the place, which nobody holds, or that one.
fn take_place(
    game: GameId,
    before: Option<&Arriving>,
    arriving: &Arriving,
) -> Result<Write, Error> {
    let place = Write::put(game, arriving)?;
    Ok(match before {
        None => place.when(ABSENT),
        Some(before) => place
            .when_is("digest", before.digest.as_str())
            .when_is("deleted_at", Milliseconds(before.begun_at)),
    })
}

/// Writes all of these as long as the place is held for this line.
async fn write_in_place(
    app: &App,
    game: GameId,
    arriving: &Arriving,
    writes: Vec<Write>,
) -> Result<Commit, Error> {
    let mut writes = writes.into_iter().peekable();
    while writes.peek().is_some() {
        let place = Write::check(Key::group(game, arriving.group_id));
        let mut some = vec![place.when_is("digest", arriving.digest.as_str())];
        some.extend(writes.by_ref().take(MAX_WRITES - 1));
        if app.store.commit(some).await? != Commit::Done {
            return Ok(Commit::Changed);
        }
    }
    Ok(Commit::Done)
}

/// Deletes such rows of the group that is to be, as long as the place is held for this line.
async fn delete_in_place(
    app: &App,
    game: GameId,
    arriving: &Arriving,
    is_gone: impl Fn(&Key) -> bool,
) -> Result<Commit, Error> {
    let place = Key::group(game, arriving.group_id);
    let found: Vec<Key> = app.store.query_keys(Range::partition(place.pk.clone())).await?;
    let gone = found.into_iter().filter(|key| *key != place && is_gone(key));
    write_in_place(app, game, arriving, gone.map(Write::delete).collect()).await
}

/// Takes back what was written of a group that cannot be one any more.
pub(super) async fn give_up(
    app: &App,
    game: GameId,
    arriving: &Arriving,
    origin: Option<Key>,
) -> Result<(), Error> {
    // First it is made sure that nobody else finishes it meanwhile.
    let nothing = Arriving { digest: "given up".to_owned(), ..arriving.clone() };
    if app.store.commit(vec![take_place(game, Some(arriving), &nothing)?]).await? != Commit::Done {
        return Ok(());
    }
    // Another line may be imported in its place, once this one has been given up for long.
    if delete_in_place(app, game, &nothing, |_| true).await? != Commit::Done {
        return Ok(());
    }
    let place = Key::group(game, arriving.group_id);
    let place = Write::delete(place).when_is("digest", nothing.digest.as_str());
    let writes = [place].into_iter().chain(origin.map(Write::delete)).collect();
    // Where it is not there any more, another call was faster.
    app.store.commit_unless_changed(writes).await
}
