//! Join whatever group there is: one that is open, listed and has room.

use crate::Call;
use crate::decision::Decision;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::Application;
use crate::domain::rules::joining::{Connected, Wish};
use crate::domain::user::User;
use crate::error::{Error, Refusal};
use crate::operations::connections::apply::apply_to_group;
use crate::operations::groups::list::{
    Filter, MAX_LIMIT, Page, Whose, cursor_further_on, list_groups,
};

/// A group that somebody is in by now, with how that came about and who it is.
pub type Found = (GroupId, Connected<Application>, User);

/// The most pages of the list that one call looks at: what it costs does not grow with the game.
const PAGES: usize = 10;

/// From one page to the next, fewer groups than these are passed over.
const STRIDE: usize = 1000;

/// The most groups that are tried: of those that have just been listed, few refuse anybody.
const TRIES: usize = 20;

/// Makes `user` a member of a group with such a name and type, if there is one that takes them. Which one is drawn, so that those
/// who ask at once do not all ask the same group.
///
/// Where there are more groups than are looked at, those are drawn from the first ten thousand: the groups at the beginning of the
/// alphabet, which are full before the others, keep nobody from these.
pub async fn auto_join<'a>(
    call: &Call<'a>,
    user: UserId,
    filter: Filter,
) -> Result<Decision<'a, Found>, Error> {
    let filter =
        Filter { is_open: Some(true), has_room: Some(true), whose: Whose::Others, ..filter };
    let (mut cursor, mut tries) = (None, 0);
    for left in (0..PAGES).rev() {
        let page = Page { filter: filter.clone(), limit: None, cursor };
        let (groups, next) = list_groups(call, page).await?;
        let listed = groups.iter().map(|listed| &listed.group);
        let listed = listed.filter(|group| group.settings.searchable);
        let mut groups: Vec<GroupId> = listed.map(|group| group.group_id).collect();
        while !groups.is_empty() && tries < TRIES {
            tries += 1;
            let group = groups.swap_remove(call.app.entropy.below(groups.len())?);
            match apply_to_group(call, group, user, Wish::Join, None).await {
                Ok(joined) => {
                    return Ok(joined.map(move |(connected, user)| (group, connected, user)));
                }
                Err(Error::Refused(refusal)) if leaves_others(&refusal) => {}
                Err(error) => return Err(error),
            }
        }
        let Some(next) = next.filter(|_| left > 0 && tries < TRIES) else { break };
        let in_reach = left * MAX_LIMIT as usize;
        cursor = Some(cursor_further_on(call, &filter, next, STRIDE, in_reach).await?);
    }
    Err(Refusal::NoGroupFound.into())
}

/// Whether another group may take somebody whom one group refuses so.
fn leaves_others(refusal: &Refusal) -> bool {
    matches!(
        refusal,
        Refusal::GroupNotFound
            | Refusal::Blocked { .. }
            | Refusal::AlreadyMember
            | Refusal::RoleNotFound
            | Refusal::TooSoon { .. }
            | Refusal::GroupFull
            | Refusal::NotOpen
            | Refusal::InviteOnly
    )
}
