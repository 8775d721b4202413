//! `DELETE /api/v3/groups/{id}`

use http::Method;
use serde_json::json;
use shared::limits::Limits;
use tests::{World, WorldBuilder};

use crate::common::{assert_ids_refused, ids};

#[tokio::test]
async fn the_answer_is_a_json_object_because_clients_parse_one() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let reply = ada.delete(&format!("/api/v3/groups/{group}")).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.ok(), json!({ "message": "Group deleted" }));
}

#[tokio::test]
async fn a_deleted_group_exists_for_nobody_and_at_no_endpoint() {
    let world = World::new().await;
    let [ada, bob, applicant] = world.users(["ada", "bob", "applicant"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let connection = bob.apply(group).await;
    ada.answer(connection, "accepted").await.ok();
    let pending = applicant.apply(group).await;
    let path = format!("/api/v3/groups/{group}");
    let attribute = json!({ "key": "motto", "value": "onward" });
    let attributes = json!({ "attributes": [attribute] });
    ada.post(&format!("{path}/add_attribute"), attributes.clone()).await.ok();
    ada.delete(&path).await.ok();

    for player in [&ada, &bob, &applicant] {
        for reply in [
            player.get(&path).await,
            player.get(&format!("{path}/attributes")).await,
            player.get(&format!("{path}/blocks")).await,
            player.post(&format!("{path}/add_attribute"), attributes.clone()).await,
            player.patch(&format!("{path}/modify_attribute"), attribute.clone()).await,
            player.join(group).await,
            player.leave(group).await,
        ] {
            reply.refused(404, "GroupNotFound");
        }
        assert_eq!(player.get("/api/v3/groups").await.ok(), json!({ "groups": [] }));
    }
    // What takes an admin is still guarded by the rows that await the sweep.
    for reply in [
        ada.put(&path, json!({ "name": "Foxes" })).await,
        ada.delete(&path).await,
        ada.invite(group, &applicant).await,
        ada.answer(pending, "accepted").await,
        ada.answer(pending, "declined").await,
        ada.remove(group, &bob).await,
        ada.make_admin(group, &bob).await,
        applicant.cancel(pending).await,
    ] {
        reply.refused(404, "GroupNotFound");
    }
}

#[tokio::test]
async fn a_deleted_group_is_gone_from_what_its_members_are_told_about_themselves() {
    let world = World::new().await;
    let [ada, applicant, invited] = world.users(["ada", "applicant", "invited"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    applicant.apply(group).await;
    ada.invite(group, &invited).await.ok();
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    for (player, list) in
        [(&ada, "groups"), (&applicant, "group_join_requests"), (&invited, "group_invites")]
    {
        let own = player.get(&format!("/api/v3/users/{}", player.id)).await.ok();
        assert_eq!(own[list], json!([]), "{list}");
    }
}

#[tokio::test]
async fn other_groups_of_the_same_people_stay() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let wolves = ada.create_group("Wolves", json!({})).await;
    let foxes = ada.create_group("Foxes", json!({})).await;
    ada.delete(&format!("/api/v3/groups/{wolves}")).await.ok();
    assert_eq!(ids(&ada.get("/api/v3/groups").await.ok()["groups"]), [foxes]);
    assert_eq!(world.assert_group_is_sound(foxes).await, 1);
}

#[tokio::test]
async fn nobody_but_an_admin_deletes_a_group() {
    let world = World::new().await;
    let [ada, bob, stranger] = world.users(["ada", "bob", "stranger"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    let path = format!("/api/v3/groups/{group}");
    for player in [&bob, &stranger] {
        player.delete(&path).await.refused(403, "NotAuthorized");
    }
    assert_eq!(ada.group(group).await["member_count"], 2);
    ada.make_admin(group, &bob).await.ok();
    bob.delete(&path).await.ok();
    ada.get(&path).await.refused(404, "GroupNotFound");
}

#[tokio::test]
async fn a_group_that_is_not_there_or_of_another_game_is_not_found_and_stays() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let eve = other.user("eve").await;
    let theirs = eve.create_group("Foxes", json!({})).await;
    for group in [theirs, 2_147_483_647] {
        let reply = ada.delete(&format!("/api/v3/groups/{group}")).await;
        reply.refused(404, "GroupNotFound");
    }
    assert_eq!(eve.group(theirs).await["name"], "Foxes");
}

#[tokio::test]
async fn where_names_are_unique_the_name_is_free_again() {
    let limits = Limits { unique_group_names: true, ..Limits::default() };
    let world = WorldBuilder { limits, ..WorldBuilder::default() }.build().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    let again = bob.create_group("Wolves", json!({})).await;
    assert_eq!(bob.group(again).await["name"], "Wolves");
}

#[tokio::test]
async fn what_is_no_id_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    assert_ids_refused(&ada, (Method::DELETE, "/api/v3/groups/{}", 422), "id", None).await;
}
