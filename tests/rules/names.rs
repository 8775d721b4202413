//! Names: claimed by a row, so that of two who want one at once one gets it; given back by whoever gives it up.

use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Player, Reply, World, WorldBuilder};

use crate::{
    ROUNDS, assert_tally, delete, group_of_admins, group_row, ids, outcome, race, successes, times,
    update,
};

/// A deployment in which group names are unique.
pub async fn unique() -> World {
    let mut builder = WorldBuilder::default();
    builder.limits.unique_group_names = true;
    builder.build().await
}

/// Tries to create a group of that name.
async fn create(player: &Player<'_>, name: &str) -> Reply {
    player.post("/api/v3/groups", json!({ "name": name })).await
}

/// Tries to give a group that name.
async fn rename(player: &Player<'_>, group: u64, name: &str) -> Reply {
    update(player, group, json!({ "name": name })).await
}

/// Fails the test where a name is not free: claims it, and gives it back.
async fn assert_free(player: &Player<'_>, name: &str) {
    let group = create(player, name).await.ok()["id"].as_u64().unwrap();
    delete(player, group).await.ok();
}

/// Fails the test where a name is not held.
async fn assert_held(player: &Player<'_>, name: &str) {
    create(player, name).await.refused(422, "GroupNameTaken");
}

/// Spellings of one name.
const DRAGONS: [&str; 5] =
    ["Dragon  Fire", "DRAGON FIRE", " dragon fire ", "dragon\u{a0}fire", "Ｄragon Fire"];

#[tokio::test]
async fn groups_share_a_name_unless_the_deployment_says_otherwise() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let first = ada.create_group("Dragon", json!({})).await;
    let second = bob.create_group("Dragon", json!({})).await;
    let mut expected = [first, second];
    expected.sort_unstable();
    assert_eq!(ids(&ada.get("/api/v3/groups").await.ok()["groups"]), expected);
    rename(&bob, second, "DRAGON").await.ok();
}

#[tokio::test]
async fn where_names_are_unique_every_spelling_of_a_name_is_that_name() {
    let world = unique().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group(DRAGONS[0], json!({})).await;
    for spelling in DRAGONS {
        assert_held(&bob, spelling).await;
    }
    // What only looks like an escaped form of another name is another name.
    for other in ["Dragon Fires", "a#b", "a%23b", "a%2523b", "a"] {
        create(&bob, other).await.ok();
    }
    let listed = bob.get("/api/v3/groups?query=dragon%20fire").await.ok();
    assert_eq!(listed["groups"].as_array().unwrap().len(), 2, "a refusal leaves no group behind");
    assert_eq!(group_row(&world, group).await["group_name"], "Dragon  Fire");
}

#[tokio::test]
async fn a_rename_claims_the_new_name_and_gives_the_old_one_back() {
    let world = unique().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Dragon", json!({})).await;
    let other = bob.create_group("Wolf", json!({})).await;
    rename(&ada, group, "WOLF").await.refused(422, "GroupNameTaken");
    assert_eq!(group_row(&world, group).await["group_name"], "Dragon");
    assert_held(&bob, "Dragon").await;
    // Another spelling of its own name is for the group itself to choose.
    assert_eq!(rename(&ada, group, "dragon").await.ok()["name"], "dragon");
    assert_held(&bob, "Dragon").await;
    rename(&ada, group, "Bear").await.ok();
    assert_held(&bob, "bear").await;
    assert_free(&bob, "Dragon").await;
    rename(&bob, other, "Dragon").await.ok();
    rename(&ada, group, "Wolf").await.ok();
    assert_free(&ada, "Bear").await;
    update(&ada, group, json!({ "group_type": "Private" })).await.ok();
    assert_held(&bob, "Wolf").await;
}

#[tokio::test]
async fn a_name_is_free_as_soon_as_its_group_is_deleted_or_dissolved() {
    let world = unique().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Dragon", json!({})).await;
    delete(&ada, group).await.ok();
    // Although the group's rows still lie there.
    assert_eq!(group_row(&world, group).await["group_name"], "Dragon");
    assert_free(&ada, "DRAGON").await;
    let group = ada.create_group("Dragon", json!({})).await;
    ada.leave(group).await.ok();
    assert_free(&ada, "Dragon").await;
    // Who only leaves takes no name along.
    let bob = world.user("bob").await;
    let group = ada.create_group("Dragon", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    ada.leave(group).await.ok();
    assert_held(&ada, "Dragon").await;
}

#[tokio::test]
async fn of_five_who_create_a_group_of_the_same_name_at_once_one_does() {
    let world = unique().await;
    let crowd = world.crowd("user", 5).await;
    for round in 0..ROUNDS {
        let names = DRAGONS.map(|name| format!("{name} {round}"));
        let requests =
            crowd.iter().zip(&names).map(|(user, name)| create(user, name).boxed_local());
        let replies = race(round, requests.collect()).await;
        assert_tally(&replies, &[("201", 1), ("422 GroupNameTaken", 4)]);
        let query = format!("/api/v3/groups?query=dragon%20fire%20{round}");
        assert_eq!(crowd[0].get(&query).await.ok()["groups"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn of_two_groups_that_take_the_same_name_at_once_one_gets_it() {
    let world = unique().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let [a, b, wanted] = ["a", "b", "wanted"].map(|name| format!("{name} {round}"));
        let groups = [ada.create_group(&a, json!({})).await, bob.create_group(&b, json!({})).await];
        let requests = vec![
            rename(&ada, groups[0], &wanted).boxed_local(),
            rename(&bob, groups[1], &wanted).boxed_local(),
        ];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("200", 1), ("422 GroupNameTaken", 1)]);
        // The one keeps its old name, the other one's old name is free.
        let (free, held) = if replies[0].status.is_success() { (&a, &b) } else { (&b, &a) };
        assert_free(&ada, free).await;
        assert_held(&ada, held).await;
        assert_held(&ada, &wanted).await;
    }
}

#[tokio::test]
async fn a_group_that_is_renamed_twice_at_once_holds_one_name_and_no_other() {
    let world = unique().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let [old, one, other] = ["old", "one", "other"].map(|name| format!("{name} {round}"));
        let group = group_of_admins(&ada, &[&bob]).await;
        rename(&ada, group, &old).await.ok();
        let requests = vec![
            rename(&ada, group, &one).boxed_local(),
            rename(&bob, group, &other).boxed_local(),
        ];
        assert_tally(&race(round, requests).await, &[("200", 2)]);
        let last = group_row(&world, group).await["group_name"].clone();
        let (held, free) = if last == json!(one) { (&one, &other) } else { (&other, &one) };
        assert_held(&ada, held).await;
        assert_free(&ada, free).await;
        assert_free(&ada, &old).await;
        delete(&ada, group).await.ok();
    }
}

#[tokio::test]
async fn a_group_to_which_two_admins_give_the_same_name_at_once_is_not_told_that_another_has_it() {
    let world = unique().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let wanted = format!("wanted {round}");
        let group = group_of_admins(&ada, &[&bob]).await;
        let requests = [&ada, &bob].map(|admin| rename(admin, group, &wanted).boxed_local()).into();
        assert_tally(&race(round, requests).await, &[("200", 2)]);
        assert_held(&ada, &wanted).await;
        delete(&ada, group).await.ok();
    }
}

#[tokio::test]
async fn a_group_that_is_deleted_or_dissolved_while_being_renamed_holds_no_name() {
    let world = unique().await;
    let ada = world.user("ada").await;
    for round in 0..2 * ROUNDS {
        let [old, new] = ["old", "new"].map(|name| format!("{name} {round}"));
        let group = ada.create_group(&old, json!({})).await;
        let end = if round % 4 < 2 {
            delete(&ada, group).boxed_local()
        } else {
            ada.leave(group).boxed_local()
        };
        let replies = race(round, vec![end, rename(&ada, group, &new).boxed_local()]).await;
        replies[0].ok();
        let renamed = outcome(&replies[1]);
        assert!(["200", "404 GroupNotFound"].contains(&renamed.as_str()), "{renamed}");
        assert_free(&ada, &old).await;
        assert_free(&ada, &new).await;
    }
}

#[tokio::test]
async fn a_name_that_is_given_up_while_others_want_it_is_held_once() {
    let world = unique().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..ROUNDS {
        let name = format!("wanted {round}");
        let group = ada.create_group(&name, json!({})).await;
        let requests = vec![
            create(&bob, &name).boxed_local(),
            delete(&ada, group).boxed_local(),
            create(&cy, &name).boxed_local(),
        ];
        let mut replies = race(round, requests).await;
        replies.remove(1).ok();
        let created = successes(&replies);
        assert_tally(&replies, &[("201", created), ("422 GroupNameTaken", 2 - created)]);
        match created {
            0 => assert_free(&ada, &name).await,
            1 => assert_held(&ada, &name).await,
            several => assert_eq!(several, 1, "groups of one name"),
        }
    }
}

#[tokio::test]
async fn usernames_and_addresses_are_unique_in_whatever_spelling() {
    let world = World::new().await;
    world.user("Ada").await;
    let body = |name: &str, email: &str| {
        let mut body = world.sign_up_body(name);
        body["email"] = email.into();
        body
    };
    let sign_up = async |body: Value| world.nobody().post("/api/v3/users", body).await;
    for spelling in ["Ada", "ADA", " ada ", "Ａda"] {
        sign_up(body(spelling, "new@example.com")).await.refused(422, "UsernameTaken");
    }
    for spelling in ["Ada@example.com", "ada@EXAMPLE.com"] {
        sign_up(body("new", spelling)).await.refused(422, "EmailTaken");
    }
    // What was refused has claimed nothing.
    sign_up(body("new", "new@example.com")).await.ok();
}

#[tokio::test]
async fn of_five_who_sign_up_with_the_same_username_at_once_one_does() {
    let world = World::new().await;
    for round in 0..ROUNDS {
        let name = format!("user{round}");
        let attempt = |number: usize| {
            let mut body = world.sign_up_body(&name);
            body["email"] = format!("{number}.{round}@example.com").into();
            body["username"] =
                if number.is_multiple_of(2) { name.to_uppercase() } else { name.clone() }.into();
            async { world.nobody().post("/api/v3/users", body).await }.boxed_local()
        };
        let replies = race(round, (0..5).map(attempt).collect()).await;
        assert_tally(&replies, &[("200", 1), ("422 UsernameTaken", 4)]);
        // The losers' addresses are free.
        let others = (0..5).filter(|number| !replies[*number].status.is_success());
        let others = others.map(|number| {
            let mut body = world.sign_up_body(&format!("other{number}x{round}"));
            body["email"] = format!("{number}.{round}@example.com").into();
            async { world.nobody().post("/api/v3/users", body).await.ok() }
        });
        assert_eq!(join_all(others).await.len(), 4);
    }
}

#[tokio::test]
async fn of_five_who_sign_up_with_the_same_address_at_once_one_does() {
    let world = World::new().await;
    for round in 0..ROUNDS {
        let attempt = |number: usize| {
            let mut body = world.sign_up_body(&format!("user{number}x{round}"));
            body["email"] = format!("same.{round}@example.com").into();
            async { world.nobody().post("/api/v3/users", body).await }.boxed_local()
        };
        let replies = race(round, (0..5).map(attempt).collect()).await;
        assert_tally(&replies, &[("200", 1), ("422 EmailTaken", 4)]);
    }
    let world = World::new().await;
    let requests = times(5, || {
        let body = world.sign_up_body("ada");
        async { world.nobody().post("/api/v3/users", body).await }.boxed_local()
    });
    // Where both are taken, the name is what is told.
    assert_tally(&race(0, requests).await, &[("200", 1), ("422 UsernameTaken", 4)]);
}
