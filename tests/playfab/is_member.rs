//! IsMember: a yes or no, whatever the size of the group.

use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Entity, Reply, World, group_key};

use super::{about, create_role, done, join, members, members_in};

/// The same question about a role.
fn in_role(group: &Value, player: &Entity<'_>, role: impl Into<Value>) -> Value {
    let mut body = about(group, player);
    body["RoleId"] = role.into();
    body
}

#[tokio::test]
async fn members_know_who_is_a_member_in_which_role() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    join(&ada, &group, &bob).await;
    for (player, role, expected) in [
        (&ada, json!(null), true),
        (&ada, json!("admins"), true),
        (&ada, json!("members"), false),
        (&bob, json!(null), true),
        (&bob, json!("members"), true),
        (&bob, json!("officers"), false),
        (&cleo, json!(null), false),
        (&cleo, json!("members"), false),
    ] {
        let body = in_role(&group, player, role);
        for caller in [&ada, &bob, &title] {
            let answer = caller.call("IsMember", body.clone()).await.data();
            assert_eq!(answer, json!({ "IsMember": expected }), "{body}");
        }
        cleo.call("IsMember", body).await.failed("NotAuthorized", 1089);
    }
    done(&ada.call("AddMembers", members_in(&group, &[&bob], "officers")).await);
    let answer = ada.call("IsMember", in_role(&group, &bob, "officers")).await.data();
    assert_eq!(answer["IsMember"], true);
}

#[tokio::test]
async fn no_group_comes_before_no_right_and_that_before_no_role() {
    let world = World::new().await;
    let [ada, eve] = world.entities(["ada", "eve"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let nowhere = in_role(&group_key(1), &ada, "elders");
    for caller in [&ada, &eve, &title] {
        caller.call("IsMember", nowhere.clone()).await.failed("ProfileDoesNotExist", 1298);
    }
    let body = in_role(&group, &ada, "elders");
    eve.call("IsMember", body.clone()).await.failed("NotAuthorized", 1089);
    for caller in [&ada, &title] {
        caller.call("IsMember", body.clone()).await.failed("RoleDoesNotExist", 1358);
    }
}

#[tokio::test]
async fn an_answer_takes_three_rows_at_most_however_many_members_there_are() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    for number in 0..30 {
        join(&ada, &group, &world.entity(&format!("player {number}")).await).await;
    }
    join(&ada, &group, &bob).await;
    let before = world.faults.calls("Query").len();
    for (caller, rows) in [(&ada, 3), (&bob, 2), (&title, 2)] {
        caller.call("IsMember", about(&group, &bob)).await.data();
        let request: Value =
            serde_json::from_str(world.faults.calls("BatchGetItem").last().unwrap()).unwrap();
        let table = &request["RequestItems"][world.app.store.table()];
        assert_eq!(table["Keys"].as_array().unwrap().len(), rows);
        assert_eq!(table["ConsistentRead"], true);
    }
    assert_eq!(world.faults.calls("Query").len(), before);
}

/// Asks while something else happens, before and behind it, and gives both answers.
async fn meanwhile(
    round: usize,
    question: impl Future<Output = Reply>,
    deed: impl Future<Output = Reply>,
) -> Reply {
    let mut both = [question.boxed_local(), deed.boxed_local()];
    both.rotate_left(round % 2);
    let mut replies = join_all(both).await;
    replies.rotate_right(round % 2);
    let [reply, deed] = replies.try_into().unwrap();
    done(&deed);
    reply
}

/// The answer, or the name of the refusal.
fn outcome(reply: &Reply) -> String {
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    match body["error"].as_str() {
        Some(refusal) => refusal.to_owned(),
        None => body["data"]["IsMember"].to_string(),
    }
}

#[tokio::test]
async fn who_is_asked_about_while_they_go_is_a_member_or_not_and_afterwards_never() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    for round in 0..6 {
        let group = ada.create_group(&format!("Wolves {round}")).await;
        join(&ada, &group, &bob).await;
        let remove = || ada.call("RemoveMembers", members(&group, &[&bob]));
        let asker = if round < 3 { &ada } else { &bob };
        let ask = || asker.call("IsMember", about(&group, &bob));
        let reply = meanwhile(round, ask(), remove()).await;
        let gone = if round < 3 { "false" } else { "NotAuthorized" };
        assert!(["true", gone].contains(&outcome(&reply).as_str()), "{}", reply.text());
        assert_eq!(outcome(&ask().await), gone);
    }
}

#[tokio::test]
async fn nobody_is_a_member_of_a_group_that_is_deleted_also_before_it_is_swept() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    for round in 0..4 {
        let group = ada.create_group(&format!("Wolves {round}")).await;
        join(&ada, &group, &bob).await;
        let delete = ada.call("DeleteGroup", json!({ "Group": group }));
        let reply = meanwhile(round, title.call("IsMember", about(&group, &bob)), delete).await;
        let expected = ["true", "ProfileDoesNotExist"];
        assert!(expected.contains(&outcome(&reply).as_str()), "{}", reply.text());
        for caller in [&ada, &bob, &title] {
            let reply = caller.call("IsMember", about(&group, &bob)).await;
            reply.failed("ProfileDoesNotExist", 1298);
        }
    }
}
