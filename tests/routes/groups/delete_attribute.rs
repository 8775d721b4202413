//! `DELETE /api/v3/groups/{id}/attributes/{key}`

use std::collections::HashSet;

use functions::http::Answer;
use functions::routes::DELETE_GROUP_ATTRIBUTE;
use functions::serve::with_encoded_uri;
use http::Method;
use serde_json::{Value, json};
use tests::{Player, World};

use crate::common::assert_ids_refused;

/// A key in a path's segment, as clients write it.
fn encoded(key: &str) -> String {
    key.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn group_with(ada: &Player<'_>, keys: &[&str]) -> u64 {
    let group = ada.create_group("Wolves", json!({})).await;
    let attributes: Vec<Value> =
        keys.iter().map(|key| json!({ "key": key, "value": "x" })).collect();
    let body = json!({ "attributes": attributes });
    ada.post(&format!("/api/v3/groups/{group}/add_attribute"), body).await.ok();
    group
}

/// The keys that the group has.
async fn keys(ada: &Player<'_>, group: u64) -> Vec<String> {
    let list = ada.get(&format!("/api/v3/groups/{group}/attributes")).await.ok();
    let list = list["attributes"].as_array().unwrap().clone();
    list.iter().map(|attribute| attribute["key"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_attribute_is_deleted_and_may_be_created_anew_by_somebody_else() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_with(&ada, &["motto", "song"]).await;
    let path = format!("/api/v3/groups/{group}/attributes/motto");
    assert_eq!(ada.delete(&path).await.ok(), json!({ "message": "Attribute deleted" }));
    ada.delete(&path).await.refused(404, "AttributeNotFound");
    assert_eq!(keys(&ada, group).await, ["song"]);
    assert_eq!(world.assert_group_is_sound(group).await, 1);
    ada.answer(bob.apply(group).await, "accepted").await.ok();
    let body = json!({ "attributes": [{ "key": "motto", "value": "bob's" }] });
    let added = bob.post(&format!("/api/v3/groups/{group}/add_attribute"), body).await.ok();
    assert_eq!(added["attributes"][0]["creator_id"], bob.id);
}

#[tokio::test]
async fn a_key_of_whatever_characters_is_deleted_and_no_other() {
    let all = [
        "a",
        "a/b",
        "a/b/c",
        "/",
        "//",
        "/a",
        "a/",
        "%2F",
        "a%2Fb",
        "%",
        "%25",
        "%252F",
        ".",
        "..",
        "../..",
        "a?b",
        "?",
        "a#b",
        "#",
        "a b",
        "a+b",
        "+",
        "a&b=c",
        "{key}",
        "\\",
        "\"",
        "é",
        "日本",
        "🐺",
        "a;b",
        "attributes",
        "id",
    ];
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = group_with(&ada, &all).await;
    for (gone, key) in all.iter().enumerate() {
        let path = format!("/api/v3/groups/{group}/attributes/{}", encoded(key));
        ada.delete(&path).await.ok();
        let mut left: Vec<String> = all[gone + 1..].iter().map(|key| (*key).to_owned()).collect();
        let mut found = keys(&ada, group).await;
        left.sort();
        found.sort();
        assert_eq!(found, left, "{key:?}");
    }
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn slashes_may_stand_as_they_are_as_behind_api_gateway() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = group_with(&ada, &["a", "a/b"]).await;
    ada.delete(&format!("/api/v3/groups/{group}/attributes/a/b")).await.ok();
    assert_eq!(keys(&ada, group).await, ["a"]);
}

#[tokio::test]
async fn what_a_path_cannot_carry_is_named_beside_it() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = group_with(&ada, &["what", "what?", "..", "-"]).await;
    let path = format!("/api/v3/groups/{group}/attributes");
    // On AWS, "what?" would arrive as "what".
    ada.delete(&format!("{path}/what?exact_key=what%3F")).await.ok();
    ada.delete(&format!("{path}/-?exact_key=..")).await.ok();
    let body = Some(json!({ "exact_key": "none" }));
    ada.send(Method::DELETE, &format!("{path}/what"), body).await.refused(404, "AttributeNotFound");
    ada.delete(&format!("{path}/-?exact_key=")).await.refused(400, "InvalidParameter");
    assert_eq!(keys(&ada, group).await, ["-", "what"]);
}

/// The answer to a key's deletion, as API Gateway hands the request on.
async fn handed_on(
    world: &World,
    (group, key): (u64, &str),
    query: &str,
    headers: &Value,
) -> Answer {
    // Decoded, as HTTP APIs write it.
    let path = format!("/api/v3/groups/{group}/attributes/{key}");
    let event = json!({
        "version": "2.0",
        "routeKey": "DELETE /api/v3/groups/{id}/attributes/{key+}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "pathParameters": { "id": group.to_string(), "key": key },
        "requestContext": {
            "http": {
                "method": "DELETE", "path": path,
                "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "curl"
            },
            "requestId": "id", "stage": "$default", "timeEpoch": 0
        },
        "isBase64Encoded": false
    });
    let event = with_encoded_uri(serde_json::from_value(event).unwrap());
    let route = &DELETE_GROUP_ATTRIBUTE;
    (route.handler)(&world.app, route, functions::serve::call(event.into())).await
}

#[tokio::test]
async fn a_key_as_api_gateway_hands_it_on_is_taken_as_it_is() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let headers = json!({ "authentication-token": ada.credentials[0].1, "host": "example.com" });
    for key in ["a/b", "a\\b", "%2F", "%", "..", "a/../b", "a b", "#", "a#b", "a?b", "\"<>", "日本"]
    {
        let group = group_with(&ada, &[key, "other", "what?"]).await;
        for (query, left) in [
            ("dry_run=true", &[key, "other", "what?"][..]),
            ("exact_key=what%3F", &[key, "other"]),
            ("", &["other"]),
        ] {
            let Answer { response, .. } = handed_on(&world, (group, key), query, &headers).await;
            assert_eq!(response.status(), 200, "{key:?} {query} {:?}", response.body());
            assert_eq!(response.headers().contains_key("dry-run"), left.len() == 3, "{key:?}");
            let found: HashSet<_> = keys(&ada, group).await.into_iter().collect();
            assert_eq!(found, left.iter().map(|key| (*key).to_owned()).collect(), "{key:?}");
        }
    }
}

#[tokio::test]
async fn keys_that_make_one_uri_are_two_requests_all_the_same() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let pairs = [("a#x", "a#y"), ("a?x", "a?y"), ("a\\b", "a/b"), ("a/../c", "c"), ("%2F", "/")];
    for (number, (first, second)) in pairs.into_iter().enumerate() {
        let group = group_with(&ada, &[first, second]).await;
        let headers = json!({
            "authentication-token": ada.credentials[0].1, "host": "example.com",
            "idempotency-key": number.to_string(),
        });
        for (key, status) in [(first, 200), (first, 200), (second, 422)] {
            let Answer { response, .. } = handed_on(&world, (group, key), "", &headers).await;
            assert_eq!(response.status(), status, "{key:?} {:?}", response.body());
        }
        assert_eq!(keys(&ada, group).await, [second]);
    }
}

#[tokio::test]
async fn no_key_is_no_endpoint_and_deletes_nothing() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = group_with(&ada, &["motto"]).await;
    let path = format!("/api/v3/groups/{group}/attributes");
    ada.delete(&path).await.refused(405, "MethodNotAllowed");
    ada.delete(&format!("{path}/")).await.refused(404, "EndpointNotFound");
    // What a client makes of two dots that it takes for a step back.
    ada.delete(&format!("/api/v3/groups/{group}/")).await.refused(404, "EndpointNotFound");
    ada.delete(&format!("{path}/%20")).await.refused(400, "InvalidParameter");
    ada.delete(&format!("{path}/{}", "k".repeat(129))).await.refused(400, "InvalidParameter");
    ada.delete(&format!("{path}/motto?key2=x")).await.refused(400, "InvalidParameter");
    assert_eq!(keys(&ada, group).await, ["motto"]);
}

#[tokio::test]
async fn what_is_no_group_or_of_another_game_is_not_found() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let eve = other.user("eve").await;
    let theirs = group_with(&eve, &["motto"]).await;
    for group in [theirs, 2_147_483_647] {
        let path = format!("/api/v3/groups/{group}/attributes/motto");
        ada.delete(&path).await.refused(404, "GroupNotFound");
    }
    assert_eq!(keys(&eve, theirs).await, ["motto"]);
    let path = "/api/v3/groups/{}/attributes/motto";
    assert_ids_refused(&ada, (Method::DELETE, path, 400), "id", None).await;
}
