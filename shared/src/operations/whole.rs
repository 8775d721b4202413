//! A group with all of its rows, deleted or not: for operators.

use crate::App;
use crate::domain::attribute::{Attribute, PublicAttribute};
use crate::domain::code::Code;
use crate::domain::door::Door;
use crate::domain::event::GroupEvent;
use crate::domain::group::Group;
use crate::domain::ids::{GameId, GroupId};
use crate::domain::membership::Member;
use crate::error::{Error, Refusal};
use crate::store::keys::{self, Key};
use crate::store::range::Range;
use crate::store::rows::{self, Projection};

/// All that lies in a group's partition, each kind in the order of its keys.
#[derive(Debug, Clone)]
pub struct Whole {
    pub group: Group,
    pub members: Vec<Member>,
    pub doors: Vec<Door>,
    pub attributes: Vec<Attribute>,
    pub public: Vec<PublicAttribute>,
    pub codes: Vec<Code>,
}

/// Reads all of a group's rows. What is committed meanwhile may be seen in some of them and not in others.
pub async fn read_whole(app: &App, game: GameId, group: GroupId) -> Result<Whole, Error> {
    let kinds = Projection::rows::<Group>()
        .and::<Member>()
        .and::<Door>()
        .and::<Attribute>()
        .and::<PublicAttribute>()
        .and::<Code>();
    let range = Range::partition(keys::group_partition(game, group));
    let mut items = app.store.query_items(range, kinds).await?;
    let group = rows::take::<Group>(&mut items)?.pop().ok_or(Refusal::GroupNotFound)?;
    Ok(Whole {
        group,
        members: rows::take(&mut items)?,
        doors: rows::take(&mut items)?,
        attributes: rows::take(&mut items)?,
        public: rows::take(&mut items)?,
        codes: rows::take(&mut items)?,
    })
}

/// Reads a group while nothing happens in it: its row is read before and behind all rows, and says the same.
pub async fn read_at_rest(app: &App, game: GameId, group: GroupId) -> Result<Whole, Error> {
    let key = Key::group(game, group);
    let mut before = app.store.get::<Group>(key.clone()).await?.ok_or(Refusal::GroupNotFound)?;
    loop {
        let whole = read_whole(app, game, group).await?;
        let after = app.store.get::<Group>(key.clone()).await?.ok_or(Refusal::GroupNotFound)?;
        if before.seq == after.seq {
            return Ok(whole);
        }
        before = after;
    }
}

/// The last events of a group, the last one first.
pub async fn last_events(
    app: &App,
    game: GameId,
    group: GroupId,
    most: u32,
) -> Result<Vec<GroupEvent>, Error> {
    let range = Range::prefix(keys::events_partition(game, group), keys::EVENT);
    app.store.query(range.last(i32::try_from(most).map_err(Error::internal)?)).await
}
