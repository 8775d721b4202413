//! A group that no single transaction holds is there as a whole or not at all, whatever goes wrong in between.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Lost, World};

use crate::{crowd, head, import, tally};

/// A line with 70 members, 20 applications, a block, an attribute and a claimed name.
pub fn large() -> Value {
    let mut line = crowd(7, 70);
    let applications = (200..220).map(|user| json!({ "user": user, "id": 1000 + user }));
    line["applications"] = applications.collect();
    line["blocks"] = json!([{ "user": 400, "reason": "was rude" }]);
    let attribute =
        json!({ "id": 5, "key": "motto", "value": "onward", "creator": 2, "public": true });
    line["attributes"] = json!([attribute]);
    line["unique_name"] = true.into();
    line
}

/// What the table is like where nothing goes wrong.
async fn undisturbed() -> Vec<Value> {
    let world = World::new().await;
    let answer = import(&world, &[head(), large()]).await;
    assert_eq!(tally(&answer), [1, 0, 0], "{answer}");
    assert_eq!(world.assert_group_is_sound(7).await, 70);
    in_game(&world).await
}

/// Imports the large line, whose call of `operation` behind so many others is refused for good. Tells whether the import failed.
async fn cut_short_at(world: &World, operation: &'static str, which: usize) -> bool {
    for _ in 0..which {
        world.faults.slow_down(operation, Duration::ZERO);
    }
    world.faults.refuse(operation, "ValidationException");
    let order = json!({ "lines": [head(), large()] });
    let reply = world.send_order("import-groups", order).await;
    world.faults.clear();
    reply.header("x-amz-function-error") == "Unhandled"
}

/// All that is in the game, whose id is another one in each world.
async fn in_game(world: &World) -> Vec<Value> {
    let prefix = format!("GAME#{}", world.game_id);
    let rows = world.whole_table().await.into_iter().filter(|row| row["kind"] != "game");
    let row = |row: Value| row.to_string().replace(&prefix, "GAME#").parse().unwrap();
    let mut rows: Vec<Value> = rows.map(row).collect();
    rows.sort_by_key(Value::to_string);
    rows
}

/// Sends these transactions once more, as if they came late, and sees that none of them is carried out.
fn assert_refused_late(world: &World, sent: &[String]) {
    for (place, body) in sent.iter().enumerate() {
        let mut body: Value = serde_json::from_str(body).unwrap();
        body["ClientRequestToken"] = format!("late {place}").into();
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build();
        let request = ureq::Agent::from(agent)
            .post(world.dynamodb_url())
            .header("x-amz-target", "DynamoDB_20120810.TransactWriteItems")
            .content_type("application/x-amz-json-1.0");
        let mut answer = request.send(body.to_string()).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        assert!(text.contains("ConditionalCheckFailed"), "{place}: {text}");
    }
}

/// How many transactions it takes to import a line, which claims its name.
pub async fn transactions_of(world: &World, mut line: Value) -> usize {
    line["unique_name"] = true.into();
    let before = world.faults.calls("TransactWriteItems").len();
    let answer = import(world, &[head(), line]).await;
    assert_eq!(tally(&answer), [1, 0, 0], "{answer}");
    world.faults.calls("TransactWriteItems").len() - before
}

/// Sees that there is no such group, as far as anybody can tell.
async fn assert_unseen(world: &World) {
    let zoe = world.user("zoe").await;
    for path in ["/api/v3/groups/7", "/api/v3/groups/7/attributes"] {
        zoe.get(path).await.refused(404, "GroupNotFound");
    }
    zoe.join(7).await.refused(404, "GroupNotFound");
    zoe.leave(7).await.refused(404, "GroupNotFound");
    let listed = zoe.get("/api/v3/groups").await.ok();
    assert_eq!(listed["groups"], json!([]));
    let title = world.title().await;
    let member = json!({ "Entity": { "Id": "0000000000000001", "Type": "title_player_account" } });
    assert_eq!(title.call("ListMembership", member).await.data(), json!({ "Groups": [] }));
    title
        .call("GetGroup", json!({ "GroupName": "Crowd 7" }))
        .await
        .failed("ProfileDoesNotExist", 1298);
    title
        .call("DeleteGroup", json!({ "Group": tests::group_key(7) }))
        .await
        .failed("ProfileDoesNotExist", 1298);
    assert_eq!(
        world.refused_order("inspect-group", json!({ "group_id": 7 })).await,
        "GroupNotFound"
    );
    // Its id is nobody else's.
    world.draw_next([7, 8]);
    assert_eq!(zoe.create_group("Another", json!({})).await, 8);
    world.draw_freely();
}

#[tokio::test]
async fn what_one_transaction_takes_is_written_by_one() {
    let world = World::new().await;
    // Of everybody their row, and claims of where they are from, their name and their address; then the group.
    let mut line = crowd(7, 25);
    let users = (1..=25).map(|user| json!({ "id": user, "email": format!("{user}@example.com") }));
    line["users"] = users.collect();
    assert_eq!(transactions_of(&world, line).await, 2);
    transactions_of(&world, crowd(8, 99)).await;
    // Everybody is there. With the members, the group's own row and claims of where it is from and its name.
    assert_eq!(transactions_of(&world, crowd(9, 97)).await, 1);
    for (id, members) in [(10, 98), (11, 99)] {
        assert!(transactions_of(&world, crowd(id, members)).await > 1, "{members}");
        assert_eq!(world.group_row(id).await["member_count"], members);
    }
}

#[tokio::test]
async fn an_import_that_is_cut_short_anywhere_is_seen_by_nobody_and_finished_by_the_next_one() {
    let expected = undisturbed().await;
    let mut cut_short = 0;
    for (operation, times) in
        [("TransactWriteItems", 8), ("Query", 1), ("BatchGetItem", 4), ("GetItem", 2)]
    {
        for which in 0..times {
            let world = World::new().await;
            let has_failed = cut_short_at(&world, operation, which).await;
            cut_short += u32::from(has_failed);
            if has_failed {
                world.relay().await;
            }
            let answer = import(&world, &[head(), large()]).await;
            let was_there = u64::from(!has_failed);
            assert_eq!(
                tally(&answer),
                [1 - was_there, was_there, 0],
                "{operation} {which} {answer}"
            );
            assert_eq!(world.assert_group_is_sound(7).await, 70);
            assert_eq!(in_game(&world).await, expected, "{operation} {which}");
        }
    }
    assert!(cut_short > 10, "{cut_short}");
}

#[tokio::test]
async fn what_is_half_there_is_no_group_to_anybody() {
    // Behind the transactions of users is the one that takes the place, and then those of rows.
    for (operation, which) in [("TransactWriteItems", 5), ("TransactWriteItems", 6), ("Query", 0)] {
        let world = World::new().await;
        assert!(cut_short_at(&world, operation, which).await);
        assert_unseen(&world).await;
        // What the stream tells of it leads to nothing.
        world.relay().await;
        assert_eq!(tally(&import(&world, &[head(), large()]).await), [1, 0, 0]);
        assert_eq!(world.assert_group_is_sound(7).await, 70);
    }
}

#[tokio::test]
async fn what_is_throttled_is_written_later_and_what_is_answered_late_is_written_once() {
    let expected = undisturbed().await;
    let world = World::new().await;
    for operation in ["Query", "TransactWriteItems", "BatchGetItem"] {
        world.faults.refuse(operation, "ThrottlingException");
        world.faults.lose_answer(operation);
        world.faults.break_connection(operation, Lost::Answer);
    }
    let answer = import(&world, &[head(), large()]).await;
    assert_eq!(tally(&answer), [1, 0, 0], "{answer}");
    assert_eq!(in_game(&world).await, expected);
}

#[tokio::test]
async fn a_line_is_imported_once_however_many_import_it() {
    for line in [large(), crowd(7, 20)] {
        let world = World::new().await;
        let order = json!({ "lines": [head(), line] });
        let imports =
            join_all((0..4).map(|_| world.send_order("import-groups", order.clone()))).await;
        let answers =
            imports.iter().map(|reply| serde_json::from_str::<Value>(&reply.text()).unwrap());
        let imported: u64 = answers.filter_map(|answer| answer["imported"].as_u64()).sum();
        assert_eq!(imported, 1);
        world.assert_group_is_sound(7).await;
        assert_eq!(tally(&import(&world, &[head(), line]).await), [0, 1, 0]);
    }
}

#[tokio::test]
async fn what_was_begun_and_can_be_no_group_any_more_is_taken_back() {
    let world = World::new().await;
    world.faults.refuse("Query", "ValidationException");
    let order = json!({ "lines": [head(), large()] });
    world.send_order("import-groups", order).await;
    let eve = world.entity("eve").await;
    eve.create_group("Crowd 7").await;
    let before = world.whole_table().await;
    let tried = json!({ "lines": [head(), large()], "dry_run": true });
    let answer = world.order("import-groups", tried).await;
    assert_eq!(answer["refused"][0]["error"], "GroupNameTaken", "{answer}");
    assert_eq!(world.whole_table().await, before);
    let answer = import(&world, &[head(), large()]).await;
    assert_eq!(answer["refused"][0]["error"], "GroupNameTaken", "{answer}");
    assert_eq!(world.rows(7).await, Vec::<Value>::new());
    let mut other = large();
    other["name"] = "Crowd 8".into();
    let answer = import(&world, &[head(), other]).await;
    assert_eq!(tally(&answer), [1, 0, 0], "{answer}");
    world.assert_group_is_sound(7).await;
}

#[tokio::test]
async fn another_line_of_the_same_group_waits_until_the_first_one_was_given_up() {
    let world = World::new().await;
    world.faults.refuse("Query", "ValidationException");
    let order = json!({ "lines": [head(), large()] });
    world.send_order("import-groups", order).await;
    let begun = world.rows(7).await;
    let other = crowd(7, 120);
    let answer = import(&world, &[head(), other.clone()]).await;
    assert_eq!(tally(&answer), [0, 0, 1], "{answer}");
    assert_eq!(world.rows(7).await, begun);
    world.advance(SignedDuration::from_mins(15));
    let answer = import(&world, &[head(), other]).await;
    assert_eq!(tally(&answer), [1, 0, 0], "{answer}");
    assert_eq!(world.assert_group_is_sound(7).await, 120);
    assert_eq!(world.group_row(7).await["pending_count"], 0);
}

#[tokio::test]
async fn of_two_lines_of_the_same_group_at_once_one_is_imported_and_all_of_it() {
    for round in 0..4 {
        let world = World::new().await;
        let (one, other) = (large(), crowd(7, 120));
        if round % 2 == 1 {
            // One of them was begun and given up.
            world.faults.refuse("Query", "ValidationException");
            let order = json!({ "lines": [head(), one] });
            world.send_order("import-groups", order).await;
            world.advance(SignedDuration::from_mins(15));
        }
        let mut lines = [&one, &other, &one, &other];
        lines.rotate_left(round % 4);
        let imports = lines.map(|line| {
            let order = json!({ "lines": [head(), line] });
            world.send_order("import-groups", order)
        });
        join_all(imports).await;
        let members = world.assert_group_is_sound(7).await;
        let expected = if world.group_row(7).await["block_count"] == 1 { 70 } else { 120 };
        assert_eq!(members, expected);
        assert_eq!(world.doors(7).await.len(), if expected == 70 { 21 } else { 0 });
    }
}

#[tokio::test]
async fn what_is_imported_twice_at_once_and_played_in_at_once_stays_sound() {
    for round in 0..4 {
        let world = World::new().await;
        let mut line = large();
        line["settings"] = json!({ "can_auto_join": true });
        let order = json!({ "lines": [head(), line] });
        let zoe = world.user("zoe").await;
        let imports = (0..3).map(|_| world.send_order("import-groups", order.clone()));
        let play = async {
            // As soon as it is there, somebody comes and others go.
            while zoe.get("/api/v3/groups/7").await.status != 200 {
                tokio::task::yield_now().await;
            }
            for user in 2 + round..8 + round {
                let member = world.service_of(user);
                member.leave(7).await.ok();
            }
            zoe.join(7).await.ok();
        };
        futures_util::future::join(join_all(imports), play).await;
        assert_eq!(world.assert_group_is_sound(7).await, 65, "round {round}");
    }
}

#[tokio::test]
async fn what_arrives_late_of_an_import_gets_into_no_group_that_is_there() {
    let world = World::new().await;
    let before = world.faults.calls("TransactWriteItems").len();
    assert_eq!(tally(&import(&world, &[head(), large()]).await), [1, 0, 0]);
    let sent = world.faults.calls("TransactWriteItems").split_off(before);
    assert!(sent.len() > 5, "{}", sent.len());
    world.service_of(2).leave(7).await.ok();
    let rows = world.rows(7).await;
    assert_refused_late(&world, &sent);
    assert_eq!(world.rows(7).await, rows);
    world.assert_group_is_sound(7).await;
}

#[tokio::test]
async fn what_arrives_late_of_an_import_that_is_being_taken_back_is_not_written() {
    let world = World::new().await;
    let before = world.faults.calls("TransactWriteItems").len();
    assert!(cut_short_at(&world, "Query", 0).await);
    let sent = world.faults.calls("TransactWriteItems").split_off(before);
    world.entity("eve").await.create_group("Crowd 7").await;
    // The place is taken, and nothing is removed yet.
    assert!(cut_short_at(&world, "Query", 0).await);
    let rows = world.rows(7).await;
    assert_refused_late(&world, &sent);
    assert_eq!(world.rows(7).await, rows);
}

#[tokio::test]
async fn an_order_that_runs_out_of_time_tells_how_far_it_has_come() {
    let world = World::new().await;
    // Half of the time that an event has.
    world.faults.slow_down("TransactWriteItems", Duration::ZERO);
    world.faults.slow_down("TransactWriteItems", Duration::from_secs(23));
    let lines = [head(), crowd(7, 2), crowd(8, 2)];
    let answer = world.order("import-groups", json!({ "lines": lines })).await;
    assert_eq!((&answer["read"], &answer["imported"]), (&json!(1), &json!(1)));
    let rest = [head(), crowd(8, 2)];
    assert_eq!(tally(&import(&world, &rest).await), [1, 0, 0]);
}

#[tokio::test]
async fn a_large_group_is_exported_and_imported() {
    let world = World::new().await;
    let mut line = crowd(7, 400);
    let applications =
        (2000..2300).map(|user| json!({ "user": user, "id": user, "message": "x".repeat(500) }));
    line["applications"] = applications.collect();
    assert_eq!(tally(&import(&world, &[head(), line]).await), [1, 0, 0]);
    let exported = world.order("export-game", json!({ "group_id": 7 })).await;
    let other = world.other_game().await;
    let lines = exported["lines"].as_array().unwrap();
    assert_eq!(tally(&import(&other, lines).await), [1, 0, 0]);
    assert_eq!(other.assert_group_is_sound(7).await, 400);
    let again = other.order("export-game", json!({ "group_id": 7 })).await;
    assert_eq!(again["lines"][1], lines[1]);
}
