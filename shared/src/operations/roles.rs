//! Create, rename and delete roles.

use crate::Call;
use crate::decision::Decision;
use crate::domain::ids::GroupId;
use crate::domain::role::{RoleId, RoleName};
use crate::domain::rules::profile::Updated;
use crate::domain::rules::roles;
use crate::error::Error;
use crate::operations::roster::Roster;
use crate::operations::scene::{Reads, decide};

/// Creates a role without members.
pub async fn create_role<'a>(
    call: &Call<'a>,
    group: GroupId,
    id: &RoleId,
    name: &RoleName,
) -> Result<Decision<'a, Updated>, Error> {
    let reads = Reads::of(call, group);
    decide(call, None, reads, |scene, context| roles::create(scene, context, id, name)).await
}

/// Renames a role; where a version of the group is expected, nothing changes at any other.
pub async fn update_role<'a>(
    call: &Call<'a>,
    group: GroupId,
    id: &RoleId,
    name: &RoleName,
    expected: Option<u32>,
) -> Result<Decision<'a, Updated>, Error> {
    let reads = Reads::of(call, group);
    decide(call, None, reads, |scene, context| roles::rename(scene, context, id, name, expected))
        .await
}

/// Deletes a role; who held no other one holds the member role then.
pub async fn delete_role<'a>(
    call: &Call<'a>,
    group: GroupId,
    id: &RoleId,
) -> Result<Decision<'a, Updated>, Error> {
    let roster = Roster::read(call, group).await?;
    roster.decide(call, |scene, context| roles::delete(scene, context, id)).await
}
