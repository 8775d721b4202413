//! Where tokens come from: LoginWithCustomID, GetEntityToken and ValidateEntityToken.

use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Entity, Reply, World};

use super::{FRACTION, MILLISECOND, detail, invalid};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Logs in with a custom id, and makes an account of it if that is said.
async fn log_in(world: &World, custom_id: &str, create: Value) -> Reply {
    let title = world.game_id.to_string();
    let body = json!({ "TitleId": title, "CustomId": custom_id, "CreateAccount": create });
    world.nobody().post("/Client/LoginWithCustomID", body).await
}

/// Exchanges what a header holds for an entity token.
async fn exchange(world: &World, header: &'static str, value: &str, body: Value) -> Reply {
    let mut caller = world.nobody();
    caller.credentials = vec![(header, value.to_owned())];
    caller.post("/Authentication/GetEntityToken", body).await
}

/// Whoever comes with the token of that answer.
fn bearer<'w>(world: &'w World, answer: &Value) -> Entity<'w> {
    world.entity_with(answer["EntityToken"].as_str())
}

/// Whether a token is good for anything.
async fn list_groups(caller: &Entity<'_>) -> Reply {
    caller.call("ListMembership", json!({})).await
}

#[tokio::test]
async fn a_login_tells_who_one_is_and_what_to_call_with() {
    let world = World::new().await;
    let login = log_in(&world, "ada", json!(true)).await.data();
    let key = &login["EntityToken"]["Entity"];
    let id = key["Id"].as_str().unwrap();
    assert_eq!((id.len(), id.to_uppercase().as_str()), (16, id));
    let player = "title_player_account";
    assert_eq!(*key, json!({ "Id": id, "Type": player, "TypeString": player }));
    assert_eq!(login["EntityToken"]["TokenExpiration"], "2026-01-03T03:04:05.000Z");
    assert_eq!((&login["NewlyCreated"], &login["PlayFabId"]), (&true.into(), &key["Id"]));
    assert!(login["SessionTicket"].is_string());
    list_groups(&bearer(&world, &login["EntityToken"])).await.data();
}

#[tokio::test]
async fn the_same_custom_id_is_the_same_player_and_another_one_is_not() {
    let world = World::new().await;
    let first = log_in(&world, "ada", json!(true)).await.data();
    for (custom_id, create) in
        [("ada", json!(true)), ("ada", json!(false)), ("ada", json!(null)), (" ada ", json!(true))]
    {
        let again = log_in(&world, custom_id, create).await.data();
        assert_eq!(again["NewlyCreated"], false);
        assert_eq!(again["EntityToken"]["Entity"], first["EntityToken"]["Entity"]);
    }
    for other in ["Ada", "ada1", "àda"] {
        let login = log_in(&world, other, json!(true)).await.data();
        assert_ne!(login["PlayFabId"], first["PlayFabId"], "{other}");
    }
    let elsewhere = world.other_game().await;
    assert_eq!(log_in(&elsewhere, "ada", json!(true)).await.data()["NewlyCreated"], true);
}

#[tokio::test]
async fn who_is_unknown_and_does_not_want_an_account_gets_none() {
    let world = World::new().await;
    for create in [json!(false), json!(null), json!(false)] {
        log_in(&world, "ada", create).await.failed("AccountNotFound", 1001);
    }
    assert_eq!(log_in(&world, "ada", json!(true)).await.data()["NewlyCreated"], true);
}

#[tokio::test]
async fn who_logs_in_several_times_at_once_is_one_player() {
    let world = World::new().await;
    let logins = join_all((0..6).map(|_| log_in(&world, "ada", json!(true)))).await;
    let logins: Vec<_> = logins.iter().map(Reply::data).collect();
    let new = logins.iter().filter(|login| login["NewlyCreated"] == true).count();
    assert_eq!(new, 1);
    assert!(logins.iter().all(|login| login["PlayFabId"] == logins[0]["PlayFabId"]));
}

#[tokio::test]
async fn there_must_be_such_a_title_and_a_custom_id() {
    let world = World::new().await;
    for title in ["1", "0", "-1", "ABCD", "", "99999999999"] {
        let body = json!({ "TitleId": title, "CustomId": "ada", "CreateAccount": true });
        let reply = world.nobody().post("/Client/LoginWithCustomID", body).await;
        reply.failed("InvalidTitleId", 1004);
    }
    for custom_id in ["", &"x".repeat(101)] {
        invalid(&log_in(&world, custom_id, json!(true)).await, "CustomId");
    }
    let body = json!({ "TitleId": world.game_id.to_string(), "CreateAccount": true });
    let reply = world.nobody().post("/Client/LoginWithCustomID", body).await;
    let envelope = reply.failed("InvalidParams", 1000);
    assert_eq!(detail(&envelope, "CustomId"), "The CustomId field is required.");
}

#[tokio::test]
async fn a_secret_key_is_exchanged_for_the_titles_token() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    let answer = exchange(&world, "x-secretkey", &world.secret_key, json!({})).await.data();
    let title = world.game_id.to_string();
    assert_eq!(answer["Entity"], json!({ "Id": title, "Type": "title", "TypeString": "title" }));
    assert_eq!(answer["TokenExpiration"], "2026-01-03T03:04:05.000Z");
    let body = json!({ "Group": group });
    bearer(&world, &answer).call("ListGroupBlocks", body).await.data();
    for wrong in ["", "no key", &format!("{}x", world.secret_key), &world.game_token] {
        let reply = exchange(&world, "x-secretkey", wrong, json!({})).await;
        reply.failed("NotAuthenticated", 1074);
    }
}

#[tokio::test]
async fn a_session_ticket_is_exchanged_for_the_players_token() {
    let world = World::new().await;
    let login = log_in(&world, "ada", json!(true)).await.data();
    let ticket = login["SessionTicket"].as_str().unwrap();
    let answer = exchange(&world, "x-authorization", ticket, json!({})).await.data();
    assert_eq!(answer["Entity"], login["EntityToken"]["Entity"]);
    list_groups(&bearer(&world, &answer)).await.data();

    // One is not the other.
    let token = login["EntityToken"]["EntityToken"].as_str().unwrap();
    let reply = exchange(&world, "x-authorization", token, json!({})).await;
    reply.failed("EntityTokenInvalid", 1335);
    list_groups(&world.entity_with(Some(ticket))).await.failed("EntityTokenInvalid", 1335);
}

#[tokio::test]
async fn a_token_is_exchanged_for_a_fresh_one_and_stays_good_itself() {
    let world = World::new().await;
    let login = log_in(&world, "ada", json!(true)).await.data();
    let old = login["EntityToken"]["EntityToken"].as_str().unwrap();
    world.advance(SignedDuration::from_hours(20));
    let fresh = exchange(&world, "x-entitytoken", old, json!({})).await.data();
    assert_eq!(fresh["TokenExpiration"], "2026-01-03T23:04:05.000Z");
    assert_eq!(fresh["Entity"], login["EntityToken"]["Entity"]);
    for token in [old, fresh["EntityToken"].as_str().unwrap()] {
        list_groups(&world.entity_with(Some(token))).await.data();
    }
    world.advance(SignedDuration::from_hours(10));
    list_groups(&bearer(&world, &fresh)).await.data();
    list_groups(&world.entity_with(Some(old))).await.failed("EntityTokenExpired", 1336);
    let reply = exchange(&world, "x-entitytoken", old, json!({})).await;
    reply.failed("EntityTokenExpired", 1336);
}

#[tokio::test]
async fn without_any_credential_there_is_no_token() {
    let world = World::new().await;
    let reply = world.nobody().post("/Authentication/GetEntityToken", json!({})).await;
    let envelope = reply.failed("NotAuthenticated", 1074);
    assert_eq!((&envelope["code"], &envelope["status"]), (&401.into(), &"Unauthorized".into()));
}

#[tokio::test]
async fn a_title_asks_for_the_token_of_any_of_its_players() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    let key = &world.secret_key;
    let body = json!({ "Entity": ada.key });
    let answer = exchange(&world, "x-secretkey", key, body.clone()).await.data();
    assert_eq!(answer["Entity"], ada.key);
    assert_eq!(bearer(&world, &answer).roles_in(&group).await, ["admins"]);
    let title = world.title().await;
    let own = title.post("/Authentication/GetEntityToken", json!({ "Entity": title.key })).await;
    assert_eq!(own.data()["Entity"], title.key);

    let stranger = json!({ "Id": "0000000000000001", "Type": "title_player_account" });
    let reply = exchange(&world, "x-secretkey", key, json!({ "Entity": stranger })).await;
    reply.failed("ProfileDoesNotExist", 1298);
    let elsewhere = world.other_game().await;
    let reply = exchange(&elsewhere, "x-secretkey", &elsewhere.secret_key, body).await;
    reply.failed("ProfileDoesNotExist", 1298);
}

#[tokio::test]
async fn a_player_asks_for_nobody_elses_token() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let path = "/Authentication/GetEntityToken";
    assert_eq!(ada.post(path, json!({ "Entity": ada.key })).await.data()["Entity"], ada.key);
    for other in [&bob, &title] {
        let reply = ada.post(path, json!({ "Entity": other.key })).await;
        reply.failed("NotAuthorized", 1089);
    }
}

#[tokio::test]
async fn a_token_is_good_until_the_second_in_which_it_expires() {
    let world = World::new().await;
    let (ada, title) = (world.entity("ada").await, world.title().await);
    let group = ada.create_group("Wolves").await;
    world.advance(DAY - FRACTION - MILLISECOND);
    list_groups(&ada).await.data();
    title.call("ListGroupBlocks", json!({ "Group": group })).await.data();
    world.advance(MILLISECOND);
    let envelope = list_groups(&ada).await.failed("EntityTokenExpired", 1336);
    assert_eq!(envelope["code"], 401);
    let reply = title.call("ListGroupBlocks", json!({ "Group": group })).await;
    reply.failed("EntityTokenExpired", 1336);
}

#[tokio::test]
async fn a_title_learns_whom_a_token_stands_for() {
    let world = World::new().await;
    let (ada, title) = (world.entity("ada").await, world.title().await);
    let token = |entity: &Entity<'_>| json!({ "EntityToken": entity.player.credentials[0].1 });
    let path = "/Authentication/ValidateEntityToken";
    let (id, game) = (&ada.key["Id"], world.game_id.to_string());
    let expected = json!({
        "Entity": ada.key,
        "Lineage": { "MasterPlayerAccountId": id, "TitleId": game, "TitlePlayerAccountId": id },
    });
    assert_eq!(title.post(path, token(&ada)).await.data(), expected);
    let expected = json!({ "Entity": title.key, "Lineage": { "TitleId": game } });
    assert_eq!(title.post(path, token(&title)).await.data(), expected);
    ada.post(path, token(&ada)).await.failed("NotAuthorized", 1089);

    let elsewhere = world.other_game().await.title().await.post(path, token(&ada)).await;
    elsewhere.failed("EntityTokenInvalid", 1335);
    let nonsense = json!({ "EntityToken": "nonsense" });
    title.post(path, nonsense).await.failed("EntityTokenInvalid", 1335);
    invalid(&title.post(path, json!({})).await, "EntityToken");
    let old = token(&ada);
    world.advance(DAY);
    let title = world.title().await;
    title.post(path, old).await.failed("EntityTokenExpired", 1336);
}
