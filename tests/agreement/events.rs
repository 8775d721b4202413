//! Every function has a sample event, and it does what the function is for.

use functions::routes::{ALL, UNROUTED};
use http::Request;
use lambda_http::RequestExt;
use serde_json::{Value, json};
use tests::{Player, World};

use crate::{file, functions, stems};

#[test]
fn every_function_has_a_sample_event_and_every_event_a_function() {
    assert_eq!(stems("events"), functions());
}

#[test]
fn a_sample_event_is_a_call_of_its_functions_route() {
    for route in ALL {
        let event = file(&format!("events/{}.json", route.function));
        let json: Value = serde_json::from_str(&event).unwrap();
        assert_eq!(json["routeKey"], format!("{} {}", route.method, route.path));
        assert_eq!(json["requestContext"]["routeKey"], json["routeKey"]);
        let request = lambda_http::request::from_str(&event).unwrap();
        assert_eq!(request.method(), route.method, "{}", route.function);
        let mut path = route.path.to_owned();
        for (name, value) in request.path_parameters().iter() {
            path = path.replace(&format!("{{{name}}}"), value);
        }
        assert_eq!(request.uri().path(), path, "{}", route.function);
    }
}

/// The world of the samples: game 1, John (10) and Jane (11), the group 1, and the connection 123 where one is needed.
async fn sample_world(function: &str) -> World {
    // A game is drawn, then users, then a group.
    let world = tests::WorldBuilder { ids: vec![1, 10, 11], ..Default::default() }.build().await;
    let [john, jane] = world.users(["john_doe", "jane_doe"]).await;
    assert_eq!((world.game_id, john.id, jane.id), (1, 10, 11));
    if function.ends_with("create-group") {
        return world;
    }
    // John asks to join in some samples, and is the admin in all others.
    let asks =
        ["create-group-connection", "playfab-apply-to-group", "playfab-accept-group-invitation"];
    let admin = if asks.contains(&function) { &jane } else { &john };
    world.draw_next([1]);
    if let Some(operation) = function.strip_prefix("playfab-") {
        prepare_playfab(&world, operation, admin, &john, &jane).await;
        return world;
    }
    assert_eq!(admin.create_group("Awesome Gamers", json!({ "can_auto_join": true })).await, 1);
    match function {
        "update-group-connection" | "cancel-group-connection" => {
            john.put("/api/v3/groups/1", json!({ "can_auto_join": false })).await.ok();
            world.draw_next([123]);
            if function == "update-group-connection" {
                assert_eq!(jane.apply(1).await, 123);
            } else {
                assert_eq!(john.invite(1, &jane).await.ok()["id"], 123);
            }
        }
        "remove-group-member" | "make-group-admin" => {
            jane.join(1).await.ok();
        }
        "unblock-group-member" => {
            jane.join(1).await.ok();
            john.remove(1, &jane).await.ok();
        }
        "modify-group-attribute" => {
            let attributes = json!([{ "key": "new_setting", "value": "old" }]);
            let body = json!({ "attributes": attributes });
            john.post("/api/v3/groups/1/add_attribute", body).await.ok();
        }
        _ => {}
    }
    world
}

async fn prepare_playfab(
    world: &World,
    operation: &str,
    admin: &Player<'_>,
    john: &Player<'_>,
    jane: &Player<'_>,
) {
    let mut admin = world.entity_with(Some(&admin.credentials[0].1));
    admin.player.credentials.push(("content-type", "application/json".to_owned()));
    assert_eq!(admin.create_group("Awesome Gamers").await["Id"], "0000000000000001");
    match operation {
        "accept-group-application" | "remove-group-application" => {
            jane.apply(1).await;
        }
        "accept-group-invitation" => {
            jane.invite(1, john).await.ok();
        }
        "remove-group-invitation" => {
            john.invite(1, jane).await.ok();
        }
        "add-members" | "change-member-role" | "delete-role" | "remove-members" => {
            let connection = jane.apply(1).await;
            john.answer(connection, "accepted").await.ok();
            let group = tests::group_key(1);
            let role = json!({ "Group": group, "RoleId": "officers", "RoleName": "Officers" });
            admin.call("CreateRole", role).await.data();
        }
        _ => {}
    }
}

#[tokio::test]
async fn every_sample_event_succeeds_in_the_world_that_it_was_made_for() {
    for route in ALL {
        let world = sample_world(route.function).await;
        let session = json!({
            "game_id": 1, "email": "john_doe@example.com", "password": "password",
        });
        let john = world.nobody().post("/api/v3/sessions", session).await.ok();
        let title = world.title().await.player.credentials[0].1.clone();
        // No file can hold the secrets of a world.
        let event = file(&format!("events/{}.json", route.function))
            .replace("abc123", john["authentication_token"].as_str().unwrap())
            .replace("def456", &world.game_token)
            .replace("ghi789", &world.secret_key)
            .replace("jkl012", &title);
        let event = match route.function {
            // The sample signs the same person up and in; here they are there already.
            "sign-up" => event.replace("john", "joan"),
            "sign-in" => event
                .replace("john.doe@example.com", "john_doe@example.com")
                .replace("correct horse", "password"),
            _ => event,
        };
        let request = lambda_http::request::from_str(&event).unwrap();
        let answer = (route.handler)(&world.app, route, functions::serve::call(request)).await;
        let text = String::from_utf8_lossy(answer.response.body()).into_owned();
        assert!(answer.response.status().is_success(), "{}: {text}", route.function);
        assert_eq!(answer.record.request_id, "JKJaXmPLvHcESHA=", "{}", route.function);
    }
}

#[tokio::test]
async fn every_sample_event_of_a_function_without_a_route_succeeds() {
    for function in UNROUTED {
        let world = sample_world("").await;
        let event = file(&format!("events/{}.json", function.name));
        let (result, record) =
            function.invoke(&world.app, String::new(), serde_json::from_str(&event).unwrap()).await;
        assert!(result.is_ok(), "{}: {:?}", function.name, record.failure);
    }
}

#[tokio::test]
async fn an_event_with_a_body_in_base64_is_read_like_any_other() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let mut event: Value = serde_json::from_str(&file("events/create-group.json")).unwrap();
    event["headers"]["authentication-token"] = ada.credentials[0].1.clone().into();
    event["body"] = "eyJuYW1lIjogIkluIEJhc2U2NCJ9".into();
    event["isBase64Encoded"] = true.into();
    let request: Request<lambda_http::Body> =
        lambda_http::request::from_str(&event.to_string()).unwrap();
    let route = &functions::routes::CREATE_GROUP;
    let answer = (route.handler)(&world.app, route, functions::serve::call(request)).await;
    let group: Value = serde_json::from_slice(answer.response.body()).unwrap();
    assert_eq!(group["name"], "In Base64");
}
