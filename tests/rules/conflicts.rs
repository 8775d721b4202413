//! Conflicts, throttling, lost answers and ids that are taken: retried until they succeed once, or else nothing has changed.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Player, World};

use crate::{
    ROUNDS, Waiting, add_attribute, assert_tally, delete, group_row, id, ids, ids_of, open_group,
    race, rows_of, update, users_of,
};

/// Groups in which one request each is about to write by one transaction: every kind of write that there is.
struct Storm<'w> {
    world: &'w World,
    admin: Player<'w>,
    user: Player<'w>,
    pending: Vec<u64>,
    groups: BTreeMap<&'static str, u64>,
}

/// How many requests a storm is made of.
const WRITES: usize = 14;

impl<'w> Storm<'w> {
    async fn gather(world: &'w World) -> Self {
        let [admin, user] = world.users(["admin", "user"]).await;
        let mut groups = BTreeMap::new();
        for name in ["applied", "accepted", "invited", "entered", "withdrawn"] {
            groups.insert(name, admin.create_group(name, json!({})).await);
        }
        for name in ["promoted", "removed", "unblocked", "left", "changed", "written", "deleted"] {
            groups.insert(name, open_group(&admin, &[&user]).await);
        }
        admin.remove(groups["unblocked"], &user).await.ok();
        let pending = vec![
            user.apply(groups["accepted"]).await,
            id(&admin.invite(groups["entered"], &user).await),
            user.apply(groups["withdrawn"]).await,
        ];
        Self { world, admin, user, pending, groups }
    }

    fn requests(&self) -> Vec<Waiting<'_>> {
        let Self { world, admin, user, pending, groups } = self;
        let create = async { admin.post("/api/v3/groups", json!({ "name": "created" })).await };
        vec![
            user.join(groups["applied"]).boxed_local(),
            admin.answer(pending[0], "accepted").boxed_local(),
            admin.invite(groups["invited"], user).boxed_local(),
            user.answer(pending[1], "accepted").boxed_local(),
            user.cancel(pending[2]).boxed_local(),
            admin.make_admin(groups["promoted"], user).boxed_local(),
            admin.remove(groups["removed"], user).boxed_local(),
            crate::unblock(admin, groups["unblocked"], user).boxed_local(),
            user.leave(groups["left"]).boxed_local(),
            update(admin, groups["changed"], json!({ "max_group_size": 7 })).boxed_local(),
            add_attribute(admin, groups["written"], "motto", "").boxed_local(),
            delete(admin, groups["deleted"]).boxed_local(),
            async { world.nobody().post("/api/v3/users", world.sign_up_body("new")).await }
                .boxed_local(),
            create.boxed_local(),
        ]
    }

    /// All rows of all groups, by group.
    async fn rows(&self) -> Vec<Vec<Value>> {
        join_all(self.groups.values().map(|group| self.world.rows(*group))).await
    }

    /// Fails the test where any of the writes was not made, or made twice.
    async fn assert_done_once(&self) {
        let Self { world, admin, user, groups, .. } = self;
        let (one, both) = (ids_of(&[admin]), ids_of(&[admin, user]));
        for (name, members) in [
            ("applied", &one),
            ("accepted", &both),
            ("invited", &one),
            ("entered", &both),
            ("withdrawn", &one),
            ("promoted", &both),
            ("removed", &one),
            ("unblocked", &one),
            ("left", &one),
            ("changed", &both),
            ("written", &both),
        ] {
            assert_eq!(users_of(world, groups[name], "member").await, *members, "{name}");
            assert_eq!(world.assert_group_is_sound(groups[name]).await, members.len(), "{name}");
        }
        for (name, kind, count) in [
            ("applied", "application", 1),
            ("accepted", "application", 0),
            ("invited", "invitation", 1),
            ("entered", "invitation", 0),
            ("withdrawn", "application", 0),
            ("removed", "block", 1),
            ("unblocked", "block", 0),
            ("written", "attribute", 1),
        ] {
            assert_eq!(rows_of(world, groups[name], kind).await.len(), count, "{name} {kind}");
        }
        assert_eq!(group_row(world, groups["promoted"]).await["admin_count"], 2);
        assert_eq!(group_row(world, groups["changed"]).await["settings"]["max_group_size"], 7);
        assert!(group_row(world, groups["deleted"]).await["deleted_at"].is_i64());
        let created = admin.get("/api/v3/groups?query=created").await.ok();
        assert_eq!(created["groups"].as_array().unwrap().len(), 1);
    }

    /// Sends all requests at once, and tells the bodies of their transactions by token.
    async fn send(&self) -> BTreeMap<String, Vec<Value>> {
        let before = self.world.faults.calls("TransactWriteItems").len();
        for reply in race(0, self.requests()).await {
            reply.ok();
        }
        let mut sent = BTreeMap::<String, Vec<Value>>::new();
        for body in self.world.faults.calls("TransactWriteItems").drain(before..) {
            let body: Value = serde_json::from_str(&body).unwrap();
            let token = body["ClientRequestToken"].as_str().unwrap().to_owned();
            sent.entry(token).or_default().push(body);
        }
        // As many tokens as writes, and under each token always the same transaction.
        assert_eq!(sent.len(), self.requests().len());
        assert!(sent.values().all(|bodies| bodies.iter().all(|body| body == &bodies[0])));
        sent
    }
}

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
async fn a_lost_answer_is_never_a_second_write() {
    // Each kind of write in a world of its own, so that it is this one whose answer is lost; one after another, so that no
    // call takes so long that it is repeated for that.
    for kind in 0..WRITES {
        let world = World::new().await;
        let storm = Storm::gather(&world).await;
        let mut requests = storm.requests();
        assert_eq!(requests.len(), WRITES);
        let lost = requests.swap_remove(kind);
        let before = world.faults.calls("TransactWriteItems").len();
        world.faults.lose_answer("TransactWriteItems");
        lost.await.ok();
        let calls = world.faults.calls("TransactWriteItems").split_off(before);
        assert_eq!(calls.len(), 2, "{kind}");
        assert_eq!(calls[0], calls[1], "the token too");
        for reply in race(0, requests).await {
            reply.ok();
        }
        storm.assert_done_once().await;
    }
}

#[tokio::test]
async fn throttling_and_transactions_in_progress_are_retried_and_written_once() {
    let cancelled = ["ThrottlingError", "ProvisionedThroughputExceeded"].map(cancelled_for);
    // These the SDK retries first, and each request has three attempts: two of these faults are too few for any of them.
    let refused = [
        "TransactionInProgressException",
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
    ];
    let refused = refused.map(|error| (error.to_owned(), 2));
    let errors = cancelled.map(|error| (error, 3 * WRITES)).into_iter().chain(refused);
    let storms = errors.map(|(error, faults)| async move {
        let world = World::new().await;
        let storm = Storm::gather(&world).await;
        for _ in 0..faults {
            world.faults.refuse("TransactWriteItems", &error);
        }
        let sent = storm.send().await;
        assert_eq!(sent.values().map(Vec::len).sum::<usize>(), sent.len() + faults, "{error}");
        storm.assert_done_once().await;
    });
    join_all(storms).await;
}

#[tokio::test]
async fn conflicts_without_end_are_busy_and_nothing_has_changed() {
    // The budget is three seconds of real time, spent once for all kinds of writes together.
    let world = World::new().await;
    let storm = Storm::gather(&world).await;
    let before = storm.rows().await;
    for _ in 0..10_000 {
        world.faults.refuse("TransactWriteItems", "TransactionConflict");
    }
    let replies = race(0, storm.requests()).await;
    for reply in &replies {
        reply.refused(503, "Busy");
        assert_eq!(reply.header("retry-after"), "1");
    }
    assert_eq!(storm.rows().await, before);
    assert_eq!(ids(&storm.admin.get("/api/v3/groups?query=created").await.ok()["groups"]), [0; 0]);
}

#[tokio::test]
async fn throttling_that_does_not_end_is_busy_and_the_same_call_succeeds_later() {
    let world = World::new().await;
    let storm = Storm::gather(&world).await;
    let before = storm.rows().await;
    // The SDK makes three attempts of each call.
    for _ in 0..3 * storm.requests().len() {
        world.faults.refuse("TransactWriteItems", "ThrottlingException");
    }
    for reply in race(0, storm.requests()).await {
        reply.refused(503, "Busy");
        assert_eq!(reply.header("retry-after"), "1");
    }
    assert_eq!(storm.rows().await, before);
    for reply in race(0, storm.requests()).await {
        reply.ok();
    }
    storm.assert_done_once().await;
}

#[tokio::test]
async fn throttled_reads_are_retried_and_then_busy() {
    let reads = ["GetItem", "BatchGetItem", "Query"].map(|operation| async move {
        let world = World::new().await;
        let [ada, bob] = world.users(["ada", "bob"]).await;
        let group = open_group(&ada, &[]).await;
        let path = format!("/api/v3/users/{}", bob.id);
        let read = async || match operation {
            "GetItem" => ada.get(&path).await,
            "BatchGetItem" => ada.make_admin(group, &ada).await,
            _ => bob.leave(group).await,
        };
        let expected = read().await.status;
        for _ in 0..3 {
            world.faults.refuse(operation, "ProvisionedThroughputExceededException");
        }
        read().await.refused(503, "Busy");
        world.faults.refuse(operation, "ThrottlingException");
        assert_eq!(read().await.status, expected, "{operation}");
    });
    join_all(reads).await;
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
    // The same where somebody is invited, and where somebody joins at once: its first plan draws an id as well.
    let dot = world.user("dot").await;
    world.draw_next([502, 503]);
    assert_eq!(id(&ada.invite(group, &dot).await), 503);
    let open = open_group(&ada, &[]).await;
    world.draw_next([504, 502, 505]);
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
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("first", json!({})).await;
    let before = world.rows(group).await;
    // As often as a plan is made anew.
    world.draw_next([u32::try_from(group).unwrap(); 8]);
    let reply = bob.post("/api/v3/groups", json!({ "name": "second" })).await;
    reply.refused(503, "Busy");
    assert_eq!(world.rows(group).await, before);
    bob.create_group("second", json!({})).await;
}
