//! Attributes.

use serde_json::{Value, json};
use tests::{Player, Reply};

use crate::till::Till;

/// So many attributes.
fn attributes(prefix: &str, count: usize) -> Value {
    let attribute = |number| json!({ "key": format!("{prefix}{number:02}"), "value": "value" });
    (0..count).map(attribute).collect()
}

/// Adds attributes.
async fn add(player: &Player<'_>, group: u64, attributes: Value) -> Reply {
    let body = json!({ "attributes": attributes });
    player.post(&format!("/api/v3/groups/{group}/add_attribute"), body).await
}

/// Changes an attribute.
async fn modify(player: &Player<'_>, group: u64, key: &str) -> Reply {
    let body = json!({ "key": key, "value": "other" });
    player.patch(&format!("/api/v3/groups/{group}/modify_attribute"), body).await
}

/// Deletes an attribute.
async fn delete(player: &Player<'_>, group: u64, key: &str) -> Reply {
    player.delete(&format!("/api/v3/groups/{group}/attributes/{key}")).await
}

/// Lists attributes.
async fn list(player: &Player<'_>, group: u64) -> Reply {
    player.get(&format!("/api/v3/groups/{group}/attributes")).await
}

/// Every case.
pub async fn play(till: &Till) {
    let [ada, bob] = till.world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let one = attributes("one", 1);
    till.succeeds("a new one", add(&ada, group, one.clone())).await;
    till.succeeds("one that is there", add(&ada, group, one.clone())).await;
    till.succeeds("", modify(&ada, group, "one00")).await;
    till.succeeds("one", list(&ada, group)).await;
    till.succeeds("50 new ones", add(&ada, group, attributes("fifty", 50))).await;
    add(&ada, group, attributes("rest", 49)).await.ok();
    till.succeeds("100", list(&ada, group)).await;
    till.refused("TooManyAttributes", add(&ada, group, attributes("more", 1))).await;
    till.refused("AttributeNotFound", modify(&ada, group, "none")).await;
    till.refused("NotAuthorized", add(&bob, group, one.clone())).await;
    till.refused("NotAuthorized", modify(&bob, group, "one00")).await;
    till.refused("NotAuthorized", list(&bob, group)).await;
    till.refused("GroupNotFound", add(&ada, 1, one)).await;
    till.refused("GroupNotFound", modify(&ada, 1, "one00")).await;
    till.refused("GroupNotFound", list(&ada, 1)).await;

    till.succeeds("", delete(&ada, group, "one00")).await;
    till.refused("AttributeNotFound", delete(&ada, group, "one00")).await;
    till.refused("NotAuthorized", delete(&bob, group, "rest00")).await;
    till.refused("GroupNotFound", delete(&ada, 1, "rest00")).await;
    ada.answer(bob.apply(group).await, "accepted").await.ok();
    till.succeeds("a new one, by a plain member", add(&bob, group, attributes("mine", 1))).await;
    till.succeeds("by its creator", delete(&bob, group, "mine00")).await;
    add(&bob, group, attributes("bobs", 1)).await.ok();
    let protected = modify(&ada, group, "bobs00");
    till.refused_when("NotAuthorized", "by somebody's protection", protected).await;
    till.succeeds("100, one of them protected by somebody else", list(&ada, group)).await;
    bob.leave(group).await.ok();
    till.succeeds("whose creator is gone", modify(&ada, group, "bobs00")).await;

    let open = ada.create_group("Bears", json!({})).await;
    let public = |count: usize| -> Value {
        let attribute =
            |number| json!({ "key": format!("{number:02}"), "value": "x", "public": true });
        (0..count).map(attribute).collect()
    };
    till.succeeds("a public one", add(&ada, open, public(1))).await;
    add(&ada, open, public(10)).await.ok();
    let more = json!([{ "key": "more", "value": "x", "public": true }]);
    till.refused("TooManyPublicAttributes", add(&ada, open, more.clone())).await;
    till.succeeds("a public one", modify(&ada, open, "00")).await;
    let path = format!("/api/v3/groups/{open}/modify_attribute");
    let hidden = json!({ "key": "00", "value": "x", "public": false });
    till.succeeds("that is public no more", ada.patch(&path, hidden)).await;
    till.succeeds("a public one in the place of another", add(&ada, open, more)).await;
    let shown = json!({ "key": "00", "value": "x", "public": true });
    till.refused("TooManyPublicAttributes", ada.patch(&path, shown)).await;
    till.succeeds("a public one", delete(&ada, open, "01")).await;
    let hidden = json!([{ "key": "02", "value": "x", "public": false }]);
    till.succeeds("one that is public no more", add(&ada, open, hidden)).await;
}
