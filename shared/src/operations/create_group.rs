//! Create a group: its creator is its first member and its admin.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::group::{Group, Settings, SettingsUpdate};
use crate::domain::name::GroupName;
use crate::domain::role;
use crate::error::{Error, Refusal};
use crate::limits::Limits;
use crate::operations::membership::{Entry, member_row};
use crate::operations::profile::{self, Profile};
use crate::operations::{PLANS, names};
use crate::store::transaction::Transaction;
use crate::store::write::{ABSENT, Write};

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    Refused(Refusal),
    /// The id that was drawn is taken.
    IdTaken,
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Creates a group and tells its creator's profile.
///
/// # Errors
/// [`Refusal::InvalidParameter`] for a size out of range, [`Refusal::GroupNameTaken`] where names are unique.
pub async fn create_group(
    app: &App,
    caller: &Caller,
    name: GroupName,
    settings: SettingsUpdate,
) -> Result<(Group, Profile), Error> {
    let settings = settings_of(&app.limits, settings)?;
    let put = put_group(app, caller, name, settings);
    profile::beside(put, app, caller, caller.user).await
}

async fn put_group(
    app: &App,
    caller: &Caller,
    name: GroupName,
    settings: Settings,
) -> Result<Group, Error> {
    let now = app.now();
    for _ in 0..PLANS {
        let group = Group {
            group_id: app.entropy.id()?,
            group_name: name.clone(),
            settings: settings.clone(),
            member_count: 1,
            admin_count: 1,
            attribute_count: 0,
            name_claimed: app.limits.unique_group_names,
            created_at: now,
            deleted_at: None,
        };
        match steps(caller, &group)?.commit(&app.store).await? {
            Ok(()) => return Ok(group),
            Err(Obstacle::IdTaken) => {}
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
        }
    }
    Err(Error::Busy)
}

fn steps(caller: &Caller, group: &Group) -> Result<Transaction<Obstacle>, Error> {
    let game = caller.game;
    let entry = Entry { game, group: group.group_id, user: caller.user, now: group.created_at };
    let claim = group
        .name_claimed
        .then(|| names::claim(game, &group.group_name, group.group_id))
        .transpose()?;
    Ok(Transaction::new([
        Write::put(game, group)?.when(ABSENT).or_else(Obstacle::IdTaken),
        member_row(entry, role::ADMINS)?,
    ])
    .and(claim))
}

fn settings_of(limits: &Limits, update: SettingsUpdate) -> Result<Settings, Refusal> {
    let settings = Settings::defaults(limits.group_size).updated(update);
    group_size(limits, settings.max_group_size)?;
    Ok(settings)
}

/// Refuses a size that no group of this deployment may have.
pub(super) fn group_size(limits: &Limits, size: u32) -> Result<(), Refusal> {
    if (1..=limits.group_size).contains(&size) {
        return Ok(());
    }
    let problem = format!("must be a whole number from 1 to {}", limits.group_size);
    Err(Refusal::invalid("max_group_size", problem))
}
