//! `POST /api/v3/sessions`

use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::World;

use crate::common::{
    assert_unreadable_bodies_refused, ids, shown_to_oneself, shown_to_strangers, sign_in_again,
    with, without,
};

const SESSIONS: &str = "/api/v3/sessions";

/// What signs Ada in.
fn body(world: &World) -> Value {
    json!({
        "game_id": world.game_id,
        "game_token": world.game_token,
        "email": "ada@example.com",
        "password": "password"
    })
}

#[tokio::test]
async fn a_session_has_a_token_that_works_and_counts_logins() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    world.advance(SignedDuration::from_secs(1));
    let reply = world.nobody().post(SESSIONS, body(&world)).await;
    assert_eq!(reply.status, 200);
    let session = reply.ok();
    assert_eq!(session["id"], ada.id);
    assert_eq!(session["email"], "ada@example.com");
    assert_eq!((&session["number_of_logins"], &session["is_new_user"]), (&json!(2), &json!(false)));
    assert_eq!(session["last_login"], "2026-01-02T03:04:06.678Z");
    let again = world.with_token(session["authentication_token"].as_str().unwrap());
    again.create_group("Wolves", json!({})).await;
}

#[tokio::test]
async fn every_form_in_which_clients_sign_in_is_understood() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let nobody = world.nobody();
    let json = body(&world);
    let textual = with(&json, "game_id", world.game_id.to_string().into());
    for body in [json.clone(), textual, without(&json, "game_token"), json!({ "session": json })] {
        assert_eq!(nobody.post(SESSIONS, body.clone()).await.ok()["id"], ada.id, "{body}");
    }
    let path = format!("{SESSIONS}?game_id={}&game_token={}", world.game_id, world.game_token);
    let body = json!({ "email": " ADA@example.com", "password": "password" });
    assert_eq!(nobody.post(&path, body).await.ok()["id"], ada.id);

    // One published client has one field for both, and calls it `email`.
    for name in ["ada", " ADA "] {
        let body = with(&without(&json, "game_token"), "email", json!(name));
        assert_eq!(nobody.post(SESSIONS, body).await.ok()["id"], ada.id, "{name}");
    }

    let fields = [
        ("game_id", &*world.game_id.to_string()),
        ("email", "ada@example.com"),
        ("password", "password"),
    ];
    let multipart: String = fields
        .iter()
        .map(|(name, text)| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        })
        .collect();
    let content_type = "multipart/form-data; boundary=x";
    let sent = nobody.send_raw(Method::POST, SESSIONS, content_type, multipart + "--x--\r\n").await;
    assert_eq!(sent.ok()["id"], ada.id);
    let form = fields.map(|(name, text)| format!("{name}={text}")).join("&");
    let content_type = "application/x-www-form-urlencoded";
    let sent = nobody.send_raw(Method::POST, SESSIONS, content_type, form).await;
    assert_eq!(sent.ok()["id"], ada.id);
}

#[tokio::test]
async fn a_users_groups_are_told_from_the_oldest_membership_on() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let mut expected = Vec::new();
    for id in [30, 10, 20] {
        world.draw_next([id]);
        expected.push(bob.create_group("Wolves", json!({ "can_auto_join": true })).await);
    }
    for group in &expected {
        world.advance(SignedDuration::from_secs(1));
        ada.join(*group).await.ok();
    }
    let session = world.nobody().post(SESSIONS, body(&world)).await.ok();
    assert_eq!(ids(&session["groups"]), expected);
    let listed = ada.get("/api/v3/groups").await.ok();
    assert!(listed["groups"].as_array().unwrap().contains(&session["groups"][0]), "the same form");
}

#[tokio::test]
async fn pending_requests_and_invites_are_told_with_their_group_user_and_inviter() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let asked = bob.create_group("Wolves", json!({})).await;
    let invited = bob.create_group("Foxes", json!({})).await;
    let application = ada.apply(asked).await;
    let invitation = bob.invite(invited, &ada).await.ok()["id"].clone();
    let listed = ada.get("/api/v3/groups").await.ok();
    let session = world.nobody().post(SESSIONS, body(&world)).await.ok();
    let request = json!({
        "id": application, "status": "pending",
        "group": listed["groups"][1], "user": shown_to_oneself(&ada)
    });
    assert_eq!(session["group_join_requests"], json!([request]));
    let invite = json!({
        "id": invitation, "status": "pending", "group": listed["groups"][0],
        "user": shown_to_oneself(&ada), "inviter": shown_to_strangers(&bob)
    });
    assert_eq!(session["group_invites"], json!([invite]));
    assert_eq!(session["groups"], json!([]));
}

#[tokio::test]
async fn what_is_answered_or_expired_is_not_pending_any_more() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let application = bob.apply(group).await;
    ada.answer(application, "declined").await.ok();
    ada.invite(group, &cy).await.ok();
    world.advance(SignedDuration::from_hours(7 * 24));
    for (user, list) in [(&bob, "group_join_requests"), (&cy, "group_invites")] {
        let user = sign_in_again(&world, user).await;
        let own = user.get(&format!("/api/v3/users/{}", user.id)).await.ok();
        assert_eq!(own[list], json!([]), "{list}");
    }
}

#[tokio::test]
async fn a_wrong_password_address_or_game_is_refused_all_alike() {
    let world = World::new().await;
    world.user("ada").await;
    let other = world.other_game().await;
    let good = without(&body(&world), "game_token");
    for (field, value) in [
        ("password", json!("Password")),
        ("password", json!("")),
        ("email", json!("bob@example.com")),
        ("email", json!("bob")),
        ("email", json!("ada@")),
        ("email", json!("a@d@a")),
        ("email", json!("a".repeat(65))),
        ("email", json!("")),
        ("game_id", json!(other.game_id)),
        ("game_id", json!(2_147_483_647)),
    ] {
        let reply = world.nobody().post(SESSIONS, with(&good, field, value)).await;
        reply.refused(401, "CredentialsInvalid");
    }
    for (field, value) in [("game_token", json!(other.game_token)), ("game_id", json!("seven"))] {
        let reply = world.nobody().post(SESSIONS, with(&good, field, value)).await;
        reply.refused(404, "GameNotFound");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let world = World::new().await;
    world.user("ada").await;
    let good = body(&world);
    let mut cases = Vec::new();
    for field in ["email", "password", "game_id"] {
        cases.push((field, without(&good, field)));
        cases.push((field, with(&good, field, Value::Null)));
        cases.push((field, with(&good, field, json!([]))));
    }
    cases.push(("game_token", with(&good, "game_token", json!(7))));
    cases.push(("The request", with(&good, "username", json!("ada"))));
    let call = (Method::POST, SESSIONS, 422);
    crate::common::assert_bodies_refused(&world.nobody(), call.clone(), cases).await;
    assert_unreadable_bodies_refused(&world.nobody(), call).await;
}
