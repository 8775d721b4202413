//! `POST /api/v3/group_connections` with `auto_join`: into whatever group there is.

use serde_json::{Value, json};
use tests::{Player, Reply, World};

use crate::common::{assert_parameter_refused, with};

const CONNECTIONS: &str = "/api/v3/group_connections";

async fn auto_join(player: &Player<'_>, filter: Value) -> Reply {
    let mut body = json!({ "action_type": "auto_join" });
    body.as_object_mut().unwrap().extend(filter.as_object().unwrap().clone());
    player.post(CONNECTIONS, body).await
}

#[tokio::test]
async fn one_is_in_an_open_listed_group_with_room_or_in_none() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    auto_join(&bob, json!({})).await.refused(404, "NoGroupFound");
    for (name, settings) in [
        ("closed", json!({})),
        ("hidden", json!({ "can_auto_join": true, "searchable": false })),
        ("invites", json!({ "can_auto_join": true, "is_invite_only": true })),
        ("full", json!({ "can_auto_join": true, "max_group_size": 1 })),
    ] {
        ada.create_group(name, settings).await;
    }
    auto_join(&bob, json!({})).await.refused(404, "NoGroupFound");
    let open = ada.create_group("open", json!({ "can_auto_join": true })).await;
    let joined = auto_join(&bob, json!({})).await.ok();
    assert_eq!((&joined["group_id"], &joined["status"]), (&json!(open), &json!("accepted")));
    assert_eq!(joined["user"]["id"], bob.id);
    // Of one's own groups there is nothing to join, and the list tells of the others that there is none to try.
    let reads = || world.faults.calls("BatchGetItem").len();
    let before = reads();
    auto_join(&bob, json!({})).await.refused(404, "NoGroupFound");
    assert_eq!(reads() - before, 1);
    assert_eq!(world.assert_group_is_sound(open).await, 2);
}

#[tokio::test]
async fn an_invitation_to_a_group_that_is_not_open_is_not_taken_up_by_it() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let closed = ada.create_group("closed", json!({})).await;
    ada.invite(closed, &bob).await.ok();
    auto_join(&bob, json!({})).await.refused(404, "NoGroupFound");
    assert_eq!(world.assert_group_is_sound(closed).await, 1);
}

#[tokio::test]
async fn the_name_and_the_type_narrow_it_down() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let open = |group_type: &str| json!({ "can_auto_join": true, "group_type": group_type });
    ada.create_group("Wolves", open("Clan")).await;
    let bears = ada.create_group("Bears", open("Party")).await;
    auto_join(&bob, json!({ "query": "foxes" })).await.refused(404, "NoGroupFound");
    auto_join(&bob, json!({ "query": "wol", "group_type": "Party" }))
        .await
        .refused(404, "NoGroupFound");
    let joined = auto_join(&bob, json!({ "group_type": "party" })).await.ok();
    assert_eq!(joined["group_id"], bears);
}

#[tokio::test]
async fn a_group_that_keeps_one_out_is_passed_over() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let open = json!({ "can_auto_join": true });
    let blocked = ada.create_group("a", open.clone()).await;
    ada.block(blocked, &bob, json!({ "expires_in": 60 })).await.ok();
    let patient = json!({ "can_auto_join": true, "reapply_after": 60 });
    let left = ada.create_group("b", patient).await;
    bob.join(left).await.ok();
    bob.leave(left).await.ok();
    auto_join(&bob, json!({})).await.refused(404, "NoGroupFound");
    let other = ada.create_group("c", open).await;
    assert_eq!(auto_join(&bob, json!({})).await.ok()["group_id"], other);
}

#[tokio::test]
async fn it_is_found_behind_the_first_page_and_tried_like_everything_else() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for number in 0..101 {
        ada.create_group(&format!("closed {number:03}"), json!({})).await;
    }
    let open = ada.create_group("open", json!({ "can_auto_join": true })).await;
    let tried = bob
        .post(&format!("{CONNECTIONS}?dry_run=true"), json!({ "action_type": "auto_join" }))
        .await;
    assert_eq!((&tried.ok()["id"], &tried.ok()["group_id"]), (&json!(0), &json!(open)));
    assert_eq!(world.assert_group_is_sound(open).await, 1);
    assert_eq!(auto_join(&bob, json!({})).await.ok()["group_id"], open);
}

#[tokio::test]
async fn what_makes_no_sense_with_it_or_without_it_is_refused() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("open", json!({ "can_auto_join": true })).await;
    let auto = |filter: Value| with(&filter, "action_type", json!("auto_join"));
    for (field, body) in [
        ("group_id", auto(json!({ "group_id": group }))),
        ("user_id", auto(json!({ "user_id": ada.id }))),
        ("group_type", auto(json!({ "group_type": "x".repeat(65) }))),
        ("query", json!({ "group_id": group, "query": "o" })),
        ("group_type", json!({ "group_id": group, "group_type": "Clan" })),
    ] {
        let reply = bob.post(CONNECTIONS, body.clone()).await;
        assert_parameter_refused(&reply, 422, field, &body.to_string());
    }
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn of_those_who_come_for_the_last_places_as_many_are_in_as_there_are() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("player", 9).await;
    for round in 0..8 {
        let small = json!({ "can_auto_join": true, "max_group_size": 3, "group_type": format!("r{round}") });
        let groups =
            [ada.create_group("a", small.clone()).await, ada.create_group("b", small).await];
        let filter = json!({ "group_type": format!("r{round}") });
        let asked = crowd.iter().map(|player| auto_join(player, filter.clone()));
        let replies = futures_util::future::join_all(asked).await;
        let joined = replies.iter().filter(|reply| reply.status == 200).count();
        assert_eq!(joined, 4, "two places in each of two groups");
        for reply in replies.iter().filter(|reply| reply.status != 200) {
            reply.refused(404, "NoGroupFound");
        }
        for group in groups {
            assert_eq!(world.assert_group_is_sound(group).await, 3);
        }
    }
}

#[tokio::test]
async fn of_thousands_of_groups_a_thousand_are_looked_at_wherever_they_stand() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let closed = ada.create_group("group 0", json!({})).await;
    world.repeat_group(closed, 1..1400).await;
    let read = |operation: &str| world.faults.calls(operation).len();
    let before = (read("BatchGetItem"), read("Query"));
    auto_join(&bob, json!({})).await.refused(404, "NoGroupFound");
    // Each page reads the directory, one's own groups and those of the page; then it is passed on.
    assert!(read("BatchGetItem") - before.0 <= 10 && read("Query") - before.1 <= 30);
    let open = ada.create_group("open", json!({ "can_auto_join": true })).await;
    auto_join(&bob, json!({ "query": "op" })).await.ok();
    bob.leave(open).await.ok();
    world.repeat_group(open, 1400..2000).await;
    // None of the first 1,400, but there are more.
    auto_join(&bob, json!({})).await.ok();
}

#[tokio::test]
async fn of_a_thousand_groups_none_is_passed_over() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let closed = ada.create_group("group 0", json!({})).await;
    world.repeat_group(closed, 1..999).await;
    let open = ada.create_group("last", json!({ "can_auto_join": true })).await;
    assert_eq!(auto_join(&bob, json!({})).await.ok()["group_id"], open);
}

#[tokio::test]
async fn where_more_are_listed_than_are_looked_at_the_last_one_is_found_at_some_try() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let closed = ada.create_group("group 0", json!({})).await;
    world.repeat_group(closed, 1..1050).await;
    let open = ada.create_group("last", json!({ "can_auto_join": true })).await;
    let mut tries = 0;
    while auto_join(&bob, json!({})).await.status == 404 {
        tries += 1;
        assert!(tries < 50, "it is never found");
    }
    assert_eq!(world.assert_group_is_sound(open).await, 2);
}

#[tokio::test]
async fn where_fewer_are_listed_than_are_looked_at_none_between_is_passed_over() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for (name, ids) in [("a", 1..200), ("c", 201..500)] {
        let closed = ada.create_group(name, json!({})).await;
        world.repeat_group(closed, ids).await;
    }
    let open = ada.create_group("b", json!({ "can_auto_join": true })).await;
    for user in &world.crowd("user", 12).await {
        assert_eq!(auto_join(user, json!({})).await.ok()["group_id"], open);
    }
}

#[tokio::test]
async fn ones_own_groups_are_not_read_and_twenty_that_refuse_are_enough() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let own = bob.create_group("Own", json!({ "searchable": false })).await;
    let open = json!({ "can_auto_join": true });
    for _ in 0..21 {
        let group = ada.create_group("Wolves", open.clone()).await;
        let block = json!({ "user_id": bob.id });
        ada.post(&format!("/api/v3/groups/{group}/blocks"), block).await.ok();
    }
    let before = world.faults.calls("BatchGetItem").len();
    auto_join(&bob, json!({})).await.refused(404, "NoGroupFound");
    let reads = world.faults.calls("BatchGetItem").split_off(before);
    assert_eq!(reads.len(), 21, "a page, and twenty tries");
    assert!(!reads[0].contains(&own.to_string()));
}
