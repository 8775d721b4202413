//! Find a group by its id or its name, without what is in it.

use crate::Call;
use crate::domain::group::Group;
use crate::domain::ids::GroupId;
use crate::domain::name::GroupName;
use crate::error::{Error, Refusal};
use crate::store::keys::Key;
use crate::store::meter::note_group;
use crate::store::rows::Claim;

/// A group's settings and roles, which anyone in the game may read.
pub async fn read_group(call: &Call<'_>, group: GroupId) -> Result<Group, Error> {
    note_group(group);
    let group = call.app.store.get::<Group>(Key::group(call.game(), group)).await?;
    Ok(group.filter(Group::is_live).ok_or(Refusal::GroupNotFound)?)
}

/// The same by the group's claimed name.
pub async fn find_group(call: &Call<'_>, name: &GroupName) -> Result<Group, Error> {
    let claim = call.app.store.get::<Claim>(Key::group_name(call.game(), name)).await?;
    let holder = claim.ok_or(Refusal::GroupNameNotFound)?.holder()?;
    match read_group(call, holder).await {
        // It was deleted between the two reads.
        Err(Error::Refused(Refusal::GroupNotFound)) => Err(Refusal::GroupNameNotFound.into()),
        found => found,
    }
}
