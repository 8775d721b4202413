//! Users who come with a group from elsewhere: who of them is here already, and an account for each who is not.
//!
//! Where they are from, an id is a claim to the one here, so whoever came once is the same every time. Nobody is taken for somebody
//! who is here because of a name or an address, which anyone may have signed up with; by a custom id they log in, so whoever has
//! the same one is the same.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::App;
use crate::domain::ids::{GameId, UserId};
use crate::domain::name::Username;
use crate::domain::transfer::{LineId, PersonLine, Source};
use crate::domain::user::Account;
use crate::error::{Error, Refusal};
use crate::store::keys::Key;
use crate::store::rows::{self, Claim, Projection, View};
use crate::store::transaction::{Commit, MAX_WRITES};
use crate::store::write::{ABSENT, Write};

/// Who somebody from elsewhere is here, and what has to be written for it to be so.
pub(in crate::operations) struct People {
    pub ids: BTreeMap<LineId, UserId>,
    /// Of each who is new here.
    arrivals: Vec<Vec<Write>>,
}

/// A claim that is there.
#[derive(Deserialize)]
struct Claimed {
    pk: String,
    holder: u32,
}

impl View for Claimed {
    const KIND: &'static str = Claim::KIND;
}

/// A user who is there.
#[derive(Deserialize)]
struct Present {
    pk: String,
}

impl View for Present {
    const KIND: &'static str = Account::KIND;
}

/// What was found of claims and users, by their partitions.
#[derive(Default)]
struct Found {
    claims: BTreeMap<String, UserId>,
    users: BTreeSet<String>,
}

impl Found {
    async fn read(app: &App, keys: Vec<Key>) -> Result<Self, Error> {
        let kinds = Projection::rows::<Claimed>().and::<Present>();
        let mut items = app.store.get_items_in_turn(keys, kinds).await?;
        let claims = rows::take::<Claimed>(&mut items)?.into_iter().map(|claim| {
            let holder = i64::from(claim.holder).try_into().map_err(Error::internal)?;
            Ok((claim.pk, holder))
        });
        Ok(Self {
            claims: claims.collect::<Result<_, Error>>()?,
            users: rows::take::<Present>(&mut items)?.into_iter().map(|user| user.pk).collect(),
        })
    }

    fn holder(&self, key: &Key) -> Option<UserId> {
        self.claims.get(&key.pk).copied()
    }

    fn has(&self, game: GameId, user: UserId) -> bool {
        self.users.contains(&Key::user(game, user).pk)
    }
}

/// Where people come from, and where to.
#[derive(Clone, Copy)]
pub(in crate::operations) struct Journey<'a> {
    pub app: &'a App,
    pub game: GameId,
    pub from: &'a Source,
}

impl Journey<'_> {
    /// The id that is the same here as there: this game's own.
    fn own(&self, id: &LineId) -> Option<UserId> {
        id.kept().filter(|_| self.is_home())
    }

    /// Whether it leads back to where it began.
    pub fn is_home(&self) -> bool {
        *self.from == Source::game(self.game)
    }

    fn claim(&self, id: &LineId) -> Key {
        Key::user_from(self.game, self.from, id)
    }
}

/// Looks up who these are.
pub(in crate::operations) async fn look_up(
    journey: &Journey<'_>,
    persons: &BTreeMap<LineId, PersonLine>,
) -> Result<People, Error> {
    let Journey { app, game, .. } = *journey;
    let keys = persons.values().flat_map(|person| {
        let ids = [person.user_id, person.id.kept()].into_iter().flatten();
        ids.map(|user| Key::user(game, user)).chain([journey.claim(&person.id)])
    });
    let found = Found::read(app, keys.collect()).await?;
    let mut people = People { ids: BTreeMap::new(), arrivals: Vec::new() };
    let mut strangers = Vec::new();
    for person in persons.values() {
        match known(journey, person, &found)? {
            Some(user) => drop(people.ids.insert(person.id.clone(), user)),
            None => strangers.push((person, free_id(journey, person, &found)?)),
        }
    }
    let keys = strangers.iter().flat_map(|(person, user)| claims(game, person, *user));
    let mut found = Found::read(app, keys.collect()).await?;
    for (person, user) in strangers {
        let (user, writes) = arrive(journey, person, user, &mut found)?;
        people.ids.insert(person.id.clone(), user);
        people.arrivals.push(writes);
    }
    Ok(people)
}

/// Who that is, if they are here already.
fn known(
    journey: &Journey<'_>,
    person: &PersonLine,
    found: &Found,
) -> Result<Option<UserId>, Error> {
    if let Some(user) = found.holder(&journey.claim(&person.id)) {
        return Ok(Some(user));
    }
    if person.user_id.is_some_and(|user| !found.has(journey.game, user)) {
        return Err(Refusal::UserNotFound.into());
    }
    Ok(journey.own(&person.id).filter(|user| found.has(journey.game, *user)))
}

/// The id that they have, as whoever takes them in says; else the one that they had, if it is nobody's here; else another one.
fn free_id(journey: &Journey<'_>, person: &PersonLine, found: &Found) -> Result<UserId, Error> {
    let kept = person.id.kept().filter(|user| !found.has(journey.game, *user));
    match person.user_id.or(kept) {
        Some(user) => Ok(user),
        None => journey.app.entropy.id(),
    }
}

/// Where what they are known by is claimed.
fn claims(game: GameId, person: &PersonLine, user: UserId) -> Vec<Key> {
    let name = person.username.as_ref().map(|name| Key::username(game, name));
    let email = person.email.as_ref().map(|email| Key::email(game, email));
    let custom_id = person.custom_id.as_ref().map(|id| Key::custom_id(game, id));
    let number = Username::try_from(user.to_hex()).ok().map(|name| Key::username(game, &name));
    [name, email, custom_id, number].into_iter().flatten().collect()
}

/// What makes a user of somebody who is not here yet. A name or an address that somebody else has is left behind.
fn arrive(
    journey: &Journey<'_>,
    person: &PersonLine,
    user: UserId,
    found: &mut Found,
) -> Result<(UserId, Vec<Write>), Error> {
    let Journey { app, game, .. } = *journey;
    let mut writes = Vec::new();
    let custom_id = person.custom_id.as_ref().map(|id| (id, Key::custom_id(game, id)));
    let logs_in_as = || custom_id.as_ref().and_then(|(_, key)| found.holder(key));
    let same = person.user_id.or_else(logs_in_as);
    let holder = same.unwrap_or(user);
    if journey.own(&person.id) != Some(holder) {
        let claim = Claim::new(journey.claim(&person.id), holder);
        writes.push(Write::put(game, &claim)?.when(ABSENT));
    }
    if let Some(same) = same {
        return Ok((same, writes));
    }
    let username = free_name(journey, person, user, found)?;
    let email =
        person.email.clone().filter(|email| found.holder(&Key::email(game, email)).is_none());
    let keys = [
        Some(Key::username(game, &username)),
        email.as_ref().map(|email| Key::email(game, email)),
        custom_id.map(|(_, key)| key),
    ];
    for key in keys.into_iter().flatten() {
        found.claims.insert(key.pk.clone(), user);
        writes.push(Write::put(game, &Claim::new(key, user))?.when(ABSENT));
    }
    let created_at = person.created_at.unwrap_or(app.now());
    let account = Account {
        user_id: user,
        username,
        email,
        password_hash: None,
        credits: person.credits,
        score: person.score,
        number_of_logins: person.number_of_logins,
        created_at,
        last_login: person.last_login.unwrap_or(created_at),
        revocations: 0,
        banned_at: person.banned_at,
    };
    let mut account = Write::put(game, &account)?.when(ABSENT);
    if let Some(id) = &person.custom_id {
        account = account.with("custom_id", id.as_str());
    }
    if let Some(reason) = &person.ban_reason {
        account = account.with("ban_reason", reason.as_str());
    }
    writes.push(account);
    Ok((user, writes))
}

/// The name that they had, if it is nobody's here; else their id as PlayFab writes it, and where somebody has taken that, something
/// behind it.
fn free_name(
    journey: &Journey<'_>,
    person: &PersonLine,
    user: UserId,
    found: &Found,
) -> Result<Username, Error> {
    let number = Username::try_from(user.to_hex()).map_err(Error::internal)?;
    let is_free = |name: &Username| found.holder(&Key::username(journey.game, name)).is_none();
    let free = person.username.iter().chain([&number]).find(|name| is_free(name)).cloned();
    if let Some(free) = free {
        return Ok(free);
    }
    let more = u32::from_be_bytes(journey.app.entropy.bytes()?);
    Username::try_from(format!("{number}-{more:08x}", number = number.as_str()))
        .map_err(Error::internal)
}

impl People {
    /// Writes what there is to be written, as many people at a time as one transaction takes.
    pub async fn write(self, app: &App) -> Result<Commit, Error> {
        let mut writes = Vec::new();
        for arrival in self.arrivals {
            if writes.len() + arrival.len() > MAX_WRITES
                && app.store.commit(std::mem::take(&mut writes)).await? != Commit::Done
            {
                return Ok(Commit::Changed);
            }
            writes.extend(arrival);
        }
        if writes.is_empty() { Ok(Commit::Done) } else { app.store.commit(writes).await }
    }
}
