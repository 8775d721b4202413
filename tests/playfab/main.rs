//! What the PlayFab dialect answers: a file for each group of operations.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod applications;
mod apply;
mod blocks;
mod callers;
mod envelope;
mod errors;
mod groups;
mod habits;
mod idempotency;
mod invitations;
mod is_member;
mod login;
mod members;
mod opportunities;
mod profiles;
mod proofs;
mod removals;
mod roles;

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Entity, Reply, gamefuse_id};

/// How long applications and invitations live.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Worlds begin that long after a full second, while what expires does so at one.
const FRACTION: SignedDuration = SignedDuration::from_millis(678);

/// The shortest time that can pass.
const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

/// Fails the test where this is not the success of an operation without a result: some SDKs want an empty object.
#[track_caller]
fn done(reply: &Reply) {
    assert_eq!(reply.data(), json!({}));
}

/// Names a group and an entity.
fn about(group: &Value, entity: &Entity<'_>) -> Value {
    json!({ "Group": group, "Entity": entity.key })
}

/// Names a group and several entities.
fn members(group: &Value, entities: &[&Entity<'_>]) -> Value {
    let keys: Vec<_> = entities.iter().map(|entity| entity.key.clone()).collect();
    json!({ "Group": group, "Members": keys })
}

/// The same, and a role.
fn members_in(group: &Value, entities: &[&Entity<'_>], role: &str) -> Value {
    let mut body = members(group, entities);
    body["RoleId"] = role.into();
    body
}

/// A player as groups name one: with the master account, which game code reads without looking whether it is there.
fn with_lineage(player: &Entity<'_>) -> Value {
    let master = "master_player_account";
    let account = json!({ "Id": player.key["Id"], "Type": master, "TypeString": master });
    json!({ "Key": player.key, "Lineage": { master: account } })
}

/// Applies.
async fn apply(player: &Entity<'_>, group: &Value) -> Value {
    player.call("ApplyToGroup", json!({ "Group": group })).await.data()
}

/// Applies, and is accepted.
async fn join(admin: &Entity<'_>, group: &Value, player: &Entity<'_>) {
    apply(player, group).await;
    done(&admin.call("AcceptGroupApplication", about(group, player)).await);
}

/// Invites, without saying into which role.
async fn invite(admin: &Entity<'_>, group: &Value, player: &Entity<'_>) -> Value {
    admin.call("InviteToGroup", about(group, player)).await.data()
}

/// Creates a role whose name is its id.
async fn create_role(admin: &Entity<'_>, group: &Value, id: &str) {
    let body = json!({ "Group": group, "RoleId": id, "RoleName": id });
    admin.call("CreateRole", body).await.data();
}

/// Sets how many members a group may have: PlayFab has no operation for it, but the token is good for both dialects.
async fn set_size(admin: &Entity<'_>, group: &Value, size: u32) {
    let path = format!("/api/v3/groups/{}", gamefuse_id(group));
    admin.player.put(&path, json!({ "max_group_size": size })).await.ok();
}

/// The applications that await an answer.
async fn applications(caller: &Entity<'_>, group: &Value) -> Vec<Value> {
    list(caller, "ListGroupApplications", group, "Applications").await
}

/// The invitations that await an answer.
async fn invitations(caller: &Entity<'_>, group: &Value) -> Vec<Value> {
    list(caller, "ListGroupInvitations", group, "Invitations").await
}

/// Who is blocked.
async fn blocks(caller: &Entity<'_>, group: &Value) -> Vec<Value> {
    list(caller, "ListGroupBlocks", group, "BlockedEntities").await
}

/// Who holds which role: role ids and the keys of their holders, in the order of the answer.
async fn roster(caller: &Entity<'_>, group: &Value) -> Vec<(String, Vec<Value>)> {
    let roles = list(caller, "ListGroupMembers", group, "Members").await;
    let holders = |role: &Value| {
        let members = role["Members"].as_array().unwrap();
        members.iter().map(|member| member["Key"].clone()).collect()
    };
    roles.iter().map(|role| (role["RoleId"].as_str().unwrap().to_owned(), holders(role))).collect()
}

async fn list(caller: &Entity<'_>, operation: &str, group: &Value, field: &str) -> Vec<Value> {
    let answer = caller.call(operation, json!({ "Group": group })).await.data();
    assert_eq!(answer.as_object().unwrap().len(), 1, "{answer}");
    answer[field].as_array().unwrap().clone()
}

/// The only text about a field in an error's details.
#[track_caller]
fn detail(envelope: &Value, field: &str) -> String {
    let details = envelope["errorDetails"].as_object().unwrap();
    assert_eq!(details.len(), 1, "{envelope}");
    let texts = details[field].as_array().unwrap();
    assert_eq!(texts.len(), 1, "{envelope}");
    texts[0].as_str().unwrap().to_owned()
}

/// Fails the test where this is not a call that something about that field speaks against.
#[track_caller]
fn invalid(reply: &Reply, field: &str) {
    let envelope = reply.failed("InvalidParams", 1000);
    assert!(!detail(&envelope, field).is_empty());
}
