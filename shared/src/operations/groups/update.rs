//! Change a group's name, settings and special roles.

use crate::Call;
use crate::decision::Decision;
use crate::domain::group::Group;
use crate::domain::ids::GroupId;
use crate::domain::rules::groups::{self, GroupUpdate, check_settings};
use crate::domain::rules::profile::{self, ProfileUpdate, Updated};
use crate::error::{Error, Refusal};
use crate::operations::scene::{Reads, decide, decide_on, read_all_members};

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
    let mut scene = reads.read(call).await?;
    if update.admin_role.is_some() {
        // Another admin role makes other members admins.
        read_all_members(call, &mut scene).await?;
    }
    decide_on(call, scene, |scene, context| profile::update(scene, context, update)).await
}
