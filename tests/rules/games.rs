//! Games as their operators have them: other secrets, disabled ones, and those that are deleted.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::operations::games::delete::ENOUGH;
use tests::{Lost, Reply, World};

use crate::{ROUNDS, race};

/// Asks whether that is the game's token.
async fn verify(world: &World, token: &str) -> bool {
    let path = format!("/api/v3/games/verify?game_id={}&game_token={token}", world.game_id);
    world.nobody().get(&path).await.status == 200
}

/// Asks for a token of the game's own by that key, or by something else.
async fn exchange(world: &World, header: &'static str, credential: &str) -> Reply {
    let mut caller = world.nobody();
    caller.credentials = vec![(header, credential.to_owned())];
    caller.post("/Authentication/GetEntityToken", json!({})).await
}

async fn is_key(world: &World, key: &str) -> bool {
    exchange(world, "x-secretkey", key).await.status == 200
}

async fn rotate(world: &World, key: &str, old_valid_for: Option<u32>) -> String {
    let mut order = json!({ "key": key });
    if let Some(seconds) = old_valid_for {
        order["old_valid_for"] = seconds.into();
    }
    let answer = world.order("rotate-game-keys", order).await;
    answer[key].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn of_two_tokens_and_two_keys_the_old_one_is_good_for_as_long_as_was_said() {
    let world = World::new().await;
    let token = rotate(&world, "game_token", Some(60)).await;
    let key = rotate(&world, "secret_key", None).await;
    assert!(verify(&world, &token).await && verify(&world, &world.game_token).await);
    assert!(is_key(&world, &key).await && is_key(&world, &world.secret_key).await);
    assert!(!verify(&world, "x").await && !is_key(&world, "1.x").await);
    world.user("ada").await;
    // It ends on a second, and the world began behind the beginning of one.
    world.advance(SignedDuration::from_secs(60));
    assert!(verify(&world, &token).await && !verify(&world, &world.game_token).await);
    assert!(is_key(&world, &world.secret_key).await, "a day, where nothing was said");
    world.advance(SignedDuration::from_hours(24));
    assert!(is_key(&world, &key).await && !is_key(&world, &world.secret_key).await);
}

#[tokio::test]
async fn a_secret_that_is_known_to_others_is_replaced_at_once_and_an_older_one_is_good_no_more() {
    let world = World::new().await;
    let second = rotate(&world, "secret_key", Some(600)).await;
    let third = rotate(&world, "secret_key", Some(600)).await;
    assert!(!is_key(&world, &world.secret_key).await, "only the one before is good");
    assert!(is_key(&world, &second).await && is_key(&world, &third).await);
    let fourth = rotate(&world, "secret_key", Some(0)).await;
    assert!(!is_key(&world, &third).await && is_key(&world, &fourth).await);
    let log = format!("{:?}", world.log());
    for secret in [&second, &third, &fourth] {
        assert!(!log.contains(secret.as_str()));
    }
}

#[tokio::test]
async fn a_token_by_a_key_that_was_replaced_is_exchanged_for_no_other() {
    let world = World::new().await;
    let reply = exchange(&world, "x-secretkey", &world.secret_key).await.data();
    let token = reply["EntityToken"].as_str().unwrap().to_owned();
    exchange(&world, "x-entitytoken", &token).await.data();
    let key = rotate(&world, "secret_key", Some(0)).await;
    exchange(&world, "x-entitytoken", &token).await.failed("EntityTokenExpired", 1336);
    let reply = exchange(&world, "x-secretkey", &key).await.data();
    let token = reply["EntityToken"].as_str().unwrap();
    exchange(&world, "x-entitytoken", token).await.data();
}

#[tokio::test]
async fn a_token_by_a_key_that_is_good_for_a_while_still_is_exchanged_for_no_other() {
    let world = World::new().await;
    let key = rotate(&world, "secret_key", Some(600)).await;
    for (key, is_last) in [(&world.secret_key, false), (&key, true)] {
        let reply = exchange(&world, "x-secretkey", key).await.data();
        let token = reply["EntityToken"].as_str().unwrap();
        // Else whoever has it stays in for ever, although their key is over in ten minutes.
        assert_eq!(exchange(&world, "x-entitytoken", token).await.status == 200, is_last);
    }
}

#[tokio::test]
async fn of_keys_that_are_made_at_once_the_last_one_is_good_and_the_one_before() {
    for round in 0..ROUNDS {
        let world = World::new().await;
        let order = json!({ "key": "secret_key" });
        let replies = race(
            round,
            vec![
                world.send_order("rotate-game-keys", order.clone()).boxed_local(),
                world.send_order("rotate-game-keys", order).boxed_local(),
            ],
        )
        .await;
        let answer = |reply: &Reply| serde_json::from_slice::<Value>(&reply.body).unwrap();
        for reply in &replies {
            assert!(is_key(&world, answer(reply)["secret_key"].as_str().unwrap()).await);
        }
        assert!(!is_key(&world, &world.secret_key).await);
    }
}

/// What lets somebody in, and whether it does.
async fn ways_in(world: &World, name: &str) -> [bool; 7] {
    let nobody = world.nobody();
    let credentials = json!({ "game_id": world.game_id, "email": "ada", "password": "password" });
    let mut with_token = credentials.clone();
    with_token["game_token"] = world.game_token.clone().into();
    let login = json!({
        "TitleId": world.game_id.to_string(), "CustomId": name, "CreateAccount": true,
    });
    let mut server = world.nobody();
    server.credentials = vec![
        ("service-key-name", "tests".to_owned()),
        ("service-key-token", world.secret_key.clone()),
    ];
    [
        nobody.post("/api/v3/users", world.sign_up_body(name)).await.status.is_success(),
        nobody.post("/api/v3/sessions", credentials).await.status.is_success(),
        nobody.post("/api/v3/sessions", with_token).await.status.is_success(),
        nobody.post("/Client/LoginWithCustomID", login).await.status.is_success(),
        verify(world, &world.game_token).await,
        server.get("/api/v3/webhooks").await.status.is_success(),
        is_key(world, &world.secret_key).await,
    ]
}

const OPEN: [bool; 7] = [true; 7];
const CLOSED: [bool; 7] = [false; 7];

#[tokio::test]
async fn nobody_gets_into_a_game_that_is_disabled_until_it_is_enabled() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let token = ada.credentials[0].1.clone();
    world.order("disable-game", json!({ "disabled": true })).await;
    assert_eq!(ways_in(&world, "bob").await, CLOSED);
    // Who was in stays until their token's time is over, and gets no other.
    ada.get("/api/v3/groups").await.ok();
    exchange(&world, "x-entitytoken", &token).await.failed("EntityTokenExpired", 1336);
    let since = world.order("disable-game", json!({ "disabled": true })).await;
    world.advance(SignedDuration::from_mins(1));
    assert_eq!(world.order("disable-game", json!({ "disabled": true })).await, since);
    let enabled = world.order("disable-game", json!({ "disabled": false })).await;
    assert_eq!(enabled["disabled_at"], Value::Null);
    assert_eq!(ways_in(&world, "cleo").await, OPEN);
    exchange(&world, "x-entitytoken", &token).await.data();
}

/// The keys of all rows in the table that are of a game.
async fn rows_of_game(world: &World, game: u64) -> usize {
    let store = &world.app.store;
    #[expect(clippy::disallowed_methods, reason = "a test looks at all there is")]
    let scanned = store.client().scan().table_name(store.table()).send().await.unwrap();
    assert!(scanned.last_evaluated_key.is_none());
    let of_game =
        |pk: &str| pk == format!("GAME#{game}") || pk.starts_with(&format!("GAME#{game}#"));
    let rows = scanned.items.unwrap_or_default();
    rows.iter().filter(|row| of_game(row["pk"].as_s().unwrap())).count()
}

/// A game in which there is something of everything.
async fn played(world: &World) {
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "searchable": false })).await;
    bob.apply(group).await;
    ada.create_code(group, json!({})).await;
    world.entity("eve").await;
    world.deliver([world.record(group).await]).await;
}

async fn delete(world: &World) -> Value {
    world.order("delete-game", json!({ "name": "Test" })).await
}

#[tokio::test]
async fn a_deleted_game_lets_nobody_in_and_a_day_later_nothing_of_it_is_left() {
    let world = World::new().await;
    played(&world).await;
    let other = world.other_game().await;
    played(&other).await;
    let (rows, others) =
        (rows_of_game(&world, world.game_id).await, rows_of_game(&world, other.game_id).await);
    assert_eq!(
        world.refused_order("delete-game", json!({ "name": "test" })).await,
        "InvalidParameter"
    );
    for _ in 0..2 {
        let marked = delete(&world).await;
        assert_eq!((&marked["removed"], &marked["done"]), (&json!(0), &json!(false)));
        assert_eq!(rows_of_game(&world, world.game_id).await, rows);
    }
    assert_eq!(ways_in(&world, "dot").await, CLOSED);
    assert_eq!(
        world.refused_order("rotate-game-keys", json!({ "key": "secret_key" })).await,
        "GameNotFound"
    );
    // Guesses are counted all the same.
    let rows = rows_of_game(&world, world.game_id).await;
    // It begins on a second, and the world began behind the beginning of one.
    world.advance(SignedDuration::from_hours(24) - SignedDuration::from_millis(679));
    assert_eq!(delete(&world).await["removed"], 0);
    world.advance(SignedDuration::from_millis(1));
    let swept = delete(&world).await;
    assert_eq!((&swept["removed"], &swept["done"]), (&json!(rows - 1), &json!(true)));
    assert_eq!(rows_of_game(&world, world.game_id).await, 0);
    assert_eq!(rows_of_game(&world, other.game_id).await, others);
    assert_eq!(world.refused_order("delete-game", json!({ "name": "Test" })).await, "GameNotFound");
    let listed = world.invoke("list-games", json!({})).await.text();
    assert!(!listed.contains(&world.game_id.to_string()), "{listed}");
}

#[tokio::test]
async fn a_deleted_game_can_be_enabled_again_for_nearly_a_day() {
    let world = World::new().await;
    played(&world).await;
    delete(&world).await;
    world.advance(SignedDuration::from_hours(22));
    world.order("disable-game", json!({ "disabled": false })).await;
    assert_eq!(ways_in(&world, "dot").await, OPEN);
    delete(&world).await;
    world.advance(SignedDuration::from_hours(23));
    let enable = json!({ "disabled": false });
    assert_eq!(world.refused_order("disable-game", enable).await, "GameNotFound");
}

#[tokio::test]
async fn a_large_game_is_swept_in_several_calls_and_one_that_is_cut_short_is_done_again() {
    const MANY: usize = 2500;
    let world = World::new().await;
    for number in 0..MANY {
        let pk = format!("GAME#{}#GROUP#{number}", world.game_id);
        world.put(&json!({ "pk": pk, "sk": "MEMBER#1", "kind": "member", "version": 3 })).await;
    }
    delete(&world).await;
    world.advance(SignedDuration::from_hours(24));
    world.faults.break_connection("BatchWriteItem", Lost::Call);
    world.faults.lose_answer("BatchWriteItem");
    let late = world.send_order("delete-game", json!({ "name": "Test" })).boxed_local();
    let meanwhile = async {
        let left = rows_of_game(&world, world.game_id).await;
        assert!(left > 1 && left < MANY, "{left}");
        // Whoever invokes it is told that it failed, and asks again.
        for operation in ["BatchWriteItem", "TransactWriteItems"] {
            world.faults.refuse(operation, "ValidationException");
            let order = json!({ "name": "Test" });
            assert_eq!(world.refused_order("delete-game", order).await, "InternalError");
        }
        while delete(&world).await["done"] == false {}
        assert_eq!(rows_of_game(&world, world.game_id).await, 0);
    };
    let (late, ()) = world.overtake(1, late, meanwhile).await;
    let late: Value = serde_json::from_slice(&late.body).unwrap();
    assert_eq!(late["done"], false, "{late}");
    assert!(late["removed"].as_u64().unwrap() as usize >= ENOUGH, "{late}");
    assert_eq!(rows_of_game(&world, world.game_id).await, 0, "not even where the late one was");
}

#[tokio::test]
async fn a_token_that_was_made_meanwhile_is_the_one_before() {
    let world = World::new().await;
    let late = world.send_order("rotate-game-keys", json!({ "key": "game_token" })).boxed_local();
    let (late, other) = world.overtake(1, late, rotate(&world, "game_token", None)).await;
    let late: Value = serde_json::from_slice(&late.body).unwrap();
    let late = late["game_token"].as_str().unwrap();
    assert!(verify(&world, late).await && verify(&world, &other).await);
    assert!(!verify(&world, &world.game_token).await, "only the one before is good");
}

#[tokio::test]
async fn an_order_about_a_game_that_is_deleted_meanwhile_changes_nothing() {
    let orders = [
        ("disable-game", json!({ "disabled": true })),
        ("disable-game", json!({ "disabled": false })),
        ("rotate-game-keys", json!({ "key": "secret_key" })),
    ];
    for (function, order) in orders {
        for is_swept in [false, true] {
            let world = World::new().await;
            let late = world.send_order(function, order.clone()).boxed_local();
            let meanwhile = async {
                delete(&world).await;
                if is_swept {
                    world.advance(SignedDuration::from_hours(24));
                    delete(&world).await;
                }
                rows_of_game(&world, world.game_id).await
            };
            let (late, rows) = world.overtake(1, late, meanwhile).await;
            let is_revived = !is_swept && order == json!({ "disabled": false });
            let is_refused = late.text().contains("GameNotFound");
            assert_eq!(is_refused, !is_revived, "{function} {order}: {}", late.text());
            assert_eq!(rows_of_game(&world, world.game_id).await, rows, "{function} {order}");
        }
    }
}

#[tokio::test]
async fn who_sweeps_a_game_late_takes_nothing_from_the_one_that_has_its_id_by_then() {
    let world = World::new().await;
    delete(&world).await;
    world.advance(SignedDuration::from_hours(24));
    let meanwhile = async {
        delete(&world).await;
        world.draw_next([u32::try_from(world.game_id).unwrap()]);
        let another = world.invoke("create-game", json!({ "name": "Another" })).await;
        assert_eq!(another.header("x-amz-function-error"), "", "{}", another.text());
        rows_of_game(&world, world.game_id).await
    };
    let late = world.send_order("delete-game", json!({ "name": "Test" })).boxed_local();
    let (late, rows) = world.overtake(1, late, meanwhile).await;
    assert_eq!(late.header("x-amz-function-error"), "", "{}", late.text());
    assert_eq!(rows_of_game(&world, world.game_id).await, rows);
}
