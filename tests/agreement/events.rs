//! Every function has a sample event, and it does what the function is for.

use functions::routes::{ALL, UNROUTED};
use http::Request;
use lambda_http::RequestExt;
use serde_json::{Value, json};
use tests::World;

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

/// The world of the samples: game 1, John (10) and Jane (11), John's group 1, and the connection 123 where one is needed.
async fn sample_world(function: &str) -> World {
    // A game is drawn, then users, then a group.
    let world = tests::WorldBuilder { ids: vec![1, 10, 11], ..Default::default() }.build().await;
    let [john, jane] = world.users(["john_doe", "jane_doe"]).await;
    assert_eq!((world.game_id, john.id, jane.id), (1, 10, 11));
    if function == "create-group" {
        return world;
    }
    world.draw_next([1]);
    // John asks to join in one sample, and is the admin in all others.
    let admin = if function == "create-group-connection" { &jane } else { &john };
    let open = json!({ "can_auto_join": true });
    assert_eq!(admin.create_group("Awesome Gamers", open).await, 1);
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

/// The event's secrets, which no file can hold, replaced by those of the world.
fn with_credentials(world: &World, event: &str, token: &str) -> String {
    event.replace("abc123", token).replace("def456", &world.game_token)
}

#[tokio::test]
async fn every_sample_event_succeeds_in_the_world_that_it_was_made_for() {
    for route in ALL {
        let world = sample_world(route.function).await;
        let session = json!({
            "game_id": 1, "email": "john_doe@example.com", "password": "password",
        });
        let john = world.nobody().post("/api/v3/sessions", session).await.ok();
        let token = john["authentication_token"].as_str().unwrap();
        let event = file(&format!("events/{}.json", route.function));
        let event = match route.function {
            // The sample signs the same person up and in; here they are there already.
            "sign-up" => event.replace("john", "joan"),
            "sign-in" => event
                .replace("john.doe@example.com", "john_doe@example.com")
                .replace("correct horse", "password"),
            _ => event,
        };
        let event = with_credentials(&world, &event, token);
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
        assert!(result.is_ok(), "{}: {:?}", function.name, record.error);
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
