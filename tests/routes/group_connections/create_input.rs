//! `POST /api/v3/group_connections`: input that makes no sense.

use http::Method;
use serde_json::{Value, json};
use tests::World;

use crate::common::{assert_bodies_refused, assert_unreadable_bodies_refused, with};

const CONNECTIONS: &str = "/api/v3/group_connections";

#[tokio::test]
async fn what_is_not_a_connection_is_refused_and_connects_nobody() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let valid = json!({ "group_id": group, "user_id": bob.id });
    let not_ids = [json!(-1), json!(1.5), json!("seven"), json!(2_147_483_648_u64), json!([7])];

    let mut cases = Vec::new();
    let mut add = |field, values: &[Value]| {
        cases.extend(values.iter().map(|value| (field, with(&valid, field, value.clone()))));
    };
    for field in ["group_id", "user_id", "inviter_id"] {
        add(field, &not_ids);
    }
    add("group_id", &[Value::Null, json!(0), json!([])]);
    // Not the caller.
    add("inviter_id", &[json!(ada.id)]);
    add("username", &[json!("ada"), json!(7)]);
    add("status", &[json!("declined"), json!("Accepted"), json!(1)]);
    add("action_type", &[json!("leave"), json!("Join"), json!(1)]);
    cases.push(("The request", with(&valid, "role", json!("admin"))));
    cases.push(("group_id", json!({})));
    cases.push(("group_id", json!({ "user_id": bob.id })));
    cases.push(("group_connection", json!({ "group_connection": 7, "group_id": group })));
    // To ask for somebody else, or to invite oneself.
    let about_ada = json!({ "group_id": group, "user_id": ada.id });
    cases.push(("user_id", with(&about_ada, "action_type", json!("join"))));
    cases.push(("user_id", with(&about_ada, "action_type", json!("join_request"))));
    cases.push(("user_id", with(&valid, "action_type", json!("invite"))));
    assert_bodies_refused(&bob, (Method::POST, CONNECTIONS, 422), cases).await;
    assert_unreadable_bodies_refused(&bob, (Method::POST, CONNECTIONS, 422)).await;
    let read = ada.group(group).await;
    assert_eq!((&read["join_requests"], &read["invites"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn an_invitation_that_names_nobody_does_not_become_a_request() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    // What the JavaScript client sends where a game passes it no name.
    let body = json!({ "group_connection": {
        "group_id": group, "inviter_id": ada.id, "status": "pending", "action_type": "invite"
    } });
    ada.post(CONNECTIONS, body).await.refused(422, "InvalidParameter");
}

#[tokio::test]
async fn ids_may_come_as_text_in_the_query() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let path = format!("{CONNECTIONS}?group_id={group}&user_id={}", bob.id);
    assert_eq!(bob.send(Method::POST, &path, None).await.ok()["status"], "pending");
}
