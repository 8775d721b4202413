//! Leaving: anybody may, and may come back. The last admin hands over, the last member dissolves the group.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::json;
use tests::World;

use crate::{
    ROUNDS, admins_of, assert_tally, group_of_admins, ids, ids_of, open_group, outcome, own, race,
    times, users_of,
};

#[tokio::test]
async fn who_leaves_is_not_blocked_and_may_come_back() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[&bob]).await;
    for _ in 0..2 {
        bob.leave(group).await.ok();
        assert_eq!(world.assert_group_is_sound(group).await, 1);
        assert_eq!(users_of(&world, group, "block").await, ids_of(&[]));
        bob.join(group).await.ok();
    }
    // Removing oneself is leaving.
    bob.remove(group, &bob).await.ok();
    assert_eq!(users_of(&world, group, "block").await, ids_of(&[]));
    bob.join(group).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn who_is_not_in_cannot_leave() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    bob.leave(group).await.refused(422, "NotMember");
    bob.apply(group).await;
    bob.leave(group).await.refused(422, "NotMember");
    assert_eq!(users_of(&world, group, "application").await, ids_of(&[&bob]));
    bob.leave(2_000_000_000).await.refused(404, "GroupNotFound");
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn the_last_admin_hands_over_to_whoever_has_been_there_longest() {
    let world = World::new().await;
    let crowd = world.crowd("user", 5).await;
    // In an order of joining that is neither that of the ids nor that of signing up, nor either backwards.
    let mut by_id: Vec<_> = crowd.iter().collect();
    by_id.sort_by_key(|user| user.id);
    let order = [by_id[2], by_id[4], by_id[0], by_id[3], by_id[1]];
    let group = order[0].create_group("dynasty", json!({ "can_auto_join": true })).await;
    for user in &order[1..] {
        world.advance(SignedDuration::from_millis(1));
        user.join(group).await.ok();
    }
    for (place, user) in order.iter().enumerate().take(4) {
        assert_eq!(admins_of(&world, group).await, ids_of(&[user]), "{place}");
        user.leave(group).await.ok();
        assert_eq!(world.assert_group_is_sound(group).await, 4 - place);
    }
    // The one who was handed the group can do what an admin can.
    order[4].invite(group, order[0]).await.ok();
}

#[tokio::test]
async fn an_admin_who_leaves_another_admin_behind_promotes_nobody() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = open_group(&ada, &[&bob, &cy]).await;
    ada.make_admin(group, &cy).await.ok();
    ada.leave(group).await.ok();
    assert_eq!(admins_of(&world, group).await, ids_of(&[&cy]));
    assert_eq!(world.assert_group_is_sound(group).await, 2);
    // Who comes back comes back as a plain member.
    ada.join(group).await.ok();
    assert_eq!(admins_of(&world, group).await, ids_of(&[&cy]));
}

#[tokio::test]
async fn the_last_member_who_leaves_dissolves_the_group() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let application = bob.apply(group).await;
    let invitation = ada.invite(group, &cy).await.ok()["id"].as_u64().unwrap();
    ada.leave(group).await.ok();
    let path = format!("/api/v3/groups/{group}");
    for user in [&ada, &bob, &cy] {
        user.get(&path).await.refused(404, "GroupNotFound");
        user.join(group).await.refused(404, "GroupNotFound");
        user.leave(group).await.refused(404, "GroupNotFound");
        assert_eq!(ids(&user.get("/api/v3/groups").await.ok()["groups"]), [0; 0]);
        let own = own(user).await;
        for list in ["groups", "group_join_requests", "group_invites"] {
            assert_eq!(ids(&own[list]), [0; 0], "{list}");
        }
    }
    bob.cancel(application).await.refused(404, "GroupNotFound");
    cy.answer(invitation, "accepted").await.refused(404, "GroupNotFound");
    assert_eq!(users_of(&world, group, "member").await, ids_of(&[]));
}

#[tokio::test]
async fn who_leaves_four_times_at_once_is_counted_out_once() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[&bob, &cy]).await;
        // A plain member, and an admin who is the last one.
        let leaver = if round % 2 == 0 { &bob } else { &ada };
        let replies = race(round, times(4, || leaver.leave(group).boxed_local())).await;
        assert_tally(&replies, &[("200", 1), ("422 NotMember", 3)]);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
    }
}

#[tokio::test]
async fn two_admins_who_leave_at_once_leave_an_admin_behind() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[&bob, &cy]).await;
        ada.make_admin(group, &bob).await.ok();
        let requests = vec![ada.leave(group).boxed_local(), bob.leave(group).boxed_local()];
        assert_tally(&race(round, requests).await, &[("200", 2)]);
        assert_eq!(world.assert_group_is_sound(group).await, 1);
        assert_eq!(admins_of(&world, group).await, ids_of(&[&cy]));
    }
}

#[tokio::test]
async fn where_the_title_takes_an_admin_out_as_another_leaves_somebody_takes_over() {
    let world = World::new().await;
    for round in 0..2 * ROUNDS {
        let [ada, bob, cy]: [_; 3] =
            world.crowd(&format!("user{round}-"), 3).await.try_into().ok().unwrap();
        let group = open_group(&ada, &[&bob, &cy]).await;
        ada.make_admin(group, &bob).await.ok();
        let server = world.service_for(&ada);
        let taken_out = match round % 4 {
            0 | 1 => world.send_order("erase-user", json!({ "user_id": ada.id })).boxed_local(),
            _ => server.leave(group).boxed_local(),
        };
        let replies = race(round, vec![taken_out, bob.leave(group).boxed_local()]).await;
        assert_tally(&replies, &[("200", 2)]);
        assert_eq!(world.assert_group_is_sound(group).await, 1);
        assert_eq!(admins_of(&world, group).await, ids_of(&[&cy]));
    }
}

#[tokio::test]
async fn two_admins_who_leave_at_once_and_leave_nobody_behind_dissolve_the_group() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = group_of_admins(&ada, &[&bob]).await;
        let requests = vec![ada.leave(group).boxed_local(), bob.leave(group).boxed_local()];
        assert_tally(&race(round, requests).await, &[("200", 2)]);
        assert_eq!(users_of(&world, group, "member").await, ids_of(&[]));
        ada.get(&format!("/api/v3/groups/{group}")).await.refused(404, "GroupNotFound");
    }
}

#[tokio::test]
async fn when_the_last_admin_and_the_successor_leave_at_once_the_next_takes_over() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..2 * ROUNDS {
        let group = ada.create_group("open", json!({ "can_auto_join": true })).await;
        for user in [&bob, &cy] {
            world.advance(SignedDuration::from_millis(1));
            user.join(group).await.ok();
        }
        let requests = vec![ada.leave(group).boxed_local(), bob.leave(group).boxed_local()];
        assert_tally(&race(round, requests).await, &[("200", 2)]);
        assert_eq!(world.assert_group_is_sound(group).await, 1);
        assert_eq!(admins_of(&world, group).await, ids_of(&[&cy]));
    }
}

#[tokio::test]
async fn when_all_leave_at_once_the_group_is_gone() {
    let world = World::new().await;
    let [ada, bob, cy, dot, eli] = world.users(["ada", "bob", "cy", "dot", "eli"]).await;
    for round in 0..ROUNDS {
        let group = open_group(&ada, &[&bob, &cy, &dot, &eli]).await;
        let requests =
            [&ada, &bob, &cy, &dot, &eli].map(|user| user.leave(group).boxed_local()).into();
        assert_tally(&race(round, requests).await, &[("200", 5)]);
        assert_eq!(users_of(&world, group, "member").await, ids_of(&[]));
        ada.get(&format!("/api/v3/groups/{group}")).await.refused(404, "GroupNotFound");
    }
}

#[tokio::test]
async fn who_joins_as_the_last_member_leaves_gets_the_group_or_finds_none() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[]).await;
        let requests = vec![ada.leave(group).boxed_local(), bob.join(group).boxed_local()];
        let replies = race(round, requests).await;
        replies[0].ok();
        match outcome(&replies[1]).as_str() {
            "200" => {
                assert_eq!(world.assert_group_is_sound(group).await, 1);
                assert_eq!(admins_of(&world, group).await, ids_of(&[&bob]));
            }
            refusal => {
                assert_eq!(refusal, "404 GroupNotFound");
                assert_eq!(users_of(&world, group, "member").await, ids_of(&[]));
            }
        }
    }
}

#[tokio::test]
async fn who_is_made_admin_while_leaving_is_no_admin_that_nobody_can_find() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[&bob, &cy]).await;
        let requests = vec![
            ada.make_admin(group, &bob).boxed_local(),
            bob.leave(group).boxed_local(),
            // And the promoting admin goes as well in every other round.
            if round % 2 == 0 {
                ada.leave(group).boxed_local()
            } else {
                cy.leave(group).boxed_local()
            },
        ];
        let replies = race(round, requests).await;
        replies[1].ok();
        replies[2].ok();
        // Too late for one who has left, or for an admin who is none any more.
        let made = outcome(&replies[0]);
        assert!(["200", "422 NotMember", "403 NotAuthorized"].contains(&made.as_str()), "{made}");
        assert_eq!(world.assert_group_is_sound(group).await, 1);
    }
}
