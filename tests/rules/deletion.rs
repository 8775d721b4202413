//! Deletion: one write, and the group exists for nobody. Its rows follow, its own row last, and nothing is added meanwhile.

use std::time::Duration;

use futures_util::FutureExt;
use serde_json::{Value, json};
use tests::{Reply, World};

use crate::{
    ROUNDS, add_attribute, assert_tally, delete, group_of_admins, group_row, id, ids, ids_of,
    open_group, own, race, rows_of, successes, times, unblock, update, users_of,
};

/// A batch of the table's stream, as the function's sample event has it.
const EVENT: &str = include_str!("../../events/relay-events.json");

/// Hands the function that sweeps a batch that tells of the group, deleted or not.
async fn deliver(world: &World, group: u64, is_deleted: bool) -> Reply {
    let pk = format!("GAME#{}#GROUP#{group}", world.game_id);
    let mut event: Value = serde_json::from_str(&EVENT.replace("GAME#1#GROUP#1", &pk)).unwrap();
    let image = event["Records"][0]["dynamodb"]["NewImage"].as_object_mut().unwrap();
    image["group_id"]["N"] = group.to_string().into();
    if !is_deleted {
        image.remove("deleted_at");
    }
    world.invoke("relay-events", event).await
}

/// Sweeps a deleted group.
async fn sweep(world: &World, group: u64) -> Reply {
    let reply = deliver(world, group, true).await;
    assert_eq!((reply.status.as_u16(), reply.header("x-amz-function-error")), (200, ""));
    reply
}

#[tokio::test]
async fn a_deleted_group_exists_for_nobody_while_its_rows_still_lie_there() {
    let world = World::new().await;
    let [ada, bob, cy, dot, eve] = world.users(["ada", "bob", "cy", "dot", "eve"]).await;
    let guest = world.user("guest").await;
    let group = group_of_admins(&ada, &[&bob]).await;
    eve.join(group).await.ok();
    ada.remove(group, &eve).await.ok();
    update(&ada, group, json!({ "can_auto_join": false })).await.ok();
    let application = cy.apply(group).await;
    let invitation = id(&ada.invite(group, &dot).await);
    add_attribute(&ada, group, "motto", "").await.ok();
    delete(&ada, group).await.ok();
    let before = world.rows(group).await;
    let path = format!("/api/v3/groups/{group}");
    for user in [&ada, &bob, &cy, &eve, &world.service_for(&ada)] {
        user.get(&path).await.refused(404, "GroupNotFound");
        user.get(&format!("{path}/attributes")).await.refused(404, "GroupNotFound");
        user.get(&format!("{path}/blocks")).await.refused(404, "GroupNotFound");
        user.join(group).await.refused(404, "GroupNotFound");
        user.leave(group).await.refused(404, "GroupNotFound");
        update(user, group, json!({ "name": "new" })).await.refused(404, "GroupNotFound");
        delete(user, group).await.refused(404, "GroupNotFound");
        add_attribute(user, group, "k", "").await.refused(404, "GroupNotFound");
        unblock(user, group, &eve).await.refused(404, "GroupNotFound");
        user.make_admin(group, &bob).await.refused(404, "GroupNotFound");
        user.invite(group, &guest).await.refused(404, "GroupNotFound");
        let own = own(user).await;
        for list in ["groups", "group_join_requests", "group_invites"] {
            assert_eq!(ids(&own[list]), [0; 0], "{list}");
        }
        assert_eq!(ids(&user.get("/api/v3/groups").await.ok()["groups"]), [0; 0]);
    }
    ada.remove(group, &bob).await.refused(404, "GroupNotFound");
    ada.answer(application, "accepted").await.refused(404, "GroupNotFound");
    ada.answer(application, "declined").await.refused(404, "GroupNotFound");
    dot.answer(invitation, "accepted").await.refused(404, "GroupNotFound");
    cy.cancel(application).await.refused(404, "GroupNotFound");
    ada.cancel(invitation).await.refused(404, "GroupNotFound");
    assert_eq!(world.rows(group).await, before, "nothing is added to a deleted group");
}

#[tokio::test]
async fn only_an_admin_deletes_a_group() {
    let world = World::new().await;
    let [ada, bob, eve] = world.users(["ada", "bob", "eve"]).await;
    let group = open_group(&ada, &[&bob]).await;
    delete(&bob, group).await.refused(403, "NotAuthorized");
    delete(&eve, group).await.refused(403, "NotAuthorized");
    delete(&ada, 2_000_000_000).await.refused(404, "GroupNotFound");
    assert_eq!(world.assert_group_is_sound(group).await, 2);
    assert_eq!(ids(&eve.get("/api/v3/groups").await.ok()["groups"]), [group]);
}

#[tokio::test]
async fn a_sweep_removes_every_row_of_a_deleted_group_and_nothing_of_a_living_one() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let (doomed, living) = (open_group(&ada, &[&bob]).await, open_group(&ada, &[&bob]).await);
    for group in [doomed, living] {
        ada.invite(group, &cy).await.ok();
        ada.remove(group, &bob).await.ok();
        for number in 0..30 {
            add_attribute(&ada, group, &number.to_string(), "").await.ok();
        }
    }
    let before = world.rows(living).await;
    // Not even where the stream is mistaken.
    sweep(&world, living).await;
    deliver(&world, living, false).await;
    assert_eq!(world.rows(living).await, before);
    delete(&ada, doomed).await.ok();
    sweep(&world, doomed).await;
    assert!(world.rows(doomed).await.is_empty());
    // A batch that is delivered again finds nothing to do.
    sweep(&world, doomed).await;
    assert_eq!(world.rows(living).await, before);
    ada.get(&format!("/api/v3/groups/{doomed}")).await.refused(404, "GroupNotFound");
}

#[tokio::test]
async fn the_groups_own_row_goes_last_so_that_its_id_cannot_come_back_to_old_rows() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = open_group(&ada, &[&cy]).await;
    delete(&ada, group).await.ok();
    // Until it is swept, the id is taken.
    world.draw_next([u32::try_from(group).unwrap(), 77]);
    assert_eq!(bob.create_group("another", json!({})).await, 77);
    // A sweep that is cut short, early or late, has not taken the group's own row.
    for (operation, rows) in [("BatchWriteItem", 3), ("TransactWriteItems", 1)] {
        world.faults.refuse(operation, "ValidationException");
        let reply = deliver(&world, group, true).await;
        assert_eq!(reply.header("x-amz-function-error"), "Unhandled", "so it is delivered again");
        assert_eq!(world.rows(group).await.len(), rows, "{operation}");
        assert_eq!(rows_of(&world, group, "group").await.len(), 1, "{operation}");
    }
    sweep(&world, group).await;
    // Then it is free, and comes with nothing from before.
    world.draw_next([u32::try_from(group).unwrap()]);
    assert_eq!(bob.create_group("reborn", json!({})).await, group);
    assert_eq!(users_of(&world, group, "member").await, ids_of(&[&bob]));
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn who_joins_while_the_group_is_deleted_is_in_before_or_finds_no_group() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 8).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[]).await;
        let mut requests: Vec<_> =
            crowd.iter().map(|user| user.join(group).boxed_local()).collect();
        requests.insert(4, delete(&ada, group).boxed_local());
        let mut replies = race(round, requests).await;
        replies.remove(4).ok();
        let joined = successes(&replies);
        assert_tally(&replies, &[("200", joined), ("404 GroupNotFound", 8 - joined)]);
        // Every row is of somebody who was told so, and was counted while the group lived.
        assert_eq!(rows_of(&world, group, "member").await.len(), 1 + joined);
        assert_eq!(group_row(&world, group).await["member_count"], 1 + joined);
    }
}

#[tokio::test]
async fn whatever_is_done_while_a_deleted_group_is_swept_leaves_no_row_behind() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    for round in 0..ROUNDS {
        let group = group_of_admins(&ada, &[&bob]).await;
        delete(&ada, group).await.ok();
        let requests = vec![
            sweep(&world, group).boxed_local(),
            cy.join(group).boxed_local(),
            bob.leave(group).boxed_local(),
            ada.invite(group, &dot).boxed_local(),
            add_attribute(&ada, group, "motto", "").boxed_local(),
            ada.remove(group, &bob).boxed_local(),
            cy.join(group).boxed_local(),
        ];
        let mut replies = race(round, requests).await;
        replies.remove(0);
        assert_eq!(successes(&replies), 0);
        assert!(world.rows(group).await.is_empty());
    }
}

#[tokio::test]
async fn of_deleting_a_group_several_times_at_once_one_happens() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let group = group_of_admins(&ada, &[&bob]).await;
        let mut requests = times(2, || delete(&ada, group).boxed_local());
        requests.extend(times(2, || delete(&bob, group).boxed_local()));
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("404 GroupNotFound", 3)]);
    }
}

#[tokio::test]
async fn of_deleting_and_dissolving_a_group_one_happens() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[]).await;
        let requests = vec![ada.leave(group).boxed_local(), delete(&ada, group).boxed_local()];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("404 GroupNotFound", 1)]);
        ada.get(&format!("/api/v3/groups/{group}")).await.refused(404, "GroupNotFound");
    }
}

#[tokio::test]
async fn a_long_history_is_swept_a_thousand_events_at_a_time() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let record = world.record(group).await;
    let told = (1..=2100).map(|seq| {
        let mut record = record.clone();
        record["dynamodb"]["NewImage"]["seq"]["N"] = seq.to_string().into();
        record
    });
    world.deliver(told).await;
    assert_eq!(world.history(group).await.len(), 2100);
    delete(&ada, group).await.ok();
    // It is cut short before the second thousand is looked for, and goes on where it was.
    for left in [1100, 100] {
        world.faults.slow_down("Query", Duration::ZERO);
        world.faults.refuse("Query", "ValidationException");
        let reply = deliver(&world, group, true).await;
        assert_eq!(reply.header("x-amz-function-error"), "Unhandled");
        assert_eq!(world.history(group).await.len(), left);
    }
    sweep(&world, group).await;
    assert_eq!(world.history(group).await.len() + world.rows(group).await.len(), 0);
}

#[tokio::test]
async fn whoever_makes_a_code_of_a_group_that_was_swept_makes_nothing_of_it_again() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = open_group(&ada, &[]).await;
    delete(&ada, group).await.ok();
    sweep(&world, group).await;
    // Nobody reads the group before the first attempt, and of the game's server no membership is asked for.
    let codes = format!("/api/v3/groups/{group}/codes");
    let made = world.service_for(&ada).post(&codes, json!({})).await;
    made.refused(404, "GroupNotFound");
    assert!(world.rows(group).await.is_empty());
}
