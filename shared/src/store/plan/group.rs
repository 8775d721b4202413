//! The write of a group's own row.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::domain::fact::Fact;
use crate::domain::group::{Group, Settings};
use crate::domain::ids::GameId;
use crate::domain::plan::Plan;
use crate::error::Error;
use crate::store::Item;
use crate::store::keys::{self, Key};
use crate::store::write::{Milliseconds, Seconds, Write};

/// Holds for a group that exists and is not deleted.
const LIVE: &str = "attribute_exists(pk) AND attribute_not_exists(deleted_at)";

/// The group's own row, but for what has happened.
pub(super) fn write(game: GameId, plan: &Plan, before: &Group) -> Result<Write, Error> {
    let update = Write::update(Key::group(game, before.group_id)).when(LIVE);
    let update = changes(game, update, before, plan)?;
    plan.facts.iter().try_fold(update, |update, fact| insist(update, before, fact))
}

/// What a plan changes: counts by differences, so that plans of others do not undo this one; and as they are, where there is no
/// other one.
fn changes(game: GameId, write: Write, old: &Group, plan: &Plan) -> Result<Write, Error> {
    let new = &plan.after;
    let counts_anew = plan.counts_doors_anew;
    let is_alone = plan.facts.contains(&Fact::NothingHappened);
    let mut write = write
        .shift("seq", old.seq, new.seq)
        .shift("profile_version", old.profile_version, new.profile_version)
        .shift("role_changes", old.role_changes, new.role_changes)
        .shift("joins", old.joins, new.joins)
        .shift("demotions", old.demotions, new.demotions)
        .shift("door_entries", old.door_entries, new.door_entries);
    for (name, old, new, is_counted_anew) in [
        ("member_count", old.member_count, new.member_count, false),
        ("admin_count", old.admin_count, new.admin_count, false),
        ("attribute_count", old.attribute_count, new.attribute_count, false),
        ("public_count", old.public_count, new.public_count, false),
        ("code_count", old.code_count, new.code_count, false),
        ("pending_count", old.pending_count, new.pending_count, counts_anew),
        ("block_count", old.block_count, new.block_count, counts_anew && old.blocks_end),
    ] {
        // Absent from the rows of groups that have none.
        let may_be_absent = matches!(name, "public_count" | "code_count");
        write = match new.wrapping_sub(old).cast_signed() {
            _ if is_counted_anew => write.set(name, new),
            0 => write,
            _ if is_alone => write.set(name, new),
            difference if may_be_absent => write.add(name, difference),
            _ => write.shift(name, old, new),
        };
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
        Fact::AdminsOver(count) => over(write, "admin_count", *count),
        Fact::Admins(count) => write.when_is("admin_count", *count),
        Fact::PendingUnder(count) => under(write, "pending_count", *count),
        Fact::BlocksUnder(count) => under(write, "block_count", *count),
        Fact::CodesUnder(count) => write
            .when("attribute_not_exists(code_count) OR code_count < :codes")
            .value("codes", *count),
        Fact::NothingHappened => write.when_is("seq", group.seq),
        Fact::AttributesUpTo(count) => {
            write.when("attribute_count <= :most_attributes").value("most_attributes", *count)
        }
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
