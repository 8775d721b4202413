//! What holds whatever happens: each rule with what it allows, what it refuses, and the race that tries to slip between.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod admins;
mod answers;
mod attributes;
mod blocks;
mod bounds;
mod codes;
mod conflicts;
mod deadline;
mod deletion;
mod drift;
mod dry_runs;
mod erasure;
mod expiry;
mod fields;
mod games;
mod groups_per_player;
mod guesses;
mod history;
mod idempotency;
mod invitations;
mod joining;
mod keyed_faults;
mod leaving;
mod listing;
mod lookalikes;
mod lost;
mod names;
mod outbox;
mod panics;
mod receivers;
mod removal;
mod repair;
mod requests;
mod sampled;
mod shards;
mod size;
mod storm;
mod tenancy;
mod visibility;
mod waiting;
mod webhooks;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, join_all};
use serde_json::{Value, json};
use tests::{Player, Reply, World};

/// How often each race is run.
const ROUNDS: usize = 10;

/// A request that waits to be sent.
type Waiting<'a> = LocalBoxFuture<'a, Reply>;

/// Sends requests at once and gives the answers in the order of the list. Each round lets another one go first.
async fn race(round: usize, requests: Vec<Waiting<'_>>) -> Vec<Reply> {
    let mut requests: Vec<_> = requests.into_iter().enumerate().collect();
    let first = round % requests.len();
    requests.rotate_left(first);
    let requests = requests.into_iter().map(|(place, request)| request.map(move |r| (place, r)));
    let mut answers = join_all(requests).await;
    answers.sort_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, reply)| reply).collect()
}

/// The same request, so many times.
fn times<'a>(count: usize, request: impl Fn() -> Waiting<'a>) -> Vec<Waiting<'a>> {
    (0..count).map(|_| request()).collect()
}

/// What an answer comes down to: its status, and the refusal's name where it is one.
fn outcome(reply: &Reply) -> String {
    let code = format!("{} {}", reply.status.as_u16(), reply.header("x-error-code"));
    code.trim_end().to_owned()
}

/// Fails the test where the answers are not so many of each outcome, in whatever order.
#[track_caller]
fn assert_tally(replies: &[Reply], expected: &[(&str, usize)]) {
    let mut tally = BTreeMap::<String, usize>::new();
    for reply in replies {
        *tally.entry(outcome(reply)).or_default() += 1;
    }
    let expected = expected.iter().filter(|(_, count)| *count > 0);
    let expected: BTreeMap<_, _> =
        expected.map(|(outcome, count)| ((*outcome).to_owned(), *count)).collect();
    assert_eq!(tally, expected);
}

/// How many of the answers are successes.
fn successes(replies: &[Reply]) -> usize {
    replies.iter().filter(|reply| reply.status.is_success()).count()
}

/// The rows of one kind that lie in a group's partition.
async fn rows_of(world: &World, group: u64, kind: &str) -> Vec<Value> {
    let mut rows = world.contents(group).await;
    rows.retain(|row| row["kind"] == kind);
    rows
}

/// Whose rows of that kind lie in a group's partition.
async fn users_of(world: &World, group: u64, kind: &str) -> BTreeSet<u64> {
    let rows = rows_of(world, group, kind).await;
    rows.iter().map(|row| row["user_id"].as_u64().unwrap()).collect()
}

/// The members that hold the admin role, by the rows.
async fn admins_of(world: &World, group: u64) -> BTreeSet<u64> {
    let rows = rows_of(world, group, "member").await;
    let admins = rows.iter().filter(|row| row["is_admin"] == true);
    admins.map(|row| row["user_id"].as_u64().unwrap()).collect()
}

/// The group's own row.
async fn group_row(world: &World, group: u64) -> Value {
    world.group_row(group).await
}

/// The ids of users, as the rows have them.
fn ids_of(players: &[&Player<'_>]) -> BTreeSet<u64> {
    players.iter().map(|player| u64::from(player.id)).collect()
}

/// The ids in a list of objects.
fn ids(list: &Value) -> Vec<u64> {
    list.as_array().unwrap().iter().map(|entry| entry["id"].as_u64().unwrap()).collect()
}

/// The id of the connection that an answer is about.
fn id(reply: &Reply) -> u64 {
    reply.ok()["id"].as_u64().unwrap()
}

/// What a user is told about themselves.
async fn own(player: &Player<'_>) -> Value {
    player.get(&format!("/api/v3/users/{}", player.id)).await.ok()
}

/// Changes a group.
async fn update(player: &Player<'_>, group: u64, change: Value) -> Reply {
    player.put(&format!("/api/v3/groups/{group}"), change).await
}

/// Deletes a group.
async fn delete(player: &Player<'_>, group: u64) -> Reply {
    player.delete(&format!("/api/v3/groups/{group}")).await
}

/// Lets somebody back in.
async fn unblock(player: &Player<'_>, group: u64, user: &Player<'_>) -> Reply {
    player.delete(&format!("/api/v3/groups/{group}/blocks/{}", user.id)).await
}

/// Adds attributes to a group.
async fn add_attributes(player: &Player<'_>, group: u64, attributes: Value) -> Reply {
    let body = json!({ "attributes": attributes });
    player.post(&format!("/api/v3/groups/{group}/add_attribute"), body).await
}

/// Adds one attribute to a group.
async fn add_attribute(player: &Player<'_>, group: u64, key: &str, value: &str) -> Reply {
    add_attributes(player, group, json!([{ "key": key, "value": value }])).await
}

/// A group that anybody may join at once, with these members besides its creator.
async fn open_group(creator: &Player<'_>, members: &[&Player<'_>]) -> u64 {
    let group = creator.create_group("open", json!({ "can_auto_join": true })).await;
    for member in members {
        member.join(group).await.ok();
    }
    group
}

/// The same, in which all of them are admins.
async fn group_of_admins(creator: &Player<'_>, others: &[&Player<'_>]) -> u64 {
    let group = open_group(creator, others).await;
    for other in others {
        creator.make_admin(group, other).await.ok();
    }
    group
}
