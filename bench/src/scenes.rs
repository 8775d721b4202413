//! What is measured: a function, and events that it answers with a success, one after another.

use std::vec::IntoIter;

use lambda_http::http::Method;
use serde_json::{Value, json};
use tests::{Player, World, group_key};

use crate::Failure;

/// A function at work.
pub struct Scene {
    /// What is done.
    pub name: &'static str,
    /// The binary that does it.
    pub function: &'static str,
    /// The events, each for once.
    pub events: IntoIter<Value>,
}

/// The scenes of Guildhall's functions, each with so many events.
///
/// # Errors
/// [`Failure`] where an event cannot be made.
pub async fn guildhall(world: &World, count: usize) -> Result<Vec<Scene>, Failure> {
    let ada = world.user("ada").await;
    let crowd = world.crowd("player", count.max(20)).await;
    for player in &crowd[..20] {
        player.create_group(&format!("Guild of {}", player.name), json!({})).await;
    }
    let open = ada.create_group("Open", json!({ "can_auto_join": true })).await;
    for player in &crowd[..9] {
        player.join(open).await.ok();
    }
    let joined = ada.create_group("Joined", json!({ "can_auto_join": true })).await;
    let closed = ada.create_group("Closed", json!({})).await;
    let asked = ada.create_group("Asked", json!({})).await;
    let attributed = ada.create_group("Attributed", json!({})).await;
    let path = format!("/api/v3/groups/{attributed}/add_attribute");
    let motto = |text: String| json!({ "attributes": [{ "key": "motto", "value": text }] });
    ada.post(&path, motto("the first".to_owned())).await.ok();
    let fresh = ada.create_group("Fresh", json!({})).await;
    let mut pending = Vec::new();
    for player in &crowd {
        pending.push(player.apply(asked).await);
    }

    let mut scenes = Vec::new();
    let mut scene = |name, function, event: &dyn Fn(usize) -> Result<Value, Failure>| {
        let events = (0..count).map(event).collect::<Result<Vec<_>, _>>()?.into_iter();
        scenes.push(Scene { name, function, events });
        Ok::<_, Failure>(())
    };
    scene("get-group (10 members)", "get-group", &|_| call("get-group", &ada, open, json!({})))?;
    scene("list-groups (20)", "list-groups", &|_| {
        call("list-groups", &ada, 0, json!({})).map(of_20)
    })?;
    scene("create-group", "create-group", &|turn| {
        let body = json!({ "name": format!("Group {turn}"), "max_group_size": 50 });
        call("create-group", &crowd[turn], 0, body)
    })?;
    scene("create-group-connection (open)", "create-group-connection", &|turn| {
        let body = json!({ "group_id": joined, "user_id": crowd[turn].id });
        call("create-group-connection", &crowd[turn], 0, body)
    })?;
    scene("create-group-connection (closed)", "create-group-connection", &|turn| {
        let body = json!({ "group_id": closed, "user_id": crowd[turn].id });
        call("create-group-connection", &crowd[turn], 0, body)
    })?;
    scene("update-group-connection", "update-group-connection", &|turn| {
        let body = json!({ "status": "accepted" });
        call("update-group-connection", &ada, pending[turn], body)
    })?;
    scene("add-group-attributes", "add-group-attributes", &|turn| {
        call("add-group-attributes", &ada, attributed, motto(format!("number {turn:04}")))
    })?;
    scene("playfab-apply-to-group", "playfab-apply-to-group", &|turn| {
        call("playfab-apply-to-group", &crowd[turn], 0, json!({ "Group": group_key(fresh) }))
    })?;
    Ok(scenes)
}

/// Somebody signs up: what the functions that hash passwords cost.
///
/// # Errors
/// [`Failure`] where an event cannot be made.
pub fn argon2(world: &World, count: usize) -> Result<Scene, Failure> {
    let event =
        |turn| call("sign-up", &world.nobody(), 0, world.sign_up_body(&format!("new{turn}")));
    let events = (0..count).map(event).collect::<Result<Vec<_>, Failure>>()?.into_iter();
    Ok(Scene { name: "sign-up (Argon2id)", function: "sign-up", events })
}

/// The sample event of `function`, by that caller, about the thing with that id, with that body.
pub fn call(function: &str, caller: &Player<'_>, id: u64, body: Value) -> Result<Value, Failure> {
    let mut event = sample(function)?;
    if event["pathParameters"].is_object() {
        let path = event["rawPath"].as_str().unwrap_or_default();
        let sample_id = event["pathParameters"]["id"].as_str().unwrap_or_default();
        event["rawPath"] = path.replace(sample_id, &id.to_string()).into();
        event["pathParameters"]["id"] = id.to_string().into();
    }
    event["requestContext"]["http"]["path"] = event["rawPath"].clone();
    for (name, value) in &caller.credentials {
        if event["headers"].get(name).is_some() {
            event["headers"][name] = value.as_str().into();
        }
        // The tokens of GameFuse are good for PlayFab too.
        if event["headers"].get("x-entitytoken").is_some() {
            event["headers"]["x-entitytoken"] = value.as_str().into();
        }
    }
    if event["requestContext"]["http"]["method"] != Method::GET.as_str() {
        event["body"] = body.to_string().into();
    }
    Ok(event)
}

/// The event, which asks for a page of 20.
pub fn of_20(mut event: Value) -> Value {
    event["rawQueryString"] = "limit=20".into();
    event["queryStringParameters"] = json!({ "limit": "20" });
    event
}

/// The sample event of a function, of which every function has one.
pub fn sample(function: &str) -> Result<Value, Failure> {
    let events = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
    Ok(serde_json::from_slice(&std::fs::read(events.join(format!("{function}.json")))?)?)
}

/// Answers an event of a scene in this process, and records the calls of DynamoDB that it takes: operations and requests.
///
/// # Errors
/// [`Failure`] where the event is not answered with a success.
pub async fn record(world: &World, scene: &mut Scene) -> Result<Vec<(String, Value)>, Failure> {
    // Transactions last: the floor makes the calls in this order, and looks whether the last of them is taken.
    let operations = ["BatchGetItem", "GetItem", "Query", "TransactWriteItems"];
    let event = scene.events.next().ok_or("the scene has no event")?;
    let route = functions::routes::ALL.iter().find(|route| route.function == scene.function);
    let route = route.ok_or("there is no such function")?;
    let before = operations.map(|operation| world.faults.calls(operation).len());
    let request = lambda_http::request::from_str(&event.to_string())?;
    let answer = (route.handler)(&world.app, route, functions::serve::call(request)).await;
    if !answer.response.status().is_success() {
        let text = String::from_utf8_lossy(answer.response.body()).into_owned();
        return Err(format!("{}: {text}", scene.name).into());
    }
    let mut calls = Vec::new();
    for (operation, before) in operations.into_iter().zip(before) {
        for body in &world.faults.calls(operation)[before..] {
            calls.push((operation.to_owned(), serde_json::from_str(body)?));
        }
    }
    Ok(calls)
}
