//! Functions without a route: `create-game` and `relay-events`, by invocation.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::{Method, Request};
use serde_json::{Value, json};
use tests::{Player, World};

/// The sample event, about that group.
fn deletion_of(world: &World, group: u64) -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../events/relay-events.json");
    let event = std::fs::read_to_string(path).unwrap();
    let partition = format!("GAME#{}#GROUP#{group}", world.game_id);
    let mut event: Value =
        serde_json::from_str(&event.replace("GAME#1#GROUP#1", &partition)).unwrap();
    event["Records"][0]["dynamodb"]["NewImage"]["group_id"]["N"] = group.to_string().into();
    event
}

/// A group with one row of each kind.
async fn group_with_everything(world: &World) -> (Player<'_>, u64) {
    let [ada, removed, applicant, invited] =
        world.users(["ada", "removed", "applicant", "invited"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let connection = removed.apply(group).await;
    ada.answer(connection, "accepted").await.ok();
    ada.remove(group, &removed).await.ok();
    applicant.apply(group).await;
    ada.invite(group, &invited).await.ok();
    let body = json!({ "attributes": [{ "key": "motto", "value": "onward" }] });
    ada.post(&format!("/api/v3/groups/{group}/add_attribute"), body).await.ok();
    let mut kinds: Vec<_> =
        world.contents(group).await.iter().map(|row| row["kind"].clone()).collect();
    kinds.sort_by_key(Value::to_string);
    let all = ["application", "attribute", "block", "group", "invitation", "member"];
    assert_eq!(kinds, all, "what is to be swept");
    (ada, group)
}

async fn sweep(world: &World, group: u64) {
    let reply = world.invoke("relay-events", deletion_of(world, group)).await;
    assert_eq!((reply.status.as_u16(), reply.header("x-amz-function-error")), (200, ""));
    assert_eq!(reply.text(), "null");
}

#[tokio::test]
async fn a_deleted_group_is_swept_to_the_last_row_and_twice_is_harmless() {
    let world = World::new().await;
    let (ada, group) = group_with_everything(&world).await;
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    assert!(!world.rows(group).await.is_empty(), "what is deleted lies there until it is swept");
    for _ in 0..2 {
        sweep(&world, group).await;
        assert_eq!(world.rows(group).await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn an_operator_sweeps_by_hand_with_the_row_that_lies_in_the_table() {
    let world = World::new().await;
    let (ada, group) = group_with_everything(&world).await;
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    // What docs/operations.md makes of a scan.
    let row = world.record(group).await["dynamodb"]["NewImage"].clone();
    let event = json!({ "Records": [{
        "eventID": row["pk"]["S"], "eventName": "MODIFY", "awsRegion": "",
        "dynamodb": { "NewImage": row, "SizeBytes": 0 },
    }] });
    assert_eq!(world.invoke("relay-events", event).await.text(), "null");
    assert_eq!(world.rows(group).await, Vec::<Value>::new());
    assert_eq!(world.history(group).await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_live_group_keeps_its_rows_whatever_the_event_says() {
    let world = World::new().await;
    let (_, group) = group_with_everything(&world).await;
    let before = world.rows(group).await;
    sweep(&world, group).await;
    assert_eq!(world.rows(group).await, before);
}

#[tokio::test]
async fn other_groups_keep_their_rows() {
    let world = World::new().await;
    let (ada, group) = group_with_everything(&world).await;
    let other = ada.create_group("Foxes", json!({})).await;
    let before = world.rows(other).await;
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    sweep(&world, group).await;
    assert_eq!(world.rows(other).await, before);
}

#[tokio::test]
async fn an_id_comes_back_only_after_the_sweep_and_then_to_an_empty_group() {
    let world = World::new().await;
    let (ada, group) = group_with_everything(&world).await;
    let id = u32::try_from(group).unwrap();
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    world.draw_next([id, 7]);
    assert_eq!(ada.create_group("Foxes", json!({})).await, 7, "the old rows still lie there");
    sweep(&world, group).await;
    world.draw_next([id]);
    assert_eq!(ada.create_group("Bears", json!({})).await, group);
    let read = ada.group(group).await;
    assert_eq!((&read["name"], &read["member_count"]), (&json!("Bears"), &json!(1)));
    assert_eq!((&read["join_requests"], &read["invites"]), (&json!([]), &json!([])));
    // The event that deleted the old group may be delivered again.
    sweep(&world, group).await;
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn records_that_delete_no_group_are_passed_over() {
    let world = World::new().await;
    let (ada, group) = group_with_everything(&world).await;
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    let before = world.rows(group).await;
    let with = |field: &str, value: Value| {
        let mut event = deletion_of(&world, group);
        event["Records"][0]["dynamodb"]["NewImage"][field] = value;
        event
    };
    for event in [
        json!({ "Records": [] }),
        with("kind", json!({ "S": "member" })),
        with("pk", json!({ "S": "GAME#x#GROUP#y" })),
        with("deleted_at", json!({ "NULL": true })),
    ] {
        let reply = world.invoke("relay-events", event.clone()).await;
        assert_eq!(reply.header("x-amz-function-error"), "", "{event}: {}", reply.text());
        assert_eq!(world.rows(group).await, before, "{event}");
    }
}

#[tokio::test]
async fn a_new_game_is_told_its_token_and_key_which_work() {
    let world = World::new().await;
    world.draw_next([77]);
    let reply = world.invoke("create-game", json!({ "name": " Awesome Game " })).await;
    assert_eq!((reply.status.as_u16(), reply.header("x-amz-function-error")), (200, ""));
    let game: Value = serde_json::from_str(&reply.text()).unwrap();
    assert_eq!((&game["game_id"], &game["name"]), (&json!(77), &json!("Awesome Game")));
    assert!(game["secret_key"].as_str().unwrap().starts_with("77."));
    let token = game["game_token"].as_str().unwrap();
    let path = format!("/api/v3/games/verify?game_id=77&game_token={token}");
    assert_eq!(world.nobody().get(&path).await.ok()["name"], "Awesome Game");
    assert_eq!(game.as_object().unwrap().len(), 4);
}

#[tokio::test]
async fn an_event_that_makes_no_sense_fails_the_invocation() {
    let world = World::new().await;
    for (function, event) in [
        ("create-game", json!({})),
        ("create-game", json!({ "name": "" })),
        ("create-game", json!({ "name": 7 })),
        ("create-game", json!({ "name": "x".repeat(101) })),
        ("create-game", json!({ "name": "Test", "id": 7 })),
        ("create-game", json!(null)),
        ("relay-events", json!({ "Records": 7 })),
        ("relay-events", json!([])),
    ] {
        let reply = world.invoke(function, event.clone()).await;
        assert_eq!(reply.header("x-amz-function-error"), "Unhandled", "{function} {event}");
        assert!(reply.text().contains("InvalidParameter"), "{}", reply.text());
    }
}

#[tokio::test]
async fn functions_with_a_route_or_none_of_that_name_cannot_be_invoked() {
    let world = World::new().await;
    for name in ["create-group", "nonsense"] {
        assert_eq!(world.invoke(name, json!({})).await.status, 404, "{name}");
    }
    let path = "/2015-03-31/functions/create-game/invocations";
    let reply = world.nobody().send_raw(Method::POST, path, "application/json", "{").await;
    assert_eq!(reply.status, 400);
}

/// Asks for a new game, from an address and with a header where those are named.
async fn invoke(world: &World, peer: Option<&str>, header: Option<(&str, &str)>) -> tests::Reply {
    let path = "/2015-03-31/functions/create-game/invocations";
    let mut request = Request::builder().method(Method::POST).uri(path);
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    if let Some(peer) = peer {
        request = request.extension(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
    }
    world.send(request.body(br#"{"name": "Other"}"#.to_vec()).unwrap()).await
}

#[tokio::test]
async fn functions_are_invoked_by_programs_of_this_machine_alone() {
    let world = World::new().await;
    for peer in [None, Some("127.0.0.1:9"), Some("[::1]:9"), Some("[::ffff:127.0.0.1]:9")] {
        let hosts = ["127.0.0.1:3000", "localhost:3000", "[::1]:3000"];
        for host in hosts.map(|host| Some(("host", host))).into_iter().chain([None]) {
            let reply = invoke(&world, peer, host).await;
            assert_eq!(reply.status, 200, "{peer:?} {host:?}: {}", reply.text());
            assert!(!reply.header("x-amzn-requestid").is_empty());
        }
    }
    let here = Some("127.0.0.1:9");
    for (peer, header) in [
        (Some("192.0.2.7:9"), None),
        (Some("[::ffff:192.0.2.7]:9"), None),
        (here, Some(("origin", "https://evil.example"))),
        (here, Some(("origin", "null"))),
        (here, Some(("sec-fetch-site", "cross-site"))),
        (here, Some(("host", "rebound.evil.example"))),
    ] {
        let reply = invoke(&world, peer, header).await;
        assert_eq!(reply.status, 403, "{peer:?} {header:?}");
        assert_eq!(reply.header("access-control-allow-origin"), "");
        assert!(!reply.text().contains("secret_key"), "{}", reply.text());
        let log = world.log();
        let line = log.last().unwrap();
        assert_eq!(line["error"], "AccessDeniedException");
        assert_eq!(line["request_id"], reply.header("x-amzn-requestid"));
    }
    let log = world.log();
    let made = log.iter().filter(|line| line["function"] == "create-game").count();
    assert_eq!(made, 1 + 16, "the world's own, and those that were permitted");
}

#[tokio::test]
async fn an_invocation_takes_only_a_post_of_an_event() {
    let world = World::new().await;
    let path = "/2015-03-31/functions/create-game/invocations";
    for (method, path, body, status) in [
        (Method::GET, path, "{}".to_owned(), 405),
        (Method::OPTIONS, path, String::new(), 405),
        (Method::POST, path, String::new(), 400),
        (Method::POST, path, " ".repeat((6 << 20) + 1), 413),
        (Method::POST, "/2015-03-31/functions/%ff/invocations", "{}".to_owned(), 404),
        (Method::POST, "/2015-03-31/functions/create-game", "{}".to_owned(), 404),
    ] {
        let reply = world.nobody().send_raw(method.clone(), path, "application/json", body).await;
        assert_eq!(reply.status, status, "{method} {path}: {}", reply.text());
        assert!(!reply.header("x-amzn-requestid").is_empty());
    }
}
