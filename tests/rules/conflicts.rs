//! Conflicts, throttling and ids that are taken: retried until they succeed once, or else nothing has changed.

use futures_util::FutureExt;
use serde_json::json;
use shared::store::meter::REQUEST_BUDGET;
use tests::{Player, World};

use crate::storm::{Storm, WRITES};
use crate::{ROUNDS, assert_tally, id, ids, ids_of, open_group, race, users_of};

/// An error that cancels a transaction for a reason that the harness has no name for.
fn cancelled_for(reason: &str) -> String {
    format!(
        r#"TransactionCanceledException", "CancellationReasons": [{{"Code": "{reason}"}}], "x": ""#
    )
}

#[tokio::test]
async fn a_conflict_is_retried_under_the_same_token_and_written_once() {
    let world = World::new().await;
    let storm = Storm::gather(&world).await;
    let faults = 3 * storm.requests().len();
    for _ in 0..faults {
        world.faults.refuse("TransactWriteItems", "TransactionConflict");
    }
    let sent = storm.send().await;
    assert_eq!(sent.values().map(Vec::len).sum::<usize>(), sent.len() + faults);
    storm.assert_done_once().await;
}

#[tokio::test]
async fn throttling_and_transactions_in_progress_are_retried_and_written_once() {
    let errors = ["ThrottlingError", "ProvisionedThroughputExceeded"].map(cancelled_for);
    let errors = errors.into_iter().chain(
        [
            "TransactionInProgressException",
            "ThrottlingException",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
        ]
        .map(str::to_owned),
    );
    for error in errors {
        let world = World::new().await;
        let storm = Storm::gather(&world).await;
        let faults = 3 * WRITES;
        for _ in 0..faults {
            world.faults.refuse("TransactWriteItems", &error);
        }
        let sent = storm.send().await;
        assert_eq!(sent.values().map(Vec::len).sum::<usize>(), sent.len() + faults, "{error}");
        storm.assert_done_once().await;
    }
}

#[tokio::test]
async fn conflicts_and_throttling_without_end_are_busy_and_nothing_has_changed() {
    for error in ["TransactionConflict", "ThrottlingException"] {
        let world = World::new().await;
        let storm = Storm::gather(&world).await;
        let before = storm.rows().await;
        for _ in 0..WRITES {
            world.faults.refuse("TransactWriteItems", error);
        }
        // Whoever is the first to try once more is answered so late that the time is over for all.
        for _ in 0..WRITES {
            world.faults.refuse_late("TransactWriteItems", error, REQUEST_BUDGET);
        }
        for reply in race(0, storm.requests()).await {
            reply.refused(503, "Busy");
            assert_eq!(reply.header("retry-after"), "1");
        }
        world.faults.clear();
        assert_eq!(storm.rows().await, before);
        let created = storm.admin.get("/api/v3/groups?query=created").await.ok();
        assert_eq!(ids(&created["groups"]), [0; 0]);
        for reply in race(0, storm.requests()).await {
            reply.ok();
        }
        storm.assert_done_once().await;
    }
}

#[tokio::test]
async fn what_no_retry_can_help_is_told_without_detail_and_changes_nothing() {
    let world = World::new().await;
    let storm = Storm::gather(&world).await;
    let before = storm.rows().await;
    for _ in 0..storm.requests().len() {
        world.faults.refuse("TransactWriteItems", "ValidationException");
    }
    for reply in race(0, storm.requests()).await {
        reply.refused(500, "InternalError");
        assert!(!reply.text().contains("injected") && !reply.text().contains("Validation"));
    }
    assert_eq!(storm.rows().await, before);
}

#[tokio::test]
async fn an_id_that_is_taken_is_drawn_again() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("first", json!({})).await;
    world.draw_next([u32::try_from(group).unwrap(), 501]);
    assert_eq!(bob.create_group("second", json!({})).await, 501);
    assert_eq!(users_of(&world, group, "member").await, ids_of(&[&ada]));
    // A connection's id, which still stands for what it stood for.
    let application = bob.apply(group).await;
    world.draw_next([u32::try_from(application).unwrap(), 502]);
    assert_eq!(cy.apply(group).await, 502);
    ada.answer(application, "accepted").await.ok();
    assert_eq!(users_of(&world, group, "member").await, ids_of(&[&ada, &bob]));
    // The same where somebody is invited, and where somebody joins at once.
    let dot = world.user("dot").await;
    world.draw_next([502, 503]);
    assert_eq!(id(&ada.invite(group, &dot).await), 503);
    let open = open_group(&ada, &[]).await;
    world.draw_next([502, 505]);
    assert_eq!(id(&cy.join(open).await), 505);
    assert_eq!(world.assert_group_is_sound(open).await, 2);
    // A user's id.
    world.draw_next([ada.id, 506]);
    assert_eq!(world.user("eli").await.id, 506);
    assert_eq!(ada.get(&format!("/api/v3/users/{}", ada.id)).await.ok()["username"], "ada");
}

#[tokio::test]
async fn an_id_of_a_group_that_one_is_in_oneself_is_drawn_again() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[&bob]).await;
    for (creator, fresh) in [(&ada, 501), (&bob, 502)] {
        world.draw_next([u32::try_from(group).unwrap(), fresh]);
        let created = creator.post("/api/v3/groups", json!({ "name": "another" })).await;
        assert_eq!(id(&created), u64::from(fresh));
    }
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn two_who_draw_the_same_id_at_once_get_two() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let first = 600 + 2 * u32::try_from(round).unwrap();
        world.draw_next([first, first, first + 1]);
        let create = |player| async move {
            Player::post(player, "/api/v3/groups", json!({ "name": "twin" })).await
        };
        let replies =
            race(round, vec![create(&ada).boxed_local(), create(&bob).boxed_local()]).await;
        assert_tally(&replies, &[("201", 2)]);
        let mut got = [id(&replies[0]), id(&replies[1])];
        assert_eq!(users_of(&world, got[0], "member").await, ids_of(&[&ada]));
        assert_eq!(users_of(&world, got[1], "member").await, ids_of(&[&bob]));
        got.sort_unstable();
        assert_eq!(got, [u64::from(first), u64::from(first) + 1]);
    }
}

#[tokio::test]
async fn ids_that_are_taken_without_end_are_busy_and_nothing_has_changed() {
    let world = World::embedded().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    // What delays last is drawn from the same list, so this id also says how long they are: about half of the longest.
    let taken = 2_000_000_000;
    world.draw_next([taken]);
    let group = ada.create_group("first", json!({})).await;
    let before = world.rows(group).await;
    // More often than there is time for.
    world.draw_next([taken; 500]);
    // However slow this machine is, the time is over between two attempts, and not within one.
    tokio::time::pause();
    let reply = bob.post("/api/v3/groups", json!({ "name": "second" })).await;
    tokio::time::resume();
    reply.refused(503, "Busy");
    assert_eq!(world.rows(group).await, before);
    world.draw_freely();
    bob.create_group("second", json!({})).await;
}
