//! Size: nobody becomes a member of a full group, by whichever way they come, and everybody may ask.

use futures_util::FutureExt;
use serde_json::json;
use tests::{World, WorldBuilder};

use crate::{
    ROUNDS, assert_tally, group_row, id, ids_of, outcome, race, successes, update, users_of,
};

#[tokio::test]
async fn the_last_seat_is_given_and_the_next_is_not() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let settings = json!({ "can_auto_join": true, "max_group_size": 2 });
    let group = ada.create_group("pair", settings).await;
    bob.join(group).await.ok();
    cy.join(group).await.refused(422, "GroupFull");
    assert_eq!(world.assert_group_is_sound(group).await, 2);
    // A seat that is given up can be taken again.
    bob.leave(group).await.ok();
    cy.join(group).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
    let alone =
        ada.create_group("one", json!({ "can_auto_join": true, "max_group_size": 1 })).await;
    cy.join(alone).await.refused(422, "GroupFull");
    assert_eq!(world.assert_group_is_sound(alone).await, 1);
}

#[tokio::test]
async fn applying_and_inviting_do_not_ask_for_room_but_accepting_does() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("full", json!({ "max_group_size": 1 })).await;
    let application = bob.apply(group).await;
    let invitation = id(&ada.invite(group, &cy).await);
    ada.answer(application, "accepted").await.refused(422, "GroupFull");
    cy.answer(invitation, "accepted").await.refused(422, "GroupFull");
    assert_eq!(world.assert_group_is_sound(group).await, 1);
    // What was refused for want of room is still pending, and is accepted once there is room.
    update(&ada, group, json!({ "max_group_size": 3 })).await.ok();
    ada.answer(application, "accepted").await.ok();
    cy.answer(invitation, "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 3);
}

#[tokio::test]
async fn a_crossing_asks_for_room_and_leaves_what_was_pending() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("full", json!({ "max_group_size": 1 })).await;
    bob.apply(group).await;
    ada.invite(group, &cy).await.ok();
    ada.invite(group, &bob).await.refused(422, "GroupFull");
    cy.join(group).await.refused(422, "GroupFull");
    assert_eq!(users_of(&world, group, "application").await, ids_of(&[&bob]));
    assert_eq!(users_of(&world, group, "invitation").await, ids_of(&[&cy]));
    assert_eq!(world.assert_group_is_sound(group).await, 1);
    update(&ada, group, json!({ "max_group_size": 2 })).await.ok();
    assert_eq!(cy.join(group).await.ok()["status"], "accepted");
    ada.invite(group, &bob).await.refused(422, "GroupFull");
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn the_size_is_not_lowered_below_the_members_that_are_there() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = crate::open_group(&ada, &[&bob, &cy]).await;
    update(&ada, group, json!({ "max_group_size": 2 })).await.refused(422, "SizeBelowMembers");
    // A refused change changes nothing, whatever else it names.
    let both = json!({ "max_group_size": 2, "group_type": "Private" });
    update(&ada, group, both).await.refused(422, "SizeBelowMembers");
    assert_eq!(group_row(&world, group).await["settings"]["group_type"], "Public");
    assert_eq!(update(&ada, group, json!({ "max_group_size": 3 })).await.ok()["max_group_size"], 3);
    assert_eq!(world.assert_group_is_sound(group).await, 3);
    cy.leave(group).await.ok();
    update(&ada, group, json!({ "max_group_size": 2 })).await.ok();
    cy.join(group).await.refused(422, "GroupFull");
}

#[tokio::test]
async fn a_size_lies_between_one_and_the_deployments_limit_which_is_also_the_default() {
    let mut builder = WorldBuilder::default();
    builder.limits.group_size = 5;
    let world = builder.build().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("default", json!({})).await;
    assert_eq!(group_row(&world, group).await["settings"]["max_group_size"], 5);
    for size in [-1, 6] {
        let body = json!({ "name": "odd", "max_group_size": size });
        ada.post("/api/v3/groups", body).await.refused(422, "InvalidParameter");
        let change = json!({ "max_group_size": size });
        update(&ada, group, change).await.refused(422, "InvalidParameter");
    }
    for size in [1, 5] {
        ada.create_group("even", json!({ "max_group_size": size })).await;
    }
}

#[tokio::test]
async fn of_forty_who_join_a_group_of_ten_at_once_nine_get_in() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 40).await;
    for round in 0..3 {
        let settings = json!({ "can_auto_join": true, "max_group_size": 10 });
        let group = ada.create_group("ten", settings).await;
        let requests = crowd.iter().map(|user| user.join(group).boxed_local()).collect();
        let replies = race(13 * round, requests).await;
        assert_tally(&replies, &[("200", 9), ("422 GroupFull", 31)]);
        assert_eq!(world.assert_group_is_sound(group).await, 10);
        assert_eq!(group_row(&world, group).await["member_count"], 10);
    }
}

#[tokio::test]
async fn the_last_seat_goes_to_one_of_five_who_are_accepted_at_once() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 5).await;
    for round in 0..ROUNDS {
        let group = ada.create_group("pair", json!({ "max_group_size": 2 })).await;
        let mut requests = Vec::new();
        for user in &crowd {
            let application = user.apply(group).await;
            requests.push(ada.answer(application, "accepted").boxed_local());
        }
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("422 GroupFull", 4)]);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
        // Those who found it full still wait.
        assert_eq!(users_of(&world, group, "application").await.len(), 4);
    }
}

#[tokio::test]
async fn the_last_seat_is_given_once_although_every_way_in_is_tried_at_once() {
    let world = World::new().await;
    let [ada, bob, cy, dot, eli] = world.users(["ada", "bob", "cy", "dot", "eli"]).await;
    for round in 0..ROUNDS {
        let group = ada.create_group("pair", json!({ "max_group_size": 2 })).await;
        let application = bob.apply(group).await;
        let invitation = id(&ada.invite(group, &cy).await);
        dot.apply(group).await;
        ada.invite(group, &eli).await.ok();
        let requests = vec![
            ada.answer(application, "accepted").boxed_local(),
            cy.answer(invitation, "accepted").boxed_local(),
            ada.invite(group, &dot).boxed_local(),
            eli.join(group).boxed_local(),
        ];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("422 GroupFull", 3)]);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
    }
}

#[tokio::test]
async fn a_size_that_is_lowered_while_people_join_is_never_exceeded() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 8).await;
    for round in 0..2 * ROUNDS {
        let settings = json!({ "can_auto_join": true, "max_group_size": 9 });
        let group = ada.create_group("shrinking", settings).await;
        let mut requests: Vec<_> =
            crowd.iter().map(|user| user.join(group).boxed_local()).collect();
        requests.insert(4, update(&ada, group, json!({ "max_group_size": 4 })).boxed_local());
        let mut replies = race(round, requests).await;
        let lowered = replies.remove(4);
        let joined = successes(&replies);
        assert_tally(&replies, &[("200", joined), ("422 GroupFull", 8 - joined)]);
        assert_eq!(world.assert_group_is_sound(group).await, 1 + joined);
        match outcome(&lowered).as_str() {
            "200" => assert!(joined <= 3, "{joined} joined a group of four"),
            refusal => assert_eq!((refusal, joined), ("422 SizeBelowMembers", 8)),
        }
    }
}
