//! RemoveMembers: out of a role, out of the group, and leaving.

use jiff::SignedDuration;
use serde_json::json;
use tests::{World, gamefuse_id, group_key};

use super::{apply, blocks, create_role, done, invalid, join, members, members_in, roster};

#[tokio::test]
async fn an_admin_removes_members_with_all_their_roles_and_they_may_come_back() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    join(&ada, &group, &bob).await;
    done(&ada.call("AddMembers", members_in(&group, &[&bob], "officers")).await);
    done(&ada.call("RemoveMembers", members(&group, &[&bob])).await);
    assert!(bob.roles_in(&group).await.is_empty());
    assert!(blocks(&ada, &group).await.is_empty(), "unlike in GameFuse");
    join(&ada, &group, &bob).await;
    assert_eq!(bob.roles_in(&group).await, ["members"], "the other role is not remembered");
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 2);
}

#[tokio::test]
async fn a_role_can_be_taken_and_the_last_one_is_the_membership() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    join(&ada, &group, &bob).await;
    done(&ada.call("AddMembers", members_in(&group, &[&bob], "officers")).await);
    done(&ada.call("RemoveMembers", members_in(&group, &[&bob], "members")).await);
    assert_eq!(bob.roles_in(&group).await, ["officers"]);
    done(&ada.call("RemoveMembers", members_in(&group, &[&bob], "officers")).await);
    assert!(bob.roles_in(&group).await.is_empty());
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 1);
}

#[tokio::test]
async fn all_are_removed_or_none() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    join(&ada, &group, &bob).await;
    for caller in [&ada, &title] {
        // Not a member at all, not a holder of the role, not a role.
        invalid(&caller.call("RemoveMembers", members(&group, &[&bob, &cleo])).await, "Members");
        let body = members_in(&group, &[&ada, &bob], "members");
        invalid(&caller.call("RemoveMembers", body).await, "Members");
        let reply = caller.call("RemoveMembers", members_in(&group, &[&bob], "elders")).await;
        reply.failed("RoleDoesNotExist", 1358);
        let reply = caller.call("RemoveMembers", members(&group_key(1), &[&bob])).await;
        reply.failed("ProfileDoesNotExist", 1298);
    }
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 2);
}

#[tokio::test]
async fn a_member_removes_nobody_but_oneself() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    for player in [&bob, &cleo] {
        join(&ada, &group, player).await;
    }
    done(&ada.call("AddMembers", members_in(&group, &[&bob], "officers")).await);
    for list in [vec![&cleo], vec![&ada], vec![&bob, &cleo]] {
        let reply = bob.call("RemoveMembers", members(&group, &list)).await;
        reply.failed("NotAuthorized", 1089);
    }
    done(&bob.call("RemoveMembers", members_in(&group, &[&bob], "officers")).await);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    done(&bob.call("RemoveMembers", members(&group, &[&bob])).await);
    assert!(bob.roles_in(&group).await.is_empty());
    assert_eq!(cleo.roles_in(&group).await, ["members"]);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 2);
}

#[tokio::test]
async fn one_cannot_leave_what_one_is_not_in() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    apply(&bob, &group).await;
    invalid(&bob.call("RemoveMembers", members(&group, &[&bob])).await, "Members");
    let reply = bob.call("RemoveMembers", members(&group_key(1), &[&bob])).await;
    reply.failed("ProfileDoesNotExist", 1298);
}

#[tokio::test]
async fn when_the_last_admin_leaves_the_longest_standing_member_takes_over() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    for player in [&cleo, &bob] {
        world.advance(SignedDuration::from_secs(1));
        join(&ada, &group, player).await;
    }
    done(&ada.call("RemoveMembers", members(&group, &[&ada])).await);
    assert_eq!(cleo.roles_in(&group).await, ["admins", "members"]);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 2);
}

#[tokio::test]
async fn when_the_last_member_leaves_the_group_is_dissolved_and_its_name_is_free() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    done(&ada.call("RemoveMembers", members(&group, &[&ada])).await);
    let reply = ada.call("GetGroup", json!({ "Group": group })).await;
    reply.failed("ProfileDoesNotExist", 1298);
    assert_ne!(ada.create_group("Wolves").await, group);
}

#[tokio::test]
async fn a_group_that_everybody_is_taken_out_of_is_dissolved_and_its_name_is_free() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    for everybody in [vec![&ada], vec![&ada, &bob]] {
        let group = ada.create_group("Wolves").await;
        if everybody.len() > 1 {
            join(&ada, &group, &bob).await;
            done(&ada.call("RemoveMembers", members(&group, &everybody)).await);
        } else {
            done(&ada.call("RemoveMembers", members_in(&group, &everybody, "admins")).await);
        }
        ada.call("GetGroup", json!({ "Group": group })).await.failed("ProfileDoesNotExist", 1298);
    }
    ada.create_group("Wolves").await;
}

#[tokio::test]
async fn the_last_admin_is_not_removed_otherwise() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    let reply = ada.call("RemoveMembers", members_in(&group, &[&ada], "admins")).await;
    reply.failed("RoleIsGroupAdmin", 1366);
    join(&ada, &group, &cleo).await;
    let reply = ada.call("RemoveMembers", members(&group, &[&ada, &cleo])).await;
    reply.failed("RoleIsGroupAdmin", 1366);
    done(&ada.call("RemoveMembers", members(&group, &[&cleo])).await);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 2);
    // One of two is not the last.
    done(&ada.call("AddMembers", members_in(&group, &[&bob], "admins")).await);
    done(&bob.call("RemoveMembers", members(&group, &[&ada])).await);
    assert_eq!(bob.roles_in(&group).await, ["admins", "members"]);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 1);
}

#[tokio::test]
async fn the_title_may_take_the_last_admin_out_and_appoint_another() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    done(&title.call("RemoveMembers", members(&group, &[&ada])).await);
    assert_eq!(bob.roles_in(&group).await, ["members"], "nobody takes over by themselves");
    let rename = json!({ "Group": group, "GroupName": "Foxes" });
    bob.call("UpdateGroup", rename.clone()).await.failed("NotAuthorized", 1089);
    done(&title.call("AddMembers", members_in(&group, &[&bob], "admins")).await);
    bob.call("UpdateGroup", rename).await.data();
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 1);
}

#[tokio::test]
async fn a_group_that_the_title_has_emptied_stays() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    done(&title.call("RemoveMembers", members(&group, &[&ada, &bob])).await);
    let no_one = [("admins".to_owned(), Vec::new()), ("members".to_owned(), Vec::new())];
    assert_eq!(roster(&title, &group).await, no_one);
    let named = ada.call("GetGroup", json!({ "GroupName": "Wolves" })).await.data();
    assert_eq!(named["Group"], group);
    done(&title.call("AddMembers", members_in(&group, &[&bob], "admins")).await);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 1);
}

#[tokio::test]
async fn who_leaves_a_group_without_an_admin_as_its_last_member_dissolves_it() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    done(&title.call("RemoveMembers", members(&group, &[&ada])).await);
    done(&bob.call("RemoveMembers", members(&group, &[&bob])).await);
    let reply = title.call("GetGroup", json!({ "Group": group })).await;
    reply.failed("ProfileDoesNotExist", 1298);
}

#[tokio::test]
async fn giving_up_the_last_role_is_leaving() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    done(&bob.call("RemoveMembers", members_in(&group, &[&bob], "members")).await);
    assert!(bob.roles_in(&group).await.is_empty());
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 1);
}
