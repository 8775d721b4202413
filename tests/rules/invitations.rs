//! Invitations, and what happens where one meets an application: the two are one wish, and make one membership.

use futures_util::FutureExt;
use serde_json::json;
use tests::World;

use crate::{
    ROUNDS, assert_tally, group_of_admins, id, ids, ids_of, open_group, outcome, own, race, times,
    update, users_of,
};

#[tokio::test]
async fn only_admins_invite_and_only_users_who_are_not_in() {
    let world = World::new().await;
    let [ada, bob, cy, eve] = world.users(["ada", "bob", "cy", "eve"]).await;
    let group = open_group(&ada, &[&bob]).await;
    bob.invite(group, &cy).await.refused(403, "NotAuthorized");
    eve.invite(group, &cy).await.refused(403, "NotAuthorized");
    ada.invite(group, &bob).await.refused(422, "AlreadyMember");
    ada.invite(2_000_000_000, &cy).await.refused(404, "GroupNotFound");
    let ghost = json!({ "group_id": group, "user_id": 2_000_000_000 });
    ada.post("/api/v3/group_connections", ghost).await.refused(404, "UserNotFound");
    let ghost = json!({ "group_id": group, "username": "ghost" });
    ada.post("/api/v3/group_connections", ghost).await.refused(404, "UserNotFound");
    assert_eq!(users_of(&world, group, "invitation").await, ids_of(&[]));
    // By name, in whatever spelling.
    let named = json!({ "group_id": group, "username": " CY " });
    assert_eq!(ada.post("/api/v3/group_connections", named).await.ok()["status"], "pending");
    ada.invite(group, &cy).await.refused(422, "AlreadyInvited");
    assert_eq!(users_of(&world, group, "invitation").await, ids_of(&[&cy]));
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn an_invitation_is_answered_by_the_invited_user_only() {
    let world = World::new().await;
    let [ada, bob, cy, eve] = world.users(["ada", "bob", "cy", "eve"]).await;
    let group = group_of_admins(&ada, &[&bob]).await;
    update(&ada, group, json!({ "is_invite_only": true })).await.ok();
    let invitation = id(&ada.invite(group, &cy).await);
    for nobody in [&ada, &bob, &eve] {
        nobody.answer(invitation, "accepted").await.refused(422, "NotAuthorized");
        nobody.answer(invitation, "declined").await.refused(422, "NotAuthorized");
    }
    assert_eq!(ids(&own(&cy).await["group_invites"]), [invitation]);
    cy.answer(invitation, "declined").await.ok();
    cy.answer(invitation, "accepted").await.refused(404, "ConnectionNotFound");
    let again = id(&bob.invite(group, &cy).await);
    cy.answer(again, "accepted").await.ok();
    assert_eq!(users_of(&world, group, "invitation").await, ids_of(&[]));
    assert_eq!(world.assert_group_is_sound(group).await, 3);
}

#[tokio::test]
async fn an_invitation_is_taken_back_by_any_admin_but_not_by_the_invited_user() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    let group = group_of_admins(&ada, &[&bob]).await;
    dot.join(group).await.ok();
    let invitation = id(&ada.invite(group, &cy).await);
    cy.cancel(invitation).await.refused(403, "NotAuthorized");
    dot.cancel(invitation).await.refused(403, "NotAuthorized");
    bob.cancel(invitation).await.ok();
    cy.answer(invitation, "accepted").await.refused(404, "ConnectionNotFound");
    ada.cancel(invitation).await.refused(404, "ConnectionNotFound");
    assert_eq!(world.assert_group_is_sound(group).await, 3);
}

#[tokio::test]
async fn an_application_and_an_invitation_that_meet_make_a_member_at_once() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let application = bob.apply(group).await;
    let met = ada.invite(group, &bob).await.ok();
    assert_eq!((&met["status"], &met["id"]), (&json!("accepted"), &json!(application)));
    let invitation = id(&ada.invite(group, &cy).await);
    let met = cy.join(group).await.ok();
    assert_eq!((&met["status"], &met["id"]), (&json!("accepted"), &json!(invitation)));
    assert_eq!(users_of(&world, group, "member").await, ids_of(&[&ada, &bob, &cy]));
    for kind in ["application", "invitation"] {
        assert_eq!(users_of(&world, group, kind).await, ids_of(&[]), "{kind}");
    }
    assert_eq!(world.assert_group_is_sound(group).await, 3);
}

#[tokio::test]
async fn who_applies_to_an_open_group_joins_and_the_invitation_is_settled() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[]).await;
    let invitation = id(&ada.invite(group, &bob).await);
    assert_eq!(bob.join(group).await.ok()["status"], "accepted");
    assert_eq!(users_of(&world, group, "invitation").await, ids_of(&[]));
    // The invited user who answers late is in already, and gets what they asked for.
    bob.answer(invitation, "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn an_invitation_and_an_application_made_at_once_make_one_membership() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = ada.create_group("closed", json!({})).await;
        let requests = vec![bob.join(group).boxed_local(), ada.invite(group, &bob).boxed_local()];
        let replies = race(round, requests).await;
        // The first is pending, the second finds it and is accepted, under the id of the first.
        let mut said: Vec<_> = replies.iter().map(|reply| reply.ok()["status"].clone()).collect();
        said.sort_by_key(ToString::to_string);
        assert_eq!(said, ["accepted", "pending"]);
        assert_eq!(id(&replies[0]), id(&replies[1]));
        assert_eq!(world.assert_group_is_sound(group).await, 2);
        for kind in ["application", "invitation"] {
            assert_eq!(users_of(&world, group, kind).await, ids_of(&[]), "{kind}");
        }
    }
}

#[tokio::test]
async fn many_invitations_and_applications_at_once_make_one_membership() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..ROUNDS {
        let group = group_of_admins(&ada, &[&bob]).await;
        update(&ada, group, json!({ "can_auto_join": false })).await.ok();
        let mut requests = times(3, || cy.join(group).boxed_local());
        requests.extend(times(2, || ada.invite(group, &cy).boxed_local()));
        requests.extend(times(2, || bob.invite(group, &cy).boxed_local()));
        let replies = race(round, requests).await;
        // Pending is said once, at first; then one crossing, and whoever comes later is too late.
        let said = |status: &str| {
            let successes = replies.iter().filter(|reply| reply.status.is_success());
            successes.filter(|reply| reply.ok()["status"] == status).count()
        };
        assert_eq!(said("pending"), 1);
        assert!(said("accepted") <= 1, "{:?}", replies.iter().map(outcome).collect::<Vec<_>>());
        assert_eq!(users_of(&world, group, "member").await, ids_of(&[&ada, &bob, &cy]));
        assert_eq!(world.assert_group_is_sound(group).await, 3);
        for kind in ["application", "invitation"] {
            assert_eq!(users_of(&world, group, kind).await, ids_of(&[]), "{kind}");
        }
    }
}

#[tokio::test]
async fn whom_two_admins_invite_at_once_has_one_invitation() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..ROUNDS {
        let group = group_of_admins(&ada, &[&bob]).await;
        let requests =
            vec![ada.invite(group, &cy).boxed_local(), bob.invite(group, &cy).boxed_local()];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("422 AlreadyInvited", 1)]);
        assert_eq!(ada.group(group).await["invites"].as_array().unwrap().len(), 1);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
    }
}

#[tokio::test]
async fn an_invitation_that_is_accepted_five_times_at_once_makes_one_member() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let group = ada.create_group("closed", json!({})).await;
        let invitation = id(&ada.invite(group, &bob).await);
        let answers = times(5, || bob.answer(invitation, "accepted").boxed_local());
        assert_tally(&race(round, answers).await, &[("200", 5)]);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
    }
}

#[tokio::test]
async fn of_accepting_declining_and_taking_back_an_invitation_one_happens() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = ada.create_group("closed", json!({})).await;
        let invitation = id(&ada.invite(group, &bob).await);
        let requests = vec![
            bob.answer(invitation, "accepted").boxed_local(),
            ada.cancel(invitation).boxed_local(),
            bob.answer(invitation, "declined").boxed_local(),
        ];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("404 ConnectionNotFound", 2)]);
        let expected = if replies[0].status.is_success() { 2 } else { 1 };
        assert_eq!(world.assert_group_is_sound(group).await, expected);
        assert_eq!(users_of(&world, group, "invitation").await, ids_of(&[]));
    }
}

#[tokio::test]
async fn who_applies_as_the_invitation_is_taken_back_crosses_it_or_waits() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = ada.create_group("closed", json!({})).await;
        let invitation = id(&ada.invite(group, &bob).await);
        let requests = vec![ada.cancel(invitation).boxed_local(), bob.join(group).boxed_local()];
        let replies = race(round, requests).await;
        let taken_back = replies[0].status.is_success();
        let joined = replies[1].ok();
        assert_eq!(joined["status"], if taken_back { "pending" } else { "accepted" });
        let (members, applicants) =
            if taken_back { (1, ids_of(&[&bob])) } else { (2, ids_of(&[])) };
        assert_eq!(world.assert_group_is_sound(group).await, members);
        assert_eq!(users_of(&world, group, "application").await, applicants);
        assert_eq!(users_of(&world, group, "invitation").await, ids_of(&[]));
    }
}
