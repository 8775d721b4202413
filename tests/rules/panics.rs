//! A panic, which no code of ours means to make: it is answered like any fault of ours, and the next request is served.

use serde_json::json;
use tests::{World, group_key};

#[tokio::test]
async fn a_panic_is_answered_and_the_next_request_served_in_both_dialects() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Gamers", json!({})).await;
    let path = format!("/api/v3/groups/{group}");

    world.faults.panic("Query");
    let reply = ada.get(&path).await;
    assert_eq!((reply.status.as_u16(), reply.header("x-error-code")), (500, "InternalError"));
    assert!(!reply.text().contains("as the test asked for"), "{}", reply.text());
    let line = world.log().pop().unwrap();
    assert_eq!((&line["status"], &line["error"]), (&json!(500), &json!("InternalError")));
    ada.get(&path).await.ok();

    let entity = world.entity("eve").await;
    let body = json!({ "Group": group_key(group) });
    world.faults.panic("GetItem");
    let reply = entity.call("GetGroup", body.clone()).await;
    assert_eq!(reply.status.as_u16(), 500);
    assert!(!reply.text().contains("as the test asked for"), "{}", reply.text());
    entity.call("GetGroup", body).await.data();
}

#[tokio::test]
async fn a_panic_of_a_function_without_a_route_is_its_failure() {
    let world = World::new().await;
    world.faults.panic("TransactWriteItems");
    let reply = world.invoke("create-game", json!({ "name": "Another" })).await;
    assert!(reply.text().contains("InternalError: see the log"), "{}", reply.text());
    let reply = world.invoke("create-game", json!({ "name": "Another" })).await;
    assert!(reply.text().contains("game_id"), "{}", reply.text());
}
