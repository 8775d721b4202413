//! Blocks with an end: nobody gets in before it, nothing keeps anybody out behind it, and whoever is blocked is not inside.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::time::RECENT;
use shared::limits::Limits;
use tests::{Player, World, WorldBuilder, group_key};

use crate::{ROUNDS, assert_tally, ids_of, open_group, outcome, race, unblock, users_of};

/// The terms of a block for so many seconds.
fn seconds(seconds: u32) -> Value {
    json!({ "expires_in": seconds })
}

/// Turns the clock to the beginning of a second, in which things end.
fn begin_a_second(world: &World) {
    let second = jiff::Timestamp::from_second(world.now().as_second() + 1).unwrap();
    world.advance(second.duration_since(world.now()));
}

#[tokio::test]
async fn a_block_ends_at_its_second_and_says_until_when_it_holds() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[]).await;
    begin_a_second(&world);
    ada.block(group, &bob, seconds(90)).await.ok();
    for (later, left) in [(0, "90"), (30_000, "60"), (29_001, "31"), (30_998, "1")] {
        world.advance(SignedDuration::from_millis(later));
        let reply = bob.join(group).await;
        reply.refused(422, "Blocked");
        assert_eq!(reply.header("retry-after"), left);
        let reply = ada.invite(group, &bob).await;
        reply.refused(422, "Blocked");
        assert_eq!(reply.header("retry-after"), left);
    }
    world.advance(SignedDuration::from_millis(1));
    let path = format!("/api/v3/groups/{group}/blocks");
    assert_eq!(ada.get(&path).await.ok(), json!({ "blocks": [] }));
    ada.get(&format!("{path}/{}", bob.id)).await.refused(404, "BlockNotFound");
    unblock(&ada, group, &bob).await.refused(404, "BlockNotFound");
    assert_eq!(bob.join(group).await.ok()["status"], "accepted");
    assert_eq!(world.assert_group_is_sound_after_blocks(group).await, 2);
}

#[tokio::test]
async fn a_block_that_is_said_again_as_it_is_changes_nothing() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = open_group(&ada, &[&bob]).await;
    ada.make_admin(group, &bob).await.ok();
    for terms in [json!({}), json!({ "reason": "was rude" }), seconds(60)] {
        ada.block(group, &cy, terms.clone()).await.ok();
        let before = world.rows(group).await;
        bob.block(group, &cy, terms).await.ok();
        assert_eq!(world.rows(group).await, before, "it is ada's still");
    }
}

#[tokio::test]
async fn a_block_without_an_end_names_none() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[&bob]).await;
    ada.remove(group, &bob).await.ok();
    world.advance(SignedDuration::from_hours(24 * 365 * 20));
    let [ada, bob] = [&ada, &bob].map(|player| world.service_for(player));
    let reply = bob.join(group).await;
    reply.refused(422, "Blocked");
    assert_eq!(reply.header("retry-after"), "");
    assert_eq!(
        ada.get(&format!("/api/v3/groups/{group}/blocks")).await.ok()["blocks"][0]["expires_at"],
        Value::Null
    );
}

#[tokio::test]
async fn a_row_lies_as_long_as_anything_in_the_door_holds() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.player.create_group("closed", json!({})).await;
    bob.player.apply(group).await;
    ada.player.block(group, &bob.player, seconds(60)).await.ok();
    let door = async || world.doors(group).await.remove(0);
    let application = door().await["applied"]["expires_at"].clone();
    assert_eq!(door().await["expires_at"], application, "the application ends later");
    ada.player.block(group, &bob.player, seconds(30 * 24 * 3600)).await.ok();
    assert_eq!(door().await["expires_at"], door().await["blocked"]["expires_at"]);
    ada.player.block(group, &bob.player, json!({})).await.ok();
    assert_eq!(door().await["expires_at"], Value::Null, "this block has no end");
    // What was asked before works again, once the block is over.
    ada.player.block(group, &bob.player, seconds(60)).await.ok();
    world.advance(SignedDuration::from_secs(60));
    let about = json!({ "Group": group_key(group), "Entity": bob.key });
    ada.call("AcceptGroupApplication", about).await.data();
    assert_eq!(world.assert_group_is_sound_after_blocks(group).await, 2);
}

#[tokio::test]
async fn what_has_ended_makes_room_for_other_blocks() {
    let limits = Limits { blocks: 2, ..Limits::default() };
    let world = WorldBuilder { limits, ..Default::default() }.build().await;
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    let group = open_group(&ada, &[&dot]).await;
    ada.block(group, &bob, seconds(60)).await.ok();
    ada.block(group, &cy, json!({})).await.ok();
    ada.block(group, &dot, json!({})).await.refused(422, "TooManyBlocks");
    ada.remove(group, &dot).await.refused(422, "TooManyBlocks");
    // What has just ended counts for longer, since somebody who called before may still lift it.
    world.advance(SignedDuration::from_secs(60));
    ada.remove(group, &dot).await.refused(422, "TooManyBlocks");
    world.advance(RECENT);
    ada.remove(group, &dot).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 1);
    ada.block(group, &bob, json!({})).await.refused(422, "TooManyBlocks");
    unblock(&ada, group, &cy).await.ok();
    ada.block(group, &bob, json!({})).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn both_dialects_know_of_the_same_blocks() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = open_group(&ada.player, &[]).await;
    ada.player.block(group, &bob.player, seconds(60)).await.ok();
    let list = json!({ "Group": group_key(group) });
    let listed =
        async || ada.call("ListGroupBlocks", list.clone()).await.data()["BlockedEntities"].clone();
    assert_eq!(listed().await.as_array().unwrap().len(), 1);
    let apply = json!({ "Group": group_key(group), "Entity": bob.key });
    let reply = bob.call("ApplyToGroup", apply.clone()).await;
    reply.failed("EntityBlockedByGroup", 1357);
    assert_eq!(reply.header("retry-after"), "60");
    // PlayFab knows no end: what it asks for is a block that has none.
    ada.call("BlockEntity", apply).await.data();
    let block = ada.player.get(&format!("/api/v3/groups/{group}/blocks/{}", bob.player.id)).await;
    assert_eq!(block.ok()["expires_at"], Value::Null);
    ada.player.block(group, &bob.player, seconds(60)).await.ok();
    world.advance(SignedDuration::from_secs(61));
    assert_eq!(listed().await, json!([]));
}

#[tokio::test]
async fn who_joins_in_the_second_in_which_a_block_ends_is_in_unless_blocked_anew() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..3 * ROUNDS {
        let group = open_group(&ada, &[]).await;
        begin_a_second(&world);
        ada.block(group, &bob, seconds(5)).await.ok();
        world.advance(SignedDuration::from_secs(5));
        let requests = vec![
            bob.join(group).boxed_local(),
            ada.block(group, &bob, seconds(60)).boxed_local(),
            bob.join(group).boxed_local(),
        ];
        let replies = race(round, requests).await;
        replies[1].ok();
        // Whenever it came: who is blocked is out.
        assert_eq!(users_of(&world, group, "member").await, ids_of(&[&ada]));
        bob.join(group).await.refused(422, "Blocked");
        world.assert_group_is_sound_after_blocks(group).await;
    }
}

#[tokio::test]
async fn who_joins_while_being_blocked_is_out_afterwards() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..3 * ROUNDS {
        let group = open_group(&ada, &[]).await;
        let requests = vec![
            bob.join(group).boxed_local(),
            ada.block(group, &bob, json!({ "reason": "Was rude" })).boxed_local(),
        ];
        let replies = race(round, requests).await;
        replies[1].ok();
        let joined = outcome(&replies[0]);
        assert!(["200", "422 Blocked"].contains(&joined.as_str()), "{joined}");
        assert_eq!(users_of(&world, group, "member").await, ids_of(&[&ada]));
        assert_eq!(users_of(&world, group, "block").await, ids_of(&[&bob]));
        assert_eq!(world.assert_group_is_sound(group).await, 1);
    }
}

#[tokio::test]
async fn a_block_that_is_renewed_while_an_application_comes_is_not_lost() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..3 * ROUNDS {
        let group = ada.create_group("closed", json!({})).await;
        begin_a_second(&world);
        ada.block(group, &bob, seconds(5)).await.ok();
        world.advance(SignedDuration::from_secs(5));
        let requests = vec![
            bob.join(group).boxed_local(),
            ada.block(group, &bob, json!({})).boxed_local(),
            ada.invite(group, &bob).boxed_local(),
        ];
        race(round, requests).await[1].ok();
        bob.join(group).await.refused(422, "Blocked");
        world.assert_group_is_sound_after_blocks(group).await;
    }
}

#[tokio::test]
async fn of_two_admins_who_block_each_other_one_stays() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..ROUNDS {
        let group = open_group(&ada, &[&bob, &cy]).await;
        ada.make_admin(group, &bob).await.ok();
        let block =
            async |by: &Player<'_>, whom: &Player<'_>| by.block(group, whom, json!({})).await;
        let requests = vec![block(&ada, &bob).boxed_local(), block(&bob, &ada).boxed_local()];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("201", 1), ("403 NotAuthorized", 1)]);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
    }
}
