//! Expiry: at its second an application or invitation is gone, although its row still lies there. Nothing is swept here.

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tests::{Player, World, WorldBuilder};

use crate::{ROUNDS, assert_tally, id, ids, ids_of, own, race, rows_of, times, update, users_of};

/// Lifetimes that a token outlives, and that differ, so that neither is taken for the other.
async fn short_lived() -> World {
    let mut builder = WorldBuilder::default();
    builder.limits.application_lifetime = SignedDuration::from_hours(1);
    builder.limits.invitation_lifetime = SignedDuration::from_hours(2);
    builder.build().await
}

/// The second at which the group's only row of that kind expires.
async fn expiry(world: &World, group: u64, kind: &str) -> Timestamp {
    let rows = rows_of(world, group, kind).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    Timestamp::from_second(rows[0]["expires_at"].as_i64().unwrap()).unwrap()
}

/// Turns the clock so that so much time remains until the group's only row of that kind expires.
async fn turn_to(world: &World, group: u64, kind: &str, remaining: SignedDuration) {
    let expiry = expiry(world, group, kind).await;
    world.advance(expiry.duration_since(world.now()) - remaining);
}

/// What the admin sees pending in the group, and what the user sees pending of their own.
async fn lists(group: u64, admin: &Player<'_>, user: &Player<'_>) -> [Vec<u64>; 4] {
    let (group, own): (Value, Value) = (admin.group(group).await, own(user).await);
    [
        ids(&group["join_requests"]),
        ids(&own["group_join_requests"]),
        ids(&group["invites"]),
        ids(&own["group_invites"]),
    ]
}

const SECOND: SignedDuration = SignedDuration::from_secs(1);
const NOW: SignedDuration = SignedDuration::ZERO;
const NOTHING: Vec<u64> = Vec::new();

#[tokio::test]
async fn applications_and_invitations_live_seven_days_unless_the_deployment_says_otherwise() {
    let week = SignedDuration::from_hours(7 * 24);
    let hour = SignedDuration::from_hours(1);
    for (world, of_application, of_invitation) in
        [(World::new().await, week, week), (short_lived().await, hour, 2 * hour)]
    {
        let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
        let group = ada.create_group("closed", json!({})).await;
        bob.apply(group).await;
        ada.invite(group, &cy).await.ok();
        let second = Timestamp::from_second(world.now().as_second()).unwrap();
        assert_eq!(expiry(&world, group, "application").await, second + of_application);
        assert_eq!(expiry(&world, group, "invitation").await, second + of_invitation);
    }
}

#[tokio::test]
async fn until_the_second_before_its_expiry_an_application_is_listed_and_accepted() {
    let world = short_lived().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let application = bob.apply(group).await;
    for remaining in [SECOND, SignedDuration::from_millis(1)] {
        turn_to(&world, group, "application", remaining).await;
        let expected = [vec![application], vec![application], NOTHING, NOTHING];
        assert_eq!(lists(group, &ada, &bob).await, expected);
        bob.join(group).await.refused(422, "AlreadyApplied");
    }
    ada.answer(application, "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn at_the_second_of_its_expiry_an_application_is_gone_although_its_row_lies_there() {
    let world = short_lived().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let application = bob.apply(group).await;
    turn_to(&world, group, "application", NOW).await;
    assert_eq!(lists(group, &ada, &bob).await, [NOTHING, NOTHING, NOTHING, NOTHING]);
    ada.answer(application, "accepted").await.refused(404, "ConnectionNotFound");
    ada.answer(application, "declined").await.refused(404, "ConnectionNotFound");
    bob.cancel(application).await.refused(404, "ConnectionNotFound");
    assert_eq!(users_of(&world, group, "application").await, ids_of(&[&bob]), "nothing swept it");
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn a_new_application_takes_the_place_of_an_expired_one_whose_id_is_dead() {
    let world = short_lived().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let old = bob.apply(group).await;
    turn_to(&world, group, "application", NOW).await;
    let new = bob.apply(group).await;
    assert_ne!(new, old);
    // Whoever began before its second may still answer the old one, so it is counted.
    assert_eq!(world.group_row(group).await["pending_count"], 2);
    ada.answer(old, "accepted").await.refused(404, "ConnectionNotFound");
    ada.answer(old, "declined").await.refused(404, "ConnectionNotFound");
    bob.cancel(old).await.refused(404, "ConnectionNotFound");
    assert_eq!(lists(group, &ada, &bob).await, [vec![new], vec![new], NOTHING, NOTHING]);
    // The new one has all of its own time.
    turn_to(&world, group, "application", SECOND).await;
    ada.answer(new, "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn a_new_invitation_takes_the_place_of_an_expired_one_which_is_counted_still() {
    let world = short_lived().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let old = id(&ada.invite(group, &bob).await);
    turn_to(&world, group, "invitation", NOW).await;
    let new = id(&ada.invite(group, &bob).await);
    assert_eq!(world.group_row(group).await["pending_count"], 2);
    bob.answer(old, "accepted").await.refused(404, "ConnectionNotFound");
    bob.answer(new, "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn until_the_second_before_its_expiry_an_invitation_is_listed_and_accepted() {
    let world = short_lived().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let invitation = id(&ada.invite(group, &bob).await);
    turn_to(&world, group, "invitation", SECOND).await;
    let expected = [NOTHING, NOTHING, vec![invitation], vec![invitation]];
    assert_eq!(lists(group, &ada, &bob).await, expected);
    ada.invite(group, &bob).await.refused(422, "AlreadyInvited");
    bob.answer(invitation, "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn at_the_second_of_its_expiry_an_invitation_is_gone_although_its_row_lies_there() {
    let world = short_lived().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let old = id(&ada.invite(group, &bob).await);
    turn_to(&world, group, "invitation", NOW).await;
    assert_eq!(lists(group, &ada, &bob).await, [NOTHING, NOTHING, NOTHING, NOTHING]);
    bob.answer(old, "accepted").await.refused(404, "ConnectionNotFound");
    bob.answer(old, "declined").await.refused(404, "ConnectionNotFound");
    ada.cancel(old).await.refused(404, "ConnectionNotFound");
    assert_eq!(users_of(&world, group, "invitation").await, ids_of(&[&bob]), "nothing swept it");
    let new = id(&ada.invite(group, &bob).await);
    bob.answer(old, "accepted").await.refused(404, "ConnectionNotFound");
    assert_eq!(lists(group, &ada, &bob).await, [NOTHING, NOTHING, vec![new], vec![new]]);
    bob.answer(new, "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn thirty_days_after_it_has_expired_an_id_is_forgotten_although_its_row_lies_there() {
    let world = short_lived().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("wolves", json!({})).await;
    let asked = bob.apply(group).await;
    let rows = world.whole_table().await;
    let row = rows.iter().find(|row| row["kind"] == "connection").unwrap();
    let end = Timestamp::from_second(row["expires_at"].as_i64().unwrap()).unwrap();
    let days = end.duration_since(world.now());
    assert_eq!((days + SECOND).as_hours(), 1 + 30 * 24);
    let moment = SignedDuration::from_millis(1);
    world.advance(days - moment);
    let eve = world.user("eve").await;
    eve.answer(asked, "accepted").await.refused(422, "NotAuthorized");
    world.advance(moment);
    eve.answer(asked, "accepted").await.refused(404, "ConnectionNotFound");
}

#[tokio::test]
async fn what_has_expired_does_not_cross() {
    let world = short_lived().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("closed", json!({})).await;
    ada.invite(group, &bob).await.ok();
    turn_to(&world, group, "invitation", NOW).await;
    bob.apply(group).await;
    cy.apply(group).await;
    world.advance(SignedDuration::from_hours(1));
    assert_eq!(ada.invite(group, &cy).await.ok()["status"], "pending");
    assert_eq!(world.assert_group_is_sound(group).await, 1);
    // A second earlier it would have crossed.
    let other = ada.create_group("another", json!({})).await;
    ada.invite(other, &bob).await.ok();
    turn_to(&world, other, "invitation", SECOND).await;
    assert_eq!(bob.join(other).await.ok()["status"], "accepted");
    assert_eq!(world.assert_group_is_sound(other).await, 2);
}

#[tokio::test]
async fn who_joins_a_group_that_has_opened_sweeps_their_expired_application() {
    let world = short_lived().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    bob.apply(group).await;
    turn_to(&world, group, "application", NOW).await;
    update(&ada, group, json!({ "can_auto_join": true })).await.ok();
    bob.join(group).await.ok();
    assert_eq!(users_of(&world, group, "application").await, ids_of(&[]));
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn of_five_who_apply_anew_at_once_over_an_expired_application_one_does() {
    let world = short_lived().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let group = ada.create_group("closed", json!({})).await;
        let old = bob.apply(group).await;
        turn_to(&world, group, "application", NOW).await;
        // The clock must not turn so far that tokens expire.
        let mut requests = times(5, || bob.join(group).boxed_local());
        requests.push(ada.answer(old, "accepted").boxed_local());
        let mut replies = race(round, requests).await;
        replies.pop().unwrap().refused(404, "ConnectionNotFound");
        assert_tally(&replies, &[("200", 1), ("422 AlreadyApplied", 4)]);
        let new = replies.iter().find(|reply| reply.status.is_success()).map(id).unwrap();
        assert_eq!(ids(&ada.group(group).await["join_requests"]), [new]);
        assert_eq!(world.assert_group_is_sound(group).await, 1);
    }
}
