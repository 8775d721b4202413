//! Calls whose answers are lost: found out and never made twice, or else said to be unknown.

use std::time::Duration;

use futures_util::FutureExt;
use serde_json::json;
use shared::store::meter::REQUEST_BUDGET;
use tests::{Lost, World};

use crate::names::unique;
use crate::storm::{Storm, WRITES};
use crate::{group_of_admins, open_group};

/// The time after which an attempt is given up, and made once more.
const ATTEMPT: Duration = Duration::from_millis(1500);

/// All the ways in which a transaction is never answered, each with time left to try once more.
fn ways_to_be_lost(world: &World, lost: Lost) -> [Box<dyn Fn() + '_>; 3] {
    let faults = &world.faults;
    [
        Box::new(move || faults.fail("TransactWriteItems", lost)),
        Box::new(move || faults.break_connection("TransactWriteItems", lost)),
        Box::new(move || faults.stall("TransactWriteItems", lost, ATTEMPT)),
    ]
}

#[tokio::test]
async fn a_lost_answer_is_never_a_second_write_and_a_lost_call_is_made_again() {
    for lost in [Lost::Answer, Lost::Call] {
        for way in 0..3 {
            let world = World::new().await;
            let storm = Storm::gather(&world).await;
            let requests = storm.requests();
            assert_eq!(requests.len(), WRITES);
            // One after another, so that it is this one that is lost, and none takes so long that it is repeated for that.
            for (kind, request) in requests.into_iter().enumerate() {
                let before = world.faults.calls("TransactWriteItems").len();
                ways_to_be_lost(&world, lost)[way]();
                request.await.ok();
                let calls = world.faults.calls("TransactWriteItems").split_off(before);
                assert_eq!(calls.len(), 2, "{kind}");
                assert_eq!(calls[0], calls[1], "the token too");
            }
            storm.assert_done_once().await;
        }
    }
}

#[tokio::test]
async fn what_nobody_knows_when_the_time_is_over_is_said_to_be_unknown_whether_it_was_done_or_not()
{
    for lost in [Lost::Answer, Lost::Call] {
        let world = World::new().await;
        let storm = Storm::gather(&world).await;
        let before = storm.rows().await;
        for (kind, request) in storm.requests().into_iter().enumerate() {
            ways_to_be_lost(&world, lost)[kind % 3]();
            // What later attempts are told is no proof: the first may still arrive.
            world.faults.refuse_late("TransactWriteItems", "TransactionConflict", REQUEST_BUDGET);
            let reply = request.await;
            reply.refused(503, "OutcomeUnknown");
            assert_eq!(reply.header("retry-after"), "1");
            assert!(reply.text().contains("may have happened"), "{}", reply.text());
            let line = world.log().pop().unwrap();
            assert_eq!((&line["error"], &line["busy"]), (&"OutcomeUnknown".into(), &1.into()));
            assert!(line["faults"].is_null() && line["cause"].is_null(), "no alarm: {line}");
        }
        if lost == Lost::Call {
            assert_eq!(storm.rows().await, before);
            for request in storm.requests() {
                request.await.ok();
            }
        }
        storm.assert_done_once().await;
    }
}

#[tokio::test]
async fn a_transaction_that_stays_in_progress_or_is_never_answered_is_unknown_too() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let in_progress = "TransactionInProgressException";
    world.faults.refuse_late("TransactWriteItems", in_progress, REQUEST_BUDGET);
    ada.post("/api/v3/groups", json!({ "name": "one" })).await.refused(503, "OutcomeUnknown");
    // The second attempt is cut off at the deadline, long before it would be given up.
    world.faults.stall("TransactWriteItems", Lost::Answer, ATTEMPT);
    world.faults.stall("TransactWriteItems", Lost::Answer, ATTEMPT);
    ada.post("/api/v3/groups", json!({ "name": "two" })).await.refused(503, "OutcomeUnknown");
    let listed = bob.get("/api/v3/groups").await.ok();
    let names: Vec<_> = listed["groups"].as_array().unwrap().iter().map(|g| &g["name"]).collect();
    assert_eq!(names, ["two"]);
}

#[tokio::test]
async fn who_was_served_but_not_told_in_time_is_not_told_that_nothing_has_changed() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    // The group is made while its creator is read for the answer.
    world.faults.refuse("GetItem", "ThrottlingException");
    world.faults.refuse_late("GetItem", "ThrottlingException", REQUEST_BUDGET);
    ada.post("/api/v3/groups", json!({ "name": "made" })).await.refused(503, "OutcomeUnknown");
    world.faults.calls_of_functions().await;
    let listed = ada.get("/api/v3/groups").await.ok();
    assert_eq!(listed["groups"][0]["name"], "made");
}

#[tokio::test]
async fn whoever_is_refused_behind_a_call_that_may_still_arrive_is_not_told_that_nothing_changes() {
    let world = unique().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    ada.create_group("Wolves", json!({})).await;
    let create = || bob.post("/api/v3/groups", json!({ "name": "Wolves" }));
    for way in 0..3 {
        // Should the name be free by then, the group would be made.
        ways_to_be_lost(&world, Lost::Call)[way]();
        create().await.refused(503, "OutcomeUnknown");
    }
    create().await.refused(422, "GroupNameTaken");
    // An attempt that was answered does not arrive.
    world.faults.refuse("TransactWriteItems", "TransactionConflict");
    create().await.refused(422, "GroupNameTaken");
}

#[tokio::test]
async fn whoever_has_nothing_left_to_do_behind_a_call_that_may_still_arrive_is_not_told_that_it_is_done()
 {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of_admins(&ada, &[&bob]).await;
    for way in 0..3 {
        // Should bob be a plain member by then, he would be made an admin.
        ways_to_be_lost(&world, Lost::Call)[way]();
        ada.make_admin(group, &bob).await.refused(503, "OutcomeUnknown");
    }
    ada.make_admin(group, &bob).await.ok();
    // What is kept under a key keeps the first attempt from being carried out.
    ways_to_be_lost(&world, Lost::Call)[0]();
    let mut keyed = ada.clone();
    keyed.credentials.push(("idempotency-key", "one".to_owned()));
    keyed.make_admin(group, &bob).await.ok();
}

#[tokio::test]
async fn whoever_finds_the_table_busy_behind_a_call_that_may_still_arrive_is_not_told_that_nothing_changes()
 {
    // The call that is refused until the time is over, behind an attempt that is lost and one that finds bob an admin.
    for operation in ["TransactWriteItems", "BatchGetItem", "GetItem"] {
        let world = World::new().await;
        let [ada, bob] = world.users(["ada", "bob"]).await;
        let group = group_of_admins(&ada, &[&bob]).await;
        let mut keyed = ada.clone();
        keyed.credentials.push(("idempotency-key", "one".to_owned()));
        // An answer that was kept is looked for in each turn.
        let player = if operation == "GetItem" { &keyed } else { &ada };
        // Should bob be a plain member by then, the first attempt would remove him.
        ways_to_be_lost(&world, Lost::Call)[0]();
        world.faults.slow_down("TransactWriteItems", Duration::ZERO);
        world.faults.refuse_late(operation, "ThrottlingException", REQUEST_BUDGET);
        player.remove(group, &bob).await.refused(503, "OutcomeUnknown");
        assert_eq!(world.assert_group_is_sound(group).await, 2, "{operation}");
    }
}

#[tokio::test]
async fn whatever_may_be_done_after_all_is_done_behind_a_call_that_may_still_arrive() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of_admins(&ada, &[&bob]).await;
    // Most who are removed are no admins, which is assumed first.
    ways_to_be_lost(&world, Lost::Call)[0]();
    ada.remove(group, &bob).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn a_code_whose_first_attempt_arrives_late_is_made_once() {
    for is_first in [true, false] {
        let world = World::embedded().await;
        let [ada, bob] = world.users(["ada", "bob"]).await;
        let group = open_group(&ada, &[&bob]).await;
        let codes = format!("/api/v3/groups/{group}/codes");
        let arrive = || {
            let calls = world.faults.calls("TransactWriteItems").into_iter();
            let first = calls.rev().rfind(|call| call.contains("CODE#")).unwrap();
            let target = "DynamoDB_20120810.TransactWriteItems";
            world.engine().unwrap().answer(target, first.as_bytes()).0
        };
        // Bob is an admin when it is asked for again, and when the first attempt comes, before the second one or behind it.
        world.faults.fail("TransactWriteItems", Lost::Call);
        let late = bob.post(&codes, json!({})).boxed_local();
        let meanwhile = async {
            ada.make_admin(group, &bob).await.ok();
            is_first.then(arrive)
        };
        let read = ("BatchGetItem", "ThrottlingException");
        let (late, arrived) = world.overtake_before(read, 1, late, meanwhile).await;
        let code = late.ok()["code"].as_str().unwrap().to_owned();
        assert_eq!(arrived.unwrap_or_else(arrive), if is_first { 200 } else { 400 });
        let listed = ada.get(&codes).await.ok();
        assert_eq!(listed["codes"].as_array().unwrap().len(), 1);
        let cy = world.user("cy").await;
        cy.post("/api/v3/group_connections", json!({ "code": code })).await.ok();
        assert_eq!(world.assert_group_is_sound(group).await, 3);
    }
}
