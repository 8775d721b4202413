//! Plans as writes: the only place that says in DynamoDB's expressions what a plan changes, and what it rests on.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::domain::attribute::{Attribute, PublicAttribute};
use crate::domain::belonging::Joins;
use crate::domain::code::Code;
use crate::domain::door::{Applied, Blocked, Door, Invited};
use crate::domain::event::Event;
use crate::domain::fact::Fact;
use crate::domain::group::{Group, Settings};
use crate::domain::ids::GameId;
use crate::domain::membership::{Connection, Member};
use crate::domain::plan::{Change, Plan};
use crate::error::Error;
use crate::store::Item;
use crate::store::keys::{self, Key};
use crate::store::rows::{Claim, Row};
use crate::store::write::{ABSENT, Milliseconds, PRESENT, Seconds, Write};

/// Holds for a group that exists and is not deleted.
const LIVE: &str = "attribute_exists(pk) AND attribute_not_exists(deleted_at)";

/// The writes that a plan comes to, in a group that is there.
pub fn writes(game: GameId, plan: &Plan, now: Timestamp) -> Result<Vec<Write>, Error> {
    let before = plan.before.as_ref().ok_or_else(|| Error::internal("a plan for no group"))?;
    let group = plan.after.group_id;
    let mut writes = vec![group_write(game, plan, before)?];
    writes.extend(common(game, plan)?);
    for (user, change) in &plan.doors {
        writes.push(door_write(game, Key::door(game, group, *user), change, plan, now)?);
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
        writes.push(member_write(game, Key::member(game, group, *user), change)?);
    }
    for change in plan.joins.values() {
        writes.extend(joins_write(game, change)?);
    }
    for user in &plan.users {
        writes.push(Write::check(Key::user(game, *user)).when(PRESENT));
    }
    if let Some(name) = &plan.claimed {
        let claim = Claim::new(Key::group_name(game, name), group);
        writes.push(Write::put(game, &claim)?.when(ABSENT));
    }
    Ok(writes)
}

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

/// The group's own row, which every plan writes: it says there what has happened, and the table's stream passes it on.
fn group_write(game: GameId, plan: &Plan, before: &Group) -> Result<Write, Error> {
    let update = Write::update(Key::group(game, before.group_id)).when(LIVE);
    let update = changes(game, update, before, &plan.after, plan.counts_doors_anew)?;
    let update = plan.facts.iter().try_fold(update, |update, fact| insist(update, before, fact))?;
    Ok(update.set("last_event", event_of(plan)?))
}

/// What differs between the two: counts as differences, so that plans of others do not undo this one.
fn changes(
    game: GameId,
    write: Write,
    old: &Group,
    new: &Group,
    counts_anew: bool,
) -> Result<Write, Error> {
    let mut write = write
        .shift("seq", old.seq, new.seq)
        .shift("profile_version", old.profile_version, new.profile_version)
        .shift("role_changes", old.role_changes, new.role_changes)
        .shift("joins", old.joins, new.joins)
        .shift("demotions", old.demotions, new.demotions)
        .shift("door_entries", old.door_entries, new.door_entries)
        .shift("member_count", old.member_count, new.member_count)
        .shift("admin_count", old.admin_count, new.admin_count)
        .shift("attribute_count", old.attribute_count, new.attribute_count);
    // Absent from the rows of groups that have none.
    for (name, old, new) in [
        ("public_count", old.public_count, new.public_count),
        ("code_count", old.code_count, new.code_count),
    ] {
        if old != new {
            write = write.add(name, new.wrapping_sub(old).cast_signed());
        }
    }
    for (name, old, new) in [
        ("demoted_at", old.demoted_at, new.demoted_at),
        ("entered_at", old.entered_at, new.entered_at),
    ] {
        write = match new.filter(|_| old != new) {
            Some(time) => write.set(name, Seconds(time)),
            None => write,
        };
    }
    write = match counts_anew {
        true => write.set("pending_count", new.pending_count).set("block_count", new.block_count),
        false => write.shift("pending_count", old.pending_count, new.pending_count).shift(
            "block_count",
            old.block_count,
            new.block_count,
        ),
    };
    if old.group_name != new.group_name {
        let sort = keys::directory_sort(&new.group_name, new.group_id);
        write = write.set("group_name", new.group_name.as_str()).set("directory_sk", sort);
    }
    if old.name_claimed != new.name_claimed {
        write = write.set("name_claimed", new.name_claimed);
    }
    if old.blocks_end != new.blocks_end {
        write = write.set("blocks_end", new.blocks_end);
    }
    if old.roles != new.roles {
        write = write.set("role_names", &new.roles);
    }
    if old.admin_role != new.admin_role {
        write = write.set("admin_role", new.admin_role.as_str());
    }
    if old.member_role != new.member_role {
        write = write.set("member_role", new.member_role.as_str());
    }
    if let Some(time) = new.deleted_at {
        write = write.set("deleted_at", Milliseconds(time));
    }
    write = match (old.directory_partition(game), new.directory_partition(game)) {
        (Some(_), None) => write.remove("directory_pk"),
        (None, Some(partition)) => write.set("directory_pk", partition),
        (Some(_), Some(_)) | (None, None) => write,
    };
    settings(write, &old.settings, &new.settings)
}

/// Writes the settings that differ, by the names under which they are stored.
fn settings(mut write: Write, old: &Settings, new: &Settings) -> Result<Write, Error> {
    let (old, mut new) = (fields(old)?, fields(new)?);
    for name in Settings::NAMES {
        let path = format!("settings.{name}");
        write = match (old.get(*name), new.remove(*name)) {
            (before, Some(value)) if before != Some(&value) => write.set(&path, value),
            (Some(_), None) => write.remove(&path),
            (_, Some(_)) | (None, None) => write,
        };
    }
    Ok(write)
}

/// Settings as they are stored, in a fixed order.
fn fields(settings: &Settings) -> Result<BTreeMap<String, AttributeValue>, Error> {
    let item: Item = serde_dynamo::to_item(settings).map_err(Error::internal)?;
    Ok(item.into_iter().collect())
}

/// Insists that a setting is as it is stored, or not stored.
fn setting_is(write: Write, stored: &mut BTreeMap<String, AttributeValue>, name: &str) -> Write {
    let path = format!("settings.{name}");
    match stored.remove(name) {
        Some(value) => write.when_is(&path, value),
        None => write.when(format!("attribute_not_exists({path})")),
    }
}

/// Makes the write of the group's row insist on a fact.
fn insist(write: Write, group: &Group, fact: &Fact) -> Result<Write, Error> {
    Ok(match fact {
        Fact::SameAdmission => write
            .when_is("settings.can_auto_join", group.settings.can_auto_join)
            .when_is("settings.is_invite_only", group.settings.is_invite_only),
        Fact::SameWait => setting_is(write, &mut fields(&group.settings)?, "reapply_after"),
        Fact::SameSpecialRoles => write
            .when_is("admin_role", group.admin_role.as_str())
            .when_is("member_role", group.member_role.as_str()),
        Fact::SameName if group.name_claimed => {
            write.when_is("name_claimed", true).when_is("group_name", group.group_name.as_str())
        }
        Fact::SameName => write.when_is("name_claimed", false),
        Fact::SameProfileVersion => write.when_is("profile_version", group.profile_version),
        Fact::SameAttributeSetting => write.when_is(
            "settings.admins_only_can_create_attributes",
            group.settings.admins_only_can_create_attributes,
        ),
        Fact::SameGroupObject => {
            let write = write
                .when("group_name = :shown_name AND member_count = :shown_count")
                .value("shown_name", group.group_name.as_str())
                .value("shown_count", group.member_count);
            let mut stored = fields(&group.settings)?;
            Settings::NAMES.iter().fold(write, |write, name| setting_is(write, &mut stored, name))
        }
        Fact::Role(role) => {
            write.when("attribute_exists(role_names.#role)").name("role", role.as_str())
        }
        Fact::SameRoles => write.when_is("role_changes", group.role_changes),
        Fact::NobodyJoined => write.when_is("joins", group.joins),
        Fact::NobodyDemoted => write.when_is("demotions", group.demotions),
        Fact::SameDoors => write.when_is("door_entries", group.door_entries),
        Fact::RoomFor { members: 0, .. } => write,
        Fact::RoomFor { members: 1, .. } => write.when("member_count < settings.max_group_size"),
        Fact::RoomFor { members, max_group_size } => write
            .when_is("settings.max_group_size", *max_group_size)
            .when("member_count <= :room")
            .value("room", max_group_size.saturating_sub(*members)),
        Fact::MembersOver(count) => over(write, "member_count", *count),
        Fact::Members(count) => write.when_is("member_count", *count),
        Fact::MembersUpTo(count) => up_to(write, "member_count", *count),
        Fact::AdminsOver(count) => over(write, "admin_count", *count),
        Fact::Admins(count) => write.when_is("admin_count", *count),
        Fact::PendingUnder(count) => under(write, "pending_count", *count),
        Fact::BlocksUnder(count) => under(write, "block_count", *count),
        Fact::CodesUnder(count) => write
            .when("attribute_not_exists(code_count) OR code_count < :codes")
            .value("codes", *count),
        Fact::NothingHappened => write.when_is("seq", group.seq),
        Fact::AttributesUpTo(count) => up_to(write, "attribute_count", *count),
        Fact::PublicAttributesUpTo(count) => write
            .when("attribute_not_exists(public_count) OR public_count <= :most_public")
            .value("most_public", *count),
    })
}

fn over(write: Write, count: &str, than: u32) -> Write {
    write.when(format!("{count} > :over_{count}")).value(&format!("over_{count}"), than)
}

fn under(write: Write, count: &str, than: u32) -> Write {
    write.when(format!("{count} < :under_{count}")).value(&format!("under_{count}"), than)
}

fn up_to(write: Write, count: &str, most: u32) -> Write {
    write.when(format!("{count} <= :most_{count}")).value(&format!("most_{count}"), most)
}

/// A member's row. Who leaves it alone rests on whether the member is an admin, and nothing else of it.
fn member_write(game: GameId, key: Key, change: &Change<Member>) -> Result<Write, Error> {
    Ok(match (&change.before, &change.after) {
        (None, None) => Write::check(key).when(ABSENT),
        (None, Some(new)) => Write::put(game, new)?.when(ABSENT),
        (Some(old), None) => Write::delete(key).when_is("is_admin", old.is_admin),
        (Some(old), Some(new)) if old == new => Write::check(key).when_is("is_admin", old.is_admin),
        (Some(old), Some(new)) => Write::update(key)
            .set("role_ids", &new.roles)
            .set("is_admin", new.is_admin)
            .when_is("role_ids", &old.roles)
            .when_is("is_admin", old.is_admin),
    })
}

/// A door's row, as it was read in all its parts.
fn door_write(
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
