//! What two dialects over the same data promise: one group, seen alike from both, whoever races through which of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod anew;
mod both;
mod crossings;
mod groups;
mod histories;
mod model;
mod overtaken;
mod plays;
mod races;
mod role_races;
mod roles_of_invitations;
mod special_roles;
mod title;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, join_all};
use serde_json::{Value, json};
use tests::{Entity, Player, Reply, World, gamefuse_id};

/// How often each race is run.
const ROUNDS: usize = 8;

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

/// What an answer comes down to in either dialect: `OK`, or the refusal's name.
fn outcome(reply: &Reply) -> String {
    let code = reply.header("x-error-code");
    if reply.status.is_success() {
        return "OK".to_owned();
    }
    if !code.is_empty() {
        return code.to_owned();
    }
    let envelope: Value = serde_json::from_slice(&reply.body).unwrap();
    envelope["error"].as_str().unwrap().to_owned()
}

/// What all of the answers come down to, in their order.
fn outcomes(replies: &[Reply]) -> Vec<String> {
    replies.iter().map(outcome).collect()
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

/// A call of an operation about a group.
fn call<'a>(
    who: &'a Entity<'_>,
    operation: &'static str,
    group: &Value,
    more: Value,
) -> Waiting<'a> {
    let mut body = json!({ "Group": group });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    who.call(operation, body).boxed_local()
}

/// A call of an operation about a group and an entity.
fn about<'a>(
    who: &'a Entity<'_>,
    operation: &'static str,
    group: &Value,
    entity: &Entity<'_>,
) -> Waiting<'a> {
    call(who, operation, group, json!({ "Entity": entity.key }))
}

/// The call that takes members out of the group.
fn expel<'a>(who: &'a Entity<'_>, group: &Value, member: &Entity<'_>) -> Waiting<'a> {
    call(who, "RemoveMembers", group, json!({ "Members": [member.key] }))
}

/// The call that gives members a role.
fn add<'a>(who: &'a Entity<'_>, group: &Value, members: &[&Entity<'_>], role: &str) -> Waiting<'a> {
    let keys: Vec<_> = members.iter().map(|member| &member.key).collect();
    call(who, "AddMembers", group, json!({ "Members": keys, "RoleId": role }))
}

/// The call that moves a member from one role to another.
fn shift<'a>(
    who: &'a Entity<'_>,
    group: &Value,
    member: &Entity<'_>,
    [origin, destination]: [&str; 2],
) -> Waiting<'a> {
    let roles = json!({
        "Members": [member.key], "OriginRoleId": origin, "DestinationRoleId": destination,
    });
    call(who, "ChangeMemberRole", group, roles)
}

/// The call that creates a role whose name is its id.
fn create_role<'a>(who: &'a Entity<'_>, group: &Value, role: &str) -> Waiting<'a> {
    call(who, "CreateRole", group, json!({ "RoleId": role, "RoleName": role }))
}

/// Creates a group with these members besides its creator; `admins` among them hold the admin role too.
async fn group_of(
    title: &Entity<'_>,
    creator: &Entity<'_>,
    name: &str,
    [admins, members]: [&[&Entity<'_>]; 2],
) -> Value {
    let group = creator.create_group(name).await;
    for (role, users) in [("admins", admins), ("members", members)] {
        if !users.is_empty() {
            add(title, &group, users, role).await.data();
        }
    }
    group
}

/// Changes a group through GameFuse.
async fn update(player: &Player<'_>, group: &Value, change: Value) -> Reply {
    player.put(&format!("/api/v3/groups/{}", gamefuse_id(group)), change).await
}

/// What a user is told about themselves through GameFuse.
async fn own(player: &Player<'_>) -> Value {
    player.get(&format!("/api/v3/users/{}", player.id)).await.ok()
}

/// The ids of what a GameFuse list shows, in its order.
fn in_order(list: &Value) -> Vec<u64> {
    list.as_array().unwrap().iter().map(|entry| entry["id"].as_u64().unwrap()).collect()
}

/// The same, sorted: whoever joins at the same moment is listed by id.
fn ids(list: &Value) -> Vec<u64> {
    sorted(in_order(list))
}

/// The ids of the users whom the entries of a GameFuse list are about, sorted.
fn users(list: &Value) -> Vec<u64> {
    let entries = list.as_array().unwrap().iter();
    sorted(entries.map(|entry| entry["user"]["id"].as_u64().unwrap()).collect())
}

/// The users' ids, as GameFuse writes them, sorted.
fn ids_of(entities: &[&Entity<'_>]) -> Vec<u64> {
    sorted(entities.iter().map(|entity| u64::from(entity.player.id)).collect())
}

fn sorted(mut ids: Vec<u64>) -> Vec<u64> {
    ids.sort_unstable();
    ids
}

/// Who holds which role, as PlayFab lists it: ids as GameFuse writes them, sorted.
async fn holders(who: &Entity<'_>, group: &Value) -> BTreeMap<String, BTreeSet<u64>> {
    let listed = call(who, "ListGroupMembers", group, json!({})).await.data();
    let role = |role: &Value| {
        let members = role["Members"].as_array().unwrap().iter();
        let members = members.map(|member| gamefuse_id(&member["Key"])).collect();
        (role["RoleId"].as_str().unwrap().to_owned(), members)
    };
    listed["Members"].as_array().unwrap().iter().map(role).collect()
}

/// The users' ids as a set.
fn set_of(entities: &[&Entity<'_>]) -> BTreeSet<u64> {
    ids_of(entities).into_iter().collect()
}

/// The rows of one kind that lie in a group's partition.
async fn rows_of(world: &World, group: &Value, kind: &str) -> Vec<Value> {
    let mut rows = world.contents(gamefuse_id(group)).await;
    rows.retain(|row| row["kind"] == kind);
    rows
}

/// How many applications and invitations lie in a group's partition.
async fn pending(world: &World, group: &Value) -> [usize; 2] {
    [
        rows_of(world, group, "application").await.len(),
        rows_of(world, group, "invitation").await.len(),
    ]
}

/// Fails the test where a group's counts are wrong or a member holds a role that the group has not. Tells how many members
/// it has.
async fn sound(world: &World, group: &Value) -> usize {
    let count = world.assert_group_is_sound(gamefuse_id(group)).await;
    let rows = world.rows(gamefuse_id(group)).await;
    let roles = &rows.iter().find(|row| row["kind"] == "group").unwrap()["role_names"];
    for member in rows.iter().filter(|row| row["kind"] == "member") {
        for role in member["role_ids"].as_array().unwrap() {
            assert!(!roles[role.as_str().unwrap()].is_null(), "{member} holds none of {roles}");
        }
    }
    count
}
