//! Groups per player: where a deployment bounds them, nobody gets into one more, by whichever way they come.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::limits::Limits;
use tests::{Player, World, WorldBuilder, group_key, player_key};

use crate::{ROUNDS, assert_tally, delete, id, open_group, outcome, own, race, successes};

async fn world_of(most: u32) -> World {
    let limits = Limits { groups_per_player: most, ..Limits::default() };
    WorldBuilder { limits, ..WorldBuilder::default() }.build().await
}

/// In how many groups somebody is.
async fn groups_of(player: &Player<'_>) -> usize {
    own(player).await["groups"].as_array().unwrap().len()
}

#[tokio::test]
async fn nobody_gets_into_one_more_in_any_way() {
    let world = world_of(1).await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let open = open_group(&ada.player, &[]).await;
    let about = json!({ "Group": group_key(open), "Entity": bob.key });
    let (_, code) = ada.player.create_code(open, json!({})).await;
    // What is pending when the last place is taken stays pending.
    crate::update(&ada.player, open, json!({ "can_auto_join": false })).await.ok();
    let application = bob.player.apply(open).await;
    bob.player.create_group("Mine", json!({})).await;
    bob.player
        .post("/api/v3/groups", json!({ "name": "Another" }))
        .await
        .refused(422, "TooManyGroups");
    let failed = bob.call("CreateGroup", json!({ "GroupName": "Another" })).await;
    let failed = failed.failed("OverLimit", 1214);
    assert!(failed["errorDetails"]["PlayerGroupCount"][0].is_string(), "{failed}");
    ada.player.answer(application, "accepted").await.refused(422, "TooManyGroups");
    ada.call("AcceptGroupApplication", about.clone()).await.failed("OverLimit", 1214);
    ada.player.invite(open, &bob.player).await.refused(422, "TooManyGroups");
    ada.call("InviteToGroup", about.clone()).await.failed("OverLimit", 1214);
    bob.player.cancel(application).await.ok();
    let invitation = id(&ada.player.invite(open, &bob.player).await);
    bob.player.answer(invitation, "accepted").await.refused(422, "TooManyGroups");
    bob.player.join(open).await.refused(422, "TooManyGroups");
    bob.call("AcceptGroupInvitation", json!({ "Group": group_key(open) }))
        .await
        .failed("OverLimit", 1214);
    bob.player.redeem(&code).await.refused(422, "TooManyGroups");
    let members = json!({ "Group": group_key(open), "Members": [bob.key] });
    title.call("AddMembers", members.clone()).await.failed("OverLimit", 1214);
    crate::update(&ada.player, open, json!({ "can_auto_join": true })).await.ok();
    ada.player.cancel(invitation).await.ok();
    bob.player.join(open).await.refused(422, "TooManyGroups");
    bob.call("ApplyToGroup", json!({ "Group": group_key(open) })).await.failed("OverLimit", 1214);
    assert_eq!((groups_of(&bob.player).await, world.assert_group_is_sound(open).await), (1, 1));
}

#[tokio::test]
async fn who_joins_whatever_there_is_is_told_of_the_bound_where_a_group_has_room() {
    let world = world_of(1).await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    bob.create_group("Mine", json!({})).await;
    ada.create_group("full", json!({ "can_auto_join": true, "max_group_size": 1 })).await;
    let auto_join =
        async || bob.post("/api/v3/group_connections", json!({ "action_type": "auto_join" })).await;
    auto_join().await.refused(404, "NoGroupFound");
    open_group(&cy, &[]).await;
    auto_join().await.refused(422, "TooManyGroups");
}

#[tokio::test]
async fn a_place_that_is_given_up_can_be_taken_again() {
    let world = world_of(1).await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = open_group(&ada, &[&bob]).await;
    let other = open_group(&cy, &[]).await;
    bob.join(other).await.refused(422, "TooManyGroups");
    bob.leave(group).await.ok();
    bob.join(other).await.ok();
    bob.join(group).await.refused(422, "TooManyGroups");
    // By being removed, and by the end of the group, swept or not.
    cy.remove(other, &bob).await.ok();
    bob.join(group).await.ok();
    delete(&ada, group).await.ok();
    let own = bob.create_group("Mine", json!({})).await;
    ada.create_group("Anew", json!({})).await;
    bob.leave(own).await.ok();
    bob.create_group("Mine again", json!({})).await;
    bob.post("/api/v3/groups", json!({ "name": "Another" })).await.refused(422, "TooManyGroups");
}

#[tokio::test]
async fn as_many_as_there_may_be_and_roles_do_not_count() {
    let world = world_of(3).await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    for number in 0..3 {
        let name = format!("Pack {number}");
        let group = ada.player.create_group(&name, json!({ "can_auto_join": true })).await;
        bob.player.join(group).await.ok();
        let members =
            json!({ "Group": group_key(group), "Members": [bob.key], "RoleId": "admins" });
        title.call("AddMembers", members).await.data();
    }
    let reply = bob.player.post("/api/v3/groups", json!({ "name": "Pack 3" })).await;
    reply.refused(422, "TooManyGroups");
    assert_eq!((groups_of(&ada.player).await, groups_of(&bob.player).await), (3, 3));
}

#[tokio::test]
async fn memberships_from_a_time_without_a_bound_count_and_nobody_is_put_out() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for number in 0..3 {
        ada.create_group(&format!("Pack {number}"), json!({})).await;
    }
    let bounded = world.redeployed(Limits { groups_per_player: 2, ..Limits::default() });
    let late = |player: &Player<'_>| bounded.with_token(&player.credentials[0].1);
    late(&ada).post("/api/v3/groups", json!({ "name": "New" })).await.refused(422, "TooManyGroups");
    assert_eq!(groups_of(&ada).await, 3);
    let groups = own(&ada).await["groups"].clone();
    for group in groups.as_array().unwrap().iter().take(2) {
        ada.leave(group["id"].as_u64().unwrap()).await.ok();
    }
    late(&ada).create_group("New", json!({})).await;
    late(&ada)
        .post("/api/v3/groups", json!({ "name": "More" }))
        .await
        .refused(422, "TooManyGroups");
    // What is joined while there is no bound counts once there is one again.
    let bob = world.user("bob").await;
    late(&bob).create_group("First", json!({})).await;
    bob.create_group("Second", json!({})).await;
    late(&bob)
        .post("/api/v3/groups", json!({ "name": "Third" }))
        .await
        .refused(422, "TooManyGroups");
}

#[tokio::test]
async fn of_ways_in_that_one_player_takes_at_once_one_leads_in() {
    let world = world_of(1).await;
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    for round in 0..ROUNDS {
        let open = open_group(&ada, &[]).await;
        let closed = cy.create_group("closed", json!({})).await;
        let invites = dot.create_group("invites", json!({})).await;
        let (_, code) = cy.create_code(closed, json!({})).await;
        let invitation = id(&dot.invite(invites, &bob).await);
        let requests = vec![
            bob.join(open).boxed_local(),
            bob.redeem(&code).boxed_local(),
            bob.answer(invitation, "accepted").boxed_local(),
            bob.post("/api/v3/groups", json!({ "name": "Mine" })).boxed_local(),
        ];
        let replies = race(round, requests).await;
        assert_eq!(successes(&replies), 1, "{:?}", replies.iter().map(outcome).collect::<Vec<_>>());
        let refused = replies.iter().filter(|reply| outcome(reply) == "422 TooManyGroups").count();
        assert_eq!(refused, 3);
        let groups = own(&bob).await["groups"].clone();
        assert_eq!(groups.as_array().unwrap().len(), 1);
        for (owner, group) in [(&ada, open), (&cy, closed), (&dot, invites)] {
            world.assert_group_is_sound(group).await;
            delete(owner, group).await.ok();
        }
        if let Some(mine) = groups[0]["id"].as_u64() {
            let _gone_or_left: Value = json!(bob.leave(mine).await.status.as_u16());
        }
        world.advance(SignedDuration::from_mins(15));
    }
}

#[tokio::test]
async fn two_joins_of_one_player_under_a_bound_of_one_make_one_membership() {
    let world = world_of(1).await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let [one, other] = [open_group(&ada, &[]).await, open_group(&bob, &[]).await];
    for round in 0..2 * ROUNDS {
        let requests = vec![cy.join(one).boxed_local(), cy.join(other).boxed_local()];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("422 TooManyGroups", 1)]);
        let group = if replies[0].status.is_success() { one } else { other };
        // One goes while another one is joined.
        let requests =
            vec![cy.leave(group).boxed_local(), cy.join(one + other - group).boxed_local()];
        let replies = race(round, requests).await;
        replies[0].ok();
        let joined = usize::from(replies[1].status.is_success());
        assert_eq!(groups_of(&cy).await, joined);
        if joined == 1 {
            cy.leave(one + other - group).await.ok();
        }
    }
    for group in [one, other] {
        assert_eq!(world.assert_group_is_sound(group).await, 1);
    }
}

#[tokio::test]
async fn two_admins_who_let_one_player_into_their_groups_at_once_let_them_into_one() {
    let world = world_of(1).await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    let one = ada.player.create_group("one", json!({})).await;
    let other = bob.player.create_group("other", json!({})).await;
    for round in 0..ROUNDS {
        let application = cy.player.apply(one).await;
        let members = json!({ "Group": group_key(other), "Members": [cy.key] });
        let requests = vec![
            ada.player.answer(application, "accepted").boxed_local(),
            title.call("AddMembers", members).boxed_local(),
        ];
        let replies = race(round, requests).await;
        assert_eq!(successes(&replies), 1, "{:?}", replies.iter().map(outcome).collect::<Vec<_>>());
        assert_eq!(groups_of(&cy.player).await, 1);
        let let_in = replies[0].status.is_success();
        cy.player.leave(if let_in { one } else { other }).await.ok();
        if !let_in {
            cy.player.cancel(application).await.ok();
        }
    }
}

#[tokio::test]
async fn without_a_bound_nothing_is_kept() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    ada.create_group("Wolves", json!({})).await;
    let rows = world.partition(&format!("GAME#{}#USER#{}", world.game_id, ada.id)).await;
    assert!(rows.iter().all(|row| row["kind"] != "joins"), "{rows:?}");
}

#[tokio::test]
async fn the_title_adds_as_many_players_at_once_whatever_has_just_happened() {
    let world = world_of(2).await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves", json!({})).await;
    // Then a few players are let in on what is known of their doors, and many on what has happened since they were read.
    bob.apply(group).await;
    let mut expected = 1;
    for count in [30, 40, 49, 50] {
        let crowd = world.crowd(&format!("user{count}-"), count).await;
        let keys: Value = crowd.iter().map(|user| player_key(user.id)).collect();
        let body = json!({ "Group": group_key(group), "Members": keys });
        let added = title.call("AddMembers", body).await;
        // Each has a row in the group and one that counts their groups, and a transaction holds a hundred.
        if count == 50 {
            added.failed("InvalidParams", 1000);
        } else {
            added.data();
            expected += count;
        }
        assert_eq!(world.assert_group_is_sound(group).await, expected);
    }
}
