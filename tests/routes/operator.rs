//! What an operator's orders are answered with.

use serde_json::{Value, json};
use tests::World;

/// The games behind that one, which is the one order that names none.
async fn list(world: &World, after: Value) -> Value {
    let reply = world.invoke("list-games", json!({ "after": after })).await;
    serde_json::from_str(&reply.text()).unwrap()
}

#[tokio::test]
async fn games_are_listed_by_their_ids_a_hundred_at_a_time() {
    let world = World::new().await;
    let mut made = vec![world.game_id];
    for number in 0..120 {
        let event = json!({ "name": format!("Game {number}") });
        let game: Value =
            serde_json::from_str(&world.invoke("create-game", event).await.text()).unwrap();
        made.push(game["game_id"].as_u64().unwrap());
    }
    made.sort_unstable();
    let mut listed = Vec::new();
    let mut next = Value::Null;
    loop {
        let page = list(&world, next).await;
        let games = page["games"].as_array().unwrap();
        listed.extend(games.iter().map(|game| game["game_id"].as_u64().unwrap()));
        next = page["next"].clone();
        if next.is_null() {
            break;
        }
        assert_eq!(games.len(), 100);
    }
    assert_eq!(listed, made);
}

#[tokio::test]
async fn a_listed_game_says_what_has_become_of_it_and_no_secret() {
    let world = World::new().await;
    world.order("rotate-game-keys", json!({ "key": "game_token", "old_valid_for": 60 })).await;
    world.order("disable-game", json!({ "disabled": true })).await;
    let listed = list(&world, Value::Null).await;
    let game = json!({
        "game_id": world.game_id, "name": "Test", "disabled_at": "2026-01-02T03:04:05.678Z",
        "deleted_at": null, "old_game_token_until": "2026-01-02T03:05:05Z",
        "old_secret_key_until": null,
    });
    assert_eq!(listed, json!({ "games": [game], "next": null }));
}

#[tokio::test]
async fn a_group_is_shown_with_everything_but_what_lets_people_in() {
    let world = World::embedded().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    bob.apply(group).await;
    ada.create_code(group, json!({ "note": "for friends" })).await;
    world.relay().await;
    let shown = world.order("inspect-group", json!({ "group_id": group })).await;
    assert_eq!(shown["group"]["group_name"], "Wolves");
    assert_eq!(shown["members"][0]["joined_at"], "2026-01-02T03:04:05.678Z");
    assert_eq!(shown["members"][0]["role_ids"], json!(["admins"]));
    assert_eq!(shown["doors"][0]["applied"]["expires_at"], "2026-01-09T03:04:05Z");
    assert_eq!(shown["codes"][0]["note"], "for friends");
    assert!(shown["codes"][0].get("code_hash").is_none());
    let types: Vec<_> =
        shown["events"].as_array().unwrap().iter().map(|it| it["event"]["type"].clone()).collect();
    assert_eq!(types, ["code.created", "application.created", "group.created"]);
    let short = world.order("inspect-group", json!({ "group_id": group, "limit": 1 })).await;
    assert_eq!(short["events"].as_array().unwrap().len(), 1);
    for limit in [0, 1001] {
        let order = json!({ "group_id": group, "limit": limit });
        assert_eq!(world.refused_order("inspect-group", order).await, "InvalidParameter");
    }
}

#[tokio::test]
async fn a_user_is_found_by_whatever_they_are_known_by() {
    let world = World::new().await;
    let ada = world.user("Ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let eve = world.entity("eve's device").await;
    for named in [
        json!({ "user_id": ada.id }),
        json!({ "username": "ada" }),
        json!({ "email": "ADA@example.com" }),
    ] {
        let shown = world.order("inspect-user", named).await;
        assert_eq!(shown["user"]["user_id"], ada.id);
        assert_eq!(shown["user"]["email"], "Ada@example.com");
        assert_eq!(shown["memberships"][0]["group_id"], group);
        assert_eq!(shown["has_password"], true);
        assert!(!shown.to_string().contains("argon2"));
        assert_eq!(world.log().pop().unwrap()["user"], ada.id);
    }
    let shown = world.order("inspect-user", json!({ "custom_id": "eve's device" })).await;
    assert_eq!(shown["user"]["user_id"], eve.player.id);
    assert_eq!(shown["user"]["custom_id"], "eve's device");
    assert_eq!(shown["has_password"], false);
    let both = json!({ "username": "ada", "user_id": ada.id });
    for order in [json!({}), both] {
        assert_eq!(world.refused_order("inspect-user", order).await, "InvalidParameter");
    }
    let nobody = json!({ "email": "nobody@example.com" });
    assert_eq!(world.refused_order("inspect-user", nobody).await, "UserNotFound");
}

#[tokio::test]
async fn the_log_tells_who_ordered_what_about_whom_by_ids_alone() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let order = json!({ "banned": true, "reason": "sold accounts", "by": "ticket-4711" });
    world.order_about("ban-user", &ada, order).await;
    let line = world.log().pop().unwrap();
    let expected = json!({
        "function": "ban-user", "request_id": line["request_id"], "game": world.game_id, "user": ada.id,
        "operator": "ticket-4711", "status": 200, "duration_ms": 0.0, "round_trips": 1,
    });
    assert_eq!(line, expected);
    for by in [json!("me@example.com"), json!(""), json!(7), json!("x".repeat(101))] {
        let order = json!({ "user_id": ada.id, "by": by });
        assert_eq!(world.refused_order("revoke-tokens", order).await, "InvalidParameter");
    }
}

#[tokio::test]
async fn an_order_is_read_strictly() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for (function, order) in [
        ("list-games", json!({ "before": 1 })),
        ("rotate-game-keys", json!({ "key": "both" })),
        ("rotate-game-keys", json!({ "key": "secret_key", "old_valid_for": 31_536_001 })),
        ("disable-game", json!({})),
        ("disable-game", json!({ "disabled": "yes" })),
        ("delete-game", json!({})),
        ("inspect-group", json!({ "group_id": 0 })),
        ("repair-group", json!({ "group_id": 1, "mend": 1 })),
        ("ban-user", json!({ "user_id": ada.id })),
        ("ban-user", json!({ "user_id": ada.id, "banned": true, "until": "tomorrow" })),
        ("set-password", json!({ "user_id": ada.id })),
        ("revoke-tokens", json!({ "user_id": ada.id.to_string() })),
    ] {
        assert_eq!(
            world.refused_order(function, order.clone()).await,
            "InvalidParameter",
            "{function} {order}"
        );
    }
    assert_eq!(ada.get(&format!("/api/v3/users/{}", ada.id)).await.status, 200, "nothing was done");
}
