//! The key schema, printed.

use std::fmt::Write;

use serde_json::Value;
use serde_json::json;
use tests::{World, WorldBuilder};

/// Every kind of row, as it is stored: its keys, its index keys and its attributes' names.
#[tokio::test]
async fn every_row_is_stored_under_these_keys() {
    let mut builder = WorldBuilder { ids: vec![7], ..Default::default() };
    builder.limits.unique_group_names = true;
    builder.limits.groups_per_player = 100;
    let world = builder.build().await;
    world.draw_next([11]);
    let ada = world.user("Ada").await;
    world.draw_next([12]);
    let bob = world.user("bob").await;
    world.draw_next([13]);
    let eve = world.user("eve").await;
    world.draw_next([14]);
    let joe = world.user("joe").await;
    world.draw_next([21]);
    let group = ada.create_group("Wolf  Pack #1", json!({})).await;
    world.draw_next([31]);
    bob.apply(group).await;
    world.draw_next([32]);
    ada.invite(group, &eve).await.ok();
    world.draw_next([33]);
    let connection = joe.apply(group).await;
    ada.answer(connection, "accepted").await.ok();
    ada.remove(group, &joe).await.ok();
    world.draw_next([41]);
    let attributes = json!({ "attributes": [{ "key": "50% #motto", "value": "onward" }] });
    ada.post(&format!("/api/v3/groups/{group}/add_attribute"), attributes).await.ok();
    world.draw_next([51]);
    let everything = json!({ "max_uses": 1, "expires_in": 60, "role_id": "members", "note": "x" });
    let (_, code) = ada.create_code(group, everything).await;
    ada.redeem(&code).await.refused(422, "AlreadyMember");

    world.deliver([world.record(group).await]).await;

    world.draw_next([51]);
    world.webhook("https://game.example.com/webhooks").await;
    world.webhook_delivery(51).await;

    let credentials = json!({ "game_id": 7, "email": "Ada", "password": "password" });
    world.nobody().at("192.0.2.1").post("/api/v3/sessions", credentials).await.ok();
    let [name, address] =
        ["GAME#7#USERNAME#ada", "192.0.2.1"].map(|text| world.app.keys.fingerprint(text).unwrap());

    import(&world).await;

    let mut page = String::new();
    for pk in [
        "GAME#7",
        "GAME#7#USER#11",
        "GAME#7#USERNAME#ada",
        "GAME#7#EMAIL#ada@example.com",
        "GAME#7#GROUPNAME#wolf pack %231",
        "GAME#7#GROUP#21",
        "GAME#7#EVENTS#21",
        "GAME#7#CONNECTION#31",
        "GAME#7#CONNECTION#32",
        "GAME#7#WEBHOOKS",
        "GAME#7#DELIVERIES#51",
        &format!("GAME#7#GUESSES#{name}"),
        &format!("GAME#7#ADDRESS#{address}"),
        "GAME#7#FROM#playfab:AB12C#GROUP#9E1C2D3F4A5B6C7D",
        "GAME#7#FROM#playfab:AB12C#USER#562D72A5B184F612",
        "GAME#7#GROUP#61",
    ] {
        let mut rows = world.partition(pk).await;
        assert!(!rows.is_empty(), "{pk}");
        // Of a group that is arriving, members and the like are as of any other.
        if pk == "GAME#7#GROUP#61" {
            rows.retain(|row| row["kind"] == "arriving_group");
        }
        for row in rows {
            print_row(&mut page, &row);
        }
    }
    insta::assert_snapshot!(page);
}

/// Imports a group, and a larger one of which nothing but the end is missing.
async fn import(world: &World) {
    let head = json!({ "guildhall_groups": 1, "from": "playfab:AB12C" });
    world.draw_next([62, 63]);
    let member = json!({ "user": "562D72A5B184F612", "roles": ["admins"] });
    let line = json!({ "id": "9E1C2D3F4A5B6C7D", "name": "Foxes", "members": [member] });
    world.order("import-groups", json!({ "lines": [head, line] })).await;
    let member = |user: u32| json!({ "user": user, "roles": ["admins"] });
    let members: Vec<_> = (1001..1101).map(member).collect();
    let line = json!({ "id": 61, "name": "Crowd", "members": members });
    world.faults.refuse("Query", "ValidationException");
    let order = json!({ "lines": [head, line] });
    world.send_order("import-groups", order).await;
}

fn print_row(page: &mut String, row: &Value) {
    let keys = ["pk", "sk", "directory_pk", "directory_sk", "by_user_pk", "by_user_sk"];
    writeln!(page, "{} (version {})", row["kind"].as_str().unwrap(), row["version"]).unwrap();
    for key in keys {
        if let Some(text) = row[key].as_str() {
            // The hash of a code, whose secret is drawn.
            let text = if text.starts_with("CODE#") { "CODE#[hash]" } else { text };
            // The one separator that does not print.
            writeln!(page, "  {key} = {}", text.replace('\u{1f}', "\\u{1f}")).unwrap();
        }
    }
    let names = |object: &Value| object.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let told_otherwise = ["kind", "version", "settings"];
    let mut fields = names(row);
    fields.retain(|field| !keys.iter().chain(&told_otherwise).any(|name| name == field));
    if row["settings"].is_object() {
        fields.extend(names(&row["settings"]).iter().map(|name| format!("settings.{name}")));
    }
    fields.sort_unstable();
    writeln!(page, "  {}", fields.join(", ")).unwrap();
}
