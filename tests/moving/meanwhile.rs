//! What happens while a group comes in: whoever imports it is overtaken between two steps.

use std::collections::BTreeSet;

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::World;

use crate::step_by_step::{large, transactions_of};
use crate::{crowd, head, import};

#[tokio::test]
async fn an_import_that_was_given_up_gets_nothing_into_the_group_that_came_instead() {
    let count = transactions_of(&World::new().await, large()).await;
    assert!(count > 5, "{count}");
    for number in 1..=count {
        let world = World::new().await;
        let meanwhile = async {
            world.advance(SignedDuration::from_mins(15));
            import(&world, &[head(), crowd(7, 120)]).await;
            world.rows(7).await
        };
        let order = json!({ "lines": [head(), large()] });
        let late = world.send_order("import-groups", order).boxed_local();
        let (late, rows) = world.overtake(number, late, meanwhile).await;
        assert!(!late.text().contains("\"imported\":1"), "{number}: {}", late.text());
        assert_eq!(world.rows(7).await, rows, "{number}");
        assert_eq!(world.assert_group_is_sound(7).await, 120, "{number}");
    }
}

#[tokio::test]
async fn a_group_that_is_restored_meanwhile_is_not_restored_once_more() {
    let world = World::embedded().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    let lines = world.order("export-game", json!({})).await["lines"].clone();
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    world.relay().await;
    let order = json!({ "lines": lines });
    let late = world.send_order("import-groups", order.clone()).boxed_local();
    let meanwhile = async {
        world.order("import-groups", order).await;
        bob.join(group).await.ok();
        world.rows(group).await
    };
    let (late, rows) = world.overtake(1, late, meanwhile).await;
    assert!(late.text().contains("\"unchanged\":1"), "{}", late.text());
    assert_eq!(world.rows(group).await, rows);
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn a_line_whose_id_is_taken_is_one_group_whoever_imports_it_meanwhile() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    world.draw_next([7]);
    ada.create_group("Wolves", json!({})).await;
    let order = json!({ "lines": [head(), crowd(7, 2)] });
    let late = world.send_order("import-groups", order.clone()).boxed_local();
    // The people come first.
    let (late, _) = world.overtake(2, late, world.order("import-groups", order)).await;
    assert!(late.text().contains("\"unchanged\":1"), "{}", late.text());
    assert_eq!(world.order("export-game", json!({})).await["lines"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_name_that_is_taken_while_a_group_comes_in_is_one_groups() {
    let people = |user: u64| json!({ "user": user, "roles": ["admins"] });
    let line = json!({ "id": 7, "name": "Wolves", "unique_name": true, "members": [people(1)] });
    for number in [1, 2] {
        let world = World::new().await;
        let eve = world.entity("eve").await;
        let order = json!({ "lines": [head(), line] });
        let late = world.send_order("import-groups", order).boxed_local();
        let create = eve.call("CreateGroup", json!({ "GroupName": "WOLVES" }));
        let (late, created) = world.overtake(number, late, create).await;
        created.data();
        assert!(late.text().contains("GroupNameTaken"), "{}", late.text());
        assert_eq!(world.rows(7).await, [Value::Null; 0]);
    }
}

#[tokio::test]
async fn whoever_comes_with_another_group_meanwhile_is_the_same_in_both() {
    let world = World::new().await;
    // More people than one transaction takes, who get an id here.
    let line = |id: u64, members: usize| {
        let members = (0..members).map(|number| {
            let role = if number == 0 { "admins" } else { "members" };
            json!({ "user": format!("player-{number:02}"), "roles": [role] })
        });
        json!({ "id": id, "name": "Wolves", "members": members.collect::<Value>() })
    };
    let order = json!({ "lines": [head(), line(7, 50)] });
    let late = world.send_order("import-groups", order).boxed_local();
    let few = [head(), line(8, 3)];
    let (late, _) = world.overtake(1, late, import(&world, &few)).await;
    assert!(late.text().contains("\"imported\":1"), "{}", late.text());
    assert_eq!(world.assert_group_is_sound(7).await, 50);
    let ids = |rows: Vec<Value>, kind: &str| {
        let rows = rows.into_iter().filter(|row| row["kind"] == kind);
        rows.map(|row| row["user_id"].as_u64().unwrap()).collect::<BTreeSet<_>>()
    };
    let users = ids(world.whole_table().await, "user");
    assert_eq!(ids(world.rows(7).await, "member"), users);
    assert!(ids(world.rows(8).await, "member").is_subset(&users));
}

#[tokio::test]
async fn what_is_taken_back_late_takes_nothing_from_the_group_that_came_instead() {
    // It holds the place, takes back what is there, and gives the place up.
    for number in 1..=3 {
        let world = World::new().await;
        let order = json!({ "lines": [head(), large()] });
        world.faults.refuse("Query", "ValidationException");
        world.send_order("import-groups", order.clone()).await;
        // It can be no group any more.
        world.entity("eve").await.create_group("Crowd 7").await;
        let late = world.send_order("import-groups", order).boxed_local();
        let mut other = crowd(7, 120);
        other["name"] = "Crowd 8".into();
        let meanwhile = async {
            world.advance(SignedDuration::from_mins(15));
            import(&world, &[head(), other]).await;
            world.rows(7).await
        };
        let (late, rows) = world.overtake(number, late, meanwhile).await;
        assert!(late.text().contains("GroupNameTaken"), "{number}: {}", late.text());
        assert_eq!(world.rows(7).await, rows, "{number}");
        assert_eq!(world.assert_group_is_sound(7).await, 120, "{number}");
    }
}

#[tokio::test]
async fn what_is_swept_late_takes_nothing_from_a_group_that_was_restored() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let lines = world.order("export-game", json!({})).await["lines"].clone();
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    let deletion = world.record(group).await;
    let late = world.deliver([deletion.clone()]).boxed_local();
    let meanwhile = async {
        world.deliver([deletion]).await;
        let answer = world.order("import-groups", json!({ "lines": lines })).await;
        assert_eq!(answer["imported"], 1, "{answer}");
        world.rows(group).await
    };
    let (_, rows) = world.overtake(1, late, meanwhile).await;
    assert_eq!(world.rows(group).await, rows);
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn what_is_told_late_of_a_group_is_not_in_the_history_of_the_one_that_was_restored() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let path = format!("/api/v3/groups/{group}");
    let mut former = vec![world.record(group).await];
    let lines = world.order("export-game", json!({})).await["lines"].clone();
    ada.put(&path, json!({ "name": "Bears" })).await.ok();
    former.push(world.record(group).await);
    ada.delete(&path).await.ok();
    former.push(world.record(group).await);
    world.deliver(former.clone()).await;
    world.advance(SignedDuration::from_mins(1));
    assert_eq!(world.order("import-groups", json!({ "lines": lines })).await["imported"], 1);
    let restored = world.record(group).await;
    world.deliver(former).await;
    assert_eq!(world.history(group).await, [Value::Null; 0]);
    ada.put(&path, json!({ "name": "Foxes" })).await.ok();
    world.deliver([restored, world.record(group).await]).await;
    let history = world.history(group).await;
    let told: Vec<_> = history.iter().map(|row| (&row["seq"], &row["event"]["type"])).collect();
    let (created, updated) = (json!("group.created"), json!("group.updated"));
    assert_eq!(told, [(&json!(1), &created), (&json!(2), &updated)]);
}
