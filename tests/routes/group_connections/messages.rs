//! Words: what applicants write, and why somebody is declined.

use serde_json::{Value, json};
use tests::{Player, Reply, World};

const CONNECTIONS: &str = "/api/v3/group_connections";

async fn ask(player: &Player<'_>, group: u64, message: Value) -> Reply {
    player.post(CONNECTIONS, json!({ "group_id": group, "message": message })).await
}

/// What the admin reads of that applicant.
async fn message(admin: &Player<'_>, group: u64, applicant: &Player<'_>) -> Value {
    let requests = admin.group(group).await["join_requests"].clone();
    let mut requests = requests.as_array().unwrap().iter();
    requests.find(|it| it["user"]["id"] == applicant.id).unwrap()["message"].clone()
}

#[tokio::test]
async fn admins_and_nobody_else_read_what_an_applicant_writes() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let member = cy.apply(group).await;
    ada.answer(member, "accepted").await.ok();
    ask(&bob, group, json!("Let me in:\n\tI play every day.")).await.ok();
    dot.apply(group).await;
    assert_eq!(message(&ada, group, &bob).await, "Let me in:\n\tI play every day.");
    assert_eq!(message(&ada, group, &dot).await, Value::Null);
    for player in [&bob, &cy] {
        assert_eq!(player.group(group).await["join_requests"], json!([]));
    }
}

#[tokio::test]
async fn what_is_too_long_or_goes_to_nobody_is_refused() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    for message in [json!("x".repeat(501)), json!("a\u{7}b"), json!(["x"])] {
        ask(&bob, group, message).await.refused(422, "InvalidParameter");
    }
    let invite = json!({ "group_id": group, "user_id": cy.id, "message": "Come in" });
    ada.post(CONNECTIONS, invite).await.refused(422, "InvalidParameter");
    ask(&bob, group, json!("🐺".repeat(500))).await.ok();
    ask(&cy, group, json!("")).await.ok();
    assert_eq!(message(&ada, group, &bob).await, "🐺".repeat(500));
    assert_eq!(message(&ada, group, &cy).await, Value::Null);
}

#[tokio::test]
async fn why_somebody_was_declined_is_kept_in_the_history_for_admins() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let path = format!("{CONNECTIONS}/{}", bob.apply(group).await);
    let accept = json!({ "status": "accepted", "reason": "Why not" });
    ada.put(&path, accept).await.refused(422, "InvalidParameter");
    ada.put(&path, json!({ "status": "declined", "reason": "Too new" })).await.ok();
    let event = world.group_row(group).await["last_event"].clone();
    assert_eq!(
        (&event["type"], &event["data"]),
        (&json!("application.declined"), &json!({ "reason": "Too new" }))
    );
}
