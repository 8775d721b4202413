//! What is read of a group's attributes before somebody changes them, and what of it must still hold when they do.

use std::collections::{BTreeMap, BTreeSet};

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::attribute::{Attribute, AttributeKey, Creator, Standing};
use crate::domain::group::Group;
use crate::domain::ids::{GameId, GroupId, UserId};
use crate::domain::membership::{Member, MemberSummary};
use crate::error::{Error, Refusal};
use crate::operations::guard::{ADMIN, NOT_ADMIN};
use crate::store::keys::Key;
use crate::store::rows::{self, Projection};
use crate::store::transaction::Step;
use crate::store::write::{ABSENT, PRESENT, Write};

/// Something has changed since it was read. What it was is read again, so there is nothing more to say.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Changed;

/// What a plan is made on.
pub(super) struct State {
    pub group: Group,
    pub standing: Standing,
    /// Those of the keys that are asked for.
    pub attributes: BTreeMap<AttributeKey, Attribute>,
    me: Option<Member>,
}

impl State {
    /// The state as far as these keys are concerned.
    ///
    /// # Errors
    /// [`Refusal::GroupNotFound`], and [`Refusal::NotAuthorized`] for whoever is nothing to the group.
    pub async fn read(
        app: &App,
        caller: &Caller,
        group: GroupId,
        wanted: impl Iterator<Item = &AttributeKey>,
    ) -> Result<Self, Error> {
        let game = caller.game();
        let mut keys: Vec<Key> = wanted.map(|key| Key::attribute(game, group, key)).collect();
        keys.push(Key::group(game, group));
        keys.extend(caller.acting_user().map(|user| Key::member(game, group, user)));
        let kinds = Projection::kinds::<Group>().and::<Member>().and::<Attribute>();
        let mut items = app.store.get_items(keys, kinds).await?;
        let group = rows::take::<Group>(&mut items)?.pop().filter(Group::is_live);
        let me = rows::take::<Member>(&mut items)?.pop();
        Ok(Self {
            group: group.ok_or(Refusal::GroupNotFound)?,
            standing: standing(caller, me.as_ref())?,
            attributes: rows::take::<Attribute>(&mut items)?
                .into_iter()
                .map(|attribute| (attribute.attribute_key.clone(), attribute))
                .collect(),
            me,
        })
    }

    /// Insists that the caller still is what they were; the game always is.
    pub fn same_standing(&self, game: GameId) -> Option<Step<Changed>> {
        let me = self.me.as_ref().filter(|_| self.standing != Standing::Title)?;
        let check = Write::check(Key::member(game, me.group_id, me.user_id)).when(PRESENT);
        let same = if me.is_admin { ADMIN } else { NOT_ADMIN };
        Some(check.when(same).value("yes", true).or_else(Changed))
    }
}

/// What the caller is to the group's attributes. [`Refusal::NotAuthorized`] where that is nothing.
pub(super) fn standing(caller: &Caller, me: Option<&Member>) -> Result<Standing, Refusal> {
    match me {
        _ if caller.is_title() => Ok(Standing::Title),
        Some(member) if member.is_admin => Ok(Standing::Admin),
        Some(_) => Ok(Standing::Member),
        None => Err(Refusal::NotAuthorized),
    }
}

/// The creators who are gone, as far as that decides what the caller may do.
#[derive(Debug, Default)]
pub(super) struct Gone(BTreeSet<UserId>);

impl Gone {
    /// Those among the creators of these attributes; nothing is read where all may be done or none.
    pub async fn among(
        app: &App,
        caller: &Caller,
        group: GroupId,
        standing: Standing,
        attributes: impl Iterator<Item = &Attribute>,
    ) -> Result<Self, Error> {
        let protectors = attributes.filter_map(|it| it.protector(caller.acting_user(), standing));
        let mut creators: BTreeSet<UserId> = protectors.collect();
        let keys = creators.iter().map(|user| Key::member(caller.game(), group, *user)).collect();
        for member in app.store.get_all::<MemberSummary>(keys).await? {
            creators.remove(&member.user_id);
        }
        Ok(Self(creators))
    }

    /// What has become of the creator of that attribute.
    pub fn creator(&self, attribute: &Attribute) -> Creator {
        match self.0.contains(&attribute.creator_id) {
            true => Creator::Gone,
            false => Creator::Present,
        }
    }

    /// Insists that they have not come back.
    pub fn still(&self, game: GameId, group: GroupId) -> impl Iterator<Item = Step<Changed>> {
        let absent = move |user: &UserId| {
            Write::check(Key::member(game, group, *user)).when(ABSENT).or_else(Changed)
        };
        self.0.iter().map(absent)
    }
}
