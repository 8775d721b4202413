//! What each endpoint answers; the tree mirrors the URLs.

use serde_json::json;
use tests::World;

#[tokio::test]
async fn smoke() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("g", json!({"can_auto_join": true})).await;
    bob.join(group).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
    bob.join(group).await.refused(422, "AlreadyMember");
}
