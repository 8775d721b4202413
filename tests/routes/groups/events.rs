//! `GET /api/v3/groups/{id}/events`

use http::Method;
use serde_json::{Value, json};
use tests::{Player, World};

use crate::common::assert_ids_refused;

/// A group with a history.
struct History<'w> {
    world: &'w World,
    group: u64,
    /// The place of the last event that is not the test's.
    before: u64,
}

impl<'w> History<'w> {
    /// An open group of Ada's, with these members.
    async fn begin(world: &'w World, ada: &Player<'w>, members: &[&Player<'w>]) -> Self {
        let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
        for member in members {
            member.join(group).await.ok();
        }
        world.deliver([world.record(group).await]).await;
        let history = world.history(group).await;
        Self { world, group, before: history.last().unwrap()["seq"].as_u64().unwrap() }
    }

    /// Something happens: of that type, by somebody or the game itself, to some.
    async fn add(&self, event_type: &str, actor: Option<u32>, users: &[u32]) {
        let mut event =
            json!({ "type": event_type, "at": 1_767_323_045_678_i64, "user_ids": users });
        if let Some(actor) = actor {
            event["actor_id"] = actor.into();
        }
        self.add_event(&event).await;
    }

    async fn add_event(&self, event: &Value) {
        self.world.commit(self.group, event).await;
        self.world.deliver([self.world.record(self.group).await]).await;
    }

    /// What `player` is answered to that query.
    async fn read(&self, player: &Player<'_>, query: &str) -> Value {
        player.get(&format!("/api/v3/groups/{}/events?{query}", self.group)).await.ok()
    }

    /// The places of the events in the answer, the test's first being 1, and up to where it looked.
    async fn places(&self, player: &Player<'_>, query: &str) -> (Vec<u64>, u64) {
        let answer = self.read(player, query).await;
        let place = |seq: &Value| seq.as_u64().unwrap() - self.before;
        let events = answer["events"].as_array().unwrap();
        (events.iter().map(|event| place(&event["seq"])).collect(), place(&answer["last_seq"]))
    }

    /// The same of what came after the test's first so many.
    async fn after(&self, player: &Player<'_>, after: u64, query: &str) -> (Vec<u64>, u64) {
        self.places(player, &format!("after={}&{query}", self.before + after)).await
    }
}

#[tokio::test]
async fn what_happened_is_told_from_the_beginning_with_everything_that_is_known_of_it() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let history = History::begin(&world, &ada, &[]).await;
    let created = json!({
        "seq": 1, "type": "group.created", "at": format!("{:.3}", world.now()),
        "actor_id": ada.id, "user_ids": [ada.id], "data": {},
    });
    assert_eq!(history.read(&ada, "").await, json!({ "events": [created], "last_seq": 1 }));
    let data = json!({ "reason": "was rude", "block": true });
    history
        .add_event(&json!({
            "type": "member.removed", "at": 1_767_323_046_005_i64, "actor_id": ada.id,
            "user_ids": [7, 8], "data": data,
        }))
        .await;
    history.add("group.deleted", None, &[]).await;
    let removed = json!({
        "seq": 2, "type": "member.removed", "at": "2026-01-02T03:04:06.005Z", "actor_id": ada.id,
        "user_ids": [7, 8], "data": data,
    });
    let deleted = json!({
        "seq": 3, "type": "group.deleted", "at": "2026-01-02T03:04:05.678Z", "actor_id": null,
        "user_ids": [], "data": {},
    });
    let events = json!([created, removed, deleted]);
    assert_eq!(history.read(&ada, "after=0").await, json!({ "events": events, "last_seq": 3 }));
}

#[tokio::test]
async fn members_see_what_concerns_all_of_them_and_admins_and_the_game_everything() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let history = History::begin(&world, &ada, &[&bob]).await;
    let types = [
        "application.created",
        "group.updated",
        "invitation.created",
        "member.left",
        "block.lifted",
        "role.created",
        "code.created",
        "attribute.set",
        "attribute.deleted",
        "code.changed",
    ];
    for event_type in types {
        history.add(event_type, None, &[]).await;
    }
    let all: Vec<u64> = (1..=10).collect();
    for sees_all in [&ada, &world.service_for(&bob)] {
        assert_eq!(history.after(sees_all, 0, "").await, (all.clone(), 10));
    }
    assert_eq!(history.after(&bob, 0, "").await, (vec![2, 4, 6, 8, 9], 10), "past what is hidden");
    let hidden = "type=application.created,code.created,code.changed,block.lifted";
    assert_eq!(history.after(&bob, 0, hidden).await, (vec![], 10), "not even by name");
    assert_eq!(history.after(&ada, 0, hidden).await, (vec![1, 5, 7, 10], 10));
    ada.make_admin(history.group, &bob).await.ok();
    assert_eq!(history.after(&bob, 0, "").await, (all, 10));
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_or_a_repetition() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let history = History::begin(&world, &ada, &[&bob]).await;
    for number in 0..13 {
        let event_type = if number % 3 == 0 { "member.left" } else { "application.created" };
        history.add(event_type, None, &[]).await;
    }
    for (player, query, expected) in [
        (&ada, "limit=4", (1..=13).collect()),
        (&ada, "limit=1&type=member.left", vec![1, 4, 7, 10, 13]),
        (&bob, "limit=2", vec![1, 4, 7, 10, 13]),
        (&bob, "limit=1&type=application.created", vec![]),
    ] {
        let (mut found, mut after) = (Vec::new(), 0);
        loop {
            let (places, last) = history.after(player, after, query).await;
            found.extend(places);
            if last == after {
                break;
            }
            after = last;
        }
        assert_eq!((found, after), (expected, 13), "{query}");
    }
}

#[tokio::test]
async fn a_page_ends_with_the_last_event_that_fits() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let history = History::begin(&world, &ada, &[]).await;
    for _ in 0..3 {
        history.add("member.left", None, &[]).await;
        history.add("group.updated", None, &[]).await;
    }
    assert_eq!(history.after(&ada, 0, "limit=2&type=member.left").await, (vec![1, 3], 3));
    assert_eq!(history.after(&ada, 3, "limit=2&type=member.left").await, (vec![5], 6));
    assert_eq!(history.after(&ada, 6, "").await, (vec![], 6), "where there is nothing");
    assert_eq!(history.after(&ada, 1000, "").await, (vec![], 1000), "or nothing yet");
    let beyond = history.read(&ada, "after=4294967295").await;
    assert_eq!(beyond, json!({ "events": [], "last_seq": 4_294_967_295_u32 }));
}

#[tokio::test]
async fn a_filter_takes_any_of_several_types_and_whoever_is_concerned() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let history = History::begin(&world, &ada, &[]).await;
    history.add("member.joined", Some(bob.id), &[bob.id]).await;
    history.add("member.removed", Some(ada.id), &[cy.id, bob.id]).await;
    history.add("group.updated", Some(bob.id), &[]).await;
    history.add("group.updated", None, &[]).await;
    history.add("member.joined", Some(cy.id), &[cy.id]).await;
    for (query, expected) in [
        ("type=member.joined".to_owned(), vec![1, 5]),
        ("type=member.joined,group.updated".to_owned(), vec![1, 3, 4, 5]),
        ("type=%20member.joined%20,%20group.updated%20".to_owned(), vec![1, 3, 4, 5]),
        ("type=".to_owned(), vec![1, 2, 3, 4, 5]),
        (format!("user_id={}", bob.id), vec![1, 2, 3]),
        (format!("user_id={}&type=member.joined,member.removed", bob.id), vec![1, 2]),
        (format!("user_id={}", 2_147_483_647), vec![]),
    ] {
        assert_eq!(history.after(&ada, 0, &query).await, (expected, 5), "{query}");
    }
}

#[tokio::test]
async fn no_call_looks_through_more_than_300_events_and_the_next_one_goes_on() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let history = History::begin(&world, &ada, &[]).await;
    history.add("group.updated", None, &[]).await;
    let last = world.history(history.group).await.pop().unwrap();
    for place in 2..=310 {
        let mut row = last.clone();
        row["seq"] = (history.before + place).into();
        row["sk"] = format!("EVENT#{:010}", history.before + place).into();
        world.put(&row).await;
    }
    assert_eq!(history.after(&ada, 0, "type=member.left").await, (vec![], 300));
    assert_eq!(history.after(&ada, 300, "type=member.left").await, (vec![], 310));
    for query in ["", "limit=100", "type=group.updated"] {
        assert_eq!(history.after(&ada, 7, query).await, ((8..=107).collect(), 107), "{query}");
    }
    let asked: Value = serde_json::from_str(&world.faults.calls("Query").pop().unwrap()).unwrap();
    assert_eq!(asked["Limit"], 300);
    history.after(&ada, 7, "limit=2").await;
    let asked: Value = serde_json::from_str(&world.faults.calls("Query").pop().unwrap()).unwrap();
    assert_eq!(asked["Limit"], 2, "what is not filtered is not read for nothing");
}

#[tokio::test]
async fn nobody_but_members_and_the_game_reads_a_history() {
    let world = World::new().await;
    let [ada, bob, stranger] = world.users(["ada", "bob", "stranger"]).await;
    let history = History::begin(&world, &ada, &[&bob]).await;
    let path = format!("/api/v3/groups/{}/events", history.group);
    stranger.get(&path).await.refused(403, "NotAuthorized");
    world.service_for(&stranger).get(&path).await.ok();
    bob.get(&path).await.ok();
    bob.leave(history.group).await.ok();
    bob.get(&path).await.refused(403, "NotAuthorized");
    world.nobody().get(&path).await.refused(401, "NotAuthenticated");
}

#[tokio::test]
async fn a_group_that_is_not_there_or_of_another_game_is_not_found() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let eve = other.user("eve").await;
    let theirs = History::begin(&other, &eve, &[]).await;
    let deleted = History::begin(&world, &ada, &[]).await.group;
    ada.delete(&format!("/api/v3/groups/{deleted}")).await.ok();
    for group in [theirs.group, deleted, 2_147_483_647] {
        let path = format!("/api/v3/groups/{group}/events");
        ada.get(&path).await.refused(404, "GroupNotFound");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_what_would() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let history = History::begin(&world, &ada, &[]).await;
    let path = format!("/api/v3/groups/{}/events", history.group);
    for (query, field, says) in [
        ("limit=101", "limit", "1 to 100"),
        ("limit=-1", "limit", "whole number in its range"),
        ("limit=many", "limit", "whole number"),
        ("after=-1", "after", "whole number in its range"),
        ("after=4294967296", "after", "whole number in its range"),
        ("type=group.nonsense", "type", "group.created, group.updated"),
        ("type=member.joined;member.left", "type", "separated by commas"),
        ("type=member.joined,,member.left", "type", "member.roles_changed"),
        ("type=Member.Joined", "type", "member.joined"),
        ("user_id=0x7", "user_id", "whole number"),
        // Elsewhere it is "not set": here that would be everybody's events for nobody's.
        ("user_id=0", "user_id", "whole number from 1"),
        ("user_id=", "user_id", "whole number from 1"),
        ("user_id=%20", "user_id", "whole number from 1"),
        ("user_id", "user_id", "whole number from 1"),
        ("user_id=-1", "user_id", "whole number from 1"),
        ("user_id=2147483648", "user_id", "whole number from 1"),
        ("before=7", "after", "besides"),
        ("user=", "after", "besides"),
        ("before=0", "after", "besides"),
    ] {
        let reply = ada.get(&format!("{path}?{query}")).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("x-error-code")),
            (422, "InvalidParameter")
        );
        let text = reply.text();
        assert!(text.contains(field) && text.contains(says), "{query}: {text}");
        assert!(!text.contains("nonsense") && !text.contains("Member.Joined"), "{text}");
    }
    assert_ids_refused(&ada, (Method::GET, "/api/v3/groups/{}/events", 422), "id", None).await;
}
