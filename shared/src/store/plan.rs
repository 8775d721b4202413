//! Plans as writes: the only place that says in DynamoDB's expressions what a plan changes, and what it rests on.

mod door;
mod group;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::domain::attribute::{Attribute, PublicAttribute};
use crate::domain::belonging::Joins;
use crate::domain::code::Code;
use crate::domain::event::Event;
use crate::domain::ids::GameId;
use crate::domain::membership::{Connection, Member};
use crate::domain::plan::{Change, Plan};
use crate::error::Error;
use crate::store::keys::Key;
use crate::store::rows::{Claim, Row};
use crate::store::write::{ABSENT, NOT_ERASED, PRESENT, Write};

/// The writes that a plan comes to, in a group that is there.
pub fn writes(game: GameId, plan: &Plan, now: Timestamp) -> Result<Vec<Write>, Error> {
    let before = plan.before.as_ref().ok_or_else(|| Error::internal("a plan for no group"))?;
    let group = plan.after.group_id;
    let mut writes = vec![group::write(game, plan, before)?.set("last_event", event_of(plan)?)];
    writes.extend(common(game, plan)?);
    for (user, change) in &plan.doors {
        writes.push(door::write(game, Key::door(game, group, *user), change, plan, now)?);
    }
    for change in plan.attributes.values() {
        writes.extend(attribute_write(game, change)?);
        writes.extend(public_write(game, change)?);
    }
    for change in plan.codes.values() {
        writes.extend(code_write(game, change)?);
    }
    writes.extend(plan.new_connection.as_ref().map(|it| connection_put(game, it)).transpose()?);
    for id in &plan.gone_connections {
        writes.push(Write::delete(Key::connection(game, *id)));
    }
    if let Some(name) = &plan.released {
        writes.push(Write::delete(Key::group_name(game, name)));
    }
    Ok(writes)
}

/// The writes that a plan comes to which makes a group.
pub fn creation(game: GameId, plan: &Plan) -> Result<Vec<Write>, Error> {
    let group = Write::put(game, &plan.after)?.with("last_event", event_of(plan)?).when(ABSENT);
    let mut writes = vec![group];
    writes.extend(common(game, plan)?);
    Ok(writes)
}

/// What both have in common.
fn common(game: GameId, plan: &Plan) -> Result<Vec<Write>, Error> {
    let group = plan.after.group_id;
    let mut writes = Vec::new();
    for (user, change) in &plan.members {
        let key = Key::member(game, group, *user);
        writes.push(member_write(game, key, change, plan.same_roles.contains(user))?);
    }
    for change in plan.joins.values() {
        writes.extend(joins_write(game, change)?);
    }
    for user in &plan.users {
        writes.push(Write::check(Key::user(game, *user)).when(PRESENT).when(NOT_ERASED));
    }
    if let Some(name) = &plan.claimed {
        let claim = Claim::new(Key::group_name(game, name), group);
        writes.push(Write::put(game, &claim)?.when(ABSENT));
    }
    Ok(writes)
}

/// What has happened, which every plan writes into the group's own row: the table's stream passes it on.
fn event_of(plan: &Plan) -> Result<AttributeValue, Error> {
    event(plan.event.as_ref().ok_or_else(|| Error::internal("a plan without an event"))?)
}

/// An event, as a group's row has its last one.
pub(super) fn event(event: &Event) -> Result<AttributeValue, Error> {
    serde_dynamo::to_attribute_value(event).map_err(Error::internal)
}

fn connection_put(game: GameId, connection: &Connection) -> Result<Write, Error> {
    Ok(Write::put(game, connection)?.when(ABSENT))
}

/// A member's row. Who leaves it alone, or deletes it, rests on whether the member is an admin, and on the roles only where the
/// plan says so.
fn member_write(
    game: GameId,
    key: Key,
    change: &Change<Member>,
    rests_on_roles: bool,
) -> Result<Write, Error> {
    let (write, old, rests_on_roles) = match (&change.before, &change.after) {
        (None, None) => return Ok(Write::check(key).when(ABSENT)),
        (None, Some(new)) => return Ok(Write::put(game, new)?.when(ABSENT)),
        (Some(old), None) => (Write::delete(key), old, rests_on_roles),
        (Some(old), Some(new)) if old == new => (Write::check(key), old, rests_on_roles),
        (Some(old), Some(new)) => {
            let write =
                Write::update(key).set("role_ids", &new.roles).set("is_admin", new.is_admin);
            (write, old, true)
        }
    };
    let write = if rests_on_roles { write.when_is("role_ids", &old.roles) } else { write };
    Ok(write.when_is("is_admin", old.is_admin))
}

/// What everybody may read of an attribute. It has no guard of its own: the attribute's row, written with it, has one.
fn public_write(game: GameId, change: &Change<Attribute>) -> Result<Option<Write>, Error> {
    let [before, after] = [&change.before, &change.after]
        .map(|attribute| attribute.as_ref().filter(|attribute| attribute.is_public));
    Ok(match (before, after) {
        (_, Some(new)) => Some(Write::put(game, &PublicAttribute::from(new))?),
        (Some(old), None) => Some(Write::delete(PublicAttribute::from(old).key(game))),
        (None, None) => None,
    })
}

/// An attribute's row. Each id has one creator, so of what it was its id, its protection and who reads it matter.
fn attribute_write(game: GameId, change: &Change<Attribute>) -> Result<Option<Write>, Error> {
    let write = match (&change.before, &change.after) {
        (_, Some(new)) => Write::put(game, new)?,
        (Some(old), None) => Write::delete(old.key(game)),
        (None, None) => return Ok(None),
    };
    let Some(old) = &change.before else { return Ok(Some(write.when(ABSENT))) };
    let write = write.when_is("attribute_id", old.attribute_id.get());
    let write = match old.is_public {
        true => write.when_is("is_public", true),
        false => write.when("attribute_not_exists(is_public)"),
    };
    Ok(Some(match change.after {
        None => write,
        Some(_) => write.when_is("only_can_edit_by_creator", old.only_can_edit_by_creator),
    }))
}

/// A code's row. Uses are counted, so of those who redeem one at once each counts: what matters is that one is left, and that
/// nobody has closed or deleted it.
fn code_write(game: GameId, change: &Change<Code>) -> Result<Option<Write>, Error> {
    Ok(match (&change.before, &change.after) {
        (None, Some(new)) => Some(Write::put(game, new)?.when(ABSENT)),
        (Some(old), None) => Some(Write::delete(old.key(game)).when(PRESENT)),
        (Some(old), Some(new)) => {
            let write = Write::update(old.key(game))
                .shift("uses", old.uses, new.uses)
                .when_is("is_open", old.is_open);
            let is_redeemed = old.uses != new.uses;
            let write = match is_redeemed && old.max_uses.is_some() {
                true => write.when("uses < max_uses"),
                false => write,
            };
            Some(match old.is_open == new.is_open {
                true => write,
                false => write.set("is_open", new.is_open),
            })
        }
        (None, None) => None,
    })
}

/// The row of a player's groups. Whoever joins one raises a number in it, so of two joins at once one decides again.
fn joins_write(game: GameId, change: &Change<Joins>) -> Result<Option<Write>, Error> {
    let Some(after) = &change.after else { return Ok(None) };
    let write = Write::put(game, after)?;
    Ok(Some(match &change.before {
        None => write.when(ABSENT),
        Some(before) => write.when_is("joins", before.joins),
    }))
}
