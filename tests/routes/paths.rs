//! Paths, methods and headers in the forms that clients send, and requests that get to no endpoint.

use functions::dialect::Dialect;
use functions::routes::ALL;
use http::{HeaderValue, Method, Request};
use serde_json::json;
use tests::{Player, Reply, World};

use crate::common::TOO_LARGE;

const GROUPS: &str = "/api/v3/groups";

/// Fails the test where the caller is not told by which id the log tells of this refusal.
#[track_caller]
fn assert_logged(world: &World, reply: &Reply, id: &str, name: &str) {
    let log = world.log();
    let line = log.last().unwrap();
    assert!(!reply.header(id).is_empty(), "{line}");
    assert_eq!(line["request_id"], reply.header(id), "{line}");
    assert_eq!((&line["error"], &line["refusals"]), (&json!(name), &json!(1)), "{line}");
    assert_eq!(line["status"], reply.status.as_u16(), "{line}");
}

/// Sends a request with headers of its own.
async fn send(
    ada: &Player<'_>,
    method: &str,
    path: &str,
    headers: &[(&'static str, &str)],
    body: &str,
) -> Reply {
    let mut player = ada.clone();
    player.credentials.extend(headers.iter().map(|(name, value)| (*name, (*value).to_owned())));
    player.send_raw(method.parse().unwrap(), path, "application/json", body).await
}

#[tokio::test]
async fn a_refusal_without_an_endpoint_has_an_id_a_face_and_a_line_in_the_log() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let too_large = " ".repeat(TOO_LARGE);
    for (method, path, body, status, name) in [
        ("GET", "/", "", 404, "EndpointNotFound"),
        ("POST", "/api/v3/nothing", "", 404, "EndpointNotFound"),
        ("GET", "/%ff", "", 404, "EndpointNotFound"),
        ("PUT", GROUPS, "", 405, "MethodNotAllowed"),
        ("CONNECT", GROUPS, "", 405, "MethodNotAllowed"),
        ("POST", "/health", "", 405, "MethodNotAllowed"),
        ("POST", GROUPS, &too_large, 413, "BodyTooLarge"),
        ("GET", "/api/v3/groups/%ff", "", 422, "InvalidParameter"),
    ] {
        let reply = send(&ada, method, path, &[], body).await;
        reply.refused(status, name);
        assert_logged(&world, &reply, "x-request-id", name);
    }
    for (method, path, body, (face, number), name) in [
        ("POST", "/Group/Nothing", "", ("InvalidAPIEndpoint", 1131), "EndpointNotFound"),
        ("POST", "/client/%ff", "", ("InvalidAPIEndpoint", 1131), "EndpointNotFound"),
        ("GET", "/Group/GetGroup", "", ("InvalidAPIEndpoint", 1131), "MethodNotAllowed"),
        ("POST", "/Group/GetGroup", &too_large, ("BodyTooLarge", 1068), "BodyTooLarge"),
        // What PlayFab has and this has not.
        ("POST", "/Server/GetUserData", "{}", ("InvalidAPIEndpoint", 1131), "EndpointNotFound"),
        (
            "POST",
            "/admin/getplayersinsegment",
            "",
            ("InvalidAPIEndpoint", 1131),
            "EndpointNotFound",
        ),
        ("POST", "/Authentication/Delete", "", ("InvalidAPIEndpoint", 1131), "EndpointNotFound"),
        ("GET", "/Profile/GetProfile", "", ("InvalidAPIEndpoint", 1131), "EndpointNotFound"),
    ] {
        let reply = send(&ada, method, path, &[], body).await;
        reply.failed(face, number);
        assert_logged(&world, &reply, "x-requestid", name);
    }
}

#[tokio::test]
async fn a_parameter_that_is_no_text_is_refused_by_name_and_not_repeated() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for route in ALL.iter().filter(|route| route.path.contains('{')) {
        for garbage in ["%ff", "%c3%28", "%ed%a0%80", "7%fe"] {
            let parts = route.path.split('/');
            let parts = parts.map(|part| if part.starts_with('{') { garbage } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            let reply = ada.send(route.method.clone(), &path, None).await;
            reply.refused(422, "InvalidParameter");
            assert!(reply.text().contains("must be text in UTF-8"), "{path}: {}", reply.text());
            assert!(!reply.text().contains(garbage), "{path}: {}", reply.text());
            assert_eq!(world.log().last().unwrap()["function"], route.function);
        }
    }
}

#[tokio::test]
async fn playfabs_paths_are_taken_in_any_letter_case_and_gamefuses_in_theirs() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let login = json!({ "TitleId": world.game_id.to_string(), "CustomId": "ada" });
    for path in ["/Client/LoginWithCustomId", "/client/loginwithcustomid"] {
        ada.post(path, login.clone()).await.data();
    }
    let group = ada.create_group("Wolves").await;
    let body = json!({ "Group": group });
    for path in ["/group/getgroup", "/GROUP/GETGROUP", "/Group/getGroup"] {
        assert_eq!(ada.post(path, body.clone()).await.data()["GroupName"], "Wolves", "{path}");
    }
    for route in ALL.iter().filter(|route| Dialect::of(route.path) == Dialect::PlayFab) {
        let path = route.path.to_ascii_lowercase();
        let reply = world.nobody().send(Method::POST, &path, None).await;
        assert_ne!(reply.status, 404, "{path}: {}", reply.text());
        assert_eq!(world.log().last().unwrap()["function"], route.function);
        // What fails of it is told in PlayFab's way.
        let reply = world.nobody().send(Method::GET, &path, None).await;
        reply.failed("InvalidAPIEndpoint", 1131);
    }
    for path in ["/API/v3/groups", "/api/V3/groups", "/api/v3/Groups"] {
        ada.player.get(path).await.refused(404, "EndpointNotFound");
    }
    for path in
        ["/Grou/GetGroup", "/Groups/GetGroup", "/Group", "//Group/GetGroup", "/Group/GetGroup/"]
    {
        assert_eq!(ada.post(path, body.clone()).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn another_method_may_be_named_in_a_header() {
    let world = World::new().await;
    let ada = world.entity("ada").await.player;
    let group = ada.create_group("Wolves", json!({})).await;
    let path = format!("{GROUPS}/{group}");
    ada.post(
        &format!("{path}/add_attribute"),
        json!({ "attributes": [{ "key": "a", "value": "1" }] }),
    )
    .await
    .ok();
    let modify = format!("{path}/modify_attribute");
    for method in ["PATCH", "patch"] {
        let body = r#"{"key": "a", "value": "2"}"#;
        send(&ada, "POST", &modify, &[("x-http-method-override", method)], body).await.ok();
    }
    let put =
        send(&ada, "POST", &path, &[("x-http-method-override", "PUT")], r#"{"name": "Foxes"}"#);
    assert_eq!(put.await.ok()["name"], "Foxes");

    // No other request's method is another than its own.
    send(&ada, "GET", &path, &[("x-http-method-override", "DELETE")], "").await.ok();
    send(&ada, "PUT", &path, &[("x-http-method-override", "DELETE")], r#"{"name": "Foxes"}"#)
        .await
        .ok();
    for named in ["GET", "HEAD", "POST", "TRACE", "PUT, DELETE", "", "é"] {
        let reply = send(&ada, "POST", &path, &[("x-http-method-override", named)], "{}").await;
        reply.refused(405, "MethodNotAllowed");
    }
    assert_eq!(ada.group(group).await["name"], "Foxes");
    let playfab =
        send(&ada, "POST", "/Group/ListMembership", &[("x-http-method-override", "PUT")], "{}");
    playfab.await.data();

    send(&ada, "POST", &path, &[("x-http-method-override", "DELETE")], "").await.ok();
    ada.get(&path).await.refused(404, "GroupNotFound");
}

#[tokio::test]
async fn a_header_that_was_sent_twice_is_one_with_both_values_as_behind_api_gateway() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let token = ada.credentials[0].1.as_str();
    let body = r#"{"name": "Wolves"}"#;
    for (name, one, other) in [
        ("content-type", "application/json", "application/json"),
        ("content-type", "application/json", "text/plain"),
        ("authentication-token", token, token),
        ("authentication-token", token, "nonsense"),
    ] {
        let request = || {
            let request = Request::builder().method(Method::POST).uri(GROUPS);
            let mut request = request.body(body.as_bytes().to_vec()).unwrap();
            request
                .headers_mut()
                .insert("content-type", HeaderValue::from_static("application/json"));
            request.headers_mut().insert("authentication-token", token.parse().unwrap());
            request
        };
        let mut doubled = request();
        doubled.headers_mut().insert(name, one.parse().unwrap());
        doubled.headers_mut().append(name, other.parse().unwrap());
        let mut joined = request();
        joined.headers_mut().insert(name, format!("{one}, {other}").parse().unwrap());
        let (doubled, joined) = (world.send(doubled).await, world.send(joined).await);
        assert_eq!(doubled.status, joined.status, "{name} {one} {other}");
        assert_eq!(doubled.header("x-error-code"), joined.header("x-error-code"));
    }
}

#[tokio::test]
async fn whoever_waits_for_the_server_is_told_that_it_answers() {
    let world = World::new().await;
    for (method, body) in [(Method::GET, r#"{"status":"ok"}"#), (Method::HEAD, "")] {
        let reply = world.nobody().send(method, "/health", None).await;
        assert_eq!((reply.status.as_u16(), reply.text().as_str()), (200, body));
        let log = world.log();
        let line = log.last().unwrap();
        assert_eq!((&line["function"], &line["status"]), (&json!("health"), &json!(200)));
        assert_eq!(line["request_id"], reply.header("x-request-id"));
    }
}
