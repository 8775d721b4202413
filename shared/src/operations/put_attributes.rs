//! Create and change attributes: all that a request names, or none.

use std::collections::{BTreeMap, HashSet};

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::attribute::{
    Attribute, AttributeKey, AttributeValue, MAX_PER_GROUP, MAX_PER_REQUEST, Standing, can_create,
};
use crate::domain::group::Group;
use crate::domain::ids::{GameId, GroupId};
use crate::domain::membership::Member;
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::guard::{ADMIN, LIVE, NOT_ADMIN};
use crate::operations::list_attributes::{VisibleAttribute, standing};
use crate::store::keys::Key;
use crate::store::rows::{self, Projection};
use crate::store::transaction::{Step, Transaction};
use crate::store::write::{ABSENT, PRESENT, Write};

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
/// [`Refusal::AttributeNotFound`], [`Refusal::TooManyAttributes`].
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
        let now = State::read(app, caller, group, wanted).await?;
        let planned = wanted
            .iter()
            .map(|wanted| now.plan(app, caller, wanted, missing))
            .collect::<Result<Vec<_>, _>>()?;
        if now.steps(caller, &planned)?.commit(&app.store).await?.is_ok() {
            let admins_only = now.group.settings.admins_only_can_create_attributes;
            return Ok(planned
                .into_iter()
                .map(|(_, attribute)| VisibleAttribute {
                    can_edit: attribute.can_edit(caller.acting_user(), now.standing, admins_only),
                    attribute,
                })
                .collect());
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

/// Something has changed since it was read. What it was is read again, so there is nothing more to say.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Changed;

/// What a plan is made on.
struct State {
    group: Group,
    me: Option<Member>,
    standing: Standing,
    attributes: BTreeMap<AttributeKey, Attribute>,
}

impl State {
    async fn read(
        app: &App,
        caller: &Caller,
        group: GroupId,
        wanted: &[NewAttribute],
    ) -> Result<Self, Error> {
        let game = caller.game();
        let mut keys: Vec<Key> =
            wanted.iter().map(|wanted| Key::attribute(game, group, &wanted.key)).collect();
        keys.push(Key::group(game, group));
        keys.extend(caller.acting_user().map(|user| Key::member(game, group, user)));
        let kinds = Projection::kinds::<Group>().and::<Member>().and::<Attribute>();
        let mut items = app.store.get_items(keys, kinds).await?;
        let group = rows::take::<Group>(&mut items)?.pop().filter(Group::is_live);
        let me = rows::take::<Member>(&mut items)?.pop();
        Ok(Self {
            group: group.ok_or(Refusal::GroupNotFound)?,
            standing: standing(caller, me.as_ref())?,
            me,
            attributes: rows::take::<Attribute>(&mut items)?
                .into_iter()
                .map(|attribute| (attribute.attribute_key.clone(), attribute))
                .collect(),
        })
    }

    /// What is there under that key, and what is to be there.
    fn plan(
        &self,
        app: &App,
        caller: &Caller,
        wanted: &NewAttribute,
        missing: Missing,
    ) -> Result<(Option<Attribute>, Attribute), Error> {
        let admins_only = self.group.settings.admins_only_can_create_attributes;
        let protect = wanted.only_can_edit_by_creator;
        let Some(old) = self.attributes.get(&wanted.key) else {
            if missing == Missing::Refuse {
                return Err(Refusal::AttributeNotFound.into());
            }
            if !can_create(self.standing, admins_only) {
                return Err(Refusal::NotAuthorized.into());
            }
            let new = Attribute {
                group_id: self.group.group_id,
                attribute_id: app.entropy.id()?,
                attribute_key: wanted.key.clone(),
                attribute_value: wanted.value.clone(),
                creator_id: caller.user()?,
                only_can_edit_by_creator: protect.unwrap_or(true),
            };
            return Ok((None, new));
        };
        let changes_protection = protect.is_some_and(|flag| flag != old.only_can_edit_by_creator);
        if !old.can_edit(caller.acting_user(), self.standing, admins_only)
            || changes_protection && !old.can_protect(caller.acting_user(), self.standing)
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
        &self,
        caller: &Caller,
        planned: &[(Option<Attribute>, Attribute)],
    ) -> Result<Transaction<Changed>, Error> {
        let game = caller.game();
        let created = planned.iter().filter(|(old, _)| old.is_none()).count();
        let attributes = planned
            .iter()
            .map(|(old, new)| put_attribute(game, old.as_ref(), new))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Transaction::new(self.same_standing(game))
            .and([self.count(game, created)?])
            .and(attributes))
    }

    /// Insists that the caller still is what they were; the game always is.
    fn same_standing(&self, game: GameId) -> Option<Step<Changed>> {
        let me = self.me.as_ref().filter(|_| self.standing != Standing::Title)?;
        let check = Write::check(Key::member(game, me.group_id, me.user_id)).when(PRESENT);
        let same = if me.is_admin { ADMIN } else { NOT_ADMIN };
        Some(check.when(same).value("yes", true).or_else(Changed))
    }

    fn count(&self, game: GameId, created: usize) -> Result<Step<Changed>, Error> {
        let created = u32::try_from(created).map_err(Error::internal)?;
        if self.group.attribute_count + created > MAX_PER_GROUP {
            return Err(Refusal::TooManyAttributes.into());
        }
        let key = Key::group(game, self.group.group_id);
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
            .value("admins_only", self.group.settings.admins_only_can_create_attributes)
            .or_else(Changed))
    }
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
