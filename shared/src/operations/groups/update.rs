//! Change a group's name, settings and special roles.

use futures_util::future::try_join;

use crate::Call;
use crate::decision::Decision;
use crate::domain::group::Group;
use crate::domain::ids::GroupId;
use crate::domain::rules::groups::{self, GroupUpdate, check_settings};
use crate::domain::rules::profile::{self, ProfileUpdate, Updated};
use crate::domain::scene::{Context, Scene};
use crate::error::{Error, Refusal};
use crate::operations::roster::Roster;
use crate::operations::scene::{Reads, decide};

/// Changes a group's name and settings, and tells what it is then.
pub async fn update_group<'a>(
    call: &Call<'a>,
    group: GroupId,
    update: GroupUpdate,
) -> Result<Decision<'a, Group>, Error> {
    if update == GroupUpdate::default() {
        return Err(Refusal::invalid("group", "must name at least one setting").into());
    }
    check_settings(&call.app.limits, &update.settings)?;
    let reads = Reads::of(call, group).name(call, update.name.as_ref());
    decide(call, None, reads, |scene, context| groups::update(scene, context, &update)).await
}

/// Changes a group's name and special roles, and tells what it is then.
pub async fn update_profile<'a>(
    call: &Call<'a>,
    group: GroupId,
    update: &ProfileUpdate,
) -> Result<Decision<'a, Updated>, Error> {
    let rule = |scene: &Scene, context: &Context<'_>| profile::update(scene, context, update);
    let reads = Reads::of(call, group).name(call, update.name.as_ref());
    if update.admin_role.is_none() {
        return decide(call, None, reads, rule).await;
    }
    // Another admin role makes other members admins.
    let roster = Roster::read(call, group);
    if update.name.is_none() {
        return roster.await?.decide(call, rule).await;
    }
    let (named, mut roster) = try_join(reads.read(call), roster).await?;
    roster.scene.name_holder = named.name_holder;
    roster.decide(call, rule).await
}
