//! Shards: the list is the same over however many partitions it is spread, also where a deployment has more than before.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use serde_json::{Value, json};
use shared::limits::Limits;
use tests::{Player, World, WorldBuilder};

use crate::{delete, group_row, ids, update};

fn limits(shards: u32) -> Limits {
    Limits { directory_shards: NonZeroU32::new(shards).unwrap(), ..Limits::default() }
}

async fn world(shards: u32) -> World {
    WorldBuilder { limits: limits(shards), ..WorldBuilder::default() }.build().await
}

/// The same player, who calls functions of another deployment.
fn at<'w>(world: &'w World, player: &Player<'_>) -> Player<'w> {
    let mut same = world.nobody();
    same.credentials.clone_from(&player.credentials);
    same
}

/// All groups that are listed to a player, by pages of three.
async fn listed(player: &Player<'_>) -> Vec<u64> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = player.get(&format!("/api/v3/groups?limit=3{cursor}")).await.ok();
        all.extend(ids(&page["groups"]));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

/// The partition of the index that lists a group.
async fn partition(world: &World, group: u64) -> Value {
    group_row(world, group).await["directory_pk"].clone()
}

#[tokio::test]
async fn a_list_is_in_order_over_however_many_shards() {
    for shards in [1, 2, 7, 16] {
        let world = world(shards).await;
        let [ada, bob] = world.users(["ada", "bob"]).await;
        let mut expected = BTreeSet::new();
        let mut partitions = BTreeSet::new();
        for number in 0..40_u32 {
            world.draw_next([1000 + number]);
            let (name, searchable) = (format!("name {:02}", number * 7 % 40), number % 5 > 0);
            let group = ada.create_group(&name, json!({ "searchable": searchable })).await;
            expected.insert((name, group, searchable));
            partitions.insert(partition(&world, group).await.to_string());
        }
        // And no partition where a group is hidden.
        assert_eq!(partitions.len(), 1 + shards as usize, "{partitions:?}");
        let of = |all: bool| {
            let seen = expected.iter().filter(|(.., searchable)| all || *searchable);
            seen.map(|(_, group, _)| *group).collect::<Vec<_>>()
        };
        assert_eq!(listed(&ada).await, of(true), "{shards}");
        assert_eq!(listed(&bob).await, of(false), "{shards}");
    }
}

#[tokio::test]
async fn a_page_reads_every_shard_once_and_at_the_same_time() {
    let world = world(3).await;
    let ada = world.user("ada").await;
    ada.create_group("Wolves", json!({})).await;
    ada.get("/api/v3/groups").await.ok();
    assert_eq!(world.faults.calls("Query").len(), 3 + 1);
    assert_eq!(world.log().pop().unwrap()["round_trips"], 2);
}

#[tokio::test]
async fn groups_stay_where_they_are_when_there_are_more_shards() {
    let before = world(1).await;
    let ada = before.user("ada").await;
    let mut old = [0; 6];
    for (number, group) in old.iter_mut().enumerate() {
        *group = ada.create_group(&format!("old {number}"), json!({})).await;
    }
    let after = before.redeployed(limits(4));
    let (ada, bob) = (at(&after, &ada), after.user("bob").await);
    after.draw_next([4001, 4002, 4003]);
    let mut all = BTreeSet::from_iter(old);
    for number in 0..3 {
        all.insert(ada.create_group(&format!("new {number}"), json!({})).await);
    }
    assert_eq!(partition(&after, 4003).await, format!("GAME#{}#DIRECTORY#3", after.game_id));
    assert_eq!(BTreeSet::from_iter(listed(&bob).await), all);
    // Whatever becomes of an old one, it is listed once or not at all, and not in another shard as well.
    let [renamed, hidden, shown, deleted, ..] = old;
    let place = partition(&after, shown).await;
    update(&ada, renamed, json!({ "name": "zebra" })).await.ok();
    update(&ada, hidden, json!({ "searchable": false })).await.ok();
    for searchable in [false, true] {
        update(&ada, shown, json!({ "searchable": searchable })).await.ok();
    }
    delete(&ada, deleted).await.ok();
    assert_eq!(partition(&after, shown).await, place);
    assert_eq!(partition(&after, renamed).await, place);
    let mut seen = listed(&bob).await;
    assert_eq!(seen.last(), Some(&renamed));
    seen.sort_unstable();
    all.remove(&hidden);
    all.remove(&deleted);
    assert_eq!(seen, Vec::from_iter(all));
}

#[tokio::test]
async fn what_is_imported_is_spread_like_what_is_created() {
    let world = world(16).await;
    let mut lines = vec![json!({ "guildhall_groups": 1, "from": "elsewhere:1" })];
    lines.extend((1..=20).map(|id| {
        let members = json!([{ "user": 1, "roles": ["admins"] }]);
        json!({ "id": id, "name": format!("Group {id}"), "members": members })
    }));
    let answer = world.order("import-groups", json!({ "lines": lines })).await;
    assert_eq!(answer["imported"], 20, "{answer}");
    let mut partitions = BTreeSet::new();
    for group in 1..=20 {
        partitions.insert(partition(&world, group).await.to_string());
    }
    assert!(partitions.len() > 1, "{partitions:?}");
    let bob = world.user("bob").await;
    assert_eq!(BTreeSet::from_iter(listed(&bob).await), BTreeSet::from_iter(1..=20));
}
