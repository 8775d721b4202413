//! Find a group by its id or its name, without what is in it.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::group::Group;
use crate::domain::ids::GroupId;
use crate::domain::name::GroupName;
use crate::error::{Error, Refusal};
use crate::store::keys::Key;
use crate::store::rows::Claim;

/// A group's settings and roles, which anyone in the game may read.
///
/// # Errors
/// [`Refusal::GroupNotFound`].
pub async fn read_group(app: &App, caller: &Caller, group: GroupId) -> Result<Group, Error> {
    let group = app.store.get::<Group>(Key::group(caller.game(), group)).await?;
    Ok(group.filter(Group::is_live).ok_or(Refusal::GroupNotFound)?)
}

/// The same by the group's claimed name.
///
/// # Errors
/// [`Refusal::GroupNameNotFound`].
pub async fn find_group(app: &App, caller: &Caller, name: &GroupName) -> Result<Group, Error> {
    let claim = app.store.get::<Claim>(Key::group_name(caller.game(), name)).await?;
    let holder = i64::from(claim.ok_or(Refusal::GroupNameNotFound)?.holder);
    match read_group(app, caller, holder.try_into().map_err(Error::internal)?).await {
        // It was deleted between the two reads.
        Err(Error::Refused(Refusal::GroupNotFound)) => Err(Refusal::GroupNameNotFound.into()),
        found => found,
    }
}
