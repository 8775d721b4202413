//! Late answers: accepting what was accepted succeeds, and what was not is not to be found, whoever is a member by now.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::json;
use tests::{World, WorldBuilder, group_key};

use crate::{ROUNDS, assert_tally, id, open_group, outcome, race, update};

/// How long requests and invitations live here: shorter than a token.
const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

async fn short_lived() -> World {
    let mut builder = WorldBuilder::default();
    builder.limits.application_lifetime = LIFETIME;
    builder.limits.invitation_lifetime = LIFETIME;
    builder.build().await
}

#[tokio::test]
async fn what_was_declined_or_taken_back_is_not_accepted_by_a_membership_of_other_origin() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("closed", json!({})).await;
    for way in ["invited", "open", "asked"] {
        for ended in ["declined", "cancelled"] {
            let player = world.user(&format!("{way}_{ended}")).await;
            let invitation = id(&ada.invite(group, &player).await);
            match ended {
                "declined" => player.answer(invitation, "declined").await.ok(),
                _ => ada.cancel(invitation).await.ok(),
            };
            let application = player.apply(group).await;
            match ended {
                "declined" => ada.answer(application, "declined").await.ok(),
                _ => player.cancel(application).await.ok(),
            };
            match way {
                "invited" => {
                    let again = id(&ada.invite(group, &player).await);
                    player.answer(again, "accepted").await.ok();
                }
                "open" => {
                    update(&ada, group, json!({ "can_auto_join": true })).await.ok();
                    player.join(group).await.ok();
                    update(&ada, group, json!({ "can_auto_join": false })).await.ok();
                }
                _ => drop(ada.answer(player.apply(group).await, "accepted").await.ok()),
            }
            player.answer(invitation, "accepted").await.refused(404, "ConnectionNotFound");
            ada.answer(application, "accepted").await.refused(404, "ConnectionNotFound");
        }
    }
    assert_eq!(world.assert_group_is_sound(group).await, 7);
}

#[tokio::test]
async fn what_playfab_removed_is_not_accepted_by_a_later_membership_either() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.player.create_group("closed", json!({})).await;
    let about = json!({ "Group": group_key(group), "Entity": bob.key });
    let application = bob.player.apply(group).await;
    ada.call("RemoveGroupApplication", about.clone()).await.data();
    let invitation = id(&ada.player.invite(group, &bob.player).await);
    bob.call("RemoveGroupInvitation", about.clone()).await.data();
    let taken_up = bob.player.apply(group).await;
    ada.call("AcceptGroupApplication", about).await.data();
    ada.player.answer(application, "accepted").await.refused(404, "ConnectionNotFound");
    bob.player.answer(invitation, "accepted").await.refused(404, "ConnectionNotFound");
    ada.player.answer(taken_up, "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn what_expired_unanswered_was_not_accepted() {
    let world = short_lived().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.player.create_group("closed", json!({})).await;
    let expired = id(&ada.player.invite(group, &bob.player).await);
    world.advance(LIFETIME);
    let invitation = id(&ada.player.invite(group, &bob.player).await);
    bob.player.answer(invitation, "accepted").await.ok();
    bob.player.answer(expired, "accepted").await.refused(404, "ConnectionNotFound");
    bob.player.answer(invitation, "accepted").await.ok();
}

#[tokio::test]
async fn what_was_accepted_is_so_long_after_it_would_have_expired() {
    let world = short_lived().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let group = ada.player.create_group("closed", json!({})).await;
    let application = bob.player.apply(group).await;
    ada.player.answer(application, "accepted").await.ok();
    update(&ada.player, group, json!({ "can_auto_join": true })).await.ok();
    let joined = id(&cy.player.join(group).await);
    world.advance(2 * LIFETIME);
    for connection in [application, joined] {
        ada.player.answer(connection, "accepted").await.ok();
        ada.player.answer(connection, "declined").await.refused(404, "ConnectionNotFound");
    }
    assert_eq!(world.assert_group_is_sound(group).await, 3);
}

#[tokio::test]
async fn what_a_membership_has_settled_counts_as_accepted() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    let group = ada.player.create_group("closed", json!({})).await;
    let application = bob.player.apply(group).await;
    let invitation = id(&ada.player.invite(group, &cy.player).await);
    let members = json!({ "Group": group_key(group), "Members": [bob.key, cy.key] });
    title.call("AddMembers", members).await.data();
    ada.player.answer(application, "accepted").await.ok();
    cy.player.answer(invitation, "accepted").await.ok();
}

#[tokio::test]
async fn who_has_left_is_not_let_in_by_a_late_answer() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[]).await;
    let joined = id(&bob.join(group).await);
    bob.leave(group).await.ok();
    ada.answer(joined, "accepted").await.refused(404, "ConnectionNotFound");
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn an_invitation_that_is_declined_and_joined_over_at_once_says_what_became_of_it() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[]).await;
        let invitation = id(&ada.invite(group, &bob).await);
        let requests =
            vec![bob.answer(invitation, "declined").boxed_local(), bob.join(group).boxed_local()];
        let replies = race(round, requests).await;
        assert_eq!(world.assert_group_is_sound(group).await, 2);
        let late = bob.answer(invitation, "accepted").await;
        match outcome(&replies[0]).as_str() {
            "200" => late.refused(404, "ConnectionNotFound"),
            _ => assert_eq!(late.ok()["status"], "accepted"),
        }
    }
}

#[tokio::test]
async fn who_has_become_a_member_just_when_it_is_read_has_accepted() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[]).await;
    let invitation = id(&ada.invite(group, &bob).await);
    bob.answer(invitation, "accepted").await.ok();
    bob.leave(group).await.ok();
    // Neither invited nor a member is also what is read of both sides of an acceptance, so it is read once more.
    let late = bob.answer(invitation, "accepted").boxed_local();
    let second = ("BatchGetItem", "ThrottlingException");
    let (late, joined) = world.overtake_before(second, 2, late, bob.join(group)).await;
    joined.ok();
    assert_eq!(late.ok()["status"], "accepted");
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn of_declining_twice_at_once_one_wins() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let group = ada.create_group("closed", json!({})).await;
        let application = bob.apply(group).await;
        let requests = vec![
            ada.answer(application, "declined").boxed_local(),
            bob.cancel(application).boxed_local(),
        ];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("404 ConnectionNotFound", 1)]);
        assert_eq!(world.assert_group_is_sound(group).await, 1);
    }
}
