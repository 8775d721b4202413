//! Groups.

use serde_json::{Value, json};
use tests::{Player, Reply};

use crate::till::Till;

const GROUPS: &str = "/api/v3/groups";

/// The page of a group, of which there may be none.
fn page(group: u64) -> String {
    format!("{GROUPS}/{group}")
}

/// Creates a group.
async fn create(player: &Player<'_>, name: &str) -> Reply {
    player.post(GROUPS, json!({ "name": name })).await
}

/// Changes a group.
async fn update(player: &Player<'_>, group: u64, change: Value) -> Reply {
    player.put(&page(group), change).await
}

/// Every case where names need not be unique.
pub async fn play(till: &Till) {
    let [ada, bob] = till.world.users(["ada", "bob"]).await;
    let group = till.succeeds("", create(&ada, "first")).await.ok()["id"].as_u64().unwrap();
    let service = till.world.service_for(&ada);
    till.succeeds("by a service", create(&service, "served")).await;
    let mut keyed = ada.clone();
    keyed.credentials.push(("idempotency-key", "a-key".to_owned()));
    till.succeeds("with an Idempotency-Key", create(&keyed, "keyed")).await;
    till.succeeds("once more with its Idempotency-Key", create(&keyed, "keyed")).await;
    till.refused("IdempotencyKeyReused", create(&keyed, "another")).await;
    till.succeeds("of one member", ada.get(&page(group))).await;
    till.succeeds("one", ada.get(GROUPS)).await;
    till.succeeds("one, in full", ada.get(&format!("{GROUPS}?with_full_data=true"))).await;
    for number in 3..20 {
        create(&ada, &format!("group {number:02}")).await.ok();
    }
    till.succeeds("20, by a member of all", ada.get(&format!("{GROUPS}?limit=20"))).await;
    list_as_a_member(till, &bob).await;
    let full = format!("{GROUPS}?limit=20&with_full_data=true");
    till.succeeds("20, in full", ada.get(&full)).await;

    let open = ada.create_group("open", json!({ "can_auto_join": true })).await;
    for member in till.world.crowd("member", 19).await {
        member.join(open).await.ok();
    }
    till.succeeds("of 20 members", ada.get(&page(open))).await;
    till.refused("GroupNotFound", ada.get(&page(1))).await;

    let settings = json!({ "group_type": "Raid" });
    till.succeeds("settings", update(&ada, group, settings.clone())).await;
    till.succeeds("the name", update(&ada, group, json!({ "name": "second" }))).await;
    till.refused("GroupNotFound", update(&ada, 1, settings.clone())).await;
    till.refused("NotAuthorized", update(&bob, group, settings)).await;
    let too_small = json!({ "max_group_size": 19 });
    till.refused("SizeBelowMembers", update(&ada, open, too_small)).await;

    till.refused("GroupNotFound", ada.delete(&page(1))).await;
    till.refused("NotAuthorized", bob.delete(&page(group))).await;
    till.succeeds("", ada.delete(&page(group))).await;
}

/// A page of 20 that others have created, for whoever is in one group of it, in one on another page, and in some that are
/// hidden.
async fn list_as_a_member(till: &Till, bob: &Player<'_>) {
    let page = format!("{GROUPS}?limit=20");
    till.succeeds("20, by a member of none", bob.get(&page)).await;
    let elsewhere = create(bob, "zebras").await.ok()["id"].as_u64().unwrap();
    till.succeeds("20, by a member of one on another page", bob.get(&page)).await;
    for name in ["hidden 1", "hidden 2"] {
        bob.create_group(name, json!({ "searchable": false })).await;
    }
    till.succeeds("20, by a member of one on another page and two hidden ones", bob.get(&page))
        .await;
    bob.leave(elsewhere).await.ok();
}

/// Every case where names are unique.
pub async fn play_with_unique_names(till: &Till) {
    let ada = till.world.user("ada").await;
    let case = "of a unique name";
    let group = till.succeeds(case, create(&ada, "one")).await.ok()["id"].as_u64().unwrap();
    till.refused("GroupNameTaken", create(&ada, "one")).await;
    create(&ada, "other").await.ok();
    till.refused("GroupNameTaken", update(&ada, group, json!({ "name": "other" }))).await;
    till.succeeds("a unique name", update(&ada, group, json!({ "name": "two" }))).await;
    till.succeeds(case, ada.delete(&page(group))).await;
    let last = create(&ada, "last").await.ok()["id"].as_u64().unwrap();
    till.succeeds("dissolving one of a unique name", ada.leave(last)).await;
}
