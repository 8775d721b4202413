//! `GET /api/v3/groups/{id}/blocks` and `DELETE /api/v3/groups/{id}/blocks/{user_id}`

use http::Method;
use jiff::SignedDuration;
use serde_json::json;
use tests::{Player, World};

use crate::common::{assert_ids_refused, shown_to_strangers, with};

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
        blocks.push(json!({
            "user": shown_to_strangers(player), "reason": null, "blocked_by": ada.id,
            "blocked_at": format!("{:.3}", world.now()), "expires_at": null,
        }));
    }
    let reply = ada.get(&path).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.ok(), json!({ "blocks": blocks }));
}

#[tokio::test]
async fn a_stranger_is_blocked_for_a_reason_and_a_time_which_admins_look_up() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    let terms = json!({ "reason": "Was rude", "expires_in": 3600 });
    let reply = ada.block(group, &bob, terms).await;
    assert_eq!(reply.status, 201);
    let end = jiff::Timestamp::from_second(world.now().as_second() + 3600).unwrap();
    let mut block = json!({
        "user": shown_to_strangers(&bob), "reason": "Was rude", "blocked_by": ada.id,
        "blocked_at": format!("{:.3}", world.now()), "expires_at": end.to_string(),
    });
    assert_eq!(reply.ok(), block);
    let path = format!("/api/v3/groups/{group}/blocks");
    let one = format!("{path}/{}", bob.id);
    assert_eq!(ada.get(&one).await.ok(), block);
    // It is as it was said last: the reason stays where none is given, and the end goes.
    world.advance(SignedDuration::from_secs(1));
    block["expires_at"] = json!(null);
    assert_eq!(ada.block(group, &bob, json!({})).await.ok(), block);
    let seq = world.group_row(group).await["seq"].clone();
    assert_eq!(ada.block(group, &bob, json!({ "reason": "Was rude" })).await.ok(), block);
    assert_eq!(world.group_row(group).await["seq"], seq, "nothing is written where all is so");
    assert_eq!(ada.get(&path).await.ok(), json!({ "blocks": [block] }));
    bob.get(&one).await.refused(403, "NotAuthorized");
    bob.block(group, &ada, json!({})).await.refused(403, "NotAuthorized");
}

#[tokio::test]
async fn a_member_who_is_blocked_is_out_in_the_same_commit() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    let before = world.group_row(group).await["seq"].as_u64().unwrap();
    ada.block(group, &bob, json!({ "reason": "Was rude" })).await.ok();
    let row = world.group_row(group).await;
    assert_eq!(row["seq"], before + 1);
    let data = json!({ "reason": "Was rude", "block": true });
    assert_eq!(
        (&row["last_event"]["type"], &row["last_event"]["data"]),
        (&json!("member.removed"), &data)
    );
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn who_is_removed_is_blocked_for_as_long_as_is_said_or_not_at_all() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    let path = format!("/api/v3/group_connections/remove_member/{}", bob.id);
    bob.join(group).await.ok();
    let spare = json!({ "group_id": group, "block": false, "reason": "Was away" });
    assert_eq!(ada.put(&path, spare).await.ok(), json!({ "message": "Member removed" }));
    let data = world.group_row(group).await["last_event"]["data"].clone();
    assert_eq!(data, json!({ "reason": "Was away" }));
    bob.join(group).await.ok();
    let hour = json!({ "group_id": group, "expires_in": "3600", "reason": "Was rude" });
    ada.put(&path, hour).await.ok();
    assert_eq!(bob.join(group).await.header("retry-after"), "3600");
    world.advance(SignedDuration::from_hours(1));
    bob.join(group).await.ok();
    let both = json!({ "group_id": group, "block": false, "expires_in": 5 });
    ada.put(&path, both).await.refused(422, "InvalidParameter");
    assert_eq!(world.assert_group_is_sound_after_blocks(group).await, 2);
}

#[tokio::test]
async fn nobody_blocks_themselves_or_nobody_or_in_words_and_times_that_make_no_sense() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    ada.block(group, &ada, json!({})).await.refused(422, "InvalidParameter");
    let path = format!("/api/v3/groups/{group}/blocks");
    ada.post(&path, json!({})).await.refused(422, "InvalidParameter");
    ada.post(&path, json!({ "user_id": 2_147_483_647 })).await.refused(404, "UserNotFound");
    for terms in [
        json!({ "reason": "x".repeat(501) }),
        json!({ "reason": "a\nb" }),
        json!({ "expires_in": -1 }),
        json!({ "expires_in": 1.5 }),
        json!({ "expires_in": "soon" }),
    ] {
        ada.block(group, &bob, terms).await.refused(422, "InvalidParameter");
    }
    assert_eq!(ada.get(&path).await.ok(), json!({ "blocks": [] }));
    // Nothing, as some clients write it.
    let path_of_removal = format!("/api/v3/group_connections/remove_member/{}", bob.id);
    // Nothing that is left is not for ever: elsewhere zero is "not set".
    for value in [json!(0), json!("0"), json!(0.0), json!(-1), json!(4_294_967_296_u64)] {
        let body = json!({ "group_id": group, "expires_in": value });
        for reply in [
            ada.block(group, &bob, json!({ "expires_in": value })).await,
            ada.put(&path_of_removal, body.clone()).await,
            ada.put(&path_of_removal, with(&body, "block", json!(false))).await,
        ] {
            reply.refused(422, "InvalidParameter");
            let text = "expires_in must be a whole number from 1 to 4294967295";
            assert_eq!(reply.text(), text, "{value}");
        }
    }
    let blank = ada.block(group, &bob, json!({ "reason": "", "expires_in": "" })).await.ok();
    assert_eq!((&blank["reason"], &blank["expires_at"]), (&json!(null), &json!(null)));
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
