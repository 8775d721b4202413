//! `POST /api/v3/users`

use http::Method;
use serde_json::{Value, json};
use tests::World;

use crate::common::{assert_bodies_refused, assert_unreadable_bodies_refused, with, without};

const USERS: &str = "/api/v3/users";

#[tokio::test]
async fn a_new_user_is_told_everything_that_clients_read() {
    let world = World::new().await;
    world.draw_next([10]);
    let reply = world.nobody().post(USERS, world.sign_up_body("ada")).await;
    assert_eq!(reply.status, 200);
    let mut user = reply.ok();
    let token = user["authentication_token"].take();
    let expected = json!({
        "id": 10,
        "username": "ada",
        "email": "ada@example.com",
        "display_email": "ada@example.com",
        "credits": 0,
        "score": 0,
        "last_login": "2026-01-02T03:04:05.678Z",
        "number_of_logins": 1,
        "events_total": 0,
        "events_current_month": 0,
        "game_sessions_total": 0,
        "game_sessions_current_month": 0,
        "game_user_attributes": [],
        "game_user_store_items": [],
        "friends": [],
        "outgoing_friend_requests": [],
        "incoming_friend_requests": [],
        "direct_chats": [],
        "group_chats": [],
        "game_rounds": [],
        "groups": [],
        "group_join_requests": [],
        "group_invites": [],
        "authentication_token": null,
        "is_new_user": true
    });
    assert_eq!(user, expected);
    let ada = world.with_token(token.as_str().unwrap());
    assert_eq!(ada.get(&format!("{USERS}/10")).await.ok()["username"], "ada");
}

/// The fields of a form, each as name and text.
fn fields(body: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    body.as_object().unwrap().iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

#[tokio::test]
async fn every_form_in_which_clients_sign_up_is_understood() {
    let world = World::new().await;
    let nobody = world.nobody();
    let multipart: String = fields(&world.sign_up_body("multipart"))
        .iter()
        .map(|(name, text)| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        })
        .collect();
    let content_type = "multipart/form-data; boundary=x";
    let sent = nobody.send_raw(Method::POST, USERS, content_type, multipart + "--x--\r\n").await;
    assert_eq!(sent.ok()["username"], "multipart");

    let form: Vec<_> = fields(&world.sign_up_body("form"))
        .iter()
        .map(|(name, text)| format!("{name}={}", text.replace('@', "%40")))
        .collect();
    let content_type = "application/x-www-form-urlencoded";
    let sent = nobody.send_raw(Method::POST, USERS, content_type, form.join("&")).await;
    assert_eq!(sent.ok()["email"], "form@example.com");

    let game_id = world.game_id.to_string();
    let textual = with(&world.sign_up_body("textual"), "game_id", game_id.clone().into());
    assert_eq!(nobody.post(USERS, textual).await.ok()["username"], "textual");

    let nested = json!({ "user": world.sign_up_body("nested") });
    assert_eq!(nobody.post(USERS, nested).await.ok()["username"], "nested");

    let body = without(&without(&world.sign_up_body("query"), "game_id"), "game_token");
    let path = format!("{USERS}?game_id={game_id}&game_token={}", world.game_token);
    assert_eq!(nobody.post(&path, body).await.ok()["username"], "query");
}

#[tokio::test]
async fn a_stale_token_does_not_keep_anybody_from_signing_up() {
    let world = World::new().await;
    world.with_token("stale").post(USERS, world.sign_up_body("ada")).await.ok();
}

#[tokio::test]
async fn a_name_or_address_is_taken_in_all_its_spellings_and_free_in_another_game() {
    let world = World::new().await;
    world.user("ada").await;
    let nobody = world.nobody();
    let same_name = with(&world.sign_up_body("ADA"), "email", json!("other@example.com"));
    nobody.post(USERS, same_name).await.refused(422, "UsernameTaken");
    let same_address = with(&world.sign_up_body("bob"), "email", json!("Ada@Example.COM"));
    nobody.post(USERS, same_address).await.refused(422, "EmailTaken");
    // What a refused sign-up asked for is not taken by it.
    world.user("bob").await;
    world.other_game().await.user("ada").await;
}

#[tokio::test]
async fn a_game_that_is_not_there_or_another_games_token_is_not_found() {
    let world = World::new().await;
    let other = world.other_game().await;
    let body = world.sign_up_body("ada");
    for (field, value) in [
        ("game_id", json!(2_147_483_647)),
        ("game_id", json!("2147483647")),
        ("game_id", json!("seven")),
        ("game_id", json!("")),
        ("game_id", json!(0)),
        ("game_id", json!(-1)),
        ("game_id", json!(1.5)),
        ("game_id", json!(2_147_483_648_u64)),
        ("game_id", json!(other.game_id)),
        ("game_token", json!(other.game_token)),
        ("game_token", json!("")),
        ("game_token", json!(world.secret_key)),
    ] {
        let reply = world.nobody().post(USERS, with(&body, field, value)).await;
        reply.refused(404, "GameNotFound");
    }
    world.user("ada").await;
}

#[tokio::test]
async fn what_is_not_a_user_is_refused_and_takes_no_name() {
    let world = World::new().await;
    let body = world.sign_up_body("ada");
    let mut cases = Vec::new();
    for field in ["email", "password", "password_confirmation", "username", "game_id", "game_token"]
    {
        cases.push((field, without(&body, field)));
        for value in [Value::Null, json!([]), json!({}), json!(true)] {
            cases.push((field, with(&body, field, value)));
        }
    }
    for email in ["ada", "@example.com", "ada@", "a@b@c", "a da@example.com", "", "a\n@b"] {
        cases.push(("email", with(&body, "email", email.into())));
    }
    for username in ["", " ", "a\nb", &"x".repeat(65)] {
        cases.push(("username", with(&body, "username", username.into())));
    }
    for password in ["", "12345", &"x".repeat(129)] {
        cases.push(("password", with(&body, "password", password.into())));
    }
    for password in ["Password", "password ", ""] {
        let case = with(&body, "password_confirmation", password.into());
        cases.push(("password_confirmation", case));
    }
    cases.push(("The request", with(&body, "credits", json!(1_000_000))));
    assert_bodies_refused(&world.nobody(), (Method::POST, USERS, 422), cases).await;
    assert_unreadable_bodies_refused(&world.nobody(), (Method::POST, USERS, 422)).await;
    world.user("ada").await;
}

#[tokio::test]
async fn a_form_that_is_none_is_refused() {
    let world = World::new().await;
    for (content_type, body) in [
        ("multipart/form-data", "--x--\r\n"),
        ("multipart/form-data; boundary=x", "game_id=7"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data\r\n\r\n7\r\n--x--\r\n",
        ),
    ] {
        let reply = world.nobody().send_raw(Method::POST, USERS, content_type, body).await;
        reply.refused(422, "MalformedBody");
    }
}

#[tokio::test]
async fn a_refusal_does_not_repeat_the_password() {
    let world = World::new().await;
    let body = with(&world.sign_up_body("ada"), "password", json!({ "secret": "hunter2" }));
    assert!(!world.nobody().post(USERS, body).await.text().contains("hunter2"));
}

#[tokio::test]
async fn names_addresses_and_passwords_may_go_to_their_limits() {
    let world = World::new().await;
    let long_address = format!("{}@example.com", "x".repeat(254 - "@example.com".len()));
    let limits = [
        ("username", "ä".repeat(64)),
        ("username", "x".to_owned()),
        ("email", long_address),
        ("email", "a@b".to_owned()),
        ("password", "123456".to_owned()),
        ("password", "ä".repeat(128)),
        ("password", " blanks stay ".to_owned()),
    ];
    for (number, (field, value)) in limits.into_iter().enumerate() {
        let mut body = with(&world.sign_up_body(&format!("user{number}")), field, json!(value));
        body["password_confirmation"] = body["password"].clone();
        let signed_up = world.nobody().post("/api/v3/users", body.clone()).await.ok();
        assert_eq!(signed_up["username"], body["username"], "{field}");
        let credentials = json!({
            "game_id": world.game_id, "email": body["email"], "password": body["password"]
        });
        let signed_in = world.nobody().post("/api/v3/sessions", credentials).await.ok();
        assert_eq!(signed_in["id"], signed_up["id"], "{field}");
    }
}
