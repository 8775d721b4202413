//! A group whose row does not count what lies there is mended, and one that is right is left alone.

use futures_util::FutureExt;
use serde_json::{Value, json};
use tests::{Player, World};

use crate::{ROUNDS, add_attribute, group_row, open_group, race};

/// A group of two with an attribute, an application and a block.
async fn group(world: &World) -> (Player<'_>, u64) {
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    let group = open_group(&ada, &[&bob, &cy]).await;
    ada.remove(group, &cy).await.ok();
    ada.invite(group, &dot).await.ok();
    add_attribute(&ada, group, "motto", "onward").await.ok();
    ada.create_code(group, json!({})).await;
    (ada, group)
}

/// Writes something into the group's row that no commit has written.
async fn tamper(world: &World, group: u64, changes: &Value) {
    let mut row = group_row(world, group).await;
    row.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    world.put(&row).await;
}

async fn repair(world: &World, group: u64, mend: bool) -> Value {
    world.order("repair-group", json!({ "group_id": group, "mend": mend })).await
}

#[tokio::test]
async fn what_is_wrong_is_told_and_mended_only_where_that_is_asked_for() {
    let world = World::new().await;
    let (ada, group) = group(&world).await;
    // A row with texts in a set is put back by the group's own, which has none.
    let wrong = json!({ "member_count": 7, "admin_count": 3, "attribute_count": 0, "pending_count": 0, "block_count": 0, "code_count": 0 });
    tamper(&world, group, &wrong).await;
    let differences = json!({
        "member_count": { "counted": 7, "found": 2 }, "admin_count": { "counted": 3, "found": 1 },
        "attribute_count": { "counted": 0, "found": 1 }, "pending_count": { "counted": 0, "found": 1 },
        "block_count": { "counted": 0, "found": 1 }, "code_count": { "counted": 0, "found": 1 },
    });
    let before = group_row(&world, group).await;
    let told = world.order("repair-group", json!({ "group_id": group })).await;
    assert_eq!((&told["differences"], &told["mended"]), (&differences, &json!(false)));
    assert_eq!(group_row(&world, group).await, before, "nothing is mended unasked");
    assert!(world.log().pop().unwrap().get("event").is_none(), "nor logged as if it had been");
    let mended = repair(&world, group, true).await;
    assert_eq!(world.log().pop().unwrap()["event"], "group.updated");
    assert_eq!((&mended["differences"], &mended["mended"]), (&differences, &json!(true)));
    assert_eq!(world.assert_group_is_sound(group).await, 2);
    let event = &group_row(&world, group).await["last_event"];
    assert_eq!(event["type"], "group.updated");
    assert_eq!(event["data"]["changes"].as_array().unwrap().len(), 6, "{event}");
    assert!(event["actor_id"].is_null());
    let again = repair(&world, group, true).await;
    assert_eq!((&again["differences"], &again["mended"]), (&json!({}), &json!(false)));
    ada.group(group).await;
}

#[tokio::test]
async fn what_has_fallen_below_zero_is_read_as_zero_until_it_is_mended() {
    let world = World::new().await;
    let (ada, group) = group(&world).await;
    let below = json!({ "attribute_count": -1, "pending_count": -1, "block_count": -2, "code_count": -1, "public_count": -1 });
    tamper(&world, group, &below).await;
    ada.group(group).await;
    assert_eq!(ada.get("/api/v3/groups").await.ok()["groups"][0]["id"], group);
    world.order("inspect-group", json!({ "group_id": group })).await;
    let found = json!({ "counted": 0, "found": 1 });
    let mended = repair(&world, group, true).await;
    for count in ["attribute_count", "pending_count", "block_count", "code_count"] {
        assert_eq!(mended["differences"][count], found, "{mended}");
    }
    // The next one that comes or goes is counted from there.
    add_attribute(&ada, group, "song", "la la").await.ok();
    let row = group_row(&world, group).await;
    assert_eq!([&row["attribute_count"], &row["block_count"]], [&json!(2), &json!(1)]);
    assert_eq!(repair(&world, group, true).await["differences"], json!({}));
}

#[tokio::test]
async fn more_may_be_counted_of_what_expires_and_a_sound_group_is_left_alone() {
    let world = World::new().await;
    let (ada, group) = group(&world).await;
    let eve = world.user("eve").await;
    ada.block(group, &eve, json!({ "expires_in": 60 })).await.ok();
    tamper(&world, group, &json!({ "pending_count": 5, "block_count": 5, "code_count": 5 })).await;
    let before = group_row(&world, group).await;
    assert_eq!(repair(&world, group, true).await["differences"], json!({}));
    assert_eq!(group_row(&world, group).await, before);
}

#[tokio::test]
async fn where_no_block_ever_had_an_end_none_may_be_counted_that_is_not_there() {
    let world = World::new().await;
    let (_, group) = group(&world).await;
    tamper(&world, group, &json!({ "block_count": 5 })).await;
    let differences = json!({ "block_count": { "counted": 5, "found": 1 } });
    assert_eq!(repair(&world, group, true).await["differences"], differences);
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn a_group_in_which_something_happens_meanwhile_is_mended_by_what_there_is_then() {
    for round in 0..ROUNDS {
        let world = World::new().await;
        let (_, group) = group(&world).await;
        let eve = world.user("eve").await;
        tamper(&world, group, &json!({ "member_count": 9 })).await;
        let order = json!({ "group_id": group, "mend": true });
        // Two who mend at once would else take the difference off twice.
        let replies = race(
            round,
            vec![
                eve.join(group).boxed_local(),
                world.send_order("repair-group", order.clone()).boxed_local(),
                world.send_order("repair-group", order).boxed_local(),
            ],
        )
        .await;
        assert!(replies.iter().all(|reply| reply.status == 200));
        assert_eq!(world.assert_group_is_sound(group).await, 3);
    }
}

#[tokio::test]
async fn a_group_that_is_deleted_or_another_games_is_not_mended() {
    let world = World::new().await;
    let (ada, group) = group(&world).await;
    let order = json!({ "group_id": group, "mend": true });
    let other = world.other_game().await;
    assert_eq!(other.refused_order("repair-group", order.clone()).await, "GroupNotFound");
    crate::delete(&ada, group).await.ok();
    assert_eq!(world.refused_order("repair-group", order).await, "GroupNotFound");
    let seen = world.order("inspect-group", json!({ "group_id": group })).await;
    assert!(seen["group"]["deleted_at"].is_string(), "who inspects sees what is deleted");
}
