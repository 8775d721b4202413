//! The write of a door's row.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::domain::door::{Applied, Blocked, Door, Invited};
use crate::domain::ids::GameId;
use crate::domain::plan::{Change, Plan};
use crate::error::Error;
use crate::store::keys::Key;
use crate::store::write::{ABSENT, Seconds, Write};

/// A door's row, as it was read in all its parts.
pub(super) fn write(
    game: GameId,
    key: Key,
    change: &Change<Door>,
    plan: &Plan,
    now: Timestamp,
) -> Result<Write, Error> {
    let write = match &change.after {
        after if *after == change.before => Write::check(key),
        Some(door) => Write::put(game, door)?,
        None => Write::delete(key),
    };
    let Some(before) = &change.before else { return Ok(write.when(ABSENT)) };
    let write = applied_is(write, before.applied.as_ref(), now);
    let write = invited_is(write, before.invited.as_ref(), now);
    let write = match before.waits {
        None => write.when("attribute_not_exists(waits)"),
        Some(waits) => write.when_is("waits.expires_at", Seconds(waits.expires_at)),
    };
    blocked_is(write, before.blocked.as_ref(), plan.is_assumed, now)
}

fn applied_is(write: Write, applied: Option<&Applied>, now: Timestamp) -> Write {
    match applied {
        None => write.when("attribute_not_exists(applied)"),
        Some(Applied { connection_id: Some(id), .. }) => {
            write.when_is("applied.connection_id", id.get())
        }
        Some(Applied { connection_id: None, .. }) => {
            write.when("applied.expires_at > :now").value("now", Seconds(now))
        }
    }
}

fn invited_is(write: Write, invited: Option<&Invited>, now: Timestamp) -> Write {
    match invited {
        None => write.when("attribute_not_exists(invited)"),
        Some(Invited { connection_id: Some(id), .. }) => {
            write.when_is("invited.connection_id", id.get())
        }
        Some(Invited { connection_id: None, role_id, .. }) => {
            let write = write.when("invited.expires_at > :now").value("now", Seconds(now));
            match role_id {
                None => write.when("attribute_not_exists(invited.role_id)"),
                Some(role) => write.when_is("invited.role_id", role.as_str()),
            }
        }
    }
}

/// What was read is the same in all it says, since the door is written as a whole; what is assumed holds, and says nothing.
fn blocked_is(
    write: Write,
    blocked: Option<&Blocked>,
    is_assumed: bool,
    now: Timestamp,
) -> Result<Write, Error> {
    Ok(match blocked {
        None => write.when("attribute_not_exists(blocked)"),
        Some(blocked) if !is_assumed => {
            let block: AttributeValue =
                serde_dynamo::to_attribute_value(blocked).map_err(Error::internal)?;
            write.when_is("blocked", block)
        }
        Some(_) => write
            .when("attribute_exists(blocked)")
            .when("attribute_not_exists(blocked.expires_at) OR blocked.expires_at > :now")
            .value("now", Seconds(now)),
    })
}
