//! The document that describes the API.

use local::openapi::document;
use serde_json::Value;
use shared::limits::Limits;
use tests::{World, WorldBuilder, assert_written};

#[test]
fn the_committed_document_is_the_one_that_is_served() {
    assert_written("docs/openapi.json", &format!("{:#}\n", document(&Limits::default())));
}

#[test]
fn everything_that_can_be_sent_or_is_answered_is_described() {
    let document = document(&Limits::default());
    each(&document, "", &mut |place, value| {
        for (name, field) in value["properties"].as_object().into_iter().flatten() {
            // What only narrows another schema says nothing anew.
            let is_said = field["description"].is_string() || value["type"] != "object";
            assert!(is_said, "{place}: {name}");
        }
        let is_parameter = value["in"].is_string() && value["schema"].is_object();
        assert!(!is_parameter || value["description"].is_string(), "{place}");
        let is_operation = value["operationId"].is_string() && value["responses"].is_object();
        assert!(
            !is_operation || value["summary"].as_str().is_some_and(|text| !text.is_empty()),
            "{place}"
        );
    });
}

fn each(value: &Value, place: &str, look: &mut impl FnMut(&str, &Value)) {
    look(place, value);
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| each(field, &format!("{place}/{name}"), look));
        }
        Value::Array(items) => items.iter().for_each(|item| each(item, place, look)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn what_is_told_of_a_groups_settings_is_told_of_nothing_else_that_has_their_name() {
    let document = document(&Limits::default());
    let schemas = &document["components"]["schemas"];
    for (schema, property, told) in [
        ("CreateGroupRequest", "description", "What the group says of itself"),
        ("UpdateGroupRequest", "group_type", "Free text"),
        ("GroupObject", "description", "What the group says of itself"),
        ("FullGroupObject", "max_group_size", "How many members it may have"),
        ("CreateWebhookRequest", "description", "What it is for"),
        ("UpdateWebhookRequest", "description", "What it is for"),
        ("CreateWebhookResponse", "description", "What it is for"),
        ("WebhookObject", "description", "What it is for"),
        ("VerifyGameResponse", "description", "Always empty"),
        ("CreateGroupConnectionRequest", "group_type", "The type of the group, for `auto_join`"),
    ] {
        let text = &schemas[format!("GameFuse{schema}")]["properties"][property]["description"];
        assert!(text.as_str().unwrap().starts_with(told), "{schema}: {property}: {text}");
    }
    let filters = document["paths"]["/api/v3/groups"]["get"]["parameters"].as_array().unwrap();
    let filter = filters.iter().find(|filter| filter["name"] == "group_type").unwrap();
    assert!(filter["description"].as_str().unwrap().starts_with("Only groups of that type"));
}

#[tokio::test]
async fn the_local_server_serves_the_document_and_a_page_that_needs_no_other_host() {
    let world = World::new().await;
    let nobody = world.nobody();
    let served = nobody.get("/openapi.json").await.ok();
    assert_eq!(served, document(&Limits::default()));
    assert_eq!(nobody.get("/docs").await.header("location"), "/docs/");
    let page = nobody.get("/docs/").await;
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{policy}");
    let page = page.text();
    let files: Vec<_> = page.split(['"']).filter(|part| part.starts_with("./")).collect();
    assert!(files.len() >= 4, "{page}");
    for file in files {
        let file = nobody.get(&format!("/docs/{}", &file[2..])).await;
        assert!(file.status.is_success() && !file.body.is_empty(), "{page}");
    }
    assert!(!page.contains("//"), "{page}");
    assert_eq!(nobody.get("/docs/nothing.js").await.status, 404);
}

#[tokio::test]
async fn the_document_tells_the_limits_of_the_deployment_that_serves_it() {
    let limits = Limits { group_size: 50, ..Limits::default() };
    let world = WorldBuilder { limits, ..WorldBuilder::default() }.build().await;
    let served = world.nobody().get("/openapi.json").await.ok();
    let request = &served["components"]["schemas"]["GameFuseCreateGroupRequest"];
    assert_eq!(request["properties"]["max_group_size"]["maximum"], 50);
}
