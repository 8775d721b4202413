//! Races for a group's name, version, seats and life, run through both dialects at once.

use futures_util::FutureExt;
use serde_json::json;
use tests::{World, gamefuse_id, group_key};

use crate::{
    ROUNDS, about, add, assert_tally, call, create_role, expel, group_of, outcome, outcomes, race,
    rows_of, sound, successes, update,
};

#[tokio::test]
async fn of_many_updates_of_one_version_one_wins_and_the_others_are_stale() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    for round in 0..ROUNDS {
        let group = group_of(&title, &ada, &format!("pack {round}"), [&[&bob], &[]]).await;
        let name = |place: usize| format!("round {round}, place {place}");
        let mut requests = Vec::new();
        for (place, who) in [&ada, &bob, &title, &ada].into_iter().enumerate() {
            let rename = json!({ "GroupName": name(place), "ExpectedProfileVersion": 0 });
            requests.push(call(who, "UpdateGroup", &group, rename));
            let role = json!({
                "RoleId": "members", "RoleName": name(place), "ExpectedProfileVersion": 0,
            });
            requests.push(call(who, "UpdateRole", &group, role));
        }
        let replies = race(round, requests).await;
        let results: Vec<_> =
            replies.iter().map(|reply| reply.data()["SetResult"].clone()).collect();
        assert_eq!(results.iter().filter(|result| *result == "None").count(), 7);
        let winner = results.iter().position(|result| result == "Updated").unwrap();
        let now = call(&ada, "GetGroup", &group, json!({})).await.data();
        assert_eq!(now["ProfileVersion"], 1);
        let changed = if winner % 2 == 0 { &now["GroupName"] } else { &now["Roles"]["members"] };
        assert_eq!(*changed, json!(name(winner / 2)));
        // No loser has claimed its name.
        for place in (0..4).filter(|place| 2 * place != winner) {
            let found = ada.call("GetGroup", json!({ "GroupName": name(place) })).await;
            found.failed("ProfileDoesNotExist", 1298);
        }
    }
}

#[tokio::test]
async fn of_many_who_want_one_name_at_once_one_gets_it() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    for round in 0..ROUNDS {
        let old = ada.create_group(&format!("old {round}")).await;
        let other = bob.create_group(&format!("other {round}")).await;
        let create = |name: String| json!({ "GroupName": name });
        let requests = vec![
            ada.call("CreateGroup", create(format!("Pack {round}"))).boxed_local(),
            bob.call("CreateGroup", create(format!("PACK  {round}"))).boxed_local(),
            cy.call("CreateGroup", create(format!(" pack {round} "))).boxed_local(),
            call(&ada, "UpdateGroup", &old, create(format!("pack {round}"))),
            update(&bob.player, &other, json!({ "name": format!("pack {round}") })).boxed_local(),
        ];
        let replies = race(round, requests).await;
        let winner = replies.iter().position(|reply| reply.status.is_success()).unwrap();
        let by_gamefuse = usize::from(winner != 4);
        let refused = [
            ("OK", 1),
            ("GroupNameNotAvailable", 4 - by_gamefuse),
            ("GroupNameTaken", by_gamefuse),
        ];
        assert_tally(&replies, &refused);
        let holder = cy.call("GetGroup", create(format!("pack {round}"))).await.data();
        let expected = match winner {
            3 => old,
            4 => other,
            _ => replies[winner].data()["Group"].clone(),
        };
        assert_eq!(holder["Group"], expected);
    }
}

#[tokio::test]
async fn the_last_seats_are_taken_once_by_whichever_way() {
    let world = World::new().await;
    let [ada, bob, cy, dot, eve, fay] =
        world.entities(["ada", "bob", "cy", "dot", "eve", "fay"]).await;
    let gus = world.entity("gus").await;
    let title = world.title().await;
    for round in 0..ROUNDS {
        let group = ada.create_group(&format!("pack {round}")).await;
        let id = gamefuse_id(&group);
        update(&ada.player, &group, json!({ "max_group_size": 4 })).await.ok();
        let application = eve.player.apply(id).await;
        call(&fay, "ApplyToGroup", &group, json!({})).await.data();
        about(&ada, "InviteToGroup", &group, &gus).await.data();
        let requests = vec![
            add(&title, &group, &[&bob], "members"),
            add(&title, &group, &[&cy, &dot], "admins"),
            ada.player.answer(application, "accepted").boxed_local(),
            about(&ada, "AcceptGroupApplication", &group, &fay),
            call(&gus, "AcceptGroupInvitation", &group, json!({})),
        ];
        let replies = race(round, requests).await;
        let in_now = |place: usize| usize::from(replies[place].status.is_success());
        let members = 1 + in_now(0) + 2 * in_now(1) + in_now(2) + in_now(3) + in_now(4);
        assert_eq!(sound(&world, &group).await, members);
        // Four singles for three seats: they are taken, by them or by two at once and one more.
        assert_eq!(members, 4, "{:?}", outcomes(&replies));
        let full = |outcome: &String| ["OK", "OverLimit", "GroupFull"].contains(&outcome.as_str());
        assert!(outcomes(&replies).iter().all(full), "{:?}", outcomes(&replies));
    }
}

#[tokio::test]
async fn a_group_that_shrinks_while_the_title_adds_members_is_never_overfull() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    for round in 0..ROUNDS {
        let group = ada.create_group(&format!("pack {round}")).await;
        let requests = vec![
            update(&ada.player, &group, json!({ "max_group_size": 2 })).boxed_local(),
            add(&title, &group, &[&bob, &cy], "members"),
        ];
        let replies = race(round, requests).await;
        match (outcome(&replies[0]).as_str(), outcome(&replies[1]).as_str()) {
            ("OK", "OverLimit") => assert_eq!(sound(&world, &group).await, 1),
            ("SizeBelowMembers", "OK") => assert_eq!(sound(&world, &group).await, 3),
            others => panic!("{others:?}"),
        }
    }
}

#[tokio::test]
async fn many_members_who_leave_at_once_all_leave() {
    let world = World::new().await;
    let all = world.entities(["ada", "bob", "cy", "dot", "eve", "fay"]).await;
    let [ada, bob, cy, dot, eve, fay] = all.each_ref();
    let title = world.title().await;
    for round in 0..2 * ROUNDS {
        let name = format!("pack {round}");
        let group = group_of(&title, ada, &name, [&[bob], &[cy, dot, eve, fay]]).await;
        // Everybody, or everybody but one who is left to lead.
        let leaving = 5 + round % 2;
        let requests = all.iter().take(leaving).enumerate().map(|(place, who)| match place % 2 {
            0 => expel(who, &group, who),
            _ => who.player.leave(gamefuse_id(&group)).boxed_local(),
        });
        let replies = race(round, requests.collect()).await;
        assert_tally(&replies, &[("OK", leaving)]);
        if leaving == 5 {
            assert_eq!(sound(&world, &group).await, 1);
            assert_eq!(fay.roles_in(&group).await, ["admins", "members"]);
        } else {
            call(ada, "GetGroup", &group, json!({})).await.failed("ProfileDoesNotExist", 1298);
        }
    }
}

#[tokio::test]
async fn who_applies_while_a_group_is_deleted_has_applied_to_nothing() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.entities(["ada", "bob", "cy", "dot"]).await;
    let title = world.title().await;
    for round in 0..ROUNDS {
        let group = ada.create_group("Wolves").await;
        about(&ada, "InviteToGroup", &group, &dot).await.data();
        let requests = vec![
            call(&bob, "ApplyToGroup", &group, json!({})),
            cy.player.join(gamefuse_id(&group)).boxed_local(),
            call(&dot, "AcceptGroupInvitation", &group, json!({})),
            call(if round % 2 == 0 { &ada } else { &title }, "DeleteGroup", &group, json!({})),
        ];
        let replies = race(round, requests).await;
        replies[3].data();
        let known = ["OK", "ProfileDoesNotExist", "GroupNotFound"];
        let is_known = |outcome: &String| known.contains(&outcome.as_str());
        assert!(outcomes(&replies).iter().all(is_known), "{:?}", outcomes(&replies));
        for user in [&bob, &cy, &dot] {
            let offers = user.call("ListMembershipOpportunities", json!({})).await.data();
            assert_eq!(offers, json!({ "Applications": [], "Invitations": [] }));
            assert_eq!(user.roles_in(&group).await, [""; 0]);
        }
        // The name is free, for the next round as for anybody.
        let again = ada.create_group("wolves").await;
        call(&ada, "DeleteGroup", &again, json!({})).await.data();
    }
}

#[tokio::test]
async fn a_rename_and_a_deletion_at_once_leave_no_claim_behind() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let title = world.title().await;
    for round in 0..ROUNDS {
        let group = ada.create_group("Wolves").await;
        let requests = vec![
            call(&ada, "UpdateGroup", &group, json!({ "GroupName": "Foxes" })),
            call(&title, "DeleteGroup", &group, json!({})),
            update(&ada.player, &group, json!({ "name": "Bears" })).boxed_local(),
        ];
        let replies = race(round, requests).await;
        replies[1].data();
        for name in ["Wolves", "Foxes", "Bears"] {
            let free = ada.create_group(name).await;
            call(&ada, "DeleteGroup", &free, json!({})).await.data();
        }
    }
}

#[tokio::test]
async fn renames_in_both_dialects_at_once_leave_one_name_and_one_claim() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    for round in 0..ROUNDS {
        let group = group_of(&title, &ada, &format!("pack {round}"), [&[&bob], &[]]).await;
        let name = |place: usize| format!("round {round}, place {place}");
        let requests = vec![
            call(&ada, "UpdateGroup", &group, json!({ "GroupName": name(0) })),
            update(&bob.player, &group, json!({ "name": name(1) })).boxed_local(),
            create_role(&title, &group, "officers"),
        ];
        assert_tally(&race(round, requests).await, &[("OK", 3)]);
        let now = call(&ada, "GetGroup", &group, json!({})).await.data();
        assert_eq!(now["ProfileVersion"], 3);
        assert_eq!(now["Roles"]["officers"], "officers");
        let found = successes(&[
            ada.call("GetGroup", json!({ "GroupName": name(0) })).await,
            ada.call("GetGroup", json!({ "GroupName": name(1) })).await,
        ]);
        let found_as_named = ada.call("GetGroup", json!({ "GroupName": now["GroupName"] })).await;
        assert_eq!((found, &found_as_named.data()["Group"]), (1, &group));
    }
}

#[tokio::test]
async fn a_count_follows_those_who_come_and_go_and_not_what_a_read_saw() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let group = group_key(ada.player.create_group("Wolves", json!({})).await);
    // DynamoDB's queries are not of one moment: the group's row may be older than the rows behind it, and then it counts
    // one member less than there are. Here the row is made to lag.
    let row = format!("GROUP#{}", gamefuse_id(&group));
    let count = async |count: u32| world.set(&row, "GROUP", "member_count", &count.into()).await;
    let title = world.title().await;
    add(&title, &group, &[&bob], "members").await.data();
    for lagging in [1_u32, 3] {
        count(lagging).await;
        let rename = json!({ "RoleId": "members", "RoleName": format!("Members {lagging}") });
        call(&ada, "UpdateRole", &group, rename).await.data();
        let row = rows_of(&world, &group, "group").await.remove(0);
        assert_eq!(row["member_count"], lagging, "nobody has come or gone");
    }
    count(1).await;
    add(&title, &group, &[&cy], "members").await.data();
    let row = rows_of(&world, &group, "group").await.remove(0);
    assert_eq!(row["member_count"], 2, "one has come");
    count(3).await;
    assert_eq!(sound(&world, &group).await, 3);
}
