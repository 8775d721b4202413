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
}
