//! What ends and is made anew while somebody is on their way to it is another, though it looks the same.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::json;
use tests::{World, gamefuse_id};

use crate::overtaken::overtaken;
use crate::{Waiting, about, add, group_of, ids, ids_of, outcome, pending, rows_of, sound, update};

#[tokio::test]
async fn who_has_waited_and_goes_once_more_waits_once_more() {
    for is_open in [true, false] {
        let world = World::new().await;
        let title = world.title().await;
        let [ada, bob] = world.entities(["ada", "bob"]).await;
        let group = group_of(&title, &ada, "patient", [&[], &[&bob]]).await;
        let id = gamefuse_id(&group);
        let settings = json!({ "can_auto_join": is_open, "reapply_after": 3600 });
        update(&ada.player, &group, settings).await.ok();
        bob.player.leave(id).await.ok();
        world.advance(SignedDuration::from_hours(1));
        let late = bob.player.join(id).boxed_local();
        let comes = add(&title, &group, &[&bob], "members");
        let (late, _) =
            overtaken(&world, late, vec![comes, bob.player.leave(id).boxed_local()]).await;
        late.refused(422, "TooSoon");
        assert_eq!(late.header("retry-after"), "3600");
        assert_eq!(pending(&world, &group).await, [0, 0]);
        assert_eq!(ids(&ada.player.group(id).await["members"]), ids_of(&[&ada]));
        assert_eq!(sound(&world, &group).await, 1);
    }
}

#[tokio::test]
async fn who_declines_an_invitation_does_not_decline_the_next_one() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let id = gamefuse_id(&group);
    for waits in [0, 3600] {
        update(&ada.player, &group, json!({ "reapply_after": waits })).await.ok();
        let first = ada.player.invite(id, &bob.player).await.ok()["id"].as_u64().unwrap();
        let late = bob.player.answer(first, "declined").boxed_local();
        let meanwhile: Vec<Waiting<'_>> = vec![
            ada.player.cancel(first).boxed_local(),
            ada.player.invite(id, &bob.player).boxed_local(),
        ];
        let (late, replies) = overtaken(&world, late, meanwhile).await;
        assert_eq!(outcome(&late), "ConnectionNotFound");
        let second = replies[1].ok()["id"].as_u64().unwrap();
        assert_eq!(pending(&world, &group).await, [0, 1]);
        bob.player.answer(second, "declined").await.ok();
        assert_eq!(sound(&world, &group).await, 1);
    }
}

#[tokio::test]
async fn a_block_keeps_the_invitation_that_is_there_by_then() {
    let world = World::new().await;
    let title = world.title().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let group = group_of(&title, &ada, "Wolves", [&[&bob], &[]]).await;
    let id = gamefuse_id(&group);
    let first = ada.player.invite(id, &cy.player).await.ok()["id"].as_u64().unwrap();
    let late = bob.player.block(id, &cy.player, json!({})).boxed_local();
    let meanwhile = vec![
        ada.player.cancel(first).boxed_local(),
        ada.player.invite(id, &cy.player).boxed_local(),
    ];
    let (late, replies) = overtaken(&world, late, meanwhile).await;
    late.ok();
    let second = replies[1].ok()["id"].as_u64().unwrap();
    about(&bob, "UnblockEntity", &group, &cy).await.data();
    cy.player.answer(second, "accepted").await.ok();
    assert_eq!(sound(&world, &group).await, 3);
}

#[tokio::test]
async fn a_block_that_follows_another_one_keeps_the_invitation_that_came_between() {
    let world = World::new().await;
    let title = world.title().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let group = group_of(&title, &ada, "Wolves", [&[&bob], &[]]).await;
    let id = gamefuse_id(&group);
    ada.player.block(id, &cy.player, json!({ "expires_in": 3600 })).await.ok();
    world.advance(SignedDuration::from_hours(1));
    let late = bob.player.block(id, &cy.player, json!({})).boxed_local();
    let invite = ada.player.invite(id, &cy.player).boxed_local();
    let (late, replies) = overtaken(&world, late, vec![invite]).await;
    late.ok();
    let invitation = replies[0].ok()["id"].as_u64().unwrap();
    about(&bob, "UnblockEntity", &group, &cy).await.data();
    cy.player.answer(invitation, "accepted").await.ok();
    assert_eq!(ids(&ada.player.group(id).await["members"]), ids_of(&[&ada, &bob, &cy]));
}

#[tokio::test]
async fn who_is_blocked_before_they_are_let_in_stays_out() {
    let world = World::new().await;
    let title = world.title().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let group = group_of(&title, &ada, "Wolves", [&[&bob], &[]]).await;
    let id = gamefuse_id(&group);
    let application = cy.player.apply(id).await;
    let late = ada.player.answer(application, "accepted").boxed_local();
    let block = bob.player.block(id, &cy.player, json!({})).boxed_local();
    let (late, _) = overtaken(&world, late, vec![block]).await;
    late.refused(422, "Blocked");
    assert_eq!(sound(&world, &group).await, 2);
}

#[tokio::test]
async fn who_comes_when_their_block_is_over_is_kept_out_by_a_new_one() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let id = gamefuse_id(&group);
    update(&ada.player, &group, json!({ "can_auto_join": true })).await.ok();
    ada.player.block(id, &bob.player, json!({ "expires_in": 60 })).await.ok();
    world.advance(SignedDuration::from_secs(60));
    let late = bob.player.join(id).boxed_local();
    let again = ada.player.block(id, &bob.player, json!({ "expires_in": 60 })).boxed_local();
    let (late, _) = overtaken(&world, late, vec![again]).await;
    late.refused(422, "Blocked");
    assert_eq!(ids(&ada.player.group(id).await["members"]), ids_of(&[&ada]));
}

#[tokio::test]
async fn the_last_admin_who_leaves_makes_nobody_one_where_somebody_has_just_become_one() {
    let world = World::new().await;
    let title = world.title().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let group = group_of(&title, &ada, "Wolves", [&[], &[&bob]]).await;
    let id = gamefuse_id(&group);
    world.advance(SignedDuration::from_secs(1));
    add(&title, &group, &[&cy], "members").await.data();
    let late = ada.player.leave(id).boxed_local();
    let meanwhile = vec![ada.player.make_admin(id, &cy.player).boxed_local()];
    let (late, replies) = overtaken(&world, late, meanwhile).await;
    late.ok();
    replies[0].ok();
    assert_eq!(ids(&cy.player.group(id).await["admins"]), ids_of(&[&cy]));
    assert_eq!(sound(&world, &group).await, 2);
}

#[tokio::test]
async fn who_writes_over_an_attribute_writes_over_the_one_that_is_there_by_then() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    let path = format!("/api/v3/groups/{}", gamefuse_id(&group));
    let set = async |value: &str| {
        let attributes = json!({ "attributes": [{ "key": "motto", "value": value }] });
        ada.player.post(&format!("{path}/add_attribute"), attributes).await
    };
    set("first").await.ok();
    let meanwhile = async {
        ada.player.delete(&format!("{path}/attributes/motto")).await.ok();
        set("second").await.ok();
        rows_of(&world, &group, "attribute").await[0]["attribute_id"].clone()
    };
    let (late, second) = world.overtake(1, set("late").boxed_local(), meanwhile).await;
    late.ok();
    let [row] = rows_of(&world, &group, "attribute").await.try_into().unwrap();
    assert_eq!((&row["attribute_id"], &row["attribute_value"]), (&second, &json!("late")));
    assert_eq!(sound(&world, &group).await, 1);
}

#[tokio::test]
async fn a_block_that_is_said_anew_keeps_the_wait_that_has_come_meanwhile() {
    let world = World::new().await;
    let title = world.title().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = group_of(&title, &ada, "patient", [&[], &[&bob]]).await;
    let id = gamefuse_id(&group);
    update(&ada.player, &group, json!({ "reapply_after": 3600 })).await.ok();
    ada.player.block(id, &bob.player, json!({})).await.ok();
    let late = ada.player.block(id, &bob.player, json!({ "reason": "spam" })).boxed_local();
    let (late, _) = overtaken(&world, late, vec![bob.player.leave(id).boxed_local()]).await;
    late.ok();
    about(&ada, "UnblockEntity", &group, &bob).await.data();
    bob.player.join(id).await.refused(422, "TooSoon");
    assert_eq!(sound(&world, &group).await, 1);
}
