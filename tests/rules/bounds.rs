//! Bounds: how much is pending in a group and whom it blocks, to the last one, so that each list fits into an answer.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::time::RECENT;
use tests::{Entity, Player, World, WorldBuilder, group_key};

use crate::{
    ROUNDS, Waiting, assert_tally, group_row, id, ids_of, open_group, race, rows_of, successes,
    unblock, update, users_of,
};

/// How long requests live here: shorter than a token.
const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// A world in which so many may be pending or blocked.
async fn world_of(limit: u32) -> World {
    let mut builder = WorldBuilder::default();
    builder.limits.pending = limit;
    builder.limits.blocks = limit;
    builder.limits.application_lifetime = LIFETIME;
    builder.build().await
}

async fn pending_count(world: &World, group: u64) -> Value {
    group_row(world, group).await["pending_count"].clone()
}

/// How many pending rows lie there, expired or not.
async fn pending_rows(world: &World, group: u64) -> usize {
    rows_of(world, group, "application").await.len()
        + rows_of(world, group, "invitation").await.len()
}

#[tokio::test]
async fn requests_and_invitations_share_a_bound_and_each_that_ends_makes_room_for_one() {
    let world = world_of(3).await;
    let [ada, bob, cy, dot, eve, fay] =
        world.users(["ada", "bob", "cy", "dot", "eve", "fay"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let mut waiting = vec![bob.apply(group).await, cy.apply(group).await];
    waiting.push(id(&ada.invite(group, &dot).await));
    for number in 0..5 {
        let reply = eve.join(group).await;
        reply.refused(422, "TooManyPending");
        ada.invite(group, &fay).await.refused(422, "TooManyPending");
        assert_eq!(pending_count(&world, group).await, 3);
        match number {
            0 => ada.answer(waiting[0], "declined").await.ok(),
            1 => cy.cancel(waiting[1]).await.ok(),
            2 => dot.answer(waiting[2], "declined").await.ok(),
            3 => ada.cancel(waiting[3]).await.ok(),
            _ => break,
        };
        assert_eq!(pending_count(&world, group).await, 2);
        let who = [&bob, &cy, &dot, &bob][number];
        waiting.push(id(&ada.invite(group, who).await));
        world.assert_group_is_sound(group).await;
    }
    // Saying yes makes room as well.
    dot.answer(waiting[5], "accepted").await.ok();
    eve.apply(group).await;
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn where_no_room_is_left_whoever_needs_none_goes_on() {
    let world = world_of(2).await;
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    let group = ada.create_group("closed", json!({})).await;
    bob.apply(group).await;
    ada.invite(group, &cy).await.ok();
    bob.join(group).await.refused(422, "AlreadyApplied");
    ada.invite(group, &cy).await.refused(422, "AlreadyInvited");
    ada.join(group).await.refused(422, "AlreadyMember");
    bob.invite(group, &dot).await.refused(403, "NotAuthorized");
    // What meets makes no row.
    assert_eq!(ada.invite(group, &bob).await.ok()["status"], "accepted");
    assert_eq!(cy.join(group).await.ok()["status"], "accepted");
    // Nor does an open group.
    ada.invite(group, &dot).await.ok();
    let [eve, fay] = world.users(["eve", "fay"]).await;
    eve.apply(group).await;
    update(&ada, group, json!({ "can_auto_join": true })).await.ok();
    assert_eq!(fay.join(group).await.ok()["status"], "accepted");
    assert_eq!(world.assert_group_is_sound(group).await, 4);
}

#[tokio::test]
async fn playfab_calls_it_over_the_limit_and_says_which() {
    let world = world_of(1).await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let about = |entity: &Entity<'_>| json!({ "Group": group, "Entity": entity.key });
    bob.call("ApplyToGroup", json!({ "Group": group })).await.data();
    ada.call("BlockEntity", about(&bob)).await.data();
    for (who, operation, limit) in [
        (&cy, "ApplyToGroup", "GroupPendingCount"),
        (&title, "ApplyToGroup", "GroupPendingCount"),
        (&ada, "InviteToGroup", "GroupPendingCount"),
        (&title, "InviteToGroup", "GroupPendingCount"),
        (&ada, "BlockEntity", "GroupBlockCount"),
        (&title, "BlockEntity", "GroupBlockCount"),
    ] {
        let refused = who.call(operation, about(&cy)).await.failed("OverLimit", 1214);
        assert!(refused["errorDetails"][limit][0].is_string(), "{operation} {refused}");
    }
    // The same application and the same block are no more than there were.
    ada.call("UnblockEntity", about(&bob)).await.data();
    bob.call("ApplyToGroup", json!({ "Group": group })).await.data();
    ada.call("BlockEntity", about(&cy)).await.data();
    ada.call("BlockEntity", about(&cy)).await.data();
}

#[tokio::test]
async fn what_has_expired_makes_room_once_there_is_none() {
    let world = world_of(3).await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 7).await;
    let group = ada.create_group("closed", json!({})).await;
    for user in &crowd[..2] {
        user.apply(group).await;
    }
    world.advance(SignedDuration::from_mins(30));
    crowd[2].apply(group).await;
    // Two of the three have expired, and lie there still.
    world.advance(SignedDuration::from_mins(46));
    assert_eq!(pending_count(&world, group).await, 3);
    for user in &crowd[3..5] {
        user.apply(group).await;
    }
    crowd[5].join(group).await.refused(422, "TooManyPending");
    ada.invite(group, &crowd[6]).await.refused(422, "TooManyPending");
    assert_eq!(
        (pending_rows(&world, group).await, pending_count(&world, group).await),
        (5, 3.into())
    );
    // Who asks again asks in the place of what has expired, which counts once.
    ada.answer(connection(&world, group, &crowd[4]).await, "declined").await.ok();
    crowd[0].apply(group).await;
    crowd[1].join(group).await.refused(422, "TooManyPending");
    world.assert_group_is_sound(group).await;
}

/// The connection of a pending request.
async fn connection(world: &World, group: u64, user: &Player<'_>) -> u64 {
    let rows = rows_of(world, group, "application").await;
    let row = rows.iter().find(|row| row["user_id"] == user.id).unwrap();
    row["connection_id"].as_u64().unwrap()
}

#[tokio::test]
async fn what_has_just_expired_is_counted_as_long_as_somebody_who_answers_it_may_be_on_their_way() {
    let world = world_of(1).await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 2).await;
    let group = ada.create_group("closed", json!({})).await;
    crowd[0].apply(group).await;
    world.advance(LIFETIME);
    crowd[1].join(group).await.refused(422, "TooManyPending");
    world.advance(RECENT - SignedDuration::from_secs(1));
    crowd[1].join(group).await.refused(422, "TooManyPending");
    world.advance(SignedDuration::from_secs(1));
    crowd[1].apply(group).await;
}

#[tokio::test]
async fn a_block_that_is_lifted_while_somebody_counts_is_counted_no_more() {
    let world = world_of(1).await;
    let [ada, bob, cy, eve] = world.users(["ada", "bob", "cy", "eve"]).await;
    let group = ada.create_group("closed", json!({})).await;
    ada.block(group, &eve, json!({})).await.ok();
    bob.apply(group).await;
    world.advance(LIFETIME + RECENT);
    let late = cy.join(group).boxed_local();
    let (late, _) = world.overtake(1, late, unblock(&ada, group, &eve)).await;
    late.ok();
    assert_eq!(group_row(&world, group).await["block_count"], 0);
    ada.block(group, &bob, json!({})).await.ok();
}

#[tokio::test]
async fn what_a_membership_settles_makes_room_too() {
    let world = world_of(2).await;
    let [ada, bob, cy, dot, eve] = world.entities(["ada", "bob", "cy", "dot", "eve"]).await;
    let title = world.title().await;
    let group = ada.player.create_group("closed", json!({})).await;
    bob.player.apply(group).await;
    cy.player.apply(group).await;
    let members = json!({ "Group": group_key(group), "Members": [bob.key] });
    title.call("AddMembers", members).await.data();
    update(&ada.player, group, json!({ "can_auto_join": true })).await.ok();
    cy.player.join(group).await.ok();
    update(&ada.player, group, json!({ "can_auto_join": false })).await.ok();
    dot.player.apply(group).await;
    ada.player.invite(group, &eve.player).await.ok();
    world.assert_group_is_sound(group).await;
    assert_eq!(
        (pending_rows(&world, group).await, pending_count(&world, group).await),
        (2, 2.into())
    );
}

#[tokio::test]
async fn of_ten_who_ask_or_are_invited_at_once_as_many_as_there_is_room_for_are_pending() {
    let world = world_of(4).await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 10).await;
    for round in 0..ROUNDS {
        let group = ada.create_group("closed", json!({})).await;
        let requests: Vec<Waiting<'_>> = crowd
            .iter()
            .enumerate()
            .map(|(place, user)| match place % 2 {
                0 => user.join(group).boxed_local(),
                _ => ada.invite(group, user).boxed_local(),
            })
            .collect();
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 4), ("422 TooManyPending", 6)]);
        assert_eq!(pending_rows(&world, group).await, 4);
        assert_eq!(pending_count(&world, group).await, 4);
    }
}

#[tokio::test]
async fn of_ten_who_ask_at_once_where_all_has_expired_as_many_are_pending() {
    let world = world_of(3).await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 10).await;
    let mut groups = Vec::new();
    for _ in 0..ROUNDS {
        let group = ada.create_group("closed", json!({})).await;
        for user in &crowd[..3] {
            user.apply(group).await;
        }
        groups.push(group);
    }
    world.advance(LIFETIME + RECENT);
    for (round, group) in groups.into_iter().enumerate() {
        let requests = crowd.iter().map(|user| user.join(group).boxed_local()).collect();
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 3), ("422 TooManyPending", 7)]);
        assert_eq!(pending_count(&world, group).await, 3);
        world.assert_group_is_sound(group).await;
    }
}

#[tokio::test]
async fn whoever_comes_and_goes_at_once_never_makes_less_of_the_count_than_there_is() {
    let world = world_of(4).await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 8).await;
    for round in 0..ROUNDS {
        let group = ada.create_group("closed", json!({})).await;
        let mut requests: Vec<Waiting<'_>> = Vec::new();
        for (place, user) in crowd[..4].iter().enumerate() {
            let application = user.apply(group).await;
            requests.push(match place % 3 {
                0 => user.cancel(application).boxed_local(),
                1 => ada.answer(application, "accepted").boxed_local(),
                _ => ada.answer(application, "declined").boxed_local(),
            });
        }
        requests.extend(crowd[4..].iter().map(|user| user.join(group).boxed_local()));
        let replies = race(round, requests).await;
        assert_eq!(successes(&replies[..4]), 4);
        world.assert_group_is_sound(group).await;
        let pending = pending_rows(&world, group).await;
        assert_eq!(pending, successes(&replies[4..]));
        assert_eq!(pending_count(&world, group).await, pending, "nothing expired, so it is exact");
    }
}

#[tokio::test]
async fn blocks_have_a_bound_and_unblocking_makes_room() {
    let world = world_of(2).await;
    let [ada, bob, cy, dot] = world.entities(["ada", "bob", "cy", "dot"]).await;
    let group = open_group(&ada.player, &[&bob.player, &cy.player, &dot.player]).await;
    let about = |entity: &Entity<'_>| json!({ "Group": group_key(group), "Entity": entity.key });
    ada.player.remove(group, &bob.player).await.ok();
    ada.call("BlockEntity", about(&cy)).await.data();
    assert_eq!(group_row(&world, group).await["block_count"], 2);
    // Who is removed is to stay out, so without a block there is no removal; PlayFab's removes without one.
    ada.player.remove(group, &dot.player).await.refused(422, "TooManyBlocks");
    assert_eq!(world.assert_group_is_sound(group).await, 3);
    // Who is blocked already needs no room.
    ada.player.remove(group, &cy.player).await.ok();
    ada.call("BlockEntity", about(&cy)).await.data();
    unblock(&ada.player, group, &bob.player).await.ok();
    ada.player.remove(group, &dot.player).await.ok();
    assert_eq!(users_of(&world, group, "block").await, ids_of(&[&cy.player, &dot.player]));
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn of_many_who_are_blocked_or_removed_at_once_as_many_as_there_is_room_for_are() {
    let world = world_of(3).await;
    let [ada, bob, cy, dot, eve, fay] =
        world.entities(["ada", "bob", "cy", "dot", "eve", "fay"]).await;
    for round in 0..ROUNDS {
        let group = open_group(&ada.player, &[&bob.player, &cy.player]).await;
        let body = |entity: &Entity<'_>| json!({ "Group": group_key(group), "Entity": entity.key });
        let mut requests: Vec<Waiting<'_>> = Vec::new();
        for member in [&bob, &cy] {
            requests.push(ada.player.remove(group, &member.player).boxed_local());
        }
        for stranger in [&dot, &eve, &fay] {
            requests.push(ada.call("BlockEntity", body(stranger)).boxed_local());
        }
        let replies = race(round, requests).await;
        assert_eq!(successes(&replies), 3);
        assert_eq!(rows_of(&world, group, "block").await.len(), 3);
        let removed = successes(&replies[..2]);
        assert_eq!(world.assert_group_is_sound(group).await, 3 - removed);
    }
}

#[tokio::test]
async fn blocking_and_unblocking_the_same_user_at_once_counts_right() {
    let world = world_of(3).await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.player.create_group("closed", json!({})).await;
    let body = json!({ "Group": group_key(group), "Entity": bob.key });
    for round in 0..2 * ROUNDS {
        let requests = vec![
            ada.call("BlockEntity", body.clone()).boxed_local(),
            ada.call("UnblockEntity", body.clone()).boxed_local(),
            ada.call("BlockEntity", body.clone()).boxed_local(),
            ada.call("UnblockEntity", body.clone()).boxed_local(),
        ];
        assert_eq!(successes(&race(round, requests).await), 4);
        world.assert_group_is_sound(group).await;
    }
}

/// How many groups, applications and invitations a user is shown of their own.
async fn shown(player: &Player<'_>) -> [usize; 3] {
    let own = crate::own(player).await;
    ["groups", "group_join_requests", "group_invites"]
        .map(|list| own[list].as_array().unwrap().len())
}

#[tokio::test]
async fn who_has_applied_and_is_invited_is_shown_both_where_both_fit() {
    for (limit, expected) in [(2, [1, 1, 0]), (3, [1, 1, 1])] {
        let mut builder = WorldBuilder::default();
        builder.limits.groups_of_user = limit;
        let world = builder.build().await;
        let [ada, bob] = world.entities(["ada", "bob"]).await;
        bob.create_group("own").await;
        let group = ada.create_group("both").await;
        let body = json!({ "Group": group, "AutoAcceptOutstandingInvite": false });
        bob.call("ApplyToGroup", body).await.data();
        let body = json!({
            "Group": group, "Entity": bob.key, "AutoAcceptOutstandingApplication": false,
        });
        ada.call("InviteToGroup", body).await.data();
        assert_eq!(shown(&bob.player).await, expected);
    }
}

#[tokio::test]
async fn lists_of_one_user_show_as_much_as_fits_memberships_first() {
    let mut builder = WorldBuilder::default();
    builder.limits.groups_of_user = 5;
    let world = builder.build().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let (mut open, mut asked, mut invited) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..3 {
        open.push(ada.player.create_group("open", json!({ "can_auto_join": true })).await);
        bob.player.join(open[open.len() - 1]).await.ok();
    }
    for _ in 0..3 {
        asked.push(ada.player.create_group("asked", json!({})).await);
        bob.player.apply(asked[asked.len() - 1]).await;
        invited.push(ada.player.create_group("invited", json!({})).await);
        ada.player.invite(invited[invited.len() - 1], &bob.player).await.ok();
    }
    let [groups, requests, invites] = shown(&bob.player).await;
    assert_eq!((groups, requests + invites), (3, 2));
    let opportunities = bob.call("ListMembershipOpportunities", json!({})).await.data();
    let found =
        ["Applications", "Invitations"].map(|list| opportunities[list].as_array().unwrap().len());
    assert_eq!(found.iter().sum::<usize>(), 5, "which reads no memberships");
    let memberships = ada.call("ListMembership", json!({})).await.data();
    assert_eq!(memberships["Groups"].as_array().unwrap().len(), 5, "of nine");
    let read = world.faults.calls("Query").into_iter().filter(|call| call.contains("by_user"));
    assert!(read.into_iter().all(|call| call.contains("\"Limit\":5")));
}
