//! What the tests of several endpoints share: the seed's user, and input that no endpoint takes.

use aws_sdk_dynamodb::types::AttributeValue;
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Player, Reply, World};

/// What is not an id: ids are whole numbers from 1 to 2147483647.
pub const NOT_IDS: [&str; 9] =
    ["0", "-1", "1.5", "2147483648", "99999999999999999999", "abc", "undefined", "%20", "+1"];

/// One byte more than a request body may have.
pub const TOO_LARGE: usize = 256 * 1024 + 1;

/// `body` with that field set to that value.
pub fn with(body: &Value, field: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[field] = value;
    body
}

/// `body` without that field.
pub fn without(body: &Value, field: &str) -> Value {
    let mut body = body.clone();
    body.as_object_mut().unwrap().remove(field);
    body
}

/// Signs a user up under a certain id and address.
pub async fn sign_up<'w>(world: &'w World, id: u32, name: &str, email: &str) -> Player<'w> {
    world.draw_next([id]);
    let body = with(&world.sign_up_body(name), "email", email.into());
    let signed_up = world.nobody().post("/api/v3/users", body).await.ok();
    assert_eq!(signed_up["id"], id);
    let mut player = world.with_token(signed_up["authentication_token"].as_str().unwrap());
    (player.id, player.name) = (id, name.to_owned());
    player
}

/// The user of the seed's examples.
pub async fn john_doe(world: &World) -> Player<'_> {
    let john = sign_up(world, 10, "john_doe", "john.doe@example.com").await;
    reward(world, &john, 150, 1200).await;
    john
}

/// The user of the seed's examples, as those see him who may read addresses.
pub fn john_doe_shown() -> Value {
    json!({
        "id": 10,
        "username": "john_doe",
        "email": "john.doe@example.com",
        "display_email": "john.doe@example.com",
        "credits": 150,
        "score": 1200
    })
}

/// Gives a user credits and a score, as no endpoint here does: other parts of a game keep them.
pub async fn reward(world: &World, user: &Player<'_>, credits: i64, score: i64) {
    let number = |number: i64| AttributeValue::N(number.to_string());
    let pk = format!("GAME#{}#USER#{}", world.game_id, user.id);
    let store = &world.app.store;
    let update = store
        .client()
        .update_item()
        .table_name(store.table())
        .key("pk", AttributeValue::S(pk))
        .key("sk", AttributeValue::S("USER".to_owned()))
        .update_expression("SET credits = :credits, score = :score")
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_values(":credits", number(credits))
        .expression_attribute_values(":score", number(score));
    update.send().await.unwrap();
}

/// Somebody as those see them who may not read addresses.
pub fn shown_to_strangers(user: &Player<'_>) -> Value {
    json!({
        "id": user.id,
        "username": user.name,
        "email": null,
        "display_email": null,
        "credits": 0,
        "score": 0
    })
}

/// Somebody as they see themselves.
pub fn shown_to_oneself(user: &Player<'_>) -> Value {
    let email = format!("{}@example.com", user.name);
    let shown = with(&shown_to_strangers(user), "email", email.clone().into());
    with(&shown, "display_email", email.into())
}

/// Somebody, shown so, who has been a member for so many seconds.
pub fn member_for(world: &World, seconds: i64, shown: &Value) -> Value {
    let joined_at = world.now() - SignedDuration::from_secs(seconds);
    with(shown, "joined_at", format!("{joined_at:.3}").into())
}

/// The ids of the entries of a list.
pub fn ids(list: &Value) -> Vec<u64> {
    list.as_array().unwrap().iter().map(|entry| entry["id"].as_u64().unwrap()).collect()
}

/// The names of the entries of a list.
pub fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect()
}

/// Fails the test where `reply` is not the refusal of that parameter; says which request it answered.
pub fn assert_parameter_refused(reply: &Reply, status: u16, field: &str, request: &str) {
    let text = reply.text();
    assert!(text.starts_with(&format!("{field} ")), "{request}: {} {text}", reply.status);
    reply.refused(status, "InvalidParameter");
}

/// Fails the test where a JSON body is not refused in each of these cases for the field that the case names.
pub async fn assert_bodies_refused(
    player: &Player<'_>,
    (method, path, status): (Method, &str, u16),
    cases: impl IntoIterator<Item = (&str, Value)>,
) {
    for (field, body) in cases {
        let reply = player.send(method.clone(), path, Some(body.clone())).await;
        assert_parameter_refused(&reply, status, field, &body.to_string());
    }
}

/// Fails the test where a body that cannot be read is not refused, with `status` where it is malformed.
pub async fn assert_unreadable_bodies_refused(
    player: &Player<'_>,
    (method, path, status): (Method, &str, u16),
) {
    let malformed: [&[u8]; 7] = [
        b"{",
        b"{\"name\": }",
        b"{} {}",
        b"[{\"name\": \"x\"}]",
        b"\"text\"",
        b"7",
        b"{\"name\": \"\xff\"}",
    ];
    for body in malformed {
        let reply = player.send_raw(method.clone(), path, "application/json", body).await;
        let shown = String::from_utf8_lossy(body);
        assert!(reply.text().starts_with("The request body"), "{shown}: {}", reply.text());
        reply.refused(status, "MalformedBody");
    }
    for content_type in ["text/plain", "application/xml", "application/jsonp", "nonsense"] {
        let reply = player.send_raw(method.clone(), path, content_type, "{}").await;
        assert_eq!(reply.status, 415, "{content_type}: {}", reply.text());
        reply.refused(415, "UnsupportedMediaType");
    }
    let reply = player.send_raw(method, path, "application/json", vec![b' '; TOO_LARGE]).await;
    reply.refused(413, "BodyTooLarge");
}

/// Fails the test where what is not an id is not refused in the place of `{}` in `path`.
pub async fn assert_ids_refused(
    player: &Player<'_>,
    (method, path, status): (Method, &str, u16),
    field: &str,
    body: Option<Value>,
) {
    for id in NOT_IDS {
        let path = path.replace("{}", id);
        let reply = player.send(method.clone(), &path, body.clone()).await;
        assert_parameter_refused(&reply, status, field, &path);
    }
}

/// The same user with a new token, once time has made the old one void.
pub async fn sign_in_again<'w>(world: &'w World, user: &Player<'_>) -> Player<'w> {
    let email = format!("{}@example.com", user.name);
    let body = json!({ "game_id": world.game_id, "email": email, "password": "password" });
    let session = world.nobody().post("/api/v3/sessions", body).await.ok();
    let mut player = world.with_token(session["authentication_token"].as_str().unwrap());
    (player.id, player.name) = (user.id, user.name.clone());
    player
}

/// The keys of the attributes of a list.
pub fn keys(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|entry| entry["key"].as_str().unwrap()).collect()
}
