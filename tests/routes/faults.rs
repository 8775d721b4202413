//! What callers are told when a read or a sign-up goes wrong behind the door: the seed's 500, in plain text, without detail.

use serde_json::json;
use tests::{Reply, World};

/// Fails the test where this is not an error of ours that tells nothing of its cause.
fn assert_internal(reply: &Reply, what: &str) {
    assert_eq!(reply.status, 500, "{what}: {}", reply.text());
    reply.refused(500, "InternalError");
    assert!(!reply.header("x-request-id").is_empty(), "{what}");
    for detail in ["ValidationException", "injected", "DynamoDB", "GAME#", "example.com"] {
        assert!(!reply.text().contains(detail), "{what}: {}", reply.text());
    }
}

#[tokio::test]
async fn a_read_that_fails_behind_the_door_answers_500_and_the_next_one_succeeds() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    for path in [
        "/api/v3/groups".to_owned(),
        "/api/v3/groups?with_full_data=true".to_owned(),
        format!("/api/v3/groups/{group}"),
        format!("/api/v3/groups/{group}/attributes"),
        format!("/api/v3/groups/{group}/blocks"),
        format!("/api/v3/users/{}", ada.id),
    ] {
        world.faults.refuse("Query", "ValidationException");
        assert_internal(&ada.get(&path).await, &path);
        ada.get(&path).await.ok();
    }
}

#[tokio::test]
async fn a_sign_up_or_sign_in_that_fails_behind_the_door_answers_500_and_counts_for_nothing() {
    let world = World::new().await;
    world.user("ada").await;
    let credentials = json!({
        "game_id": world.game_id, "email": "ada@example.com", "password": "password"
    });
    for (path, body) in
        [("/api/v3/users", world.sign_up_body("bob")), ("/api/v3/sessions", credentials.clone())]
    {
        world.faults.refuse("TransactWriteItems", "ValidationException");
        assert_internal(&world.nobody().post(path, body).await, path);
    }
    let signed_in = world.nobody().post("/api/v3/sessions", credentials).await.ok();
    assert_eq!(signed_in["number_of_logins"], 2);
    // Neither name nor address was claimed.
    world.user("bob").await;
}
