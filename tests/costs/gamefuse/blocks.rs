//! Blocks.

use serde_json::json;
use tests::{Player, Reply};

use crate::till::Till;

/// Lists blocks.
async fn list(player: &Player<'_>, group: u64) -> Reply {
    player.get(&format!("/api/v3/groups/{group}/blocks")).await
}

/// Lets somebody back in.
async fn unblock(player: &Player<'_>, group: u64, user: &Player<'_>) -> Reply {
    player.delete(&format!("/api/v3/groups/{group}/blocks/{}", user.id)).await
}

/// Every case.
pub async fn play(till: &Till) {
    let [ada, bob] = till.world.users(["ada", "bob"]).await;
    let group = ada.create_group("open", json!({ "can_auto_join": true })).await;
    till.succeeds("none", list(&ada, group)).await;
    bob.join(group).await.ok();
    ada.remove(group, &bob).await.ok();
    till.succeeds("one", list(&ada, group)).await;
    till.refused("NotAuthorized", list(&bob, group)).await;
    till.refused("GroupNotFound", list(&ada, 1)).await;
    till.refused("NotAuthorized", unblock(&bob, group, &bob)).await;
    till.refused("GroupNotFound", unblock(&ada, 1, &bob)).await;
    till.succeeds("", unblock(&ada, group, &bob)).await;
    till.refused("BlockNotFound", unblock(&ada, group, &bob)).await;
    let path = format!("/api/v3/groups/{group}/blocks/{}", bob.id);
    till.refused("BlockNotFound", ada.get(&path)).await;
    let terms = json!({ "reason": "Was rude", "expires_in": 3600 });
    till.succeeds("a stranger", ada.block(group, &bob, terms.clone())).await;
    till.succeeds("who is blocked so", ada.block(group, &bob, terms)).await;
    till.succeeds("who is blocked otherwise", ada.block(group, &bob, json!({}))).await;
    till.succeeds("", ada.get(&path)).await;
    till.refused("NotAuthorized", bob.get(&path)).await;
    till.refused("GroupNotFound", ada.get("/api/v3/groups/1/blocks/1")).await;
    unblock(&ada, group, &bob).await.ok();
    bob.join(group).await.ok();
    till.succeeds("a member", ada.block(group, &bob, json!({}))).await;
    till.refused("NotAuthorized", bob.block(group, &ada, json!({}))).await;
    till.refused("GroupNotFound", ada.block(1, &bob, json!({}))).await;
    let service = till.world.service_for(&bob);
    till.refused("LastAdmin", service.block(group, &ada, json!({}))).await;
    let nobody = json!({ "user_id": 1 });
    till.refused("UserNotFound", ada.post(&format!("/api/v3/groups/{group}/blocks"), nobody)).await;
}
