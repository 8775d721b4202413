//! Attributes: all of a request or none of it, at most a hundred in a group, and one creator for each key.

use futures_util::FutureExt;
use serde_json::{Value, json};
use tests::{Player, Reply, World};

use crate::{
    ROUNDS, add_attribute, add_attributes, assert_tally, group_row, open_group, outcome, race,
    rows_of, update,
};

/// So many attributes, `{prefix}0` and on.
fn many(prefix: &str, count: usize) -> Value {
    (0..count).map(|number| json!({ "key": format!("{prefix}{number}"), "value": "" })).collect()
}

/// Changes one attribute that is there.
async fn modify(player: &Player<'_>, group: u64, change: Value) -> Reply {
    player.patch(&format!("/api/v3/groups/{group}/modify_attribute"), change).await
}

/// Deletes an attribute.
async fn remove(player: &Player<'_>, group: u64, key: &str) -> Reply {
    player.delete(&format!("/api/v3/groups/{group}/attributes/{key}")).await
}

/// Whether a member is told that they may edit it.
async fn can_edit(player: &Player<'_>, group: u64, key: &str) -> Value {
    let list = player.get(&format!("/api/v3/groups/{group}/attributes")).await.ok();
    let list = list["attributes"].as_array().unwrap().clone();
    list.iter().find(|attribute| attribute["key"] == key).unwrap()["can_edit"].clone()
}

#[tokio::test]
async fn an_attribute_is_deleted_by_its_creator_and_by_admins_and_by_nobody_else() {
    let world = World::new().await;
    let [ada, bob, cy, eve] = world.users(["ada", "bob", "cy", "eve"]).await;
    let group = open_group(&ada, &[&bob, &cy]).await;
    let both = json!([
        { "key": "protected", "value": "" },
        { "key": "open", "value": "", "others_can_edit": true },
    ]);
    for _ in 0..2 {
        add_attributes(&bob, group, both.clone()).await.ok();
        for key in ["protected", "open"] {
            for nobody in [&cy, &eve] {
                remove(nobody, group, key).await.refused(403, "NotAuthorized");
            }
        }
        let (by_creator, by_admin) =
            (remove(&bob, group, "open").await, remove(&ada, group, "protected").await);
        by_creator.ok();
        by_admin.ok();
        remove(&bob, group, "open").await.refused(404, "AttributeNotFound");
        remove(&eve, group, "open").await.refused(403, "NotAuthorized");
        assert_eq!(world.assert_group_is_sound(group).await, 3);
        // Also where members create none, the creator takes back what was made before.
        add_attributes(&bob, group, both.clone()).await.ok();
        update(&ada, group, json!({ "admins_only_can_create_attributes": true })).await.ok();
        remove(&bob, group, "protected").await.ok();
        world
            .service_for(&ada)
            .delete(&format!("/api/v3/groups/{group}/attributes/open"))
            .await
            .ok();
        update(&ada, group, json!({ "admins_only_can_create_attributes": false })).await.ok();
    }
    assert_eq!(group_row(&world, group).await["attribute_count"], 0);
}

#[tokio::test]
async fn what_a_member_who_was_removed_leaves_behind_is_cleared_away() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = open_group(&ada, &[&bob, &cy]).await;
    add_attributes(&bob, group, many("b", 50)).await.ok();
    add_attributes(&bob, group, many("c", 50)).await.ok();
    ada.remove(group, &bob).await.ok();
    remove(&bob, group, "b0").await.refused(403, "NotAuthorized");
    remove(&cy, group, "b0").await.refused(403, "NotAuthorized");
    add_attribute(&ada, group, "motto", "").await.refused(422, "TooManyAttributes");
    remove(&ada, group, "b0").await.ok();
    add_attribute(&ada, group, "motto", "").await.ok();
    assert_eq!(group_row(&world, group).await["attribute_count"], 100);
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn a_creator_who_is_no_member_protects_nothing_from_admins() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = open_group(&ada, &[&bob, &cy]).await;
    add_attribute(&bob, group, "motto", "bob's").await.ok();
    let change = json!({ "key": "motto", "value": "ada's" });
    assert_eq!(can_edit(&ada, group, "motto").await, false);
    modify(&ada, group, change.clone()).await.refused(403, "NotAuthorized");
    bob.leave(group).await.ok();
    assert_eq!(can_edit(&ada, group, "motto").await, true);
    assert_eq!(can_edit(&cy, group, "motto").await, false);
    modify(&cy, group, change.clone()).await.refused(403, "NotAuthorized");
    assert_eq!(modify(&ada, group, change.clone()).await.ok()["can_edit"], true);
    // Who comes back protects what is theirs again.
    bob.join(group).await.ok();
    modify(&ada, group, change.clone()).await.refused(403, "NotAuthorized");
    bob.leave(group).await.ok();
    // And the admins, in the creator's place, may open it to everybody.
    let opened = json!({ "key": "motto", "value": "ours", "others_can_edit": true });
    modify(&ada, group, opened).await.ok();
    modify(&cy, group, change.clone()).await.ok();
    // Or close it again, which nobody else may, nor they while the creator is there.
    let closed = json!({ "key": "motto", "value": "ada's", "others_can_edit": false });
    modify(&cy, group, closed.clone()).await.refused(403, "NotAuthorized");
    bob.join(group).await.ok();
    modify(&ada, group, closed.clone()).await.refused(403, "NotAuthorized");
    bob.leave(group).await.ok();
    modify(&ada, group, closed).await.ok();
    modify(&cy, group, change).await.refused(403, "NotAuthorized");
    let row = rows_of(&world, group, "attribute").await.remove(0);
    assert_eq!((&row["creator_id"], &row["attribute_value"]), (&json!(bob.id), &json!("ada's")));
}

#[tokio::test]
async fn fifty_attributes_of_fifty_who_are_gone_are_more_than_one_transaction_holds() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 50).await;
    let group = open_group(&ada, &[]).await;
    for (number, user) in crowd.iter().enumerate() {
        user.join(group).await.ok();
        add_attribute(user, group, &format!("a{number}"), "").await.ok();
        user.leave(group).await.ok();
    }
    add_attributes(&ada, group, many("a", 50)).await.refused(422, "TooManyAtOnce");
    add_attributes(&ada, group, many("a", 49)).await.ok();
}

#[tokio::test]
async fn of_a_creator_who_comes_back_and_an_admin_who_edits_neither_overrides_the_other() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[&bob]).await;
        add_attribute(&bob, group, "motto", "bob's").await.ok();
        bob.leave(group).await.ok();
        let change = json!({ "key": "motto", "value": "ada's" });
        let requests =
            vec![bob.join(group).boxed_local(), modify(&ada, group, change).boxed_local()];
        let replies = race(round, requests).await;
        replies[0].ok();
        let row = rows_of(&world, group, "attribute").await.remove(0);
        match outcome(&replies[1]).as_str() {
            "200" => assert_eq!(row["attribute_value"], "ada's"),
            other => {
                assert_eq!(
                    (other, &row["attribute_value"]),
                    ("403 NotAuthorized", &json!("bob's"))
                );
            }
        }
    }
}

#[tokio::test]
async fn an_attribute_that_is_deleted_and_changed_at_once_is_counted_right() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[&bob]).await;
        add_attribute(&bob, group, "motto", "1").await.ok();
        let requests = vec![
            remove(&ada, group, "motto").boxed_local(),
            remove(&bob, group, "motto").boxed_local(),
            add_attribute(&bob, group, "motto", "2").boxed_local(),
        ];
        let replies = race(round, requests).await;
        replies[2].ok();
        let deleted = replies[..2].iter().filter(|reply| reply.status.is_success()).count();
        assert!(deleted > 0);
        for reply in &replies[..2] {
            assert!(["200", "404 AttributeNotFound"].contains(&outcome(reply).as_str()));
        }
        world.assert_group_is_sound(group).await;
        assert!(rows_of(&world, group, "attribute").await.len() <= 1);
    }
}

#[tokio::test]
async fn who_is_demoted_or_removed_while_deleting_has_deleted_before_or_not_at_all() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..2 * ROUNDS {
        let group = crate::group_of_admins(&ada, &[&bob]).await;
        cy.join(group).await.ok();
        add_attribute(&cy, group, "motto", "").await.ok();
        let (who, closing) = match round % 4 < 2 {
            true => (&bob, ada.remove(group, &bob).boxed_local()),
            false => (&cy, ada.remove(group, &cy).boxed_local()),
        };
        let replies = race(round, vec![closing, remove(who, group, "motto").boxed_local()]).await;
        replies[0].ok();
        let left = rows_of(&world, group, "attribute").await.len();
        match outcome(&replies[1]).as_str() {
            "200" => assert_eq!(left, 0),
            other => assert_eq!((other, left), ("403 NotAuthorized", 1)),
        }
        world.assert_group_is_sound(group).await;
    }
}

#[tokio::test]
async fn a_group_has_at_most_a_hundred_attributes() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = open_group(&ada, &[]).await;
    add_attributes(&ada, group, many("a", 50)).await.ok();
    add_attributes(&ada, group, many("b", 49)).await.ok();
    // Two are one too many, and then not even one of them is added.
    let two = add_attributes(&ada, group, many("c", 2)).await;
    two.refused(422, "TooManyAttributes");
    assert_eq!(group_row(&world, group).await["attribute_count"], 99);
    add_attribute(&ada, group, "last", "").await.ok();
    add_attribute(&ada, group, "one more", "").await.refused(422, "TooManyAttributes");
    // A full group's attributes can be changed, also many at once.
    add_attributes(&ada, group, many("a", 50)).await.ok();
    add_attribute(&ada, group, "last", "changed").await.ok();
    assert_eq!(group_row(&world, group).await["attribute_count"], 100);
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn a_request_names_one_to_fifty_keys_and_none_of_them_twice() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = open_group(&ada, &[]).await;
    let twice = json!([{ "key": "k", "value": "1" }, { "key": "k", "value": "2" }]);
    for refused in [json!([]), many("a", 51), twice] {
        add_attributes(&ada, group, refused).await.refused(400, "InvalidParameter");
    }
    let (key, value) = ("k".repeat(128), "v".repeat(4096));
    add_attribute(&ada, group, &key, &value).await.ok();
    for (key, value) in [("k".repeat(129), "v".to_owned()), (String::new(), "v".to_owned())] {
        add_attribute(&ada, group, &key, &value).await.refused(400, "InvalidParameter");
    }
    let long = "v".repeat(4097);
    add_attribute(&ada, group, "k", &long).await.refused(400, "InvalidParameter");
    let one_good = json!([{ "key": "good", "value": "" }, { "key": "bad", "value": long }]);
    add_attributes(&ada, group, one_good).await.refused(400, "InvalidParameter");
    assert_eq!(world.assert_group_is_sound(group).await, 1);
    assert_eq!(rows_of(&world, group, "attribute").await.len(), 1);
}

#[tokio::test]
async fn all_of_a_request_is_written_or_none_of_it() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[&bob]).await;
    add_attribute(&ada, group, "protected", "ada's").await.ok();
    let both = json!([{ "key": "free", "value": "" }, { "key": "protected", "value": "bob's" }]);
    add_attributes(&bob, group, both).await.refused(403, "NotAuthorized");
    let rows = rows_of(&world, group, "attribute").await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["attribute_value"], "ada's");
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn members_create_unless_only_admins_do_and_outsiders_never() {
    let world = World::new().await;
    let [ada, bob, eve] = world.users(["ada", "bob", "eve"]).await;
    let group = open_group(&ada, &[&bob]).await;
    let path = format!("/api/v3/groups/{group}/attributes");
    add_attribute(&bob, group, "bob's", "1").await.ok();
    add_attribute(&eve, group, "eve's", "1").await.refused(403, "NotAuthorized");
    eve.get(&path).await.refused(403, "NotAuthorized");
    update(&ada, group, json!({ "admins_only_can_create_attributes": true })).await.ok();
    add_attribute(&bob, group, "bob's second", "1").await.refused(403, "NotAuthorized");
    add_attribute(&ada, group, "ada's", "1").await.ok();
    // What a member made before stays theirs.
    add_attribute(&bob, group, "bob's", "2").await.ok();
    bob.leave(group).await.ok();
    add_attribute(&bob, group, "bob's", "3").await.refused(403, "NotAuthorized");
    modify(&bob, group, json!({ "key": "bob's", "value": "3" }))
        .await
        .refused(403, "NotAuthorized");
    assert_eq!(ada.get(&path).await.ok()["attributes"].as_array().unwrap().len(), 2);
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn others_change_an_attribute_only_as_far_as_creator_and_group_allow() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = open_group(&ada, &[&bob, &cy]).await;
    add_attribute(&bob, group, "motto", "1").await.ok();
    let change = json!({ "key": "motto", "value": "2" });
    // Protected by default, even from admins.
    modify(&cy, group, change.clone()).await.refused(403, "NotAuthorized");
    modify(&ada, group, change.clone()).await.refused(403, "NotAuthorized");
    let opened = json!({ "key": "motto", "value": "1", "only_can_edit_by_creator": false });
    modify(&bob, group, opened).await.ok();
    modify(&cy, group, change.clone()).await.ok();
    // Who may change the value may not therefore take it for themselves.
    let taken = json!({ "key": "motto", "value": "3", "only_can_edit_by_creator": true });
    modify(&cy, group, taken.clone()).await.refused(403, "NotAuthorized");
    modify(&ada, group, taken).await.refused(403, "NotAuthorized");
    update(&ada, group, json!({ "admins_only_can_create_attributes": true })).await.ok();
    modify(&cy, group, change.clone()).await.refused(403, "NotAuthorized");
    modify(&ada, group, change.clone()).await.ok();
    modify(&bob, group, change).await.ok();
    let absent = json!({ "key": "absent", "value": "" });
    modify(&ada, group, absent).await.refused(404, "AttributeNotFound");
    let row = rows_of(&world, group, "attribute").await.remove(0);
    assert_eq!((&row["creator_id"], &row["attribute_value"]), (&json!(bob.id), &json!("2")));
}

#[tokio::test]
async fn twenty_who_add_the_last_ten_attributes_at_once_add_ten() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..3 {
        let group = open_group(&ada, &[&bob]).await;
        add_attributes(&ada, group, many("a", 50)).await.ok();
        add_attributes(&ada, group, many("b", 40)).await.ok();
        let keys: Vec<_> = (0..20).map(|number| format!("c{number}")).collect();
        let requests = keys.iter().enumerate().map(|(place, key)| {
            let player = if place % 2 == 0 { &ada } else { &bob };
            add_attribute(player, group, key, "").boxed_local()
        });
        let replies = race(7 * round, requests.collect()).await;
        assert_tally(&replies, &[("200", 10), ("422 TooManyAttributes", 10)]);
        assert_eq!(group_row(&world, group).await["attribute_count"], 100);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
    }
}

#[tokio::test]
async fn of_two_who_create_the_same_key_at_once_one_is_its_creator() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[&bob, &cy]).await;
        let requests = vec![
            add_attribute(&bob, group, "motto", "bob's").boxed_local(),
            add_attribute(&cy, group, "motto", "cy's").boxed_local(),
        ];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("403 NotAuthorized", 1)]);
        let (creator, value) =
            if replies[0].status.is_success() { (&bob, "bob's") } else { (&cy, "cy's") };
        let row = rows_of(&world, group, "attribute").await.remove(0);
        assert_eq!(
            (&row["creator_id"], &row["attribute_value"]),
            (&json!(creator.id), &json!(value))
        );
        assert_eq!(world.assert_group_is_sound(group).await, 3);
    }
}

#[tokio::test]
async fn a_key_that_all_may_edit_is_created_once_and_edited_by_the_others() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..ROUNDS {
        let group = open_group(&ada, &[&bob, &cy]).await;
        let shared =
            |value: &str| json!([{ "key": "score", "value": value, "others_can_edit": true }]);
        let requests = vec![
            add_attributes(&ada, group, shared("a")).boxed_local(),
            add_attributes(&bob, group, shared("b")).boxed_local(),
            add_attributes(&cy, group, shared("c")).boxed_local(),
        ];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 3)]);
        // All are told the same attribute, of one creator and one id.
        let told = |reply: &Reply, field: &str| reply.ok()["attributes"][0][field].clone();
        for field in ["id", "creator_id"] {
            assert_eq!(told(&replies[0], field), told(&replies[1], field), "{field}");
            assert_eq!(told(&replies[0], field), told(&replies[2], field), "{field}");
        }
        assert_eq!(world.assert_group_is_sound(group).await, 3);
    }
}

#[tokio::test]
async fn five_who_show_the_last_two_public_attributes_at_once_show_two() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let public = |key: &str| json!([{ "key": key, "value": "", "public": true }]);
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[&bob]).await;
        for number in 0..8 {
            add_attributes(&ada, group, public(&format!("a{number}"))).await.ok();
        }
        let requests = (0..5)
            .map(|number| add_attributes(&ada, group, public(&format!("b{number}"))).boxed_local());
        let replies = race(round, requests.collect()).await;
        assert_tally(&replies, &[("200", 2), ("422 TooManyPublicAttributes", 3)]);
        assert_eq!(rows_of(&world, group, "public_attribute").await.len(), 10);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
    }
}

#[tokio::test]
async fn once_its_creator_has_protected_it_nobody_overwrites_an_attribute() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[&bob, &cy]).await;
        let opened = json!([{ "key": "motto", "value": "", "others_can_edit": true }]);
        add_attributes(&bob, group, opened).await.ok();
        let protected = json!({ "key": "motto", "value": "bob's", "others_can_edit": false });
        let requests = vec![
            modify(&bob, group, protected).boxed_local(),
            modify(&cy, group, json!({ "key": "motto", "value": "cy's" })).boxed_local(),
            modify(&ada, group, json!({ "key": "motto", "value": "ada's" })).boxed_local(),
        ];
        let replies = race(round, requests).await;
        replies[0].ok();
        for reply in &replies[1..] {
            let outcome = outcome(reply);
            assert!(["200", "403 NotAuthorized"].contains(&outcome.as_str()), "{outcome}");
        }
        // Whoever else succeeded did so before.
        let row = rows_of(&world, group, "attribute").await.remove(0);
        assert_eq!(row["attribute_value"], "bob's");
    }
}

#[tokio::test]
async fn who_is_removed_while_writing_has_written_before_or_not_at_all() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada, &[&bob]).await;
        let shut = json!({ "admins_only_can_create_attributes": true });
        let closing = if round % 4 < 2 {
            ada.remove(group, &bob).boxed_local()
        } else {
            update(&ada, group, shut).boxed_local()
        };
        let requests = vec![closing, add_attribute(&bob, group, "motto", "").boxed_local()];
        let replies = race(round, requests).await;
        replies[0].ok();
        let written = match outcome(&replies[1]).as_str() {
            "200" => 1,
            refusal => {
                assert_eq!(refusal, "403 NotAuthorized");
                0
            }
        };
        assert_eq!(rows_of(&world, group, "attribute").await.len(), written);
        world.assert_group_is_sound(group).await;
        let last = group_row(&world, group).await["last_event"]["type"].clone();
        assert_ne!(last, "attribute.set", "what was written was written before");
        add_attribute(&bob, group, "later", "").await.refused(403, "NotAuthorized");
    }
}
