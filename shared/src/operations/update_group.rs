//! Change a group's name and settings.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::group::{Group, Settings, SettingsUpdate};
use crate::domain::ids::{GameId, GroupId};
use crate::domain::name::{GroupName, GroupType};
use crate::error::{Error, Refusal};
use crate::operations::create_group::group_size;
use crate::operations::find_group::read_group;
use crate::operations::guard::{LIVE, live_group, permit};
use crate::operations::names;
use crate::permissions::Action;
use crate::store::keys::{self, Key};
use crate::store::transaction::{Step, Transaction};
use crate::store::write::Write;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    /// The group is no longer what the plan was made on; perhaps it has the new name already, which then is taken by this very
    /// group.
    Changed,
    Refused(Refusal),
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A change to a group: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupUpdate {
    /// A new name.
    pub name: Option<GroupName>,
    /// New settings; the size not below the number of members.
    pub settings: SettingsUpdate,
}

/// Changes a group and tells what it is then: what the answer shows and the change does not name is as it was read, or the
/// change is planned anew.
///
/// # Errors
/// [`Refusal::InvalidParameter`] for no change or a size out of range, [`Refusal::GroupNotFound`],
/// [`Refusal::NotAuthorized`], [`Refusal::SizeBelowMembers`], [`Refusal::GroupNameTaken`].
pub async fn update_group(
    app: &App,
    caller: &Caller,
    group: GroupId,
    update: GroupUpdate,
) -> Result<Group, Error> {
    if update == GroupUpdate::default() {
        return Err(Refusal::invalid("group", "must name at least one setting").into());
    }
    if let Some(size) = update.settings.max_group_size {
        group_size(&app.limits, size)?;
    }
    let mut backoff = app.store.backoff();
    loop {
        // The old name decides which claims move, and the answer shows what stays.
        let old = read_group(app, caller, group).await?;
        let mut new = Group {
            group_name: update.name.clone().unwrap_or_else(|| old.group_name.clone()),
            settings: old.settings.clone().updated(update.settings.clone()),
            ..old.clone()
        };
        let rename = names::rename(app, caller.game(), &old, &new.group_name)?;
        new.name_claimed = rename.is_claimed;
        let transaction = Transaction::new(permit(caller, Action::UpdateGroup, group)?)
            .and([change(caller.game(), &old, &new, &update)])
            .and(rename.steps);
        match transaction.commit(&app.store).await? {
            Ok(()) => return Ok(new),
            // Whoever joins is in the way too, since members are counted in the answer.
            Err(Obstacle::Changed) => backoff.wait().await?,
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
        }
    }
}

/// Writes what `update` names, and nothing else: two updates of different settings do not undo each other.
fn change(game: GameId, old: &Group, new: &Group, update: &GroupUpdate) -> Step<Obstacle> {
    let settings = &update.settings;
    let (directory, sort) = keys::directory(game, new);
    let mut write = Write::update(Key::group(game, old.group_id))
        .when(LIVE)
        .set_some("settings.group_type", settings.group_type.as_ref().map(GroupType::as_str))
        .set_some("settings.can_auto_join", settings.can_auto_join)
        .set_some("settings.is_invite_only", settings.is_invite_only)
        .set_some("settings.searchable", settings.searchable)
        .set_some(
            "settings.admins_only_can_create_attributes",
            settings.admins_only_can_create_attributes,
        );
    write = unchanged(write, old);
    if update.name.is_some() {
        write = write
            .set("group_name", new.group_name.as_str())
            .set("name_claimed", new.name_claimed)
            .set("directory_sk", sort);
    }
    // Clients send names back that have not changed.
    if new.group_name != old.group_name {
        write = write.increase("profile_version", 1);
    }
    if let Some(size) = settings.max_group_size {
        write = write.set("settings.max_group_size", size).when("member_count <= :max_group_size");
    }
    write = match settings.searchable {
        None => write,
        Some(true) => write.set("directory_pk", directory),
        Some(false) => write.remove("directory_pk"),
    };
    let wanted = settings.max_group_size;
    write.or_judge(move |item| {
        Ok(match live_group(item)? {
            None => Refusal::GroupNotFound.into(),
            Some(group) if wanted.is_some_and(|size| size < group.member_count) => {
                Refusal::SizeBelowMembers.into()
            }
            Some(_) => Obstacle::Changed,
        })
    })
}

/// Insists that what the answer shows, and what decides which claims move, is as it was read.
fn unchanged(write: Write, old: &Group) -> Write {
    let Settings {
        group_type,
        max_group_size,
        can_auto_join,
        is_invite_only,
        searchable,
        admins_only_can_create_attributes,
    } = &old.settings;
    write
        .when("group_name = :old_name AND name_claimed = :old_claimed")
        .value("old_name", old.group_name.as_str())
        .value("old_claimed", old.name_claimed)
        .when("member_count = :old_count")
        .value("old_count", old.member_count)
        .when("settings.group_type = :old_type AND settings.max_group_size = :old_size")
        .value("old_type", group_type.as_str())
        .value("old_size", *max_group_size)
        .when("settings.can_auto_join = :old_open AND settings.is_invite_only = :old_invite_only")
        .value("old_open", *can_auto_join)
        .value("old_invite_only", *is_invite_only)
        .when("settings.searchable = :old_searchable")
        .value("old_searchable", *searchable)
        .when("settings.admins_only_can_create_attributes = :old_admins_only")
        .value("old_admins_only", *admins_only_can_create_attributes)
}
