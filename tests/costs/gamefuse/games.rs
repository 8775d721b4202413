//! Games, and what is done without a route.

use serde_json::{Value, json};

use crate::till::Till;

/// Every case.
pub async fn play(till: &Till) {
    let world = &till.world;
    till.succeeds("", world.invoke("create-game", json!({ "name": "Another" }))).await;
    let nobody = world.nobody();
    for path in ["/api/v3/games/verify", "/api/v3/games/store_items"] {
        let with = |token: &str| format!("{path}?game_id={}&game_token={token}", world.game_id);
        till.succeeds("", nobody.get(&with(&world.game_token))).await;
        till.refused("GameTokenInvalid", nobody.get(&with("wrong"))).await;
    }

    let [ada, bob, cleo] = world.users(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    bob.apply(group).await;
    ada.invite(group, &cleo).await.ok();
    let sweep = || world.invoke("sweep-deleted-groups", deletion_of(world.game_id, group));
    till.succeeds("of a group that is not deleted", sweep()).await;
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    till.succeeds("of a group with a member, an application and an invitation", sweep()).await;
    till.succeeds("of a group that is swept", sweep()).await;
}

/// The sample event, about that group.
fn deletion_of(game: u64, group: u64) -> Value {
    let event = include_str!("../../../events/sweep-deleted-groups.json");
    let partition = format!("GAME#{game}#GROUP#{group}");
    let mut event: Value =
        serde_json::from_str(&event.replace("GAME#1#GROUP#1", &partition)).unwrap();
    event["Records"][0]["dynamodb"]["NewImage"]["group_id"]["N"] = group.to_string().into();
    event
}
