//! `GET /api/v3/users/{id}`

use http::Method;
use serde_json::json;
use tests::World;

use crate::common::{assert_ids_refused, assert_parameter_refused, ids, shown_to_strangers};

#[tokio::test]
async fn oneself_is_told_the_same_as_at_sign_in_without_a_token() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let body = json!({
        "game_id": world.game_id, "email": "ada@example.com", "password": "password"
    });
    let mut session = world.nobody().post("/api/v3/sessions", body).await.ok();
    let fields = session.as_object_mut().unwrap();
    fields.remove("authentication_token");
    let reply = ada.get(&format!("/api/v3/users/{}", ada.id)).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.ok(), session);
    assert_eq!(ids(&session["groups"]), [group]);
}

#[tokio::test]
async fn somebody_else_is_shown_without_address_and_groups() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    // Not even to a fellow member: no group is being read here.
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    let read = ada.get(&format!("/api/v3/users/{}", bob.id)).await.ok();
    let mut shown = shown_to_strangers(&bob);
    shown["last_login"] = "2026-01-02T03:04:05.678Z".into();
    shown["number_of_logins"] = 1.into();
    shown["is_new_user"] = true.into();
    assert_eq!(read, shown);
}

#[tokio::test]
async fn a_user_who_is_not_there_or_of_another_game_is_not_found() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let eve = other.user("eve").await;
    for id in [eve.id, 2_147_483_647] {
        ada.get(&format!("/api/v3/users/{id}")).await.refused(404, "UserNotFound");
    }
}

#[tokio::test]
async fn what_is_no_parameter_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let reply = ada.get(&format!("/api/v3/users/{}?full=true", ada.id)).await;
    assert_parameter_refused(&reply, 422, "The request", "full=true");
}

#[tokio::test]
async fn what_is_no_id_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    assert_ids_refused(&ada, (Method::GET, "/api/v3/users/{}", 422), "id", None).await;
}
