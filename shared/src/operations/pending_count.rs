//! How much is pending in a group: a count that is never less than what is there, so that the limit holds.
//!
//! Whoever puts or takes a pending row moves the count in the same transaction. What expires is still counted, since nobody
//! acts when it does, and so is what a membership settles; whoever finds no room therefore counts anew, and goes on.

use jiff::SignedDuration;
use serde::Deserialize;

use crate::App;
use crate::domain::ids::{GameId, GroupId};
use crate::error::{Error, Refusal};
use crate::operations::guard::LIVE;
use crate::store::keys::{self, Key};
use crate::store::table::Range;
use crate::store::transaction::Transaction;
use crate::store::write::Write;

/// What has expired so recently is counted: a call that began before may still answer it, and would subtract it once more.
const AFTERGLOW: SignedDuration = SignedDuration::from_mins(1);

/// One pending row more in a group that exists, while there is room.
pub(super) fn one_more(app: &App, game: GameId, group: GroupId) -> Write {
    Write::update(Key::group(game, group))
        .increase("pending_count", 1)
        .increase("pending_made", 1)
        .when(LIVE)
        .when("pending_count < :most_pending")
        .value("most_pending", app.limits.pending)
}

/// The same change of a group's row, and one pending row less.
pub(super) fn one_less(write: Write) -> Write {
    write.decrease("pending_count", 1)
}

/// What is read of a pending row.
#[derive(Deserialize)]
struct Pending {
    expires_at: i64,
}

/// Counts anew in a group in which there was no room when `made` was its `pending_made`.
///
/// # Errors
/// [`Refusal::TooManyPending`] if there is none indeed.
pub(super) async fn recount(
    app: &App,
    game: GameId,
    group: GroupId,
    made: u32,
) -> Result<(), Error> {
    let past = app.now().checked_sub(AFTERGLOW).map_err(Error::internal)?.as_second();
    let range = Range::prefix(keys::group_partition(game, group), keys::ANY_PENDING);
    let rows: Vec<Pending> = app.store.query(range).await?;
    let count = rows.iter().filter(|row| row.expires_at > past).count();
    let count = u32::try_from(count).map_err(Error::internal)?;
    if count >= app.limits.pending {
        return Err(Refusal::TooManyPending.into());
    }
    // Rows that went since are counted still, which does no harm; one that came would be missing.
    let nobody_came = "pending_made = :made";
    let set = Write::update(Key::group(game, group)).set("pending_count", count).when(LIVE);
    let set = set.when(nobody_came).value("made", made).or_else(());
    // Where somebody came, somebody has counted; the caller sees.
    let _counted = Transaction::<()>::new([set]).commit(&app.store).await?;
    Ok(())
}
