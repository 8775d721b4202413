//! Delete an attribute: whoever created it may, and every admin, so that what a member leaves behind can be cleared away.

use std::iter::once;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::attribute::AttributeKey;
use crate::domain::ids::GroupId;
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::attribute_state::{Changed, State};
use crate::operations::guard::LIVE;
use crate::store::keys::Key;
use crate::store::transaction::Transaction;
use crate::store::write::Write;

/// Deletes the attribute with that key.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::AttributeNotFound`].
pub async fn delete_attribute(
    app: &App,
    caller: &Caller,
    group: GroupId,
    key: &AttributeKey,
) -> Result<(), Error> {
    let game = caller.game();
    for _ in 0..PLANS {
        let state = State::read(app, caller, group, once(key)).await?;
        let attribute = state.attributes.get(key).ok_or(Refusal::AttributeNotFound)?;
        if !attribute.can_delete(caller.acting_user(), state.standing) {
            return Err(Refusal::NotAuthorized.into());
        }
        let count = Write::update(Key::group(game, group)).decrease("attribute_count", 1);
        // An attribute of that id has one creator, so nothing else of it matters.
        let delete = Write::delete(Key::attribute(game, group, key))
            .when("attribute_id = :id")
            .value("id", attribute.attribute_id.get());
        let transaction = Transaction::new(state.same_standing(game))
            .and([count.when(LIVE).or_else(Changed), delete.or_else(Changed)]);
        if transaction.commit(&app.store).await?.is_ok() {
            return Ok(());
        }
    }
    Err(Error::Busy)
}
