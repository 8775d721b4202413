//! Change a group's name, settings and special roles.

use crate::Call;
use crate::decision::Decision;
use crate::domain::group::Group;
use crate::domain::ids::GroupId;
use crate::domain::rules::groups::{self, GroupUpdate, check_settings};
use crate::domain::rules::profile::{self, ProfileUpdate, Updated};
use crate::error::{Error, Refusal};
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
    let mut reads = Reads::of(call, group).name(call, update.name.as_ref());
    if update.admin_role.is_some() {
        // Another admin role makes other members admins.
        reads = reads.all_members();
    }
    decide(call, None, reads, |scene, context| profile::update(scene, context, update)).await
}
