//! A group's history: each commit leaves an event in the group's row, the table's stream carries it here, and members read it.

use futures_util::future::try_join;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::domain::event::{Event, EventType, GroupEvent};
use crate::domain::group::Group;
use crate::domain::ids::{GameId, GroupId, UserId};
use crate::domain::permissions::{Action, allows};
use crate::error::{Error, Refusal};
use crate::operations::scene::Reads;
use crate::store::keys::{self, Key};
use crate::store::meter::note_gap;
use crate::store::range::Range;
use crate::store::rows::{self, Projection, View};
use crate::{App, Call};

/// What a commit left in a group's row.
#[derive(Debug, Clone, Deserialize)]
pub struct Commit {
    pub group_id: GroupId,
    /// How many commits that makes.
    pub seq: u32,
    /// What it did.
    pub last_event: Event,
    /// When the group was created.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// When the group was imported, if it was.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub arrived_at: Option<Timestamp>,
    /// When the group was deleted, if it is.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub deleted_at: Option<Timestamp>,
}

impl From<Commit> for GroupEvent {
    fn from(Commit { group_id, seq, last_event: event, .. }: Commit) -> Self {
        Self { group_id, seq, event }
    }
}

/// What is read of a group's row to tell whether it is still the same group.
#[derive(Deserialize)]
struct Origin {
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    arrived_at: Option<Timestamp>,
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    deleted_at: Option<Timestamp>,
}

impl View for Origin {
    const KIND: &'static str = Group::KIND;
}

/// Writes what commits in one group did into its history, one after another in the order of the commits: whoever has read
/// up to an event has missed none before it.
///
/// What is there already stays, so commits may be told again, also after the group is gone.
pub async fn record(app: &App, game: GameId, commits: &[Commit]) -> Result<(), Error> {
    let mut recorded = None;
    for commit in commits {
        let previous = commit.seq.checked_sub(1).filter(|previous| *previous > 0);
        let follows = recorded.is_some() && recorded == previous;
        if follows || is_of_a_group(app, game, commit, previous).await? {
            app.store.put_new(game, &GroupEvent::from(commit.clone())).await?;
            recorded = Some(commit.seq);
        }
    }
    Ok(())
}

/// Whether the group of the commit is there. Its id may be another group's by now.
///
/// Looks also whether the event before is, without which one was lost on the way.
async fn is_of_a_group(
    app: &App,
    game: GameId,
    commit: &Commit,
    previous: Option<u32>,
) -> Result<bool, Error> {
    let group = commit.group_id;
    let mut keys = vec![Key::group(game, group)];
    keys.extend(previous.map(|seq| Key::event(game, group, seq)));
    let kinds = Projection::rows::<Origin>();
    let mut items = app.store.get_items(keys, kinds).await?;
    let origin = rows::take::<Origin>(&mut items)?.pop().filter(|origin| {
        origin.created_at == commit.created_at && origin.arrived_at == commit.arrived_at
    });
    let has_previous = !items.is_empty();
    // Of a group that is deleted, a sweep may have removed the event before.
    let is_live = origin.as_ref().is_some_and(|origin| origin.deleted_at.is_none());
    if is_live && previous.is_some() && !has_previous {
        note_gap(keys::events_partition(game, group));
    }
    Ok(origin.is_some())
}

/// How long the stream keeps a commit. What is missing in a history for longer never comes.
const STREAM_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// What somebody wants to read of a history.
#[derive(Debug, Clone)]
pub struct Excerpt {
    /// The place after which it begins.
    pub after: u32,
    /// The most events.
    pub limit: usize,
    /// The types of the events; all of them where there are none.
    pub types: Vec<EventType>,
    /// Whom they concern.
    pub user: Option<UserId>,
}

impl Excerpt {
    /// The most events that are looked at to find those that are wanted.
    const MOST: usize = 300;

    fn is_filtered(&self) -> bool {
        !self.types.is_empty() || self.user.is_some()
    }

    fn wants(&self, event: &Event) -> bool {
        (self.types.is_empty() || self.types.contains(&event.event_type))
            && self.user.is_none_or(|user| event.concerns(user))
    }
}

/// Reads a group's history, the oldest first. Tells also the place up to which it was looked through, where the next
/// excerpt begins: what is not wanted, or not to be seen by the caller, is passed over.
pub async fn list(
    call: &Call<'_>,
    group: GroupId,
    excerpt: &Excerpt,
) -> Result<(Vec<GroupEvent>, u32), Error> {
    let most = if excerpt.is_filtered() { Excerpt::MOST } else { excerpt.limit };
    let first = keys::event_sort(excerpt.after.saturating_add(1));
    let partition = keys::events_partition(call.game(), group);
    let range = Range::through(partition, first, keys::EVENT).first(most as i32);
    let reads = Reads::of(call, group);
    let read = call.app.store.query::<GroupEvent>(range);
    let (scene, read) = try_join(reads.read(call), read).await?;
    let actor = call.caller.actor();
    if !allows(actor, Action::ListEvents, scene.me(actor)) {
        return Err(Refusal::NotAuthorized.into());
    }
    // Whoever may read what is pending may read what becomes of it.
    let sees_all = allows(actor, Action::ListPending, scene.me(actor));
    let is_shown = |event: &Event| sees_all || event.event_type.is_for_members();
    let mut events = Vec::new();
    let mut last_seq = excerpt.after;
    for event in read {
        if event.seq.checked_sub(1) != Some(last_seq)
            && call.now.duration_since(event.event.at) < STREAM_LIFETIME
        {
            // A query finds items one by one: the event between was written while it passed, and is there the next time.
            break;
        }
        last_seq = event.seq;
        if is_shown(&event.event) && excerpt.wants(&event.event) {
            events.push(event);
            if events.len() == excerpt.limit {
                break;
            }
        }
    }
    Ok((events, last_seq))
}
