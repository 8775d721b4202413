//! Export what is stored about a user in a group: their membership, what they made, and what happened to them or by them.

use futures_util::future::try_join;

use crate::App;
use crate::domain::attribute::Attribute;
use crate::domain::code::Code;
use crate::domain::door::Door;
use crate::domain::event::GroupEvent;
use crate::domain::ids::{GameId, GroupId, UserId};
use crate::domain::membership::Member;
use crate::error::Error;
use crate::operations::whole::read_whole;
use crate::store::keys;
use crate::store::range::Range;

/// How many events of a group's history are looked at in one call.
pub const EVENTS: usize = 1000;

/// What a group has of a user.
#[derive(Debug, Clone)]
pub struct Traces {
    pub member: Option<Member>,
    /// Their application, invitation, block or wait.
    pub door: Option<Door>,
    /// Those that they have created.
    pub attributes: Vec<Attribute>,
    pub codes: Vec<Code>,
    /// Of the events that were looked at, those that concern them.
    pub events: Vec<GroupEvent>,
    /// Behind which place the history goes on; nowhere, where all of it was looked at.
    pub next_after: Option<u32>,
}

/// What a group has of a user, and its history from behind that place on.
pub async fn traces(
    app: &App,
    game: GameId,
    user: UserId,
    group: GroupId,
    after: u32,
) -> Result<Traces, Error> {
    let first = keys::event_sort(after.saturating_add(1));
    let range = Range::through(keys::events_partition(game, group), first, keys::EVENT);
    let events = app.store.query::<GroupEvent>(range.first(EVENTS as i32));
    let (whole, mut events) = try_join(read_whole(app, game, group), events).await?;
    let last = events.last().map(|event| event.seq).filter(|_| events.len() >= EVENTS);
    let is_successor = |event: &GroupEvent| event.event.data.successor_id == Some(user);
    events.retain(|event| event.event.concerns(user) || is_successor(event));
    Ok(Traces {
        member: whole.members.into_iter().find(|member| member.user_id == user),
        door: whole.doors.into_iter().find(|door| door.user_id == user),
        attributes: whole.attributes.into_iter().filter(|it| it.creator_id == user).collect(),
        codes: whole.codes.into_iter().filter(|it| it.creator_id == Some(user)).collect(),
        events,
        next_after: last,
    })
}
