//! Repair a group: compare what its row counts with the rows that there are, and mend it.

use crate::auth::caller::Caller;
use crate::call::Found as FoundByCall;
use crate::decision::{Decision, carry_out};
use crate::domain::ids::{GameId, GroupId};
use crate::domain::rules::repair::{Difference, Found, repair};
use crate::domain::scene::{DoorCounts, Scene};
use crate::error::{Error, Refusal};
use crate::operations::scene::{count_in, decide_on};
use crate::operations::whole::{Whole, read_at_rest};
use crate::{App, Call};

/// Tells which counts of a group are wrong, and unless that is only tried, sets them right.
pub async fn repair_group(
    app: &App,
    game: GameId,
    group: GroupId,
    is_dry_run: bool,
) -> Result<Vec<Difference>, Error> {
    let found = FoundByCall::default();
    let call = Call::new(app, Caller::operator_of(game), &found);
    let call = Call { is_dry_run, ..call };
    carry_out(&app.store, is_dry_run, |_turn| Box::pin(decide(&call, group))).await
}

async fn decide<'a>(
    call: &Call<'a>,
    group: GroupId,
) -> Result<Decision<'a, Vec<Difference>>, Error> {
    let whole = read_at_rest(call.app, call.game(), group).await?;
    if !whole.group.is_live() {
        return Err(Refusal::GroupNotFound.into());
    }
    let found = count(call, &whole)?;
    decide_on(call, Scene::new(whole.group), |scene, context| repair(scene, context, &found)).await
}

fn count(call: &Call<'_>, whole: &Whole) -> Result<Found, Error> {
    let DoorCounts { pending, blocks } = count_in(call, &whole.doors)?;
    let number = |count: usize| u32::try_from(count).map_err(Error::internal);
    Ok(Found {
        members: number(whole.members.len())?,
        admins: number(whole.members.iter().filter(|member| member.is_admin).count())?,
        attributes: number(whole.attributes.len())?,
        public_attributes: number(whole.public.len())?,
        pending,
        blocks,
        codes: number(whole.codes.iter().filter(|code| code.is_known(call.now)).count())?,
    })
}
