//! A group that arrives, as writes.

use crate::domain::attribute::PublicAttribute;
use crate::domain::ids::GameId;
use crate::domain::membership::Connection;
use crate::domain::rules::arrival::Arrival;
use crate::error::Error;
use crate::store::plan::event;
use crate::store::write::Write;

/// The group's own row, which says that it has arrived.
pub fn group(game: GameId, arrival: &Arrival) -> Result<Write, Error> {
    Ok(Write::put(game, &arrival.group)?.with("last_event", event(&arrival.event)?))
}

/// All other rows of its partition.
pub fn inside(game: GameId, arrival: &Arrival) -> Result<Vec<Write>, Error> {
    let Arrival { members, doors, attributes, codes, .. } = arrival;
    let public = attributes.iter().filter(|it| it.is_public).map(PublicAttribute::from);
    let public: Vec<_> = public.collect();
    let members = members.iter().map(|row| Write::put(game, row));
    let doors = doors.iter().map(|row| Write::put(game, row));
    let attributes = attributes.iter().map(|row| Write::put(game, row));
    let public = public.iter().map(|row| Write::put(game, row));
    let codes = codes.iter().map(|row| Write::put(game, row));
    members.chain(doors).chain(attributes).chain(public).chain(codes).collect()
}

/// A connection's row, unless its id is another one's.
pub fn connection(game: GameId, connection: &Connection) -> Result<Write, Error> {
    let is_free = "attribute_not_exists(pk) OR (group_id = :group AND user_id = :user)";
    let write = Write::put(game, connection)?.when(is_free);
    Ok(write.value("group", connection.group_id.get()).value("user", connection.user_id.get()))
}
