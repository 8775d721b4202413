//! A token, an address or a password never appears in a log or an error.

use http::Method;
use serde_json::{Value, json};
use tests::World;

const ADDRESS: &str = "secret.address@example.com";
const PASSWORD: &str = "secret password 1234567";

fn body(world: &World, change: Value) -> Value {
    let mut body = world.sign_up_body("ada");
    body["email"] = ADDRESS.into();
    body["password"] = PASSWORD.into();
    body["password_confirmation"] = PASSWORD.into();
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn neither_the_log_nor_an_error_repeats_a_secret() {
    let world = World::new().await;
    let nobody = world.nobody();
    let user = nobody.post("/api/v3/users", body(&world, json!({}))).await.ok();
    let token = user["authentication_token"].as_str().unwrap();

    let mut errors = Vec::new();
    for change in [
        json!({}),
        json!({ "username": "bob" }),
        json!({ "password_confirmation": "another password" }),
        json!({ "email": format!("{ADDRESS}@twice") }),
        json!({ "password": 1_234_567 }),
        json!({ "password": ["secret password 1234567"] }),
        json!({ "password": PASSWORD.repeat(20) }),
        json!({ "game_token": "a secret game token" }),
        json!({ "extra": PASSWORD }),
    ] {
        errors.push(nobody.post("/api/v3/users", body(&world, change)).await);
    }
    for change in [json!({ "password": "wrong" }), json!({ "game_id": PASSWORD })] {
        let mut session = json!({
            "game_id": world.game_id, "email": ADDRESS, "password": PASSWORD,
        });
        session.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        errors.push(nobody.post("/api/v3/sessions", session).await);
    }
    let broken = format!("{{\"email\": \"{ADDRESS}\", \"password\": {PASSWORD}");
    let path = "/api/v3/users";
    errors.push(nobody.send_raw(Method::POST, path, "application/json", broken).await);
    errors.push(world.with_token(&format!("{token}x")).get("/api/v3/groups").await);
    errors.push(world.with_token(token).get(&format!("/api/v3/groups?cursor={token}")).await);
    // DynamoDB may repeat keys and values in what it says.
    for error in ["ValidationException", "SomeExceptionToCome"] {
        world.faults.refuse_saying("BatchGetItem", error, ADDRESS);
        errors.push(nobody.post(path, body(&world, json!({}))).await);
        assert_eq!(world.log().pop().unwrap()["cause"], error, "the code tells what it was");
    }

    let log = world.log().iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    assert!(log.contains("InternalError"), "the last one is our fault, and logged as such");
    let texts = errors.iter().map(|reply| {
        assert!(!reply.status.is_success(), "{}", reply.text());
        format!("{} {:?}", reply.text(), reply.headers)
    });
    let everything = texts.collect::<Vec<_>>().join("\n") + &log;
    for secret in ["secret", "1234567", "1_234_567", token, &world.game_token, &world.secret_key] {
        assert!(!everything.contains(secret), "{secret} is repeated in:\n{everything}");
    }
}

#[tokio::test]
async fn a_line_of_the_log_names_function_game_outcome_and_cost() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    ada.get("/api/v3/groups/1").await.refused(404, "GroupNotFound");
    let line = world.log().pop().unwrap();
    let id = line["request_id"].as_str().unwrap();
    assert_eq!(id.len(), 16);
    assert_eq!(
        line,
        json!({
            "function": "get-group", "request_id": id, "game": world.game_id, "group": 1,
            "user": ada.id, "status": 404,
            "error": "GroupNotFound", "duration_ms": 0.0, "round_trips": 1, "refusals": 1,
        })
    );
}

#[tokio::test]
async fn a_line_tells_who_was_removed_and_by_whom_by_ids_alone() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    let path = format!("/api/v3/group_connections/remove_member/{}", bob.id);
    let body = json!({ "group_id": group, "reason": "a secret reason" });
    ada.put(&path, body).await.ok();
    let line = world.log().pop().unwrap();
    let told = ["group", "user", "event", "users"].map(|name| line[name].clone());
    let expected = [json!(group), json!(ada.id), json!("member.removed"), json!([bob.id])];
    assert_eq!(told, expected);
    world.service_for(&ada).leave(group).await.ok();
    let line = world.log().pop().unwrap();
    let told = ["user", "event", "users"].map(|name| line[name].clone());
    assert_eq!(told, [json!(ada.id), json!("group.dissolved"), json!([ada.id])]);
    let log = world.log().iter().map(Value::to_string).collect::<String>();
    assert!(!log.contains("secret reason") && !log.contains("Wolves"), "{log}");
}

#[tokio::test]
async fn every_line_of_a_call_about_a_group_names_it_and_who_calls() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    assert_eq!(world.log().pop().unwrap()["user"], ada.id, "who signed up");
    let group = ada.create_group("Wolves", json!({})).await;
    for path in ["", "/attributes", "/blocks", "/codes", "/events"] {
        ada.get(&format!("/api/v3/groups/{group}{path}")).await.ok();
    }
    world.faults.refuse_late("Query", "ThrottlingException", shared::store::meter::REQUEST_BUDGET);
    ada.get(&format!("/api/v3/groups/{group}")).await.refused(503, "Busy");
    for line in world.log().iter().skip(2) {
        assert_eq!((&line["group"], &line["user"]), (&json!(group), &json!(ada.id)), "{line}");
    }
    ada.delete(&format!("/api/v3/groups/{group}?dry_run=true")).await.ok();
    let line = world.log().pop().unwrap();
    assert!(line.get("event").is_none(), "what is only tried does not happen: {line}");
}
