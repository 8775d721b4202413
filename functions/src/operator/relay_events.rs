//! A batch of the table's stream: what commits did goes into the histories of their groups, and on to webhooks and the bus;
//! groups that are marked deleted are swept.

use std::collections::BTreeMap;

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::Value;
use shared::domain::delivery::Subject;
use shared::domain::event::GroupEvent;
use shared::domain::ids::{GameId, GroupId};
use shared::operations::events::{Commit, record};
use shared::operations::groups::sweep::sweep_group;
use shared::operations::webhooks::sending::send_off;
use shared::outbox::bus::BusEvent;
use shared::store::keys;
use shared::{App, Error, Refusal};

use crate::http::BoxFuture;
use crate::webhooks::message;

/// How many groups are written about at once.
const AT_ONCE: usize = 8;

/// The commits of a batch, by group, in the order in which they were made.
type Commits = BTreeMap<(GameId, GroupId), Vec<Commit>>;

/// One group of them.
type Group = ((GameId, GroupId), Vec<Commit>);

/// What tells a group's row from others, in a row's new image.
#[derive(Deserialize)]
struct Image {
    pk: String,
    kind: String,
}

/// Relays what the event's records tell of groups. A batch that fails is delivered again, in whole or in halves.
pub fn handle(app: &App, event: Value) -> BoxFuture<'_, Result<Value, Error>> {
    Box::pin(async move {
        let event: Event = serde_json::from_value(event)
            .map_err(|_| Refusal::invalid("Records", "must be a DynamoDB stream's"))?;
        let commits: Vec<_> = by_group(event.records)?.into_iter().collect();
        let mut failures = Vec::new();
        // One step after another for all of them, so that no group's history waits for a queue that does not answer, nor its
        // messages for a bus. Whoever is sent an event can read it in the history by then, and all of a group's are sent before it is
        // swept, since nothing tells of them afterwards.
        let all = commits.iter().collect();
        let recorded =
            each(all, &mut failures, |((game, _), commits)| record(app, *game, commits)).await;
        let sent = each(recorded, &mut failures, |group| send(app, group)).await;
        each(sent, &mut failures, |group| finish(app, group)).await;
        // What fails is done again from its beginning, so events are recorded once and sent at least once.
        failures.into_iter().next().map_or(Ok(Value::Null), Err)
    })
}

/// Takes a step for each group, for several at a time, and tells for which it was taken. A group that fails keeps no other from it.
async fn each<'a, F: Future<Output = Result<(), Error>>>(
    groups: Vec<&'a Group>,
    failures: &mut Vec<Error>,
    step: impl Fn(&'a Group) -> F,
) -> Vec<&'a Group> {
    let mut done = Vec::new();
    for groups in groups.chunks(AT_ONCE) {
        let outcomes = join_all(groups.iter().map(|group| step(group))).await;
        for (group, outcome) in groups.iter().zip(outcomes) {
            match outcome {
                Ok(()) => done.push(*group),
                Err(failure) => failures.push(failure),
            }
        }
    }
    done
}

/// What has happened in a group.
fn events(commits: &[Commit]) -> Vec<GroupEvent> {
    commits.iter().cloned().map(GroupEvent::from).collect()
}

/// Sends webhooks what has happened in a group.
async fn send(app: &App, ((game, _), commits): &Group) -> Result<(), Error> {
    send_off(app, *game, &events(commits)).await
}

/// Puts what has happened in a group on the bus, and sweeps the group where it has ended.
async fn finish(app: &App, ((game, _), commits): &Group) -> Result<(), Error> {
    put_on_bus(app, *game, commits).await?;
    match commits.iter().find(|commit| commit.deleted_at.is_some()) {
        Some(deletion) => sweep_group(app, *game, deletion.group_id).await,
        None => Ok(()),
    }
}

/// Puts events on the bus, where there is one.
async fn put_on_bus(app: &App, game: GameId, commits: &[Commit]) -> Result<(), Error> {
    let Some(bus) = &app.outbox.bus else { return Ok(()) };
    let detailed = events(commits).into_iter().map(|event| {
        let subject = Subject::Event(event.into());
        let detail = message::detail(game, &subject)?;
        Ok(BusEvent { event_type: subject.type_name(), detail, at: subject.at() })
    });
    let events = detailed.collect::<Result<Vec<_>, Error>>()?;
    bus.put(&events, app.now(), app.store.backoff()).await
}

/// What the records tell of groups; those of other rows, and of rows that are gone, tell nothing.
fn by_group(records: Vec<EventRecord>) -> Result<Commits, Error> {
    let mut commits = Commits::new();
    for record in records {
        let row = record.change.new_image;
        let Ok(Image { pk, kind }) = serde_dynamo::from_item(row.clone()) else { continue };
        let Some((game, group)) = keys::parse_group_partition(&pk) else { continue };
        if kind == "group" {
            let commit = serde_dynamo::from_item(row).map_err(Error::internal)?;
            commits.entry((game, group)).or_default().push(commit);
        }
    }
    Ok(commits)
}
