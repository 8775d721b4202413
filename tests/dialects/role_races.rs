//! Races for roles: who is an admin always is who holds the group's admin role, no group loses its last admin, and nobody
//! holds a role that does not exist.

use futures_util::FutureExt;
use serde_json::{Value, json};
use tests::{Entity, World, gamefuse_id};

use crate::{
    ROUNDS, Waiting, about, add, assert_tally, call, create_role, expel, group_of, holders,
    outcome, outcomes, race, rows_of, set_of, shift, sound, successes, update,
};

fn delete_role<'a>(who: &'a Entity<'_>, group: &Value, role: &str) -> Waiting<'a> {
    call(who, "DeleteRole", group, json!({ "RoleId": role }))
}

fn regroup<'a>(title: &'a Entity<'_>, group: &Value, roles: Value) -> Waiting<'a> {
    call(title, "UpdateGroup", group, roles)
}

#[tokio::test]
async fn of_many_roles_created_at_once_as_many_are_made_as_there_is_room_for() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let title = world.title().await;
    for round in 0..ROUNDS {
        let group = ada.create_group(&format!("pack {round}")).await;
        for number in 0..4 {
            create_role(&ada, &group, &format!("old{number}")).await.data();
        }
        let names: Vec<_> = (0..6).map(|number| format!("new{number}")).collect();
        let who = |place: usize| if place.is_multiple_of(2) { &ada } else { &title };
        let create = names.iter().enumerate().map(|(n, name)| create_role(who(n), &group, name));
        let replies = race(round, create.collect()).await;
        assert_tally(&replies, &[("OK", 4), ("OverLimit", 2)]);
        let now = call(&ada, "GetGroup", &group, json!({})).await.data();
        assert_eq!(now["Roles"].as_object().unwrap().len(), 10);
        assert_eq!(now["ProfileVersion"], 8);
        for (name, reply) in names.iter().zip(&replies) {
            assert_eq!(now["Roles"][name].is_null(), !reply.status.is_success(), "{name}");
        }
    }
}

#[tokio::test]
async fn of_one_role_created_many_times_at_once_one_is_made() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    for round in 0..ROUNDS {
        let group = group_of(&title, &ada, &format!("pack {round}"), [&[&bob], &[]]).await;
        let role = |who, id: &str, name: &str| {
            call(who, "CreateRole", &group, json!({ "RoleId": id, "RoleName": name }))
        };
        let same_id = vec![
            role(&ada, "officers", "Officers"),
            role(&bob, "officers", "Captains"),
            role(&title, "officers", "Officers"),
        ];
        let replies = race(round, same_id).await;
        assert_tally(&replies, &[("OK", 1), ("DuplicateRoleId", 2)]);
        let same_name = vec![
            role(&ada, "scouts", "Scouts"),
            role(&bob, "rangers", "SCOUTS"),
            role(&title, "pathfinders", "scouts"),
        ];
        let replies = race(round, same_name).await;
        assert_tally(&replies, &[("OK", 1), ("RoleNameNotAvailable", 2)]);
        let now = call(&ada, "GetGroup", &group, json!({})).await.data();
        assert_eq!(now["Roles"].as_object().unwrap().len(), 4);
    }
}

#[tokio::test]
async fn nobody_is_left_with_a_role_that_is_deleted_while_it_is_given() {
    let world = World::new().await;
    let [ada, bob, cy, dot, eve] = world.entities(["ada", "bob", "cy", "dot", "eve"]).await;
    let title = world.title().await;
    for round in 0..2 * ROUNDS {
        let group = group_of(&title, &ada, &format!("pack {round}"), [&[], &[&bob, &cy]]).await;
        create_role(&ada, &group, "doomed").await.data();
        for invited in [&eve, &dot] {
            let wanted = json!({ "Entity": invited.key, "RoleId": "doomed" });
            call(&ada, "InviteToGroup", &group, wanted).await.data();
        }
        let invitation = crate::own(&eve.player).await["group_invites"][0]["id"].clone();
        let requests = vec![
            delete_role(&ada, &group, "doomed"),
            add(&ada, &group, &[&bob], "doomed"),
            shift(&title, &group, &cy, ["members", "doomed"]),
            call(&dot, "AcceptGroupInvitation", &group, json!({})),
            eve.player.answer(invitation.as_u64().unwrap(), "accepted").boxed_local(),
        ];
        let replies = race(round, requests).await;
        replies[0].data();
        let known = ["OK", "RoleDoesNotExist", "RoleNotFound"];
        let is_known = |outcome: &String| known.contains(&outcome.as_str());
        assert!(outcomes(&replies).iter().all(is_known), "{:?}", outcomes(&replies));
        // Whoever got it in time is a member like any other now.
        let members = 3 + successes(&replies[3..]);
        assert_eq!(sound(&world, &group).await, members);
        assert_eq!(holders(&ada, &group).await["members"].len(), members - 1);
        for eve_too in [&dot, &eve] {
            if !eve_too.roles_in(&group).await.is_empty() {
                expel(&ada, &group, eve_too).await.data();
            }
            about(&title, "RemoveGroupInvitation", &group, eve_too).await;
        }
    }
}

#[tokio::test]
async fn who_is_given_a_role_while_the_last_one_is_taken_stays_or_comes_back() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    for round in 0..3 * ROUNDS {
        let group = group_of(&title, &ada, &format!("pack {round}"), [&[], &[&bob]]).await;
        create_role(&ada, &group, "officers").await.data();
        let from_role = json!({ "Members": [bob.key], "RoleId": "members" });
        let requests = vec![
            call(&title, "RemoveMembers", &group, from_role),
            add(&title, &group, &[&bob], "officers"),
        ];
        for reply in race(round, requests).await {
            reply.data();
        }
        assert_eq!(bob.roles_in(&group).await, ["officers"]);
        assert_eq!(sound(&world, &group).await, 2);
    }
}

#[tokio::test]
async fn a_role_is_deleted_or_made_the_member_role_but_never_both() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    for round in 0..2 * ROUNDS {
        let group = ada.create_group(&format!("pack {round}")).await;
        create_role(&ada, &group, "doomed").await.data();
        update(&ada.player, &group, json!({ "can_auto_join": true })).await.ok();
        let requests = vec![
            delete_role(&ada, &group, "doomed"),
            regroup(&title, &group, json!({ "MemberRoleId": "doomed" })),
            bob.player.join(gamefuse_id(&group)).boxed_local(),
        ];
        let replies = race(round, requests).await;
        match (outcome(&replies[0]).as_str(), outcome(&replies[1]).as_str()) {
            ("OK", "RoleDoesNotExist") | ("RoleIsGroupDefaultMember", "OK") => {}
            others => panic!("{others:?}"),
        }
        replies[2].ok();
        assert_eq!(sound(&world, &group).await, 2);
    }
}

#[tokio::test]
async fn two_admins_who_demote_each_other_at_once_leave_one_admin() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    for round in 0..2 * ROUNDS {
        let group = group_of(&title, &ada, &format!("pack {round}"), [&[&bob], &[]]).await;
        let down = ["admins", "members"];
        let requests = vec![shift(&ada, &group, &bob, down), shift(&bob, &group, &ada, down)];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("OK", 1), ("NotAuthorized", 1)]);
        let admin = if replies[0].status.is_success() { &ada } else { &bob };
        assert_eq!(holders(&ada, &group).await["admins"], set_of(&[admin]));
        assert_eq!(sound(&world, &group).await, 2);
    }
}

#[tokio::test]
async fn two_admins_who_step_down_at_once_leave_one_admin() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    for round in 0..2 * ROUNDS {
        let group = group_of(&title, &ada, &format!("pack {round}"), [&[&bob], &[&cy]]).await;
        let down = ["admins", "members"];
        let requests = vec![
            shift(&ada, &group, &ada, down),
            call(
                &bob,
                "RemoveMembers",
                &group,
                json!({ "Members": [bob.key], "RoleId": "admins" }),
            ),
        ];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("OK", 1), ("RoleIsGroupAdmin", 1)]);
        // Bob held no other role, so he is out where he was the first to step down.
        let bob_is_out = replies[1].status.is_success();
        assert_eq!(sound(&world, &group).await, 3 - usize::from(bob_is_out));
    }
}

#[tokio::test]
async fn two_admins_who_remove_each_other_at_once_leave_one_admin() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    for round in 0..2 * ROUNDS {
        let group = group_of(&title, &ada, &format!("pack {round}"), [&[&bob], &[&cy]]).await;
        let in_gamefuse = round % 4 < 2;
        let other = match in_gamefuse {
            true => bob.player.remove(gamefuse_id(&group), &ada.player).boxed_local(),
            false => expel(&bob, &group, &ada),
        };
        let replies = race(round, vec![expel(&ada, &group, &bob), other]).await;
        assert_tally(&replies, &[("OK", 1), ("NotAuthorized", 1)]);
        assert_eq!(sound(&world, &group).await, 2);
    }
}

#[tokio::test]
async fn a_role_changes_before_its_member_is_removed_or_not_at_all() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    for round in 0..3 * ROUNDS {
        let group = group_of(&title, &ada, &format!("pack {round}"), [&[&cy], &[&bob]]).await;
        let id = gamefuse_id(&group);
        let (change, too_late) = match round % 2 {
            0 => (shift(&ada, &group, &bob, ["members", "admins"]), "InvalidParams"),
            _ => (ada.player.make_admin(id, &bob.player).boxed_local(), "NotMember"),
        };
        let removal = match round % 3 {
            0 => expel(&cy, &group, &bob),
            1 => cy.player.remove(id, &bob.player).boxed_local(),
            _ => bob.player.leave(id).boxed_local(),
        };
        let replies = race(round, vec![change, removal]).await;
        assert_eq!(outcome(&replies[1]), "OK");
        assert!(
            ["OK", too_late].contains(&outcome(&replies[0]).as_str()),
            "{:?}",
            outcomes(&replies)
        );
        assert_eq!(sound(&world, &group).await, 2);
        assert_eq!(bob.roles_in(&group).await, [""; 0]);
    }
}

#[tokio::test]
async fn while_the_admin_role_changes_who_joins_and_who_is_promoted_is_what_the_roles_say() {
    let world = World::new().await;
    let [ada, bob, cy, dot, eve] = world.entities(["ada", "bob", "cy", "dot", "eve"]).await;
    let fay = world.entity("fay").await;
    let title = world.title().await;
    for round in 0..3 * ROUNDS {
        let group = group_of(&title, &ada, &format!("pack {round}"), [&[&bob], &[&cy]]).await;
        let id = gamefuse_id(&group);
        create_role(&ada, &group, "officers").await.data();
        add(&title, &group, &[&dot], "officers").await.data();
        update(&ada.player, &group, json!({ "can_auto_join": true })).await.ok();
        let wanted = json!({ "Entity": fay.key, "RoleId": "officers" });
        call(&ada, "InviteToGroup", &group, wanted).await.data();
        let admin_role = ["officers", "members"][round % 2];
        let requests = vec![
            regroup(&title, &group, json!({ "AdminRoleId": admin_role })),
            eve.player.join(id).boxed_local(),
            ada.player.make_admin(id, &cy.player).boxed_local(),
            call(&fay, "AcceptGroupInvitation", &group, json!({})),
            match round % 3 {
                0 => bob.player.leave(id).boxed_local(),
                1 => ada.player.remove(id, &bob.player).boxed_local(),
                _ => shift(&bob, &group, &bob, ["admins", "members"]),
            },
        ];
        let replies = race(round, requests).await;
        for certain in [0, 1, 3] {
            assert_eq!(outcome(&replies[certain]), "OK", "{:?}", outcomes(&replies));
        }
        // What an admin does is done before the change or refused after it.
        for by_admin in [2, 4] {
            let outcome = outcome(&replies[by_admin]);
            assert!(
                ["OK", "NotAuthorized"].contains(&outcome.as_str()),
                "{:?}",
                outcomes(&replies)
            );
        }
        sound(&world, &group).await;
        let row = rows_of(&world, &group, "group").await.remove(0);
        assert_eq!(row["admin_role"], admin_role);
        let listed = holders(&title, &group).await;
        let seen = ada.player.group(id).await["admins"].clone();
        let admins = crate::ids(&seen).into_iter().collect();
        assert_eq!(listed[admin_role], admins);
    }
}

#[tokio::test]
async fn the_last_admin_who_leaves_while_the_admin_role_changes_leaves_an_admin_behind() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    for round in 0..2 * ROUNDS {
        let group = group_of(&title, &ada, &format!("pack {round}"), [&[], &[&bob, &cy]]).await;
        let requests = vec![
            ada.player.leave(gamefuse_id(&group)).boxed_local(),
            regroup(&title, &group, json!({ "AdminRoleId": "members" })),
            shift(&title, &group, &cy, ["members", "admins"]),
        ];
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("OK", 3)]);
        assert_eq!(sound(&world, &group).await, 2);
    }
}

#[tokio::test]
async fn whoever_is_an_admin_by_another_role_since_they_were_read_is_counted_once() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = group_of(&title, &ada, "Wolves", [&[], &[&bob]]).await;
    create_role(&ada, &group, "officers").await.data();
    regroup(&title, &group, json!({ "AdminRoleId": "members" })).await.data();
    assert_eq!(sound(&world, &group).await, 2);
    // DynamoDB may read bob's row before that change, and the group's after it.
    set_admin(&world, &group, &bob, false).await;
    let late = add(&title, &group, &[&bob], "officers");
    let (late, ()) = world.overtake(1, late, set_admin(&world, &group, &bob, true)).await;
    late.data();
    assert_eq!(sound(&world, &group).await, 2);
}

/// Writes into a member's row whether they are an admin.
async fn set_admin(world: &World, group: &Value, member: &Entity<'_>, is_admin: bool) {
    let partition = format!("GROUP#{}", gamefuse_id(group));
    let sort = format!("MEMBER#{}", member.player.id);
    world.set(&partition, &sort, "is_admin", &is_admin.into()).await;
}
