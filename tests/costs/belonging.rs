//! Ways into groups where a deployment bounds how many a player is in.

use serde_json::json;
use tests::{Player, Reply, group_key};

use crate::till::Till;

const BOUNDED: &str = "where a player's groups are bounded";

/// Creates a group.
async fn create(player: &Player<'_>) -> Reply {
    player.post("/api/v3/groups", json!({ "name": "Mine" })).await
}

/// Every way in, once for somebody who has a place and once for somebody who has none.
pub async fn play(till: &Till) {
    let [ada, bob, cy, dot, eve] = till.world.entities(["ada", "bob", "cy", "dot", "eve"]).await;
    let title = till.world.title().await;
    till.succeeds(BOUNDED, create(&ada.player)).await;
    till.refused("TooManyGroups", create(&ada.player)).await;
    let name = |name: &str| json!({ "GroupName": name });
    till.succeeds(BOUNDED, bob.call("CreateGroup", name("Theirs"))).await;
    till.refused("TooManyGroups", bob.call("CreateGroup", name("Another"))).await;

    let open =
        till.world.user("fay").await.create_group("open", json!({ "can_auto_join": true })).await;
    let joining = format!("joining, {BOUNDED}");
    till.succeeds(&joining, cy.player.join(open)).await;
    till.refused("TooManyGroups", ada.player.join(open)).await;
    let in_open = json!({ "Group": group_key(open) });
    till.refused("TooManyGroups", bob.call("ApplyToGroup", in_open)).await;

    let owner = till.world.entity("gil").await;
    let group = owner.player.create_group("closed", json!({})).await;
    let about = |key: &serde_json::Value| json!({ "Group": group_key(group), "Entity": key });
    // Whoever has no place may ask and be invited all the same.
    let application = cy.player.apply(group).await;
    till.refused("TooManyGroups", owner.player.answer(application, "accepted")).await;
    till.refused("TooManyGroups", owner.call("AcceptGroupApplication", about(&cy.key))).await;
    till.refused("TooManyGroups", owner.call("InviteToGroup", about(&cy.key))).await;
    owner.player.invite(group, &ada.player).await.ok();
    let invited = json!({ "Group": group_key(group), "Entity": ada.key });
    till.refused("TooManyGroups", ada.call("AcceptGroupInvitation", invited)).await;
    let members = json!({ "Group": group_key(group), "Members": [cy.key] });
    till.refused("TooManyGroups", title.call("AddMembers", members)).await;

    let application = dot.player.apply(group).await;
    till.succeeds(BOUNDED, owner.player.answer(application, "accepted")).await;
    eve.player.apply(group).await;
    till.succeeds(BOUNDED, owner.call("AcceptGroupApplication", about(&eve.key))).await;
}
