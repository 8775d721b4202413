//! Change a group's name, settings and special roles.

use crate::Call;
use crate::decision::Decision;
use crate::domain::group::Group;
use crate::domain::ids::GroupId;
use crate::domain::rules::groups::{self, GroupUpdate, check_settings};
use crate::domain::rules::profile::{self, ProfileUpdate, Updated};
use crate::error::{Error, Refusal};
use crate::operations::scene::{Reads, decide, decide_on};

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
    let reads = Reads::of(call, group).name(call, update.name.as_ref());
    let scene = match update.admin_role {
        // Another admin role makes other members admins.
        Some(_) => reads.read_and_all_members(call).await?,
        None => reads.read(call).await?,
    };
    decide_on(call, scene, |scene, context| profile::update(scene, context, update)).await
}
