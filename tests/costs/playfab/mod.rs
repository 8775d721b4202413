//! PlayFab's operations.

pub mod applications;
pub mod blocks;
pub mod groups;
pub mod invitations;
pub mod members;
pub mod roles;
pub mod tokens;

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Entity, gamefuse_id, group_key};

use crate::till::Till;

/// After so long, nothing that has happened is recent.
const A_WHILE: SignedDuration = SignedDuration::from_mins(16);

/// Where one is pending already and one blocked, and no more may be.
pub async fn find_no_room(till: &Till) {
    let [ada, bob, cleo] = till.world.entities(["ada", "bob", "cleo"]).await;
    let group = &ada.create_group("Wolves").await;
    bob.call("ApplyToGroup", of(group)).await.data();
    till.refused("TooManyPending", cleo.call("ApplyToGroup", of(group))).await;
    till.refused("TooManyPending", ada.call("InviteToGroup", about(group, &cleo))).await;
    ada.call("BlockEntity", about(group, &bob)).await.data();
    till.refused("TooManyBlocks", ada.call("BlockEntity", about(group, &cleo))).await;
    let with_an_end =
        ada.player.block(gamefuse_id(group), &bob.player, json!({ "expires_in": 60 }));
    with_an_end.await.ok();
    let call = ada.call("BlockEntity", about(group, &cleo));
    till.refused_when("TooManyBlocks", "where a block has an end", call).await;
}

/// A group that does not exist.
fn no_group() -> Value {
    group_key(1)
}

/// Names a group.
fn of(group: &Value) -> Value {
    json!({ "Group": group })
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

/// The same request, and a field more.
fn with(mut body: Value, field: &str, value: impl Into<Value>) -> Value {
    body[field] = value.into();
    body
}

/// A player who is not there any more; none is ever deleted, so one of another title.
async fn stranger<'w>(elsewhere: &'w tests::World) -> Entity<'w> {
    elsewhere.entity("stranger").await
}

/// Makes somebody a member.
async fn join(title: &Entity<'_>, group: &Value, entity: &Entity<'_>) {
    title.call("AddMembers", members(group, &[entity])).await.data();
}

/// Creates a role whose name is its id.
async fn create_role(admin: &Entity<'_>, group: &Value, id: &str) {
    let body = json!({ "Group": group, "RoleId": id, "RoleName": id });
    admin.call("CreateRole", body).await.data();
}

/// Changes settings that PlayFab has no operation for.
async fn set(admin: &Entity<'_>, group: &Value, settings: Value) {
    let path = format!("/api/v3/groups/{}", gamefuse_id(group));
    admin.player.put(&path, settings).await.ok();
}
