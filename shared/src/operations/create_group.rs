//! Create a group: its creator is its first member and its admin.

use std::collections::BTreeMap;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::event::{Event, EventType};
use crate::domain::group::{Group, Settings, SettingsUpdate};
use crate::domain::ids::UserId;
use crate::domain::name::GroupName;
use crate::domain::role::{RoleId, RoleName};
use crate::error::{Error, Refusal};
use crate::limits::Limits;
use crate::operations::guard::user_exists;
use crate::operations::membership::Entry;
use crate::operations::{PLANS, names};
use crate::store::keys;
use crate::store::transaction::Transaction;
use crate::store::write::{ABSENT, Write};

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    /// The id that was drawn is taken; by a group that the creator may be in, so this is known first.
    IdTaken,
    Refused(Refusal),
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Whether a new group claims its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameClaim {
    /// In every deployment.
    Always,
    /// Where the deployment wants unique names.
    AsDeployed,
}

/// Creates a group.
///
/// # Errors
/// [`Refusal::InvalidParameter`] for a size out of range, [`Refusal::GroupNameTaken`] where names are unique.
pub async fn create_group(
    app: &App,
    caller: &Caller,
    creator: UserId,
    name: GroupName,
    settings: SettingsUpdate,
    claim: NameClaim,
) -> Result<Group, Error> {
    if !caller.speaks_for(creator) {
        return Err(Refusal::NotAuthorized.into());
    }
    let settings = settings_of(&app.limits, settings)?;
    let name_claimed = claim == NameClaim::Always || app.limits.unique_group_names;
    let now = app.now();
    for _ in 0..PLANS {
        let group_id = app.entropy.id()?;
        let group = Group {
            group_id,
            group_name: name.clone(),
            settings: settings.clone(),
            roles: BTreeMap::from([
                (RoleId::admins(), RoleName::administrators()),
                (RoleId::members(), RoleName::members()),
            ]),
            admin_role: RoleId::admins(),
            member_role: RoleId::members(),
            profile_version: 0,
            role_changes: 0,
            joins: 1,
            member_count: 1,
            admin_count: 1,
            attribute_count: 0,
            pending_count: 0,
            pending_made: 0,
            block_count: 0,
            name_claimed,
            created_at: now,
            seq: 1,
            last_event: Event::new(EventType::GroupCreated, now, caller.acting_user(), [creator]),
            deleted_at: None,
        };
        match steps(caller, creator, &group)?.commit(&app.store).await? {
            Ok(()) => return Ok(group),
            Err(Obstacle::IdTaken) => {}
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
        }
    }
    Err(Error::Busy)
}

fn steps(caller: &Caller, creator: UserId, group: &Group) -> Result<Transaction<Obstacle>, Error> {
    let game = caller.game();
    // Who calls for oneself exists; whom the game names may not.
    let exists = (caller.acting_user() != Some(creator)).then(|| user_exists(game, creator));
    let mut entry = Entry::new(game, group.group_id, creator, group.created_at);
    entry.role = Some(group.admin_role.clone());
    let claim = group
        .name_claimed
        .then(|| names::claim(game, &group.group_name, group.group_id))
        .transpose()?;
    Ok(Transaction::new([
        Write::put(game, group)?.when(ABSENT).or_else(Obstacle::IdTaken),
        entry.member()?,
    ])
    .and(claim)
    .and(exists))
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
