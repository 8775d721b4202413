//! Public attributes: shown with the group to everybody, and set by admins.

use futures_util::FutureExt;
use serde_json::{Value, json};
use tests::{Player, Reply, World};

async fn add(player: &Player<'_>, group: u64, attributes: Value) -> Reply {
    let path = format!("/api/v3/groups/{group}/add_attribute");
    player.post(&path, json!({ "attributes": attributes })).await
}

async fn modify(player: &Player<'_>, group: u64, attribute: Value) -> Reply {
    player.patch(&format!("/api/v3/groups/{group}/modify_attribute"), attribute).await
}

async fn shown(player: &Player<'_>, group: u64) -> Value {
    player.group(group).await["public_attributes"].clone()
}

#[tokio::test]
async fn everybody_reads_what_an_admin_made_public_and_nothing_else() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let both = json!([
        { "key": "motto", "value": "Onward", "public": true }, { "key": "bank", "value": "9" }
    ]);
    let added = add(&ada, group, both).await.ok();
    assert_eq!(
        (&added["attributes"][0]["public"], &added["attributes"][1]["public"]),
        (&json!(true), &json!(false))
    );
    let motto = json!([{ "key": "motto", "value": "Onward" }]);
    assert_eq!(shown(&bob, group).await, motto);
    let list = bob.get("/api/v3/groups?with_full_data=true").await.ok();
    assert_eq!(list["groups"][0]["public_attributes"], motto);
    assert_eq!(bob.get("/api/v3/groups").await.ok()["groups"][0]["public_attributes"], Value::Null);
    bob.get(&format!("/api/v3/groups/{group}/attributes")).await.refused(403, "NotAuthorized");
    // It follows its attribute, whatever becomes of that.
    modify(&ada, group, json!({ "key": "motto", "value": "Upward" })).await.ok();
    assert_eq!(shown(&bob, group).await, json!([{ "key": "motto", "value": "Upward" }]));
    modify(&ada, group, json!({ "key": "motto", "value": "x", "public": false })).await.ok();
    assert_eq!(shown(&bob, group).await, json!([]));
    modify(&ada, group, json!({ "key": "motto", "value": "x", "public": true })).await.ok();
    ada.delete(&format!("/api/v3/groups/{group}/attributes/motto")).await.ok();
    assert_eq!(shown(&bob, group).await, json!([]));
    assert_eq!(world.group_row(group).await["public_count"], 0, "it is counted");
}

#[tokio::test]
async fn members_change_the_value_by_the_usual_rules_and_only_admins_who_reads_it() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    let public =
        json!([{ "key": "motto", "value": "Onward", "public": true, "others_can_edit": true }]);
    add(&bob, group, public.clone()).await.refused(403, "NotAuthorized");
    add(&ada, group, public).await.ok();
    modify(&bob, group, json!({ "key": "motto", "value": "Upward", "public": true })).await.ok();
    assert_eq!(shown(&bob, group).await[0]["value"], "Upward");
    let hidden = json!({ "key": "motto", "value": "Upward", "public": false });
    modify(&bob, group, hidden).await.refused(403, "NotAuthorized");
}

#[tokio::test]
async fn at_most_ten_are_public() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let named = |count: u32| -> Value {
        (0..count)
            .map(|key| json!({ "key": format!("key {key}"), "value": key, "public": true }))
            .collect()
    };
    add(&ada, group, named(11)).await.refused(422, "TooManyPublicAttributes");
    add(&ada, group, named(10)).await.ok();
    let one_more = json!([{ "key": "one more", "value": "", "public": true }]);
    add(&ada, group, one_more).await.refused(422, "TooManyPublicAttributes");
    add(&ada, group, json!([{ "key": "one more", "value": "" }])).await.ok();
    let publish = json!({ "key": "one more", "value": "", "public": true });
    modify(&ada, group, publish.clone()).await.refused(422, "TooManyPublicAttributes");
    modify(&ada, group, json!({ "key": "key 3", "value": "", "public": false })).await.ok();
    modify(&ada, group, publish).await.ok();
    assert_eq!(world.group_row(group).await["public_count"], 10);
}

#[tokio::test]
async fn of_many_who_publish_at_once_ten_do() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let publish = (0..14).map(|number| {
        let attribute = json!([{ "key": format!("key {number}"), "value": "x", "public": true }]);
        add(&ada, group, attribute)
    });
    let replies = futures_util::future::join_all(publish).await;
    let done = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(done, 10);
    assert_eq!(shown(&ada, group).await.as_array().unwrap().len(), 10);
    assert_eq!(world.group_row(group).await["public_count"], 10);
}

#[tokio::test]
async fn what_becomes_public_while_it_is_deleted_is_shown_to_nobody_afterwards() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    add(&ada, group, json!([{ "key": "motto", "value": "Onward" }])).await.ok();
    let path = format!("/api/v3/groups/{group}/attributes/motto");
    let late = ada.delete(&path).boxed_local();
    let publish = json!({ "key": "motto", "value": "Onward", "public": true });
    let (deleted, published) = world.overtake(1, late, modify(&ada, group, publish)).await;
    published.ok();
    deleted.ok();
    assert_eq!(shown(&ada, group).await, json!([]));
    assert_eq!(world.group_row(group).await["public_count"].as_u64().unwrap_or_default(), 0);
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn what_is_public_no_more_when_it_is_deleted_is_subtracted_once() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let attributes =
        ["motto", "level"].map(|key| json!({ "key": key, "value": "7", "public": true }));
    add(&ada, group, json!(attributes)).await.ok();
    let path = format!("/api/v3/groups/{group}/attributes/motto");
    let late = ada.delete(&path).boxed_local();
    let hide = json!({ "key": "motto", "value": "7", "public": false });
    let (deleted, hidden) = world.overtake(1, late, modify(&ada, group, hide)).await;
    hidden.ok();
    deleted.ok();
    assert_eq!(world.group_row(group).await["public_count"], 1);
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}
