//! `DELETE /api/v3/group_connections/leave/{group_id}`

use http::Method;
use jiff::SignedDuration;
use serde_json::json;
use tests::World;

use crate::common::{assert_ids_refused, ids};

#[tokio::test]
async fn a_member_leaves_and_may_come_back() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    let reply = bob.leave(group).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.ok(), json!({ "message": "You have left the group" }));
    let read = ada.group(group).await;
    assert_eq!(
        (ids(&read["members"]), &read["member_count"]),
        (vec![u64::from(ada.id)], &json!(1))
    );
    let own = bob.get(&format!("/api/v3/users/{}", bob.id)).await.ok();
    assert_eq!(own["groups"], json!([]));
    assert_eq!(bob.join(group).await.ok()["status"], "accepted");
}

#[tokio::test]
async fn the_last_admin_hands_over_to_the_longest_standing_member() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    for player in [&cy, &bob] {
        world.advance(SignedDuration::from_secs(1));
        player.join(group).await.ok();
    }
    ada.leave(group).await.ok();
    assert_eq!(ids(&bob.group(group).await["admins"]), [u64::from(cy.id)]);
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn an_admin_who_is_not_the_last_leaves_without_a_successor() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    cy.join(group).await.ok();
    world.advance(SignedDuration::from_secs(1));
    bob.join(group).await.ok();
    ada.make_admin(group, &bob).await.ok();
    ada.leave(group).await.ok();
    assert_eq!(ids(&cy.group(group).await["admins"]), [u64::from(bob.id)]);
}

#[tokio::test]
async fn the_last_member_takes_the_group_along() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    ada.leave(group).await.ok();
    bob.get(&format!("/api/v3/groups/{group}")).await.refused(404, "GroupNotFound");
    bob.join(group).await.refused(404, "GroupNotFound");
    assert_eq!(bob.get("/api/v3/groups").await.ok(), json!({ "groups": [] }));
}

#[tokio::test]
async fn who_is_not_in_cannot_leave() {
    let world = World::new().await;
    let [ada, stranger, applicant, invited] =
        world.users(["ada", "stranger", "applicant", "invited"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    applicant.apply(group).await;
    ada.invite(group, &invited).await.ok();
    for player in [&stranger, &applicant, &invited] {
        player.leave(group).await.refused(422, "NotMember");
    }
    let read = ada.group(group).await;
    assert_eq!((ids(&read["join_requests"]).len(), ids(&read["invites"]).len()), (1, 1));
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn a_group_that_is_not_there_or_of_another_game_is_not_found() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let eve = other.user("eve").await;
    let theirs = eve.create_group("Foxes", json!({})).await;
    for group in [theirs, 2_147_483_647] {
        ada.leave(group).await.refused(404, "GroupNotFound");
    }
    assert_eq!(other.assert_group_is_sound(theirs).await, 1);
}

#[tokio::test]
async fn what_is_no_id_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let path = "/api/v3/group_connections/leave/{}";
    assert_ids_refused(&ada, (Method::DELETE, path, 422), "group_id", None).await;
}
