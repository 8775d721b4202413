//! Applications that meet invitations: in either order, through either dialect, and at the same moment.

use futures_util::FutureExt;
use serde_json::{Value, json};
use tests::{World, gamefuse_id};

use crate::{ROUNDS, about, assert_tally, call, outcomes, pending, race, sound, successes, update};

#[tokio::test]
async fn an_application_in_one_dialect_meets_an_invitation_in_the_other() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.entities(["ada", "bob", "cy", "dot"]).await;
    let group = ada.create_group("Wolves").await;
    let id = gamefuse_id(&group);
    bob.player.apply(id).await;
    about(&ada, "InviteToGroup", &group, &bob)
        .await
        .failed("OutstandingApplicationAcceptedInstead", 1364);
    ada.player.invite(id, &cy.player).await.ok();
    call(&cy, "ApplyToGroup", &group, json!({}))
        .await
        .failed("OutstandingInvitationAcceptedInstead", 1363);
    call(&dot, "ApplyToGroup", &group, json!({})).await.data();
    assert_eq!(ada.player.invite(id, &dot.player).await.ok()["status"], "accepted");
    assert_eq!((sound(&world, &group).await, pending(&world, &group).await), (4, [0, 0]));
}

#[tokio::test]
async fn who_applies_to_a_group_that_is_open_in_gamefuse_is_in_at_once() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    update(&ada.player, &group, json!({ "can_auto_join": true })).await.ok();
    call(&bob, "ApplyToGroup", &group, json!({}))
        .await
        .failed("OutstandingInvitationAcceptedInstead", 1363);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    call(&bob, "ApplyToGroup", &group, json!({})).await.failed("EntityIsAlreadyMember", 1359);
    assert_eq!(sound(&world, &group).await, 2);
}

#[tokio::test]
async fn side_by_side_pending_rows_are_both_settled_by_either_answer() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves").await;
    for user in [&bob, &cy] {
        about(&ada, "InviteToGroup", &group, user).await.data();
        let apart = json!({ "AutoAcceptOutstandingInvite": false });
        call(user, "ApplyToGroup", &group, apart).await.data();
    }
    let seen = ada.player.group(gamefuse_id(&group)).await;
    for list in ["join_requests", "invites"] {
        assert_eq!(seen[list].as_array().unwrap().len(), 2, "{list}");
    }
    about(&ada, "AcceptGroupApplication", &group, &bob).await.data();
    call(&cy, "AcceptGroupInvitation", &group, json!({})).await.data();
    assert_eq!((sound(&world, &group).await, pending(&world, &group).await), (3, [0, 0]));
}

#[tokio::test]
async fn applying_and_inviting_at_once_make_one_membership() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = ada.create_group(&format!("pack {round}")).await;
        let requests = vec![
            call(&bob, "ApplyToGroup", &group, json!({})),
            about(&ada, "InviteToGroup", &group, &bob),
        ];
        let replies = race(round, requests).await;
        // Whoever comes second is told that the other one's wish was met instead.
        if replies[0].status.is_success() {
            replies[1].failed("OutstandingApplicationAcceptedInstead", 1364);
        } else {
            replies[0].failed("OutstandingInvitationAcceptedInstead", 1363);
            replies[1].data();
        }
        assert_eq!((sound(&world, &group).await, pending(&world, &group).await), (2, [0, 0]));
    }
}

#[tokio::test]
async fn applying_in_gamefuse_and_inviting_in_playfab_at_once_make_one_membership() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = ada.create_group(&format!("pack {round}")).await;
        let requests = vec![
            bob.player.join(gamefuse_id(&group)).boxed_local(),
            about(&ada, "InviteToGroup", &group, &bob),
        ];
        let replies = race(round, requests).await;
        if replies[0].ok()["status"] == "pending" {
            replies[1].failed("OutstandingApplicationAcceptedInstead", 1364);
        } else {
            replies[1].data();
        }
        assert_eq!((sound(&world, &group).await, pending(&world, &group).await), (2, [0, 0]));
    }
}

#[tokio::test]
async fn applying_and_inviting_at_once_without_accepting_stay_both_pending() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let group = ada.create_group(&format!("pack {round}")).await;
        let apart: Value = json!({
            "Entity": bob.key,
            "AutoAcceptOutstandingInvite": false,
            "AutoAcceptOutstandingApplication": false,
        });
        let requests = vec![
            call(&bob, "ApplyToGroup", &group, apart.clone()),
            call(&ada, "InviteToGroup", &group, apart),
        ];
        assert_eq!(successes(&race(round, requests).await), 2);
        assert_eq!((sound(&world, &group).await, pending(&world, &group).await), (1, [1, 1]));
    }
}

#[tokio::test]
async fn where_only_one_of_the_two_accepts_there_is_one_membership_or_both_are_pending() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = ada.create_group(&format!("pack {round}")).await;
        let apart = json!({ "AutoAcceptOutstandingInvite": false });
        let requests = vec![
            call(&bob, "ApplyToGroup", &group, apart),
            about(&ada, "InviteToGroup", &group, &bob),
        ];
        let replies = race(round, requests).await;
        replies[0].data();
        let expected = if replies[1].status.is_success() {
            (1, [1, 1])
        } else {
            replies[1].failed("OutstandingApplicationAcceptedInstead", 1364);
            (2, [0, 0])
        };
        assert_eq!((sound(&world, &group).await, pending(&world, &group).await), expected);
    }
}

#[tokio::test]
async fn of_many_applications_and_invitations_at_once_one_makes_the_membership() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let group = ada.create_group(&format!("pack {round}")).await;
        let apply = || call(&bob, "ApplyToGroup", &group, json!({}));
        let invite = || about(&ada, "InviteToGroup", &group, &bob);
        let replies = race(round, vec![apply(), invite(), apply(), invite()]).await;
        let instead = outcomes(&replies);
        let instead = instead.iter().filter(|outcome| outcome.contains("AcceptedInstead"));
        assert_eq!(instead.count(), 1, "{:?}", outcomes(&replies));
        let known = ["OK", "EntityIsAlreadyMember"];
        let known = |outcome: &String| {
            known.contains(&outcome.as_str()) || outcome.contains("AcceptedInstead")
        };
        assert!(outcomes(&replies).iter().all(known), "{:?}", outcomes(&replies));
        assert_eq!((sound(&world, &group).await, pending(&world, &group).await), (2, [0, 0]));
    }
}

#[tokio::test]
async fn five_who_accept_one_application_at_once_let_in_one_member() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    for round in 0..ROUNDS {
        let group = ada.create_group(&format!("pack {round}")).await;
        call(&bob, "ApplyToGroup", &group, json!({})).await.data();
        let accept = |who| about(who, "AcceptGroupApplication", &group, &bob);
        let requests = [&ada, &title, &ada, &title, &ada].map(accept).into();
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("OK", 1), ("EntityIsAlreadyMember", 4)]);
        assert_eq!((sound(&world, &group).await, pending(&world, &group).await), (2, [0, 0]));
    }
}

#[tokio::test]
async fn who_is_blocked_while_being_accepted_was_accepted_before_or_stays_out() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.entities(["ada", "bob", "cy", "dot"]).await;
    let title = world.title().await;
    for round in 0..ROUNDS {
        let group = ada.create_group(&format!("pack {round}")).await;
        call(&bob, "ApplyToGroup", &group, json!({})).await.data();
        about(&ada, "InviteToGroup", &group, &cy).await.data();
        let mut requests: Vec<_> =
            [&bob, &cy, &dot].map(|user| about(&ada, "BlockEntity", &group, user)).into();
        requests.extend([
            about(&ada, "AcceptGroupApplication", &group, &bob),
            call(&cy, "AcceptGroupInvitation", &group, json!({})),
            crate::add(&title, &group, &[&dot], "members"),
        ]);
        let replies = race(round, requests).await;
        assert_eq!(successes(&replies[..3]), 3);
        let inside = successes(&replies[3..]);
        assert_tally(&replies[3..], &[("OK", inside), ("EntityBlockedByGroup", 3 - inside)]);
        assert_eq!(sound(&world, &group).await, 1 + inside);
        // What a block kept from being accepted survives it.
        let survives = |reply: &tests::Reply| usize::from(!reply.status.is_success());
        let expected = [survives(&replies[3]), survives(&replies[4])];
        assert_eq!(pending(&world, &group).await, expected);
    }
}
