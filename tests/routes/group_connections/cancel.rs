//! `DELETE /api/v3/group_connections/cancel/{id}`

use http::Method;
use serde_json::json;
use tests::World;

use crate::common::{assert_ids_refused, ids};

#[tokio::test]
async fn an_applicant_takes_a_request_back_and_may_ask_again() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let connection = bob.apply(group).await;
    let reply = bob.cancel(connection).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.ok(), json!({ "message": "Group connection cancelled" }));
    assert_eq!(ada.group(group).await["join_requests"], json!([]));
    let own = bob.get(&format!("/api/v3/users/{}", bob.id)).await.ok();
    assert_eq!(own["group_join_requests"], json!([]));
    bob.apply(group).await;
}

#[tokio::test]
async fn an_admin_takes_an_invitation_back_and_may_invite_again() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let connection = ada.invite(group, &bob).await.ok()["id"].as_u64().unwrap();
    ada.cancel(connection).await.ok();
    assert_eq!(ada.group(group).await["invites"], json!([]));
    let own = bob.get(&format!("/api/v3/users/{}", bob.id)).await.ok();
    assert_eq!(own["group_invites"], json!([]));
    bob.answer(connection, "accepted").await.refused(404, "ConnectionNotFound");
    ada.invite(group, &bob).await.ok();
}

#[tokio::test]
async fn an_admin_takes_back_what_another_admin_has_sent() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    ada.make_admin(group, &bob).await.ok();
    let connection = ada.invite(group, &cy).await.ok()["id"].as_u64().unwrap();
    bob.cancel(connection).await.ok();
    assert_eq!(ada.group(group).await["invites"], json!([]));
}

#[tokio::test]
async fn nobody_else_takes_anything_back() {
    let world = World::new().await;
    let [ada, member, applicant, invited] =
        world.users(["ada", "member", "applicant", "invited"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let connection = member.apply(group).await;
    ada.answer(connection, "accepted").await.ok();
    let application = applicant.apply(group).await;
    let invitation = ada.invite(group, &invited).await.ok()["id"].as_u64().unwrap();
    // An admin declines a request, and the invited user an invitation: neither is theirs to take back.
    for player in [&ada, &member, &invited] {
        player.cancel(application).await.refused(403, "NotAuthorized");
    }
    for player in [&member, &applicant, &invited] {
        player.cancel(invitation).await.refused(403, "NotAuthorized");
    }
    let read = ada.group(group).await;
    assert_eq!(ids(&read["join_requests"]), [application]);
    assert_eq!(ids(&read["invites"]), [invitation]);
}

#[tokio::test]
async fn what_was_answered_or_taken_back_cannot_be_taken_back() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let accepted = bob.apply(group).await;
    ada.answer(accepted, "accepted").await.ok();
    bob.cancel(accepted).await.refused(404, "ConnectionNotFound");
    let cancelled = cy.apply(group).await;
    cy.cancel(cancelled).await.ok();
    cy.cancel(cancelled).await.refused(404, "ConnectionNotFound");
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn an_old_id_does_not_stand_for_a_new_request() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let old = bob.apply(group).await;
    bob.cancel(old).await.ok();
    let new = bob.apply(group).await;
    bob.cancel(old).await.refused(404, "ConnectionNotFound");
    ada.answer(old, "accepted").await.refused(404, "ConnectionNotFound");
    assert_eq!(ids(&ada.group(group).await["join_requests"]), [new]);
}

#[tokio::test]
async fn a_connection_that_is_not_there_or_of_another_game_is_not_found() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let [eve, mallory] = other.users(["eve", "mallory"]).await;
    let theirs = eve.create_group("Foxes", json!({})).await;
    let connection = mallory.apply(theirs).await;
    for id in [connection, 2_147_483_647] {
        ada.cancel(id).await.refused(404, "ConnectionNotFound");
    }
    assert_eq!(ids(&eve.group(theirs).await["join_requests"]), [connection]);
}

#[tokio::test]
async fn what_is_no_id_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let path = "/api/v3/group_connections/cancel/{}";
    assert_ids_refused(&ada, (Method::DELETE, path, 422), "id", None).await;
}
