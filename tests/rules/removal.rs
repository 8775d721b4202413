//! Removal: who is removed by an admin stays out until unblocked, and is never inside and blocked at once.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::json;
use tests::{Player, World};

use crate::{
    ROUNDS, admins_of, assert_tally, group_of_admins, id, ids_of, open_group, outcome, race,
    rows_of, successes, unblock, users_of,
};

/// Fails the test where somebody is a member and blocked at once.
async fn assert_nobody_is_in_and_blocked(world: &World, group: u64) {
    let blocked = users_of(world, group, "block").await;
    let members = users_of(world, group, "member").await;
    assert!(members.is_disjoint(&blocked), "{members:?} {blocked:?}");
}

/// Who is blocked, as an admin is told.
async fn blocked(admin: &Player<'_>, group: u64) -> Vec<u64> {
    let list = admin.get(&format!("/api/v3/groups/{group}/blocks")).await.ok();
    let blocks = list["blocks"].as_array().unwrap().clone();
    blocks.iter().map(|block| block["user"]["id"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn who_was_removed_is_blocked_until_unblocked() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[&bob]).await;
    ada.remove(group, &bob).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 1);
    assert_eq!(blocked(&ada, group).await, [u64::from(bob.id)]);
    bob.join(group).await.refused(422, "Blocked");
    ada.invite(group, &bob).await.refused(422, "Blocked");
    crate::update(&ada, group, json!({ "can_auto_join": false })).await.ok();
    bob.join(group).await.refused(422, "Blocked");
    unblock(&ada, group, &bob).await.ok();
    assert_eq!(blocked(&ada, group).await, [0; 0]);
    ada.answer(bob.apply(group).await, "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn only_admins_remove_and_unblock_and_only_whom_there_is() {
    let world = World::new().await;
    let [ada, bob, cy, eve] = world.users(["ada", "bob", "cy", "eve"]).await;
    let group = open_group(&ada, &[&bob, &cy]).await;
    bob.remove(group, &cy).await.refused(403, "NotAuthorized");
    eve.remove(group, &cy).await.refused(403, "NotAuthorized");
    bob.remove(group, &ada).await.refused(403, "NotAuthorized");
    ada.remove(group, &eve).await.refused(422, "NotMember");
    assert_eq!(users_of(&world, group, "block").await, ids_of(&[]), "a refusal blocks nobody");
    ada.remove(2_000_000_000, &cy).await.refused(404, "GroupNotFound");
    ada.remove(group, &cy).await.ok();
    ada.remove(group, &cy).await.refused(422, "NotMember");
    for nobody in [&bob, &cy, &eve] {
        unblock(nobody, group, &cy).await.refused(403, "NotAuthorized");
        let path = format!("/api/v3/groups/{group}/blocks");
        nobody.get(&path).await.refused(403, "NotAuthorized");
    }
    unblock(&ada, group, &eve).await.refused(404, "BlockNotFound");
    cy.join(group).await.refused(422, "Blocked");
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn who_was_blocked_before_they_were_removed_is_blocked_since_then() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = open_group(&ada.player, &[&bob.player]).await;
    let about = json!({ "Group": tests::group_key(group), "Entity": bob.key });
    ada.call("BlockEntity", about).await.data();
    let since = rows_of(&world, group, "block").await[0]["blocked_at"].clone();
    world.advance(SignedDuration::from_secs(1));
    ada.player.remove(group, &bob.player).await.ok();
    assert_eq!(rows_of(&world, group, "block").await[0]["blocked_at"], since);
    assert_eq!(world.assert_group_is_sound(group).await, 1);
    // Removed as an admin, and blocked all the while: two things that the first plan does not expect.
    unblock(&ada.player, group, &bob.player).await.ok();
    bob.player.join(group).await.ok();
    ada.player.make_admin(group, &bob.player).await.ok();
    let about = json!({ "Group": tests::group_key(group), "Entity": ada.key });
    bob.call("BlockEntity", about).await.data();
    bob.player.remove(group, &ada.player).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn who_is_blocked_while_they_are_removed_is_out_and_blocked_once() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    for round in 0..2 * ROUNDS {
        let group = group_of_admins(&ada.player, &[&bob.player]).await;
        cy.player.join(group).await.ok();
        let about = json!({ "Group": tests::group_key(group), "Entity": cy.key });
        let requests = vec![
            ada.player.remove(group, &cy.player).boxed_local(),
            bob.call("BlockEntity", about.clone()).boxed_local(),
            bob.call("UnblockEntity", about).boxed_local(),
        ];
        assert_eq!(successes(&race(round, requests).await), 3);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
    }
}

#[tokio::test]
async fn an_admin_can_be_removed_as_long_as_another_stays() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = group_of_admins(&ada, &[&bob, &cy]).await;
    bob.remove(group, &ada).await.ok();
    assert_eq!(admins_of(&world, group).await, ids_of(&[&bob, &cy]));
    bob.remove(group, &cy).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 1);
    // Even the game cannot leave a group with members and without an admin.
    unblock(&bob, group, &cy).await.ok();
    cy.join(group).await.ok();
    world.service_for(&cy).remove(group, &bob).await.refused(422, "LastAdmin");
    assert_eq!(users_of(&world, group, "block").await, ids_of(&[&ada]));
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn of_leaving_and_being_removed_one_happens() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..2 * ROUNDS {
        // A plain member, and an admin.
        let group = if round % 2 == 0 {
            open_group(&ada, &[&bob, &cy]).await
        } else {
            group_of_admins(&ada, &[&bob, &cy]).await
        };
        let requests = vec![bob.leave(group).boxed_local(), ada.remove(group, &bob).boxed_local()];
        let replies = race(round / 2, requests).await;
        assert_tally(&replies, &[("200", 1), ("422 NotMember", 1)]);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
        // Blocked exactly if it was the removal that happened.
        let expected = if replies[1].status.is_success() { ids_of(&[&bob]) } else { ids_of(&[]) };
        assert_eq!(users_of(&world, group, "block").await, expected);
    }
}

#[tokio::test]
async fn of_two_admins_who_remove_each_other_one_stays() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[&bob, &cy]).await;
        ada.make_admin(group, &bob).await.ok();
        let requests =
            vec![ada.remove(group, &bob).boxed_local(), bob.remove(group, &ada).boxed_local()];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("403 NotAuthorized", 1)]);
        let winner = if replies[0].status.is_success() { &ada } else { &bob };
        assert_eq!(admins_of(&world, group).await, ids_of(&[winner]));
        assert_eq!(world.assert_group_is_sound(group).await, 2);
    }
}

#[tokio::test]
async fn whom_three_admins_remove_at_once_is_counted_out_once() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    for round in 0..ROUNDS {
        let group = group_of_admins(&ada, &[&bob, &cy]).await;
        dot.join(group).await.ok();
        if round % 2 == 0 {
            ada.make_admin(group, &dot).await.ok();
        }
        let requests =
            [&ada, &bob, &cy].map(|admin| admin.remove(group, &dot).boxed_local()).into();
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("422 NotMember", 2)]);
        assert_eq!(world.assert_group_is_sound(group).await, 3);
    }
}

#[tokio::test]
async fn who_joins_again_while_being_removed_is_not_inside_and_blocked() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let group = open_group(&ada, &[&bob]).await;
        let requests = vec![
            ada.remove(group, &bob).boxed_local(),
            bob.join(group).boxed_local(),
            bob.leave(group).boxed_local(),
            bob.join(group).boxed_local(),
            ada.invite(group, &bob).boxed_local(),
        ];
        race(round, requests).await;
        world.assert_group_is_sound(group).await;
        assert_nobody_is_in_and_blocked(&world, group).await;
    }
}

#[tokio::test]
async fn who_joins_while_being_unblocked_is_in_or_still_blocked_when_they_asked() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[&bob]).await;
        ada.remove(group, &bob).await.ok();
        let requests =
            vec![unblock(&ada, group, &bob).boxed_local(), bob.join(group).boxed_local()];
        let replies = race(round, requests).await;
        replies[0].ok();
        let expected = match outcome(&replies[1]).as_str() {
            "200" => 2,
            refusal => {
                assert_eq!(refusal, "422 Blocked");
                1
            }
        };
        assert_eq!(world.assert_group_is_sound(group).await, expected);
        assert_eq!(users_of(&world, group, "block").await, ids_of(&[]));
    }
}

#[tokio::test]
async fn who_is_made_admin_while_being_removed_is_out() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..2 * ROUNDS {
        let group = group_of_admins(&ada, &[&bob]).await;
        cy.join(group).await.ok();
        let requests =
            vec![ada.make_admin(group, &cy).boxed_local(), bob.remove(group, &cy).boxed_local()];
        let replies = race(round, requests).await;
        replies[1].ok();
        let made = outcome(&replies[0]);
        assert!(["200", "422 NotMember"].contains(&made.as_str()), "{made}");
        assert_eq!(world.assert_group_is_sound(group).await, 2);
        assert_eq!(users_of(&world, group, "block").await, ids_of(&[&cy]));
    }
}

#[tokio::test]
async fn an_application_from_before_is_no_way_around_a_block() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let application = bob.apply(group).await;
    ada.answer(application, "accepted").await.ok();
    ada.remove(group, &bob).await.ok();
    // The answer that once let him in is not taken a second time.
    let again = ada.answer(application, "accepted").await;
    again.refused(422, "Blocked");
    let invitation = ada.invite(group, &bob).await;
    invitation.refused(422, "Blocked");
    unblock(&ada, group, &bob).await.ok();
    ada.answer(application, "accepted").await.refused(404, "ConnectionNotFound");
    bob.answer(id(&ada.invite(group, &bob).await), "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}
