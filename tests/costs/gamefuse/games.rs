//! Games, and what is done without a route.

use serde_json::json;

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

    relay(till).await;
}

/// What the stream sets off.
async fn relay(till: &Till) {
    let world = &till.world;
    let [ada, bob, cleo] = world.users(["ada", "bob", "cleo"]).await;
    // Whether a game has webhooks is looked up once in ten seconds.
    let other = cleo.create_group("Foxes", json!({})).await;
    let case =
        "a group's first event, with a look whether the game has webhooks, once in ten seconds";
    till.succeeds(case, world.deliver([world.record(other).await])).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let created = world.record(group).await;
    till.succeeds("a group's first event", world.deliver([created.clone()])).await;
    let event = json!({ "type": "group.updated", "at": 1_767_323_045_678_i64, "actor_id": ada.id });
    let mut records = Vec::new();
    for _ in 0..11 {
        world.commit(group, &event).await;
        records.push(world.record(group).await);
    }
    till.succeeds("one event", world.deliver([records[0].clone()])).await;
    till.succeeds("one event, again", world.deliver([records[0].clone()])).await;
    till.succeeds("ten events of one group", world.deliver(records.drain(1..))).await;
    bob.apply(group).await;
    ada.invite(group, &cleo).await.ok();
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    world.commit(group, &event).await;
    let deleted = world.record(group).await;
    let case = "the deletion of a group with a member, an application, an invitation and 12 events";
    till.succeeds(case, world.deliver([deleted.clone()])).await;
    till.succeeds("the deletion of a group that is swept", world.deliver([deleted])).await;
}
