//! Create a group: its creator is its first member and its admin.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join;

use crate::Call;
use crate::decision::Decision;
use crate::domain::belonging::Joins;
use crate::domain::group::{Group, SettingsUpdate};
use crate::domain::ids::{GroupId, UserId};
use crate::domain::name::GroupName;
use crate::domain::rules::groups::{NameClaim, Surroundings, create, new_settings};
use crate::domain::user::User;
use crate::error::{Error, Refusal};
use crate::operations::belonging;
use crate::store::keys::{self, Key};
use crate::store::meter::note_plan;
use crate::store::plan;
use crate::store::rows::{self, Claim, Projection};

/// Creates a group.
pub async fn create_group<'a>(
    call: &Call<'a>,
    creator: UserId,
    name: GroupName,
    settings: SettingsUpdate,
    claim: NameClaim,
) -> Result<Decision<'a, Group>, Error> {
    if !call.caller.speaks_for(creator) {
        return Err(Refusal::NotAuthorized.into());
    }
    let limits = &call.app.limits;
    let group_id: GroupId = call.app.entropy.id()?;
    let group = Group {
        name_claimed: claim.is_made(limits),
        directory_shard: keys::directory_shard(group_id, limits.directory_shards),
        ..Group::new(group_id, name, new_settings(limits, settings)?, call.now)
    };
    // Nothing is there that a new group could meet, but for its name and the user whom a game names.
    let mut known = match call.may_assume() && !belonging::is_bounded(call) {
        true => Surroundings::default(),
        false => surroundings(call, &group, creator).await?,
    };
    let mut plan = create(&call.context(), &known, group.clone(), creator);
    if let (Err(Refusal::TooManyGroups), Some(belonging)) = (&plan, known.belonging.take()) {
        let mut belongings = BTreeMap::from([(creator, belonging)]);
        belonging::check(call, &mut belongings).await?;
        known.belonging = belongings.remove(&creator);
        plan = create(&call.context(), &known, group, creator);
    }
    let plan = plan?;
    if !call.is_dry_run {
        note_plan(&plan);
    }
    let writes = plan::creation(call.game(), &plan)?;
    Ok(Decision::writing(plan.after, writes))
}

async fn surroundings(
    call: &Call<'_>,
    group: &Group,
    creator: UserId,
) -> Result<Surroundings, Error> {
    let name = Key::group_name(call.game(), &group.group_name);
    let mut keys = vec![name, Key::user(call.game(), creator)];
    let mut kinds = Projection::rows::<Claim>().and::<User>();
    let mut bounded = BTreeSet::new();
    if belonging::is_bounded(call) {
        bounded.insert(creator);
        keys.push(Key::joins(call.game(), creator));
        kinds = kinds.and::<Joins>();
    }
    let items = call.app.store.get_items(keys, kinds);
    let (mut items, listed) = try_join(items, belonging::listed(call, &bounded)).await?;
    let user = rows::take::<User>(&mut items)?.pop();
    if let Some(user) = &user {
        call.caller.refuse_revoked(creator, user.revocations)?;
    }
    Ok(Surroundings {
        belonging: belonging::known(listed, &mut items)?.remove(&creator),
        name_is_taken: !rows::take::<Claim>(&mut items)?.is_empty(),
        creator_is_missing: user.is_none_or(|user| user.erased_at.is_some()),
    })
}
