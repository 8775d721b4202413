//! Read who is in a group, and in which roles.

use crate::Call;
use crate::domain::ids::GroupId;
use crate::domain::permissions::{Action, allows};
use crate::domain::scene::Scene;
use crate::error::{Error, Refusal};
use crate::operations::roster::read_roster;

/// A group and all of its members, for those who may read them.
pub async fn list_members(call: &Call<'_>, group: GroupId) -> Result<Scene, Error> {
    let scene = read_roster(call, group).await?;
    let actor = call.caller.actor();
    if !allows(actor, Action::ListMembers, scene.me(actor)) {
        return Err(Refusal::NotAuthorized.into());
    }
    Ok(scene)
}
