//! Read who is in a group, and in which roles.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::GroupId;
use crate::error::{Error, Refusal};
use crate::operations::guard::admits;
use crate::operations::roster::Roster;
use crate::permissions::Action;

/// The roster of a group, for those who may read it.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`].
pub async fn list_members(app: &App, caller: &Caller, group: GroupId) -> Result<Roster, Error> {
    let roster = Roster::read(app, caller.game(), group).await?;
    if !admits(caller, Action::ListMembers, roster.me(caller).map(|me| me.is_admin)) {
        return Err(Refusal::NotAuthorized.into());
    }
    Ok(roster)
}
