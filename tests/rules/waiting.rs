//! Waiting: who left, was declined or removed asks again when the group's `reapply_after` is over, or once they are invited.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Player, Reply, World, group_key};

use crate::{ROUNDS, id, ids_of, outcome, race, update, users_of};

/// Removes a member, and blocks nobody.
async fn expel(admin: &Player<'_>, group: u64, user: &Player<'_>) -> Reply {
    let path = format!("/api/v3/group_connections/remove_member/{}", user.id);
    admin.put(&path, json!({ "group_id": group, "block": false })).await
}

/// An open group in which whoever goes waits for an hour, with these members.
async fn group_of(ada: &Player<'_>, members: &[&Player<'_>]) -> u64 {
    let settings = json!({ "can_auto_join": true, "reapply_after": 3600 });
    let group = ada.create_group("patient", settings).await;
    for member in members {
        member.join(group).await.ok();
    }
    group
}

#[track_caller]
fn assert_too_soon(reply: &Reply, seconds: &str) {
    reply.refused(422, "TooSoon");
    assert_eq!(reply.header("retry-after"), seconds);
}

#[tokio::test]
async fn who_left_or_was_removed_waits_to_the_second() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = group_of(&ada, &[&bob, &cy]).await;
    bob.leave(group).await.ok();
    expel(&ada, group, &cy).await.ok();
    for player in [&bob, &cy] {
        assert_too_soon(&player.join(group).await, "3600");
    }
    world.advance(SignedDuration::from_secs(3599));
    let left = bob.join(group).await.header("retry-after").to_owned();
    assert_eq!(left, "1");
    world.advance(SignedDuration::from_secs(1));
    for player in [&bob, &cy] {
        player.join(group).await.ok();
    }
    assert_eq!(world.doors(group).await, [Value::Null; 0]);
    assert_eq!(world.assert_group_is_sound(group).await, 3);
}

#[tokio::test]
async fn who_was_declined_waits_and_who_took_it_back_or_declined_an_invitation_does_not() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    let group = ada.create_group("patient", json!({ "reapply_after": 3600 })).await;
    ada.answer(bob.apply(group).await, "declined").await.ok();
    assert_too_soon(&bob.join(group).await, "3600");
    cy.cancel(cy.apply(group).await).await.ok();
    cy.apply(group).await;
    dot.answer(id(&ada.invite(group, &dot).await), "declined").await.ok();
    dot.apply(group).await;
    world.advance(SignedDuration::from_hours(1));
    let application = bob.apply(group).await;
    let asked = world.doors(group).await;
    assert_eq!(asked.len(), 3);
    assert!(asked.iter().all(|door| door["waits"].is_null()), "{asked:?}");
    ada.answer(application, "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn an_invitation_lifts_it() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &[&bob]).await;
    bob.leave(group).await.ok();
    let invitation = id(&ada.invite(group, &bob).await);
    bob.answer(invitation, "accepted").await.ok();
    bob.leave(group).await.ok();
    assert_too_soon(&bob.join(group).await, "3600");
    // Declined by oneself, it has lifted it all the same.
    bob.answer(id(&ada.invite(group, &bob).await), "declined").await.ok();
    bob.join(group).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn nobody_waits_and_nothing_lies_there_where_the_group_does_not_want_it() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("hasty", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    bob.leave(group).await.ok();
    bob.join(group).await.ok();
    expel(&ada, group, &bob).await.ok();
    assert_eq!(world.doors(group).await, [Value::Null; 0]);
    // Who went before the group wanted it does not wait, and who went while it did waits on.
    update(&ada, group, json!({ "reapply_after": 60 })).await.ok();
    bob.join(group).await.ok();
    bob.leave(group).await.ok();
    update(&ada, group, json!({ "reapply_after": 0 })).await.ok();
    assert_too_soon(&bob.join(group).await, "60");
}

#[tokio::test]
async fn both_dialects_let_people_wait_and_a_block_outlasts_a_wait() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = group_of(&ada.player, &[&bob.player]).await;
    let about = json!({ "Group": group_key(group), "Entity": bob.key });
    let members = json!({ "Group": group_key(group), "Members": [bob.key] });
    // A member who is blocked, so that the door is not empty as one would think.
    ada.call("BlockEntity", about.clone()).await.data();
    ada.call("RemoveMembers", members.clone()).await.data();
    bob.player.join(group).await.refused(422, "Blocked");
    let [door] = world.doors(group).await.try_into().unwrap();
    assert_eq!((&door["expires_at"], door["waits"].is_object()), (&Value::Null, true));
    ada.call("UnblockEntity", about.clone()).await.data();
    let reply = bob.call("ApplyToGroup", about.clone()).await;
    reply.failed("EntityBlockedByGroup", 1357);
    assert_eq!(reply.header("retry-after"), "3600");
    // The title lets in whom it likes.
    world.title().await.call("AddMembers", members.clone()).await.data();
    bob.call("RemoveMembers", members).await.data();
    assert_too_soon(&bob.player.join(group).await, "3600");
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn who_is_blocked_and_leaves_while_the_setting_changes_waits_as_it_is_then() {
    // The first time it is assumed that there is nothing in the door, and the second time it is read.
    for turn in [1, 2] {
        let world = World::new().await;
        let [ada, bob] = world.entities(["ada", "bob"]).await;
        let group = group_of(&ada.player, &[&bob.player]).await;
        let about = json!({ "Group": group_key(group), "Entity": bob.key });
        ada.call("BlockEntity", about).await.data();
        let late = bob.player.leave(group).boxed_local();
        let shorter = update(&ada.player, group, json!({ "reapply_after": 60 }));
        let (left, changed) = world.overtake(turn, late, shorter).await;
        changed.ok();
        left.ok();
        let [door] = world.doors(group).await.try_into().unwrap();
        assert_eq!(door["waits"]["expires_at"], world.now().as_second() + 60, "{turn}");
        assert_eq!(world.assert_group_is_sound(group).await, 1);
    }
}

#[tokio::test]
async fn who_leaves_and_asks_at_once_is_out() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..3 * ROUNDS {
        let group = group_of(&ada, &[&bob]).await;
        let requests = vec![
            bob.leave(group).boxed_local(),
            bob.join(group).boxed_local(),
            bob.join(group).boxed_local(),
        ];
        let replies = race(round, requests).await;
        replies[0].ok();
        for reply in &replies[1..] {
            let joined = outcome(reply);
            assert!(["422 TooSoon", "422 AlreadyMember"].contains(&joined.as_str()), "{joined}");
        }
        assert_eq!(users_of(&world, group, "member").await, ids_of(&[&ada]));
        assert_eq!(world.assert_group_is_sound(group).await, 1);
    }
}

#[tokio::test]
async fn who_is_removed_while_the_setting_changes_waits_as_it_was_at_that_moment() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..3 * ROUNDS {
        let group = ada.create_group("open", json!({ "can_auto_join": true })).await;
        bob.join(group).await.ok();
        let requests = vec![
            expel(&ada, group, &bob).boxed_local(),
            update(&ada, group, json!({ "reapply_after": 60 })).boxed_local(),
        ];
        race(round, requests).await.iter().for_each(|reply| drop(reply.ok()));
        let last = world.group_row(group).await["last_event"]["type"].clone();
        match last.as_str().unwrap() {
            "member.removed" => assert_too_soon(&bob.join(group).await, "60"),
            _ => drop(bob.join(group).await.ok()),
        }
    }
}
