//! Every function has a sample event, and does with it what the file beside it says.

use functions::routes::{ALL, UNROUTED};
use functions::serve::with_encoded_uri;
use http::Request;
use lambda_http::RequestExt;
use lambda_http::request::LambdaRequest;
use serde_json::{Value, json};
use tests::{Answer, Sample, World, WorldBuilder};

use crate::{file, functions, stems};

#[test]
fn every_function_has_a_sample_event_and_its_answer_and_nothing_else_has() {
    assert_eq!(stems("events"), functions());
    assert_eq!(stems("events/answers"), functions());
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
            path =
                path.replace(&format!("{{{name}}}"), value).replace(&format!("{{{name}+}}"), value);
        }
        assert_eq!(request.uri().path(), path, "{}", route.function);
    }
}

#[tokio::test]
async fn every_sample_event_is_answered_as_documented() {
    for route in ALL {
        let Sample { world, event } =
            Sample::prepare(route.function, WorldBuilder::default()).await;
        let request = lambda_http::request::from_str(&event).unwrap();
        let answer = (route.handler)(&world.app, route, functions::serve::call(request)).await;
        assert!(answer.response.status().is_success(), "{}: {answer:?}", route.function);
        assert_eq!(answer.record.request_id, "JKJaXmPLvHcESHA=", "{}", route.function);
        Answer::from_response(&answer.response).assert_documented(route.function);
    }
}

#[tokio::test]
async fn every_sample_event_of_a_function_without_a_route_is_answered_as_documented() {
    for function in UNROUTED {
        let Sample { world, event } = Sample::prepare(function.name, WorldBuilder::default()).await;
        let event = serde_json::from_str(&event).unwrap();
        let (result, _) = function.invoke(&world.app, String::new(), event).await;
        Answer::from_value(result.unwrap()).assert_documented(function.name);
    }
}

#[test]
fn from_where_a_call_comes_is_what_the_gateway_says_and_not_what_the_caller_does() {
    let mut event: Value = serde_json::from_str(&file("events/sign-in.json")).unwrap();
    event["headers"]["x-forwarded-for"] = "203.0.113.1".into();
    for (said, expected) in [
        (json!("192.0.2.1"), Some("192.0.2.1")),
        (json!("2001:db8::1"), Some("2001:db8::1")),
        (json!("nowhere"), None),
        (Value::Null, None),
    ] {
        event["requestContext"]["http"]["sourceIp"] = said;
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();
        let address = functions::serve::call(request).source_address;
        assert_eq!(address, expected.map(|text| text.parse().unwrap()));
    }
}

#[test]
fn a_function_may_be_reached_by_a_domain_beyond_ascii_which_arrives_as_punycode() {
    let mut event: Value = serde_json::from_str(&file("events/get-group.json")).unwrap();
    let domain = "guilds.xn--bcher-kva.example";
    event["headers"]["host"] = domain.into();
    event["requestContext"]["domainName"] = domain.into();
    let request = lambda_http::request::from_str(&event.to_string()).unwrap();
    assert_eq!(request.uri().host(), Some(domain));
}

#[tokio::test]
async fn the_sample_of_a_stream_has_the_row_that_a_deleted_group_leaves() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Awesome Gamers", json!({})).await;
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    let rows = world.rows(group).await;
    let row = rows.iter().find(|row| row["kind"] == "group").unwrap();
    let event: Value = serde_json::from_str(&file("events/relay-events.json")).unwrap();
    let sample = &event["Records"][0]["dynamodb"]["NewImage"];
    let names = |object: &Value| object.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(sample), names(row));
    assert_eq!(names(&sample["settings"]["M"]), names(&row["settings"]));
    assert_eq!(sample["version"]["N"], row["version"].to_string());
}

#[tokio::test]
async fn a_query_that_a_client_has_not_encoded_is_answered_clearly() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    ada.create_group("<Wolves> \"#1\"", json!({})).await;
    let mut event: Value = serde_json::from_str(&file("events/list-groups.json")).unwrap();
    event["headers"]["authentication-token"] = ada.credentials[0].1.clone().into();
    for (query, found) in [
        ("query=<wolves> \"#1", 1),
        ("query=%3Cwolves%3E+%22", 1),
        ("query=<foxes>", 0),
        ("query=\"<>#\\^`{|}[] \u{1f43a}ä%", 0),
    ] {
        event["rawQueryString"] = query.into();
        let event: LambdaRequest = serde_json::from_value(event.clone()).unwrap();
        let request = Request::from(with_encoded_uri(event));
        let route = &functions::routes::LIST_GROUPS;
        let answer = (route.handler)(&world.app, route, functions::serve::call(request)).await;
        assert_eq!(answer.response.status(), 200, "{query}");
        let listed: Value = serde_json::from_slice(answer.response.body()).unwrap();
        assert_eq!(listed["groups"].as_array().unwrap().len(), found, "{query}");
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
