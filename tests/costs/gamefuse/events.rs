//! History.

use serde_json::json;
use tests::{Player, Reply};

use crate::till::Till;

/// Reads a history.
async fn list(player: &Player<'_>, group: u64, query: &str) -> Reply {
    player.get(&format!("/api/v3/groups/{group}/events?{query}")).await
}

/// Every case.
pub async fn play(till: &Till) {
    let world = &till.world;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    till.succeeds("none", list(&ada, group, "")).await;
    world.deliver([world.record(group).await]).await;
    till.succeeds("one", list(&ada, group, "")).await;
    let first = world.history(group).await.remove(0);
    for seq in 2..=400 {
        let mut row = first.clone();
        (row["seq"], row["sk"]) = (seq.into(), format!("EVENT#{seq:010}").into());
        world.put(&row).await;
    }
    till.succeeds("100", list(&ada, group, "")).await;
    till.succeeds("none of the 300 that are looked at", list(&ada, group, "type=member.left"))
        .await;
    till.refused("NotAuthorized", list(&bob, group, "")).await;
    till.refused("GroupNotFound", list(&ada, 1, "")).await;
}
