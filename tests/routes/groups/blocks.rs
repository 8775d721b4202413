//! `GET /api/v3/groups/{id}/blocks` and `DELETE /api/v3/groups/{id}/blocks/{user_id}`

use http::Method;
use jiff::SignedDuration;
use serde_json::json;
use tests::{Player, World};

use crate::common::{assert_ids_refused, shown_to_strangers};

/// An open group of Ada's that Bob was removed from.
async fn group_without(ada: &Player<'_>, bob: &Player<'_>) -> u64 {
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    ada.remove(group, bob).await.ok();
    group
}

#[tokio::test]
async fn who_was_removed_is_listed_from_the_longest_blocked_on() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    let path = format!("/api/v3/groups/{group}/blocks");
    assert_eq!(ada.get(&path).await.ok(), json!({ "blocks": [] }));
    let mut blocks = Vec::new();
    for player in [&cy, &bob] {
        player.join(group).await.ok();
        world.advance(SignedDuration::from_secs(1));
        ada.remove(group, player).await.ok();
        let blocked_at = format!("{:.3}", world.now());
        blocks.push(json!({ "user": shown_to_strangers(player), "blocked_at": blocked_at }));
    }
    let reply = ada.get(&path).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.ok(), json!({ "blocks": blocks }));
}

#[tokio::test]
async fn who_left_is_not_blocked() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    bob.leave(group).await.ok();
    let listed = ada.get(&format!("/api/v3/groups/{group}/blocks")).await.ok();
    assert_eq!(listed, json!({ "blocks": [] }));
}

#[tokio::test]
async fn who_is_unblocked_may_come_back_and_is_not_listed_any_more() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_without(&ada, &bob).await;
    bob.join(group).await.refused(422, "Blocked");
    let path = format!("/api/v3/groups/{group}/blocks");
    let reply = ada.delete(&format!("{path}/{}", bob.id)).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.ok(), json!({ "message": "User unblocked" }));
    assert_eq!(ada.get(&path).await.ok(), json!({ "blocks": [] }));
    assert_eq!(bob.join(group).await.ok()["status"], "accepted");
}

#[tokio::test]
async fn nobody_but_an_admin_lists_or_lifts_blocks() {
    let world = World::new().await;
    let [ada, bob, member, stranger] = world.users(["ada", "bob", "member", "stranger"]).await;
    let group = group_without(&ada, &bob).await;
    member.join(group).await.ok();
    let path = format!("/api/v3/groups/{group}/blocks");
    for player in [&bob, &member, &stranger] {
        player.get(&path).await.refused(403, "NotAuthorized");
        player.delete(&format!("{path}/{}", bob.id)).await.refused(403, "NotAuthorized");
    }
    bob.join(group).await.refused(422, "Blocked");
    ada.make_admin(group, &member).await.ok();
    member.delete(&format!("{path}/{}", bob.id)).await.ok();
}

#[tokio::test]
async fn who_is_not_blocked_cannot_be_unblocked() {
    let world = World::new().await;
    let [ada, bob, stranger] = world.users(["ada", "bob", "stranger"]).await;
    let group = group_without(&ada, &bob).await;
    let path = format!("/api/v3/groups/{group}/blocks");
    for user in [ada.id, stranger.id, 2_147_483_647] {
        ada.delete(&format!("{path}/{user}")).await.refused(404, "BlockNotFound");
    }
    ada.delete(&format!("{path}/{}", bob.id)).await.ok();
    ada.delete(&format!("{path}/{}", bob.id)).await.refused(404, "BlockNotFound");
}

#[tokio::test]
async fn a_group_that_is_not_there_or_of_another_game_is_not_found() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let [eve, mallory] = other.users(["eve", "mallory"]).await;
    let theirs = group_without(&eve, &mallory).await;
    for group in [theirs, 2_147_483_647] {
        let path = format!("/api/v3/groups/{group}/blocks");
        ada.get(&path).await.refused(404, "GroupNotFound");
        let reply = ada.delete(&format!("{path}/{}", mallory.id)).await;
        reply.refused(404, "GroupNotFound");
    }
    mallory.join(theirs).await.refused(422, "Blocked");
}

#[tokio::test]
async fn what_is_no_id_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let blocks = "/api/v3/groups/{}/blocks";
    assert_ids_refused(&ada, (Method::GET, blocks, 422), "id", None).await;
    let user = "/api/v3/groups/7/blocks/{}";
    assert_ids_refused(&ada, (Method::DELETE, user, 422), "user_id", None).await;
}
