//! Import a group from a line: it is there as a whole, or not at all.
//!
//! A group that one transaction holds is written by one. A larger one is written under a row that holds its place and is no
//! group, so for everybody there is none; the group's own row goes last, in that one's place. Whatever is cut short is finished by
//! importing the line again, and what is there already is left alone.

mod steps;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use self::steps::Beside;
use crate::App;
use crate::auth::caller::Caller;
use crate::auth::secrets::Secret;
use crate::domain::group::Group;
use crate::domain::ids::{ConnectionId, GameId, GroupId, UserId};
use crate::domain::membership::Connection;
use crate::domain::rules::arrival::{Arrival, Destination, arrive};
use crate::domain::scene::Context;
use crate::domain::time::is_recent;
use crate::domain::transfer::{GroupLine, LineId, Source};
use crate::error::{Error, Refusal};
use crate::operations::users::arrive::{Journey, look_up};
use crate::store::arrival;
use crate::store::keys::{self, Key};
use crate::store::meter::note_group;
use crate::store::rows::{self, Arriving, Claim, Projection};
use crate::store::transaction::{Commit, MAX_WRITES};
use crate::store::write::{ABSENT, Write};

/// What came of a line.
#[derive(Debug, Clone)]
pub struct Imported {
    pub outcome: Outcome,
    /// What the group's id is here.
    pub group: GroupId,
    /// What the ids are here of everybody whom the line names.
    pub users: BTreeMap<LineId, UserId>,
    /// How many codes were left behind, since they say that they are of a group with another id.
    pub codes_left: usize,
}

/// Whether there was anything to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The group has arrived.
    Imported,
    /// It had arrived before. What has become of it since, be it that it was deleted, stays so.
    Unchanged,
}

/// Imports one group. Where that is only tried, it tells what would come of it, and writes nothing.
pub async fn import_group(
    app: &App,
    game: GameId,
    from: &Source,
    line: &GroupLine,
    is_dry_run: bool,
) -> Result<Imported, Error> {
    let text = serde_json::to_string(line).map_err(Error::internal)?;
    let import = Import {
        journey: Journey { app, game, from },
        now: app.now(),
        digest: Secret::new(text).hash(),
        is_dry_run,
    };
    let mut backoff = app.store.backoff();
    loop {
        if let Some(imported) = import.attempt(line).await? {
            return Ok(imported);
        }
        backoff.wait().await?;
    }
}

/// The import of one line.
struct Import<'a> {
    journey: Journey<'a>,
    now: Timestamp,
    /// Tells the line from others.
    digest: String,
    is_dry_run: bool,
}

/// Where a group is to be.
struct Place {
    group: GroupId,
    /// Whether it was decided before that it is there.
    is_claimed: bool,
    state: State,
}

/// What is there.
enum State {
    Free,
    Arriving(Arriving),
    Live,
    Deleted,
}

impl Import<'_> {
    /// One attempt; nothing where something has changed meanwhile.
    async fn attempt(&self, line: &GroupLine) -> Result<Option<Imported>, Error> {
        let app = self.journey.app;
        let place = self.find_place(line).await?;
        note_group(place.group);
        let people = look_up(&self.journey, &line.persons()).await?;
        let imported = Imported {
            outcome: Outcome::Imported,
            group: place.group,
            users: people.ids.clone(),
            codes_left: 0,
        };
        let was_there = match place.state {
            State::Live => true,
            State::Deleted if self.journey.is_home() => {
                let problem = "is of a group that is being deleted: import it again in a minute";
                return Err(Refusal::invalid("id", problem).into());
            }
            State::Deleted => true,
            // It was deleted since it came.
            State::Free => place.is_claimed && !self.journey.is_home(),
            State::Arriving(_) => false,
        };
        if was_there {
            return Ok(Some(Imported { outcome: Outcome::Unchanged, ..imported }));
        }
        let arrival = match self.decide(line, &place, &people.ids).await {
            Ok(arrival) => arrival,
            Err(Error::Refused(refusal)) => {
                self.give_up(line, &place).await?;
                return Err(refusal.into());
            }
            Err(failure) => return Err(failure),
        };
        let codes_left = if place.keeps_id(line) { 0 } else { line.codes.len() };
        let imported = Imported { codes_left, ..imported };
        if self.is_dry_run {
            return Ok(Some(imported));
        }
        if people.write(app).await? != Commit::Done {
            return Ok(None);
        }
        let committed = self.write(line, &place, &arrival).await?;
        Ok(Some(imported).filter(|_| committed == Commit::Done))
    }

    /// Writes the group: at once, where one transaction takes all of it.
    async fn write(
        &self,
        line: &GroupLine,
        place: &Place,
        arrival: &Arrival,
    ) -> Result<Commit, Error> {
        let Journey { app, game, .. } = self.journey;
        let beside = self.beside(line, place, arrival)?;
        let before = match &place.state {
            State::Arriving(before) => Some(before),
            State::Free | State::Live | State::Deleted => None,
        };
        let mut writes = vec![arrival::group(game, arrival)?.when(ABSENT)];
        writes.extend(arrival::inside(game, arrival)?);
        // With a claim of its origin and one of its name.
        if before.is_some() || writes.len() + beside.connections.len() + 2 > MAX_WRITES {
            let arriving = self.arriving(place.group);
            return steps::write(app, game, arrival, before, &arriving, beside).await;
        }
        writes.extend(beside.connections.into_iter().chain(beside.origin).chain(beside.name));
        app.store.commit(writes).await
    }

    fn arriving(&self, group: GroupId) -> Arriving {
        Arriving { group_id: group, digest: self.digest.clone(), begun_at: self.now }
    }

    /// Takes back what an earlier call has written of this line, which now is refused.
    async fn give_up(&self, line: &GroupLine, place: &Place) -> Result<(), Error> {
        let Journey { app, game, from } = self.journey;
        match &place.state {
            State::Arriving(own) if own.digest == self.digest && !self.is_dry_run => {
                let origin =
                    (!self.journey.is_home()).then(|| Key::group_from(game, from, &line.id));
                steps::give_up(app, game, own, origin).await
            }
            State::Arriving(_) | State::Free | State::Live | State::Deleted => Ok(()),
        }
    }

    /// Where the group is, or is to be: with the id that it had, if that is nobody else's here.
    async fn find_place(&self, line: &GroupLine) -> Result<Place, Error> {
        let Journey { app, game, from } = self.journey;
        let kept: Option<GroupId> = line.id.kept();
        if let Some(group) = kept.filter(|_| self.journey.is_home()) {
            return Ok(Place { group, is_claimed: true, state: self.state(group).await? });
        }
        let claim = app.store.get::<Claim>(Key::group_from(game, from, &line.id)).await?;
        if let Some(claim) = claim {
            let group = claim.holder()?;
            return Ok(Place { group, is_claimed: true, state: self.state(group).await? });
        }
        if let Some(group) = kept
            && let State::Free = self.state(group).await?
        {
            return Ok(Place { group, is_claimed: false, state: State::Free });
        }
        Ok(Place { group: app.entropy.id()?, is_claimed: false, state: State::Free })
    }

    async fn state(&self, group: GroupId) -> Result<State, Error> {
        let Journey { app, game, .. } = self.journey;
        let kinds = Projection::rows::<Group>().and::<Arriving>();
        let mut items = app.store.get_items(vec![Key::group(game, group)], kinds).await?;
        if let Some(group) = rows::take::<Group>(&mut items)?.pop() {
            return Ok(if group.is_live() { State::Live } else { State::Deleted });
        }
        let arriving = rows::take::<Arriving>(&mut items)?.pop();
        Ok(arriving.map_or(State::Free, State::Arriving))
    }

    /// What the group is here, if it can be one.
    async fn decide(
        &self,
        line: &GroupLine,
        place: &Place,
        users: &BTreeMap<LineId, UserId>,
    ) -> Result<Arrival, Error> {
        let Journey { app, game, .. } = self.journey;
        if let State::Arriving(other) = &place.state
            && other.digest != self.digest
            && is_recent(Some(other.begun_at), self.now)
        {
            let problem = "is of a group of which another line is just being imported";
            return Err(Refusal::invalid("id", problem).into());
        }
        let limits = &app.limits;
        let to = Destination {
            group: place.group,
            keeps_id: place.keeps_id(line),
            claims_name: line.unique_name || limits.unique_group_names,
            directory_shard: keys::directory_shard(place.group, limits.directory_shards),
            users,
        };
        let line = self.with_ids(line, place, users).await?;
        let actor = Caller::operator_of(game).actor();
        let arrival = arrive(&line, &to, &Context { actor, now: self.now, limits })?;
        if to.claims_name {
            let claim = app.store.get::<Claim>(Key::group_name(game, &line.name)).await?;
            let holder = claim.map(|claim| claim.holder::<GroupId>()).transpose()?;
            if holder.is_some_and(|holder| holder != place.group) {
                return Err(Refusal::GroupNameTaken.into());
            }
        }
        Ok(arrival)
    }

    /// The line with an id for everything that needs one here: what it has, if that is nothing else's.
    async fn with_ids(
        &self,
        line: &GroupLine,
        place: &Place,
        users: &BTreeMap<LineId, UserId>,
    ) -> Result<GroupLine, Error> {
        let Journey { app, game, .. } = self.journey;
        let mut line = line.clone();
        let applications = line.applications.iter_mut().map(|it| (&it.user, &mut it.id));
        let invitations = line.invitations.iter_mut().map(|it| (&it.user, &mut it.id));
        let mut pending: Vec<_> = applications.chain(invitations).collect();
        let known = pending.iter().filter_map(|(_, id)| **id);
        let known = known.map(|id| Key::connection(game, id)).collect();
        let kinds = Projection::rows::<Connection>();
        let mut items = app.store.get_items_in_turn(known, kinds).await?;
        let taken = rows::take::<Connection>(&mut items)?;
        let mut seen = BTreeSet::<ConnectionId>::new();
        for (user, id) in &mut pending {
            let is_own = |it: &Connection| {
                it.group_id == place.group && users.get(user) == Some(&it.user_id)
            };
            let is_free = |id: &ConnectionId| {
                taken.iter().find(|it| it.connection_id == *id).is_none_or(is_own)
            };
            let kept = id.filter(is_free).filter(|id| seen.insert(*id));
            **id = Some(match kept {
                Some(kept) => kept,
                None => app.entropy.id()?,
            });
        }
        for attribute in &mut line.attributes {
            if attribute.id.is_none() {
                attribute.id = Some(app.entropy.id()?);
            }
        }
        Ok(line)
    }

    /// What is written with the group in other partitions.
    fn beside(&self, line: &GroupLine, place: &Place, arrival: &Arrival) -> Result<Beside, Error> {
        let Journey { game, from, .. } = self.journey;
        let origin = match place.is_claimed {
            true => None,
            false => {
                let claim = Claim::new(Key::group_from(game, from, &line.id), place.group);
                Some(Write::put(game, &claim)?.when(ABSENT))
            }
        };
        let name = match arrival.group.name_claimed {
            false => None,
            true => {
                let key = Key::group_name(game, &arrival.group.group_name);
                let claim = Write::put(game, &Claim::new(key, place.group))?;
                let is_free = "attribute_not_exists(pk) OR holder = :group";
                Some(claim.when(is_free).value("group", place.group.get()))
            }
        };
        let connections = arrival.connections.iter().map(|it| arrival::connection(game, it));
        Ok(Beside { origin, name, connections: connections.collect::<Result<_, _>>()? })
    }
}

impl Place {
    fn keeps_id(&self, line: &GroupLine) -> bool {
        line.id.kept() == Some(self.group)
    }
}
