//! Joining: at once where the group is open, else by an application that an admin answers.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::json;
use tests::World;

use crate::{
    ROUNDS, assert_tally, group_of_admins, group_row, id, ids, ids_of, open_group, outcome, own,
    race, rows_of, successes, times, update, users_of,
};

#[tokio::test]
async fn an_open_group_is_joined_at_once() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("open", json!({ "can_auto_join": true })).await;
    world.advance(SignedDuration::from_millis(1));
    assert_eq!(bob.join(group).await.ok()["status"], "accepted");
    assert_eq!(ids(&ada.group(group).await["members"]), [u64::from(ada.id), u64::from(bob.id)]);
    assert_eq!(ids(&own(&bob).await["groups"]), [group]);
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn a_closed_group_makes_an_application_of_it_and_counts_nobody() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let application = bob.apply(group).await;
    assert_eq!(ids(&ada.group(group).await["join_requests"]), [application]);
    assert_eq!(users_of(&world, group, "member").await, ids_of(&[&ada]));
    assert_eq!(world.assert_group_is_sound(group).await, 1);
    assert_eq!(ids(&own(&bob).await["group_join_requests"]), [application]);
}

#[tokio::test]
async fn nobody_joins_twice_or_asks_twice() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let open = open_group(&ada, &[&bob]).await;
    bob.join(open).await.refused(422, "AlreadyMember");
    let closed = ada.create_group("closed", json!({})).await;
    ada.join(closed).await.refused(422, "AlreadyMember");
    let application = cy.apply(closed).await;
    cy.join(closed).await.refused(422, "AlreadyApplied");
    assert_eq!(ids(&ada.group(closed).await["join_requests"]), [application]);
    cy.join(2_000_000_000).await.refused(404, "GroupNotFound");
}

#[tokio::test]
async fn an_application_is_answered_by_admins_only() {
    let world = World::new().await;
    let [ada, bob, cy, eve] = world.users(["ada", "bob", "cy", "eve"]).await;
    let group = ada.create_group("closed", json!({})).await;
    ada.answer(bob.apply(group).await, "accepted").await.ok();
    let application = cy.apply(group).await;
    // Neither a plain member, nor an outsider, nor the applicant.
    for nobody in [&bob, &eve, &cy] {
        for answer in ["accepted", "declined"] {
            nobody.answer(application, answer).await.refused(422, "NotAuthorized");
        }
    }
    assert_eq!(ids(&ada.group(group).await["join_requests"]), [application]);
    ada.answer(application, "declined").await.ok();
    ada.answer(application, "accepted").await.refused(404, "ConnectionNotFound");
    // Who was declined may ask again.
    let again = cy.apply(group).await;
    assert_ne!(again, application);
    ada.answer(again, "accepted").await.ok();
    assert_eq!(users_of(&world, group, "member").await, ids_of(&[&ada, &bob, &cy]));
    assert_eq!(users_of(&world, group, "application").await, ids_of(&[]));
    assert_eq!(world.assert_group_is_sound(group).await, 3);
}

#[tokio::test]
async fn an_application_is_taken_back_by_the_applicant_only() {
    let world = World::new().await;
    let [ada, bob, eve] = world.users(["ada", "bob", "eve"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let application = bob.apply(group).await;
    ada.cancel(application).await.refused(403, "NotAuthorized");
    eve.cancel(application).await.refused(403, "NotAuthorized");
    bob.cancel(application).await.ok();
    bob.cancel(application).await.refused(404, "ConnectionNotFound");
    ada.answer(application, "accepted").await.refused(404, "ConnectionNotFound");
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn joining_settles_an_application_from_before_the_group_was_open() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("soon open", json!({})).await;
    let application = bob.apply(group).await;
    update(&ada, group, json!({ "can_auto_join": true })).await.ok();
    assert_eq!(bob.join(group).await.ok()["status"], "accepted");
    assert_eq!(users_of(&world, group, "application").await, ids_of(&[]));
    // The admin who answers late gets what they asked for, and nobody is counted twice.
    ada.answer(application, "accepted").await.ok();
    bob.cancel(application).await.refused(404, "ConnectionNotFound");
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn who_joins_five_times_at_once_is_in_once() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let group = ada.create_group("open", json!({ "can_auto_join": true })).await;
        let replies = race(round, times(5, || bob.join(group).boxed_local())).await;
        assert_tally(&replies, &[("200", 1), ("422 AlreadyMember", 4)]);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
    }
}

#[tokio::test]
async fn who_applies_five_times_at_once_has_one_application() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let group = ada.create_group("closed", json!({})).await;
        let replies = race(round, times(5, || bob.join(group).boxed_local())).await;
        assert_tally(&replies, &[("200", 1), ("422 AlreadyApplied", 4)]);
        let application = replies.iter().find(|reply| reply.status.is_success()).map(id).unwrap();
        assert_eq!(ids(&ada.group(group).await["join_requests"]), [application]);
    }
}

#[tokio::test]
async fn five_who_accept_one_application_let_in_one_member() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    for round in 0..ROUNDS {
        let group = group_of_admins(&ada, &[&bob, &cy]).await;
        update(&ada, group, json!({ "can_auto_join": false })).await.ok();
        let application = dot.apply(group).await;
        let answers = [&ada, &bob, &cy, &ada, &bob]
            .map(|admin| admin.answer(application, "accepted").boxed_local());
        // Who accepts what a colleague has just accepted gets what they asked for.
        assert_tally(&race(round, answers.into()).await, &[("200", 5)]);
        assert_eq!(world.assert_group_is_sound(group).await, 4);
        assert_eq!(users_of(&world, group, "application").await, ids_of(&[]));
    }
}

#[tokio::test]
async fn of_accepting_and_cancelling_one_wins() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = ada.create_group("closed", json!({})).await;
        let application = bob.apply(group).await;
        let requests = vec![
            ada.answer(application, "accepted").boxed_local(),
            bob.cancel(application).boxed_local(),
        ];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("404 ConnectionNotFound", 1)]);
        let expected = if replies[0].status.is_success() { 2 } else { 1 };
        assert_eq!(world.assert_group_is_sound(group).await, expected);
        assert_eq!(users_of(&world, group, "application").await, ids_of(&[]));
    }
}

#[tokio::test]
async fn of_accepting_and_declining_one_wins() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..2 * ROUNDS {
        let group = group_of_admins(&ada, &[&bob]).await;
        update(&ada, group, json!({ "can_auto_join": false })).await.ok();
        let application = cy.apply(group).await;
        let requests = vec![
            ada.answer(application, "accepted").boxed_local(),
            bob.answer(application, "declined").boxed_local(),
        ];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("404 ConnectionNotFound", 1)]);
        let expected = if replies[0].status.is_success() { 3 } else { 2 };
        assert_eq!(world.assert_group_is_sound(group).await, expected);
    }
}

#[tokio::test]
async fn who_joins_while_the_group_opens_or_closes_is_either_in_or_pending() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 6).await;
    for round in 0..ROUNDS {
        let opens = round % 2 == 0;
        let group = ada.create_group("turning", json!({ "can_auto_join": !opens })).await;
        let mut requests: Vec<_> =
            crowd.iter().map(|user| user.join(group).boxed_local()).collect();
        requests.insert(3, update(&ada, group, json!({ "can_auto_join": opens })).boxed_local());
        let replies = race(round, requests).await;
        assert_eq!(successes(&replies), 7, "{:?}", replies.iter().map(outcome).collect::<Vec<_>>());
        let said =
            |status: &str| replies.iter().filter(|reply| reply.ok()["status"] == status).count();
        assert_eq!(world.assert_group_is_sound(group).await, 1 + said("accepted"));
        assert_eq!(rows_of(&world, group, "application").await.len(), said("pending"));
        assert_eq!(group_row(&world, group).await["settings"]["can_auto_join"], opens);
    }
}

#[tokio::test]
async fn forty_who_join_one_group_at_once_do_not_undo_each_others_plans() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = open_group(&ada, &[]).await;
    let crowd = world.crowd("user", 40).await;
    let sent = || world.faults.calls("TransactWriteItems").len();
    let before = sent();
    let joins = crowd.iter().map(|user| user.join(group).boxed_local()).collect();
    for reply in race(0, joins).await {
        reply.ok();
    }
    assert_eq!(sent() - before, 40, "one transaction for each");
    assert_eq!(world.assert_group_is_sound(group).await, 41);
}
