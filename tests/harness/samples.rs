//! The sample events: each in the world that it was made for, and with the secrets of that world, which no file can hold.

use std::fs;

use serde_json::{Value, json};

use crate::entity::group_key;
use crate::player::Player;
use crate::world::{World, WorldBuilder};

/// A sample event, ready to be answered.
pub struct Sample {
    /// The world: game 1, John (10) and Jane (11), the group 1, and the connection 123 where one is needed.
    pub world: World,
    /// The event, as a JSON text.
    pub event: String,
}

impl Sample {
    /// The sample event of a function, in a world of that kind.
    pub async fn prepare(function: &str, kind: WorldBuilder) -> Self {
        let world = WorldBuilder { ids: vec![1], ..kind }.build().await;
        let title = world.title().await.player.credentials[0].1.clone();
        let mut event = file(function)
            .replace("def456", &world.game_token)
            .replace("ghi789", &world.secret_key)
            .replace("jkl012", &title);
        if function != "sign-up" {
            let john = sign_john_up(&world).await;
            event = event.replace("abc123", &john.credentials[0].1);
            prepare_group(function, &world, &john).await;
        }
        Self { world, event }
    }
}

/// The file that holds the sample event of a function.
fn file(function: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../events");
    fs::read_to_string(format!("{folder}/{function}.json")).unwrap()
}

/// John is whom the sample of sign-up signs up, so that the sample of sign-in signs him in.
async fn sign_john_up(world: &World) -> Player<'_> {
    world.draw_next([10]);
    let event: Value =
        serde_json::from_str(&file("sign-up").replace("def456", &world.game_token)).unwrap();
    let body = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
    let john = world.nobody().post("/api/v3/users", body).await.ok();
    assert_eq!(john["id"], 10);
    let player = world.with_token(john["authentication_token"].as_str().unwrap());
    Player { id: 10, name: "john_doe".to_owned(), ..player }
}

async fn prepare_group(function: &str, world: &World, john: &Player<'_>) {
    world.draw_next([11]);
    let jane = world.user("jane_doe").await;
    assert_eq!(jane.id, 11);
    if function.ends_with("create-group") {
        return;
    }
    // John asks to join in some samples, and is the admin in all others.
    let asks = [
        "create-group-connection",
        "playfab-accept-group-invitation",
        "playfab-apply-to-group",
        "playfab-list-membership-opportunities",
    ];
    let admin = if asks.contains(&function) { &jane } else { john };
    world.draw_next([1]);
    if function.contains("webhook") {
        return prepare_webhook(function, world, john).await;
    }
    match function.strip_prefix("playfab-") {
        Some(operation) => prepare_playfab(operation, world, admin, john, &jane).await,
        None => prepare_gamefuse(function, world, admin, john, &jane).await,
    }
}

async fn prepare_gamefuse(
    function: &str,
    world: &World,
    admin: &Player<'_>,
    john: &Player<'_>,
    jane: &Player<'_>,
) {
    assert_eq!(admin.create_group("Awesome Gamers", json!({ "can_auto_join": true })).await, 1);
    match function {
        "update-group-connection" | "cancel-group-connection" => {
            john.put("/api/v3/groups/1", json!({ "can_auto_join": false })).await.ok();
            world.draw_next([123]);
            if function == "update-group-connection" {
                assert_eq!(jane.apply(1).await, 123);
            } else {
                assert_eq!(john.invite(1, jane).await.ok()["id"], 123);
            }
        }
        "remove-group-member" | "make-group-admin" => {
            jane.join(1).await.ok();
        }
        "remove-group-admin" => {
            jane.join(1).await.ok();
            john.make_admin(1, jane).await.ok();
        }
        "block-group-user" => {
            jane.join(1).await.ok();
        }
        "get-group-block" | "list-group-blocks" | "unblock-group-member" => {
            jane.join(1).await.ok();
            john.remove(1, jane).await.ok();
        }
        "list-group-codes" | "update-group-code" | "delete-group-code" => {
            world.draw_next([123]);
            let code = json!({ "max_uses": 7, "note": "For the tournament" });
            john.post("/api/v3/groups/1/codes", code).await.ok();
        }
        "list-group-events" => {
            world.deliver([world.record(1).await]).await;
        }
        "list-group-attributes" | "modify-group-attribute" | "delete-group-attribute" => {
            let attributes = json!([{ "key": "new_setting", "value": "old" }]);
            let body = json!({ "attributes": attributes });
            john.post("/api/v3/groups/1/add_attribute", body).await.ok();
        }
        _ => {}
    }
}

async fn prepare_webhook(function: &str, world: &World, john: &Player<'_>) {
    assert_eq!(john.create_group("Awesome Gamers", json!({})).await, 1);
    // Of the others, one is there, at an address where nobody is; what is being delivered is for one that is not there.
    if !["create-webhook", "deliver-webhook"].contains(&function) {
        world.draw_next([1]);
        assert_eq!(world.webhook("https://game.example.com/webhooks").await.0, 1);
    }
    if function == "replay-webhook" {
        world.deliver([world.record(1).await]).await;
    }
    if function == "list-webhook-deliveries" {
        world.webhook_delivery(1).await;
    }
}

async fn prepare_playfab(
    operation: &str,
    world: &World,
    admin: &Player<'_>,
    john: &Player<'_>,
    jane: &Player<'_>,
) {
    let mut admin = world.entity_with(Some(&admin.credentials[0].1));
    admin.player.credentials.push(("content-type", "application/json".to_owned()));
    assert_eq!(admin.create_group("Awesome Gamers").await["Id"], "0000000000000001");
    match operation {
        "accept-group-application" | "list-group-applications" | "remove-group-application" => {
            jane.apply(1).await;
        }
        "accept-group-invitation" | "list-membership-opportunities" => {
            jane.invite(1, john).await.ok();
        }
        "list-group-invitations" | "remove-group-invitation" => {
            john.invite(1, jane).await.ok();
        }
        "list-group-blocks" | "unblock-entity" => {
            let jane = json!({ "Id": "000000000000000B", "Type": "title_player_account" });
            let block = json!({ "Group": group_key(1), "Entity": jane });
            admin.call("BlockEntity", block).await.data();
        }
        "add-members" | "change-member-role" | "delete-role" | "remove-members" => {
            let connection = jane.apply(1).await;
            john.answer(connection, "accepted").await.ok();
            let group = group_key(1);
            let role = json!({ "Group": group, "RoleId": "officers", "RoleName": "Officers" });
            admin.call("CreateRole", role).await.data();
        }
        _ => {}
    }
}
