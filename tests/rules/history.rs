//! History: every commit in a group is one event, in its place, however often the stream tells of it; and none outlives the
//! group.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Player, Reply, World};

use crate::{ROUNDS, delete, race};

/// A world whose stream is at hand.
async fn world() -> World {
    World::embedded().await
}

/// Something that happens in a group.
fn event(reason: &str) -> Value {
    json!({
        "type": "member.removed", "at": 1_767_323_045_678_i64, "actor_id": 1, "user_ids": [2, 3],
        "data": { "reason": reason, "block": true },
    })
}

/// Makes so many commits in a group, and gives the record of each. Nobody is told of them.
async fn commits(world: &World, group: u64, count: usize) -> Vec<Value> {
    let mut records = Vec::new();
    for number in 0..count {
        world.commit(group, &event(&format!("number {number}"))).await;
        records.push(world.record(group).await);
    }
    records
}

/// A group whose creation is in its history.
async fn group_with_history(world: &World, creator: &Player<'_>) -> (u64, Value) {
    let group = creator.create_group("Wolves", json!({})).await;
    let record = world.record(group).await;
    relayed(world.deliver([record.clone()]).await);
    (group, record)
}

/// Fails the test where the relay has failed.
#[track_caller]
fn relayed(reply: Reply) {
    assert_eq!((reply.header("x-amz-function-error"), reply.text().as_str()), ("", "null"));
}

/// The places of the events in a group's history.
async fn places(world: &World, group: u64) -> Vec<u64> {
    world.history(group).await.iter().map(|row| row["seq"].as_u64().unwrap()).collect()
}

/// What the last line of the log says of gaps.
fn gaps(world: &World) -> (Value, Value) {
    let line = world.log().pop().unwrap();
    assert_eq!(line["function"], "relay-events");
    (line["history_gaps"].clone(), line["gapped_histories"].clone())
}

#[tokio::test]
async fn every_commit_is_one_event_in_the_order_of_the_stream() {
    let world = world().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    for number in 1..4 {
        world.commit(group, &event(&format!("number {number}"))).await;
    }
    assert_eq!(world.history(group).await, [Value::Null; 0], "nobody has told of them yet");
    world.relay().await;
    let history = world.history(group).await;
    let first = &history[0];
    assert_eq!((&first["sk"], &first["kind"]), (&json!("EVENT#0000000001"), &json!("event")));
    assert_eq!((&first["group_id"], &first["seq"]), (&json!(group), &json!(1)));
    let created = json!({
        "type": "group.created", "at": world.now().as_millisecond(),
        "actor_id": ada.id, "user_ids": [ada.id],
    });
    assert_eq!(first["event"], created);
    for (number, row) in history.iter().enumerate().skip(1) {
        assert_eq!(
            (&row["seq"], &row["event"]),
            (&json!(number + 1), &event(&format!("number {number}")))
        );
    }
    assert_eq!(history.len(), 4);
    world.relay().await;
    assert_eq!(world.history(group).await, history);
}

#[tokio::test]
async fn what_is_delivered_again_changes_nothing_and_is_no_gap() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let (group, created) = group_with_history(&world, &ada).await;
    let [first, second, third] = commits(&world, group, 3).await.try_into().unwrap();
    relayed(world.deliver([first.clone(), second.clone(), third.clone()]).await);
    let history = world.history(group).await;
    assert_eq!(places(&world, group).await, [1, 2, 3, 4]);
    // As where somebody mends the group's row by hand, which is no commit.
    let mut other = second.clone();
    other["dynamodb"]["NewImage"]["last_event"]["M"]["type"]["S"] = "group.updated".into();
    for batch in [
        vec![other],
        vec![created, first.clone()],
        vec![second.clone()],
        vec![third, second, first],
    ] {
        relayed(world.deliver(batch).await);
        assert_eq!(gaps(&world), (Value::Null, Value::Null));
        assert_eq!(world.history(group).await, history);
    }
}

#[tokio::test]
async fn a_batch_that_is_delivered_several_times_at_once_is_written_once() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for round in 0..ROUNDS {
        let (group, _) = group_with_history(&world, &ada).await;
        let batch = commits(&world, group, 3).await;
        let requests = (0..4).map(|_| world.deliver(batch.clone()).boxed_local()).collect();
        race(round, requests).await.into_iter().for_each(relayed);
        assert_eq!(places(&world, group).await, [1, 2, 3, 4]);
        for (number, row) in world.history(group).await.iter().skip(1).enumerate() {
            assert_eq!(row["event"], event(&format!("number {number}")));
        }
    }
}

#[tokio::test]
async fn an_event_that_is_missing_is_told_once_it_is_passed_and_can_be_delivered_late() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let (group, _) = group_with_history(&world, &ada).await;
    let [lost, second, third] = commits(&world, group, 3).await.try_into().unwrap();
    relayed(world.deliver([second]).await);
    let history = format!("GAME#{}#EVENTS#{group}", world.game_id);
    assert_eq!(gaps(&world), (json!(1), json!([history])));
    assert_eq!(places(&world, group).await, [1, 3], "what came is not held back");
    relayed(world.deliver([third]).await);
    assert_eq!(gaps(&world), (Value::Null, Value::Null), "once is enough");
    relayed(world.deliver([lost]).await);
    assert_eq!(gaps(&world), (Value::Null, Value::Null));
    assert_eq!(places(&world, group).await, [1, 2, 3, 4]);
}

/// The places of the events that a member of a group reads.
async fn read(member: &Player<'_>, group: u64) -> Vec<u64> {
    let history = member.get(&format!("/api/v3/groups/{group}/events")).await.ok();
    let events = history["events"].as_array().unwrap();
    let places: Vec<_> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(history["last_seq"].as_u64(), places.last().copied());
    places
}

#[tokio::test]
async fn nobody_reads_an_event_before_the_one_that_it_follows_while_that_may_still_come() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let (group, _) = group_with_history(&world, &ada).await;
    let [late, second] = commits(&world, group, 2).await.try_into().unwrap();
    relayed(world.deliver([second]).await);
    assert_eq!(read(&ada, group).await, [1]);
    relayed(world.deliver([late]).await);
    assert_eq!(read(&ada, group).await, [1, 2, 3]);
}

#[tokio::test]
async fn what_never_comes_holds_no_history_back() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let (group, _) = group_with_history(&world, &ada).await;
    let [_lost, second] = commits(&world, group, 2).await.try_into().unwrap();
    relayed(world.deliver([second]).await);
    let ada = world.service_for(&ada);
    // The stream keeps nothing for longer than a day.
    world.advance(SignedDuration::from_hours(24) - SignedDuration::from_millis(1));
    assert_eq!(read(&ada, group).await, [1]);
    world.advance(SignedDuration::from_millis(1));
    assert_eq!(read(&ada, group).await, [1, 3]);
}

#[tokio::test]
async fn a_gap_within_a_batch_is_told_and_so_is_one_at_the_very_beginning() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let (group, _) = group_with_history(&world, &ada).await;
    let other = ada.create_group("Foxes", json!({})).await;
    let [first, _lost, third] = commits(&world, group, 3).await.try_into().unwrap();
    let [begins_late] = commits(&world, other, 1).await.try_into().unwrap();
    relayed(world.deliver([first, third, begins_late]).await);
    let mut histories =
        [group, other].map(|group| format!("GAME#{}#EVENTS#{group}", world.game_id));
    histories.sort_by_key(|history| *history != format!("GAME#{}#EVENTS#{group}", world.game_id));
    let (count, mut told) = gaps(&world);
    assert_eq!(count, 2);
    told.as_array_mut().unwrap().sort_by_key(|history| *history != histories[0]);
    assert_eq!(told, json!(histories));
    assert_eq!(places(&world, group).await, [1, 2, 4]);
    assert_eq!(places(&world, other).await, [2]);
}

#[tokio::test]
async fn no_event_outlives_its_group_however_often_the_stream_tells_of_it() {
    let world = world().await;
    let ada = world.user("ada").await;
    let (doomed, created) = group_with_history(&world, &ada).await;
    let (living, _) = group_with_history(&world, &ada).await;
    let mut batch = vec![created];
    for group in [doomed, living] {
        batch.extend(commits(&world, group, 30).await);
    }
    world.relay().await;
    delete(&ada, doomed).await.ok();
    batch.push(world.record(doomed).await);
    assert_eq!(
        world.history(doomed).await.len(),
        31,
        "what is deleted lies there until it is swept"
    );
    let before = world.history(living).await;
    world.relay().await;
    assert!(world.history(doomed).await.is_empty() && world.rows(doomed).await.is_empty());
    for again in [&batch[..], &batch[..1], &batch[7..8], &batch[batch.len() - 1..]] {
        relayed(world.deliver(again.to_vec()).await);
        assert_eq!(gaps(&world), (Value::Null, Value::Null), "a group that is gone lacks nothing");
        assert_eq!(world.history(doomed).await, [Value::Null; 0]);
    }
    assert_eq!(world.history(living).await, before);
}

#[tokio::test]
async fn what_a_sweep_has_removed_before_it_was_cut_short_is_no_gap() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let (group, _) = group_with_history(&world, &ada).await;
    relayed(world.deliver(commits(&world, group, 2).await).await);
    delete(&ada, group).await.ok();
    let deletion = world.record(group).await;
    // All but the group's own row is gone by then.
    world.faults.refuse("TransactWriteItems", "ValidationException");
    let cut_short = world.deliver([deletion.clone()]).await;
    assert_eq!(cut_short.header("x-amz-function-error"), "Unhandled");
    assert_eq!((places(&world, group).await.len(), world.rows(group).await.len()), (0, 1));
    relayed(world.deliver([deletion]).await);
    assert_eq!(gaps(&world), (Value::Null, Value::Null));
    assert!(world.history(group).await.is_empty() && world.rows(group).await.is_empty());
}

#[tokio::test]
async fn a_history_of_more_than_one_reading_is_swept_as_a_whole() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let (group, _) = group_with_history(&world, &ada).await;
    let mut row = world.history(group).await.remove(0);
    for seq in 2..=1001 {
        row["seq"] = seq.into();
        row["sk"] = format!("EVENT#{seq:010}").into();
        world.put(&row).await;
    }
    delete(&ada, group).await.ok();
    relayed(world.deliver([world.record(group).await]).await);
    assert!(world.history(group).await.is_empty() && world.rows(group).await.is_empty());
}

#[tokio::test]
async fn what_was_written_too_late_goes_when_the_deletion_is_delivered_again() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let (group, _) = group_with_history(&world, &ada).await;
    let late = commits(&world, group, 1).await;
    relayed(world.deliver(late.clone()).await);
    let rows = world.history(group).await;
    delete(&ada, group).await.ok();
    let deletion = world.record(group).await;
    relayed(world.deliver([deletion.clone()]).await);
    // As by a relay that has seen the group before it was swept, and is slower.
    for row in &rows {
        world.put(row).await;
    }
    relayed(world.deliver([deletion]).await);
    assert_eq!(world.history(group).await, [Value::Null; 0]);
}

#[tokio::test]
async fn a_group_with_the_id_of_one_that_is_gone_has_a_history_of_its_own() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let (group, created) = group_with_history(&world, &ada).await;
    let mut old = vec![created];
    old.extend(commits(&world, group, 2).await);
    delete(&ada, group).await.ok();
    old.push(world.record(group).await);
    relayed(world.deliver(old.clone()).await);
    world.advance(SignedDuration::from_secs(60));
    world.draw_next([u32::try_from(group).unwrap()]);
    let (reborn, _) = group_with_history(&world, &ada).await;
    assert_eq!(reborn, group);
    let history = world.history(group).await;
    assert_eq!(history.len(), 1);
    for record in old {
        relayed(world.deliver([record]).await);
        assert_eq!(gaps(&world), (Value::Null, Value::Null));
        assert_eq!(world.history(group).await, history);
    }
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn a_group_that_fails_fails_the_batch_and_holds_up_no_other() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let mut groups = Vec::new();
    let mut batch = Vec::new();
    for _ in 0..12 {
        let (group, _) = group_with_history(&world, &ada).await;
        groups.push(group);
        batch.extend(commits(&world, group, 2).await);
    }
    world.faults.refuse("PutItem", "ValidationException");
    let reply = world.deliver(batch.clone()).await;
    assert_eq!(reply.header("x-amz-function-error"), "Unhandled", "so it is delivered again");
    let mut told = Vec::new();
    for group in &groups {
        told.push(places(&world, *group).await.len());
    }
    told.sort_unstable();
    assert_eq!(told, [&[1][..], &[3; 11]].concat(), "the failed one is not told beyond its fault");
    relayed(world.deliver(batch).await);
    for group in groups {
        assert_eq!(places(&world, group).await, [1, 2, 3]);
    }
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_an_event_all_the_same() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let (group, _) = group_with_history(&world, &ada).await;
    let batch = commits(&world, group, 2).await;
    world.faults.lose_answer("PutItem");
    world.faults.refuse("PutItem", "ThrottlingException");
    relayed(world.deliver(batch).await);
    assert_eq!(places(&world, group).await, [1, 2, 3]);
}

#[tokio::test]
async fn a_groups_row_that_makes_no_sense_fails_loudly_and_is_not_passed_over() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let (group, _) = group_with_history(&world, &ada).await;
    let good = commits(&world, group, 1).await.remove(0);
    for (field, value) in [
        ("seq", json!({ "S": "two" })),
        ("last_event", json!({ "M": {} })),
        ("last_event", json!({ "M": { "type": { "S": "group.nonsense" }, "at": { "N": "1" } } })),
    ] {
        let mut bad = good.clone();
        bad["dynamodb"]["NewImage"][field] = value;
        let reply = world.deliver([bad]).await;
        assert_eq!(reply.header("x-amz-function-error"), "Unhandled", "{field}");
        assert_eq!(places(&world, group).await, [1]);
    }
}
