//! What is the same at every endpoint: paths, methods, sizes, content types, request ids, and what browsers ask first.

use std::collections::{BTreeMap, BTreeSet};

use functions::routes::ALL;
use http::{Method, Request};
use serde_json::json;
use tests::World;

use crate::common::TOO_LARGE;

const GROUPS: &str = "/api/v3/groups";

#[tokio::test]
async fn a_path_that_no_endpoint_has_is_not_found() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for path in
        ["/", "/api/v3", "/api/v3/group", "/api/v3/groups/", "/api/v2/groups", "/api/v3/chats"]
    {
        for method in [Method::GET, Method::POST] {
            let reply = ada.send(method, path, None).await;
            assert_eq!(reply.status, 404, "{path}");
            reply.refused(404, "EndpointNotFound");
        }
    }
}

#[tokio::test]
async fn a_method_that_the_path_does_not_answer_is_not_allowed() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    for (method, path) in [
        (Method::DELETE, GROUPS.to_owned()),
        (Method::PUT, GROUPS.to_owned()),
        (Method::POST, format!("{GROUPS}/{group}")),
        (Method::PATCH, format!("{GROUPS}/{group}")),
        (Method::POST, format!("{GROUPS}/{group}/modify_attribute")),
        (Method::GET, format!("{GROUPS}/{group}/add_attribute")),
        (Method::GET, "/api/v3/group_connections".to_owned()),
        (Method::GET, "/api/v3/sessions".to_owned()),
        (Method::DELETE, format!("/api/v3/users/{}", ada.id)),
    ] {
        let reply = ada.send(method.clone(), &path, None).await;
        assert_eq!(reply.status, 405, "{method} {path}");
        reply.refused(405, "MethodNotAllowed");
        let allowed: Vec<_> = reply.header("allow").split(", ").collect();
        assert!(
            !allowed.contains(&"") && !allowed.contains(&method.as_str()),
            "{path}: {allowed:?}"
        );
    }
    assert_eq!(ada.group(group).await["name"], "Wolves");
}

#[tokio::test]
async fn a_body_may_have_256_kibibytes_and_not_a_byte_more() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let mut body = br#"{"name": "Wolves"}"#.to_vec();
    body.resize(TOO_LARGE - 1, b' ');
    ada.send_raw(Method::POST, GROUPS, "application/json", body.clone()).await.ok();
    body.push(b' ');
    let reply = ada.send_raw(Method::POST, GROUPS, "application/json", body).await;
    reply.refused(413, "BodyTooLarge");
    assert_eq!(ada.get(GROUPS).await.ok()["groups"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn content_types_are_read_whatever_their_case_and_parameters_and_others_are_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let json = r#"{"name": "Wolves"}"#;
    for content_type in ["", "application/json", "Application/JSON ; charset=UTF-8"] {
        ada.send_raw(Method::POST, GROUPS, content_type, json).await.ok();
    }
    for content_type in ["text/plain", "text/json", "application/xml", "application/octet-stream"] {
        let reply = ada.send_raw(Method::POST, GROUPS, content_type, json).await;
        reply.refused(415, "UnsupportedMediaType");
    }
    assert_eq!(ada.get(GROUPS).await.ok()["groups"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn what_a_client_accepts_does_not_change_the_answer() {
    let world = World::new().await;
    let mut ada = world.user("ada").await;
    ada.credentials.push(("accept", "application/json".to_owned()));
    ada.get("/api/v3/groups/2147483647").await.refused(404, "GroupNotFound");
}

#[tokio::test]
async fn every_answer_names_the_request_as_the_log_does() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for (path, status) in [(GROUPS, 200), ("/api/v3/groups/0", 422), ("/api/v3/groups/7", 404)] {
        let reply = ada.get(path).await;
        let id = reply.header("x-request-id");
        assert!(!id.is_empty(), "{path}");
        let log = world.log();
        let line = log.last().unwrap();
        assert_eq!((&line["request_id"], &line["status"]), (&json!(id), &json!(status)));
    }
    let (one, other) = (ada.get(GROUPS).await, ada.get(GROUPS).await);
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}

#[tokio::test]
async fn a_browser_may_send_what_clients_send_from_any_page() {
    let world = World::new().await;
    let wanted = [
        "authentication-token",
        "content-type",
        "current-user-id",
        "service-key-name",
        "service-key-token",
    ];
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let preflight = Request::builder()
            .method(Method::OPTIONS)
            .uri("/api/v3/groups/7")
            .header("origin", "https://game.example")
            .header("access-control-request-method", method)
            .header("access-control-request-headers", wanted.join(","));
        let reply = world.send(preflight.body(Vec::new()).unwrap()).await;
        assert!(reply.status.is_success(), "{method}: {}", reply.status);
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        let methods = reply.header("access-control-allow-methods");
        assert!(methods.split(',').any(|allowed| allowed.trim() == method), "{methods}");
        let headers = reply.header("access-control-allow-headers").to_ascii_lowercase();
        for name in wanted {
            assert!(headers.split(',').any(|allowed| allowed.trim() == name), "{name}: {headers}");
        }
        assert_eq!(reply.header("access-control-max-age"), "86400");
    }
}

#[tokio::test]
async fn a_page_may_read_every_answer_and_its_error_code() {
    let world = World::new().await;
    let mut ada = world.user("ada").await;
    ada.credentials.push(("origin", "https://game.example".to_owned()));
    for path in [GROUPS, "/api/v3/groups/7", "/api/v3/nothing"] {
        let reply = ada.get(path).await;
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{path}");
        let exposed = reply.header("access-control-expose-headers").to_ascii_lowercase();
        for name in ["retry-after", "x-error-code", "x-request-id"] {
            assert!(exposed.contains(name), "{path}: {exposed}");
        }
    }
}

#[tokio::test]
async fn no_path_answers_a_method_that_the_route_table_does_not_give_it() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let mut answered: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for route in ALL.iter().filter(|route| route.path.starts_with("/api/v3/")) {
        answered.entry(route.path).or_default().insert(route.method.as_str());
    }
    let methods =
        [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE];
    for (path, answers) in answered {
        let path = ["{id}", "{group_id}", "{user_id}", "{key+}"]
            .iter()
            .fold(path.to_owned(), |path, parameter| path.replace(parameter, "1"));
        for method in methods.iter().filter(|method| !answers.contains(method.as_str())) {
            let reply = ada.send(method.clone(), &path, None).await;
            assert_eq!(reply.status, 405, "{method} {path} {}", reply.text());
            reply.refused(405, "MethodNotAllowed");
        }
    }
}
