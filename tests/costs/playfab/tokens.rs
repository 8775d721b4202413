//! Where tokens come from.

use serde_json::{Value, json};

use super::{about, stranger};
use crate::till::Till;

/// Every case.
pub async fn play(till: &Till) {
    let world = &till.world;
    let nobody = world.nobody();
    let log_in = |title: u64, create: bool| {
        let title = title.to_string();
        let body = json!({ "TitleId": title, "CustomId": "ada", "CreateAccount": create });
        nobody.post("/Client/LoginWithCustomID", body)
    };
    till.refused("GameNotFound", log_in(1, true)).await;
    till.refused("AccountNotFound", log_in(world.game_id, false)).await;
    till.succeeds("for the first time", log_in(world.game_id, true)).await;
    let login = till.succeeds("again", log_in(world.game_id, false)).await.data();

    let ada = world.entity("ada").await;
    let title = world.title().await;
    let elsewhere = world.other_game().await;
    let exchange = |header: &'static str, value: &str, body: Value| {
        let mut caller = world.nobody();
        caller.credentials = vec![(header, value.to_owned())];
        async move { caller.post("/Authentication/GetEntityToken", body).await }
    };
    let ticket = login["SessionTicket"].as_str().unwrap();
    let case = "for a session ticket or a token";
    till.succeeds(case, exchange("x-authorization", ticket, json!({}))).await;
    let key = &world.secret_key;
    till.succeeds("for a secret key", exchange("x-secretkey", key, json!({}))).await;
    let player = about(&Value::Null, &ada);
    till.succeeds("of a player, for a secret key", exchange("x-secretkey", key, player)).await;
    let unknown = about(&Value::Null, &stranger(&elsewhere).await);
    till.refused("UserNotFound", exchange("x-secretkey", key, unknown)).await;
    let wrong = format!("{key}x");
    till.refused("ServiceKeyInvalid", exchange("x-secretkey", &wrong, json!({}))).await;

    let token = login["EntityToken"]["EntityToken"].clone();
    let body = json!({ "EntityToken": token });
    till.succeeds("", title.post("/Authentication/ValidateEntityToken", body)).await;
}
