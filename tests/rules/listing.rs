//! Listing: whoever turns the pages sees every group that was there all the time, once, in order, whatever happens in between.

use std::collections::BTreeSet;

use futures_util::FutureExt;
use serde_json::{Value, json};
use shared::domain::ids::GameId;
use shared::store::cursor;
use tests::{Player, World};

use crate::{delete, ids, open_group, update};

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// A listed group: what it is sorted by.
type Sort = (String, u64);

fn sort_of(group: &Value) -> Sort {
    (group["name"].as_str().unwrap().to_lowercase(), group["id"].as_u64().unwrap())
}

/// One page, and the query for the next.
async fn page(player: &Player<'_>, limit: u64, query: &str) -> (Vec<Sort>, Option<String>) {
    let page = player.get(&format!("/api/v3/groups?limit={limit}{query}")).await.ok();
    let groups: Vec<_> = page["groups"].as_array().unwrap().iter().map(sort_of).collect();
    assert!(groups.len() <= usize::try_from(limit).unwrap());
    (groups, page["next_cursor"].as_str().map(|cursor| format!("&cursor={cursor}")))
}

/// More pages than any list here has: a cursor that stands still is to fail a test, not to hang it.
const MOST_PAGES: usize = 100;

/// Names of which some begin with others, some differ in case only, and some are the same.
const NAMES: [&str; 8] =
    ["wolf", "Wolf", "wolf pack", "wolfpack", "wolf!", "wol", "a", "WOLF PACK"];

#[tokio::test]
async fn pages_whose_groups_change_in_between_miss_nothing_and_repeat_nothing() {
    for seed in 1..=3 {
        let mut dice = Dice(seed);
        let world = World::new().await;
        let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
        let mut visible = BTreeSet::new();
        for _ in 0..24 {
            let name = NAMES[usize::try_from(dice.roll(8)).unwrap()];
            let creator = if dice.roll(2) == 0 { &ada } else { &bob };
            let searchable = dice.roll(4) > 0;
            let settings = json!({ "can_auto_join": true, "searchable": searchable });
            let sort = (name.to_lowercase(), creator.create_group(name, settings).await);
            // One's own groups are listed although they are not searchable, those of others are not.
            if searchable || creator.id == ada.id {
                visible.insert(sort);
            }
        }
        for limit in [1, 5, 23, 100] {
            let (mut seen, mut query) = (Vec::new(), String::new());
            for turn in 0.. {
                assert!(turn < MOST_PAGES, "the pages have no end");
                let (groups, next) = page(&ada, limit, &query).await;
                seen.extend(groups);
                let Some(next) = next else { break };
                query = next;
                // Counts, sizes and types change, of groups on this page, before it and behind it.
                let nth = usize::try_from(dice.roll(visible.len() as u64)).unwrap();
                let group = visible.iter().nth(nth).unwrap().1;
                cy.join(group).await;
                for admin in [&ada, &bob] {
                    let change = json!({ "max_group_size": 10 + dice.roll(90) });
                    update(admin, group, change).await;
                }
                if dice.roll(2) == 0 {
                    cy.leave(group).await;
                }
            }
            assert_eq!(seen, Vec::from_iter(visible.clone()), "seed {seed}, limit {limit}");
        }
    }
}

#[tokio::test]
async fn groups_that_come_and_go_in_between_disturb_no_other() {
    for seed in 1..=3 {
        let mut dice = Dice(seed);
        let world = World::new().await;
        let ada = world.user("ada").await;
        let bob = world.user("bob").await;
        let mut groups = Vec::new();
        for _ in 0..20 {
            let name = NAMES[usize::try_from(dice.roll(8)).unwrap()];
            groups.push((name.to_lowercase(), ada.create_group(name, json!({})).await));
        }
        // Every third goes somewhere on the way: deleted, hidden from bob, or renamed.
        let (mut going, staying): (Vec<_>, Vec<_>) =
            groups.into_iter().enumerate().partition(|(place, _)| place % 3 == 0);
        let staying: BTreeSet<Sort> = staying.into_iter().map(|(_, sort)| sort).collect();
        let (mut seen, mut query) = (Vec::new(), String::new());
        for turn in 0.. {
            assert!(turn < MOST_PAGES, "the pages have no end");
            let (groups, next) = page(&bob, 3, &query).await;
            seen.extend(groups);
            let Some(next) = next else { break };
            query = next;
            if let Some((place, (_, group))) = going.pop() {
                match place % 9 {
                    0 => delete(&ada, group).await,
                    3 => update(&ada, group, json!({ "searchable": false })).await,
                    _ => update(&ada, group, json!({ "name": "zebra" })).await,
                }
                .ok();
            }
            ada.create_group(NAMES[usize::try_from(dice.roll(8)).unwrap()], json!({})).await;
        }
        assert!(seen.is_sorted(), "seed {seed}: {seen:?}");
        let stayed: Vec<_> = seen.iter().filter(|sort| staying.contains(sort)).cloned().collect();
        assert_eq!(stayed, Vec::from_iter(staying), "seed {seed}");
        let unique: BTreeSet<_> = seen.iter().collect();
        assert_eq!(unique.len(), seen.len(), "seed {seed}: {seen:?}");
    }
}

#[tokio::test]
async fn a_query_lists_what_begins_so_and_its_cursor_is_for_that_query() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for name in NAMES {
        ada.create_group(name, json!({})).await;
    }
    for (query, expected) in [("wolf", 6), ("WOLF%20P", 2), ("wolf%21", 1), ("wol", 7), ("b", 0)] {
        let (mut seen, mut next) = (Vec::new(), format!("&query={query}"));
        for turn in 0.. {
            assert!(turn < MOST_PAGES, "the pages have no end");
            let (groups, cursor) = page(&ada, 2, &next).await;
            seen.extend(groups);
            let Some(cursor) = cursor else { break };
            next = format!("&query={query}{cursor}");
            let elsewhere = format!("/api/v3/groups?query=other{cursor}");
            ada.get(&elsewhere).await.refused(422, "CursorInvalid");
        }
        assert_eq!(seen.len(), expected, "{query}: {seen:?}");
        assert!(seen.is_sorted(), "{query}: {seen:?}");
    }
}

#[tokio::test]
async fn a_group_that_is_not_searchable_is_listed_to_its_members_only() {
    let world = World::new().await;
    let [ada, bob, eve] = world.users(["ada", "bob", "eve"]).await;
    let group = open_group(&ada, &[&bob]).await;
    update(&ada, group, json!({ "searchable": false })).await.ok();
    let listed = async |user: &Player<'_>| ids(&user.get("/api/v3/groups").await.ok()["groups"]);
    assert_eq!((listed(&ada).await, listed(&bob).await), (vec![group], vec![group]));
    assert_eq!(listed(&eve).await, [0; 0]);
    // Hidden is not secret: who knows the id may read and join.
    assert_eq!(eve.group(group).await["id"], group);
    bob.leave(group).await.ok();
    assert_eq!(listed(&bob).await, [0; 0]);
    update(&ada, group, json!({ "searchable": true })).await.ok();
    assert_eq!(listed(&eve).await, [group]);
}

#[tokio::test]
async fn a_cursor_beyond_all_that_a_query_finds_is_followed_by_an_empty_page() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for name in ["w", "wolf", "x"] {
        ada.create_group(name, json!({})).await;
    }
    let game = GameId::try_from(i64::try_from(world.game_id).unwrap()).unwrap();
    // A name may have held any character once, up to the last one that there is.
    for after in
        ["w\u{10ffff}a\u{1f}0000000012", "w\u{10ffff}\u{10ffff}", "wolfz", "x", "\u{10ffff}"]
    {
        let cursor = cursor::issue(&world.app.keys, game, "w", after).unwrap();
        let (groups, next) = page(&ada, 1, &format!("&query=w&cursor={cursor}")).await;
        assert_eq!((groups, next), (Vec::new(), None), "{after:?}");
    }
    // And no range is asked for whose first key is beyond its last.
    let queries = world.faults.calls("Query");
    let between: Vec<Value> =
        queries.iter().map(|body| serde_json::from_str(body).unwrap()).collect();
    let values = between.iter().map(|query: &Value| query["ExpressionAttributeValues"].clone());
    let ranges: Vec<_> = values.filter(|values| values[":last"].is_object()).collect();
    assert!(!ranges.is_empty());
    for values in ranges {
        let bound = |name: &str| values[name]["S"].as_str().unwrap().to_owned();
        assert!(bound(":first") <= bound(":last"), "{values}");
    }
}

#[tokio::test]
async fn who_looks_for_a_name_is_not_shown_what_has_just_been_given_another_one() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[]).await;
    for (new, shown) in [("Bears", 0), ("Foxtrot", 1)] {
        update(&ada, group, json!({ "name": "Foxes" })).await;
        // The index is read by then, and the groups are not.
        let late = bob.get("/api/v3/groups?query=fox").boxed_local();
        let read = ("BatchGetItem", "ThrottlingException");
        let rename = update(&ada, group, json!({ "name": new }));
        let (listed, _) = world.overtake_before(read, 1, late, rename).await;
        assert_eq!(listed.ok()["groups"].as_array().unwrap().len(), shown, "{new}");
    }
}
