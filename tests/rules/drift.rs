//! Counts that disagree with their rows are noticed by whoever reads those rows, and by nobody else.

use serde_json::{Value, json};
use tests::{Player, World};

/// Sets a number in a group's row, as no transaction does.
async fn set(world: &World, group: u64, count: &str, value: u32) {
    world.set(&format!("GROUP#{group}"), "GROUP", count, &value.into()).await;
}

/// What the log says of drift when `ada` has read `path`.
async fn drift(world: &World, ada: &Player<'_>, path: &str) -> (Value, Value) {
    ada.get(path).await.ok();
    let line = world.log().pop().unwrap();
    (line["drift"].clone(), line["drifted_groups"].clone())
}

/// A group of two, one of them an admin, with one attribute, one invitation and one block.
async fn group_of_two(world: &World) -> (Player<'_>, u64) {
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    for member in [&bob, &cy] {
        member.join(group).await.ok();
    }
    ada.remove(group, &cy).await.ok();
    ada.invite(group, &dot).await.ok();
    let body = json!({ "attributes": [{ "key": "motto", "value": "onward" }] });
    ada.post(&format!("/api/v3/groups/{group}/add_attribute"), body).await.ok();
    (ada, group)
}

#[tokio::test]
async fn a_count_that_disagrees_with_its_rows_is_logged_by_whoever_reads_them() {
    let world = World::new().await;
    let (ada, group) = group_of_two(&world).await;
    let page = format!("/api/v3/groups/{group}");
    let pages = "/api/v3/groups?with_full_data=true".to_owned();
    let attributes = format!("/api/v3/groups/{group}/attributes");
    let blocks = format!("/api/v3/groups/{group}/blocks");
    for (count, right, readers) in [
        ("member_count", 2, vec![&page, &pages]),
        ("admin_count", 1, vec![&page, &pages]),
        ("attribute_count", 1, vec![&attributes]),
        ("block_count", 1, vec![&blocks]),
    ] {
        for wrong in [right - 1, right + 1] {
            set(&world, group, count, wrong).await;
            for path in &readers {
                let noticed = drift(&world, &ada, path).await;
                assert_eq!(noticed, (1.into(), json!([group])), "{count} {wrong} {path}");
            }
        }
        set(&world, group, count, right).await;
        for path in &readers {
            let noticed = drift(&world, &ada, path).await;
            assert_eq!(noticed, (Value::Null, Value::Null), "{count} {path}");
        }
    }
}

#[tokio::test]
async fn more_may_be_counted_as_pending_than_there_is_and_not_less() {
    let world = World::new().await;
    let (ada, group) = group_of_two(&world).await;
    for (count, noticed) in [(0, json!(1)), (1, Value::Null), (2, Value::Null)] {
        set(&world, group, "pending_count", count).await;
        let pages = "/api/v3/groups?with_full_data=true".to_owned();
        for path in [format!("/api/v3/groups/{group}"), pages] {
            assert_eq!(drift(&world, &ada, &path).await.0, noticed, "{count} {path}");
        }
    }
}

#[tokio::test]
async fn who_lists_members_or_leaves_notices_drift_too() {
    let world = World::new().await;
    let (ada, group) = group_of_two(&world).await;
    let title = world.title().await;
    set(&world, group, "member_count", 3).await;
    title.call("ListGroupMembers", json!({ "Group": tests::group_key(group) })).await.data();
    assert_eq!(world.log().pop().unwrap()["drift"], 1);
    ada.leave(group).await.ok();
    assert_eq!(world.log().pop().unwrap()["drift"], 1);
}

#[tokio::test]
async fn every_drifted_group_of_a_page_is_counted() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let mut groups = Vec::new();
    for name in ["Bears", "Foxes", "Wolves"] {
        groups.push(ada.create_group(name, json!({})).await);
    }
    set(&world, groups[0], "member_count", 7).await;
    set(&world, groups[2], "admin_count", 7).await;
    let (count, drifted) = drift(&world, &ada, "/api/v3/groups?with_full_data=true").await;
    assert_eq!((count, drifted), (2.into(), json!([groups[0], groups[2]])));
}

#[tokio::test]
async fn where_every_count_is_right_no_line_speaks_of_drift() {
    let world = World::new().await;
    let (ada, group) = group_of_two(&world).await;
    let eve = world.user("eve").await;
    eve.join(group).await.ok();
    eve.get(&format!("/api/v3/groups/{group}")).await.ok();
    eve.leave(group).await.ok();
    ada.get(&format!("/api/v3/groups/{group}")).await.ok();
    ada.get(&format!("/api/v3/groups/{group}/blocks")).await.ok();
    ada.get(&format!("/api/v3/groups/{group}/attributes")).await.ok();
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    for line in world.log() {
        assert!(line.get("drift").is_none() && line.get("drifted_groups").is_none(), "{line}");
    }
}
