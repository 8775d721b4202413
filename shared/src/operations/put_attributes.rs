//! Create and change attributes: all that a request names, or none.

use std::collections::HashSet;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::attribute::{
    Attribute, AttributeKey, AttributeValue, MAX_PER_GROUP, MAX_PER_REQUEST, can_create,
};
use crate::domain::group::Group;
use crate::domain::ids::{GameId, GroupId};
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::attribute_state::{Changed, Gone, State};
use crate::operations::guard::LIVE;
use crate::operations::list_attributes::VisibleAttribute;
use crate::store::keys::Key;
use crate::store::transaction::{Step, Transaction};
use crate::store::write::{ABSENT, Write};

/// What an attribute is to be.
#[derive(Debug, Clone)]
pub struct NewAttribute {
    /// Which attribute.
    pub key: AttributeKey,
    /// Its value.
    pub value: AttributeValue,
    /// Whether only the creator may change it; where absent, a new one is protected and an old one stays as it is.
    pub only_can_edit_by_creator: Option<bool>,
}

/// What to do with a key that the group has no attribute for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Create it.
    Create,
    /// Refuse with [`Refusal::AttributeNotFound`].
    Refuse,
}

/// Creates or changes attributes and tells what they are then, in the order of the request.
///
/// # Errors
/// [`Refusal::InvalidParameter`] for no, too many or repeated keys, [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`],
/// [`Refusal::AttributeNotFound`], [`Refusal::TooManyAttributes`], and [`Refusal::TooManyAtOnce`] for what one transaction
/// cannot hold.
pub async fn put_attributes(
    app: &App,
    caller: &Caller,
    group: GroupId,
    wanted: &[NewAttribute],
    missing: Missing,
) -> Result<Vec<VisibleAttribute>, Error> {
    check_request(wanted)?;
    for _ in 0..PLANS {
        // Whether a key is new decides who may put it, so what is there is read first, and guarded when written.
        let keys = wanted.iter().map(|wanted| &wanted.key);
        let state = State::read(app, caller, group, keys).await?;
        let there = state.attributes.values();
        let gone = Gone::among(app, caller, group, state.standing, there).await?;
        let planned = wanted
            .iter()
            .map(|wanted| plan(app, caller, &state, &gone, wanted, missing))
            .collect::<Result<Vec<_>, _>>()?;
        let transaction = steps(caller.game(), &state, &gone, &planned)?;
        if transaction.len() > Transaction::<Changed>::MAX_STEPS {
            return Err(Refusal::TooManyAtOnce.into());
        }
        if transaction.commit(&app.store).await?.is_ok() {
            let admins_only = state.group.settings.admins_only_can_create_attributes;
            let visible = |attribute: Attribute| VisibleAttribute {
                can_edit: attribute.can_edit(
                    caller.acting_user(),
                    state.standing,
                    gone.creator(&attribute),
                    admins_only,
                ),
                attribute,
            };
            return Ok(planned.into_iter().map(|(_, attribute)| visible(attribute)).collect());
        }
    }
    Err(Error::Busy)
}

fn check_request(wanted: &[NewAttribute]) -> Result<(), Refusal> {
    if !(1..=MAX_PER_REQUEST).contains(&wanted.len()) {
        return Err(Refusal::invalid("attributes", "must have 1 to 50 entries"));
    }
    let keys: HashSet<_> = wanted.iter().map(|wanted| wanted.key.as_str()).collect();
    if keys.len() < wanted.len() {
        return Err(Refusal::invalid("attributes", "must not name a key twice"));
    }
    Ok(())
}

/// What is there under that key, and what is to be there.
fn plan(
    app: &App,
    caller: &Caller,
    state: &State,
    gone: &Gone,
    wanted: &NewAttribute,
    missing: Missing,
) -> Result<(Option<Attribute>, Attribute), Error> {
    let admins_only = state.group.settings.admins_only_can_create_attributes;
    let protect = wanted.only_can_edit_by_creator;
    let Some(old) = state.attributes.get(&wanted.key) else {
        if missing == Missing::Refuse {
            return Err(Refusal::AttributeNotFound.into());
        }
        if !can_create(state.standing, admins_only) {
            return Err(Refusal::NotAuthorized.into());
        }
        let new = Attribute {
            group_id: state.group.group_id,
            attribute_id: app.entropy.id()?,
            attribute_key: wanted.key.clone(),
            attribute_value: wanted.value.clone(),
            creator_id: caller.user()?,
            only_can_edit_by_creator: protect.unwrap_or(true),
        };
        return Ok((None, new));
    };
    let creator = gone.creator(old);
    let changes_protection = protect.is_some_and(|flag| flag != old.only_can_edit_by_creator);
    if !old.can_edit(caller.acting_user(), state.standing, creator, admins_only)
        || changes_protection && !old.can_protect(caller.acting_user(), state.standing, creator)
    {
        return Err(Refusal::NotAuthorized.into());
    }
    let new = Attribute {
        attribute_value: wanted.value.clone(),
        only_can_edit_by_creator: protect.unwrap_or(old.only_can_edit_by_creator),
        ..old.clone()
    };
    Ok((Some(old.clone()), new))
}

/// Writes the plan, if everything that it was made on still holds.
fn steps(
    game: GameId,
    state: &State,
    gone: &Gone,
    planned: &[(Option<Attribute>, Attribute)],
) -> Result<Transaction<Changed>, Error> {
    let created = planned.iter().filter(|(old, _)| old.is_none()).count();
    let attributes = planned
        .iter()
        .map(|(old, new)| put_attribute(game, old.as_ref(), new))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Transaction::new(state.same_standing(game))
        .and([count(game, &state.group, created)?])
        .and(gone.still(game, state.group.group_id))
        .and(attributes))
}

fn count(game: GameId, group: &Group, created: usize) -> Result<Step<Changed>, Error> {
    let created = u32::try_from(created).map_err(Error::internal)?;
    if group.attribute_count + created > MAX_PER_GROUP {
        return Err(Refusal::TooManyAttributes.into());
    }
    let key = Key::group(game, group.group_id);
    let count = if created == 0 {
        Write::check(key)
    } else {
        Write::update(key)
            .increase("attribute_count", created)
            .when("attribute_count <= :room")
            .value("room", MAX_PER_GROUP - created)
    };
    Ok(count
        .when(LIVE)
        .when("settings.admins_only_can_create_attributes = :admins_only")
        .value("admins_only", group.settings.admins_only_can_create_attributes)
        .or_else(Changed))
}

fn put_attribute(
    game: GameId,
    old: Option<&Attribute>,
    new: &Attribute,
) -> Result<Step<Changed>, Error> {
    let put = Write::put(game, new)?;
    Ok(match old {
        None => put.when(ABSENT),
        // An attribute of that id has one creator: what remains to be the same is the protection.
        Some(old) => put
            .when("attribute_id = :id AND only_can_edit_by_creator = :protected")
            .value("id", old.attribute_id.get())
            .value("protected", old.only_can_edit_by_creator),
    }
    .or_else(Changed))
}
