//! `GET /api/v3/games/verify` and `GET /api/v3/games/store_items`

use serde_json::json;
use tests::World;

use crate::common::assert_parameter_refused;

const CALLS: [&str; 2] = ["/api/v3/games/verify", "/api/v3/games/store_items"];

#[tokio::test]
async fn a_game_is_told_to_whoever_knows_its_token() {
    let world = World::new().await;
    let query = format!("game_id={}&game_token={}", world.game_id, world.game_token);
    let reply = world.nobody().get(&format!("{}?{query}", CALLS[0])).await;
    assert_eq!(reply.status, 200);
    let expected = json!({
        "id": world.game_id,
        "name": "Test",
        "token": world.game_token,
        "description": "",
        "game_variables": []
    });
    assert_eq!(reply.ok(), expected);
}

#[tokio::test]
async fn the_store_is_empty() {
    let world = World::new().await;
    let query = format!("game_id={}&game_token={}", world.game_id, world.game_token);
    let reply = world.nobody().get(&format!("{}?{query}", CALLS[1])).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.ok(), json!({ "store_items": [] }));
}

#[tokio::test]
async fn what_clients_send_along_changes_nothing() {
    let world = World::new().await;
    let query = format!("game_id={}&game_token={}", world.game_id, world.game_token);
    for call in CALLS {
        let expected = world.nobody().get(&format!("{call}?{query}")).await.ok();
        for extra in ["client_from_library=js", "client_from_library=cs&seed_store=true"] {
            let reply = world.nobody().get(&format!("{call}?{query}&{extra}")).await;
            assert_eq!(reply.ok(), expected, "{call} {extra}");
        }
    }
}

#[tokio::test]
async fn a_token_that_is_not_the_games_is_refused_as_if_there_were_no_such_game() {
    let world = World::new().await;
    let other = world.other_game().await;
    for (id, token) in [
        (&*world.game_id.to_string(), &*other.game_token),
        (&*other.game_id.to_string(), &*world.game_token),
        ("2147483647", &*world.game_token),
        ("2147483648", &*world.game_token),
        ("seven", &*world.game_token),
        ("0", &*world.game_token),
        ("-1", &*world.game_token),
        ("", &*world.game_token),
        (&*world.game_id.to_string(), &*world.secret_key),
        (&*world.game_id.to_string(), ""),
    ] {
        for call in CALLS {
            let path = format!("{call}?game_id={id}&game_token={token}");
            world.nobody().get(&path).await.refused(401, "GameTokenInvalid");
        }
    }
}

#[tokio::test]
async fn parameters_that_make_no_sense_are_refused() {
    let world = World::new().await;
    let token = &world.game_token;
    for (field, query) in [
        ("game_id", format!("game_token={token}")),
        ("game_token", format!("game_id={}", world.game_id)),
        ("seed_store", format!("game_id=7&game_token={token}&seed_store=yes")),
        ("The request", format!("game_id=7&game_token={token}&secret_key=x")),
    ] {
        for call in CALLS {
            let reply = world.nobody().get(&format!("{call}?{query}")).await;
            assert_parameter_refused(&reply, 422, field, &query);
        }
    }
}
