//! UpdateGroup: names, the two special roles, and versions.

use serde_json::{Value, json};
use tests::{Entity, World, gamefuse_id, group_key};

use super::{create_role, done, invalid, invite, join, members_in};

/// A group's answer to GetGroup.
async fn read(caller: &Entity<'_>, group: &Value) -> Value {
    caller.call("GetGroup", json!({ "Group": group })).await.data()
}

#[tokio::test]
async fn a_group_is_renamed_and_its_old_name_is_free() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let renamed = json!({ "Group": group, "GroupName": "Foxes" });
    let updated = ada.call("UpdateGroup", renamed).await.data();
    assert_eq!(updated, json!({ "ProfileVersion": 1, "SetResult": "Updated" }));
    assert_eq!(read(&bob, &group).await["GroupName"], "Foxes");
    let reply = bob.call("GetGroup", json!({ "GroupName": "Wolves" })).await;
    reply.failed("ProfileDoesNotExist", 1298);
    let found = bob.call("GetGroup", json!({ "GroupName": "Foxes" })).await.data();
    assert_eq!(found["Group"], group);
    bob.create_group("Wolves").await;
    let back = json!({ "Group": group, "GroupName": "wolves" });
    ada.call("UpdateGroup", back).await.failed("GroupNameNotAvailable", 1368);
    assert_eq!(read(&bob, &group).await["GroupName"], "Foxes");
    let reply = bob.call("CreateGroup", json!({ "GroupName": "FOXES" })).await;
    reply.failed("GroupNameNotAvailable", 1368);
}

#[tokio::test]
async fn another_spelling_of_the_same_name_is_a_rename_too() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    let spelt = json!({ "Group": group, "GroupName": "WOLVES" });
    let updated = ada.call("UpdateGroup", spelt).await.data();
    assert_eq!((&updated["SetResult"], &updated["ProfileVersion"]), (&"Updated".into(), &1.into()));
    let found = ada.call("GetGroup", json!({ "GroupName": "Wolves" })).await.data();
    assert_eq!(found["GroupName"], "WOLVES");
    let reply = ada.call("CreateGroup", json!({ "GroupName": "Wolves" })).await;
    reply.failed("GroupNameNotAvailable", 1368);
}

#[tokio::test]
async fn an_update_to_what_is_so_already_changes_nothing_and_says_so() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    for body in [json!({ "Group": group }), json!({ "Group": group, "GroupName": "Wolves" })] {
        let updated = ada.call("UpdateGroup", body).await.data();
        assert_eq!(
            (&updated["SetResult"], &updated["ProfileVersion"]),
            (&"None".into(), &0.into())
        );
        assert!(updated["OperationReason"].is_string());
    }
    assert_eq!(read(&ada, &group).await["ProfileVersion"], 0);
}

#[tokio::test]
async fn joining_and_leaving_are_no_new_versions() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    done(&ada.call("AddMembers", members_in(&group, &[&bob], "admins")).await);
    assert_eq!(read(&ada, &group).await["ProfileVersion"], 0);
}

#[tokio::test]
async fn a_stale_version_is_not_updated() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    let update = async |version: u32, name: &str| {
        let body = json!({ "Group": group, "GroupName": name, "ExpectedProfileVersion": version });
        let data = ada.call("UpdateGroup", body).await.data();
        (data["SetResult"].clone(), data["ProfileVersion"].clone())
    };
    assert_eq!(update(1, "Foxes").await, (json!("None"), json!(0)));
    assert_eq!(update(0, "Foxes").await, (json!("Updated"), json!(1)));
    assert_eq!(update(0, "Bears").await, (json!("None"), json!(1)));
    assert_eq!(read(&ada, &group).await["GroupName"], "Foxes");
    // A role is part of the profile as well.
    create_role(&ada, &group, "officers").await;
    assert_eq!(update(1, "Bears").await, (json!("None"), json!(2)));
    assert_eq!(update(2, "Bears").await, (json!("Updated"), json!(3)));
}

#[tokio::test]
async fn only_admins_and_the_title_rename() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    let body = json!({ "Group": group, "GroupName": "Foxes" });
    for caller in [&bob, &cleo] {
        caller.call("UpdateGroup", body.clone()).await.failed("NotAuthorized", 1089);
    }
    assert_eq!(read(&ada, &group).await["GroupName"], "Wolves");
    assert_eq!(title.call("UpdateGroup", body).await.data()["SetResult"], "Updated");
    let unknown = json!({ "Group": group_key(1), "GroupName": "Bears" });
    ada.call("UpdateGroup", unknown).await.failed("ProfileDoesNotExist", 1298);
    invalid(
        &ada.call("UpdateGroup", json!({ "Group": group, "GroupName": "a\nb" })).await,
        "GroupName",
    );
}

#[tokio::test]
async fn the_admin_role_is_the_titles_to_change() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    let before = read(&ada, &group).await;
    for role in ["officers", "admins"] {
        let body = json!({
            "Group": group, "GroupName": "Foxes", "AdminRoleId": role, "MemberRoleId": "officers",
        });
        ada.call("UpdateGroup", body).await.failed("NotAuthorized", 1089);
    }
    let unknown = json!({ "Group": group, "GroupName": "Foxes", "AdminRoleId": "elders" });
    title.call("UpdateGroup", unknown).await.failed("RoleDoesNotExist", 1358);
    assert_eq!(read(&ada, &group).await, before, "not even the name has changed");
    let body = json!({ "Group": group, "GroupName": "Foxes", "AdminRoleId": "officers" });
    title.call("UpdateGroup", body).await.data();
    let after = read(&ada, &group).await;
    assert_eq!((&after["AdminRoleId"], &after["GroupName"]), (&"officers".into(), &"Foxes".into()));
}

#[tokio::test]
async fn the_member_role_is_the_admins_and_the_titles_to_change() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "recruits").await;
    join(&ada, &group, &bob).await;
    for (caller, role) in [(&ada, "recruits"), (&title, "members")] {
        let body = json!({ "Group": group, "MemberRoleId": role });
        for other in [&bob, &cleo] {
            other.call("UpdateGroup", body.clone()).await.failed("NotAuthorized", 1089);
        }
        assert_eq!(caller.call("UpdateGroup", body).await.data()["SetResult"], "Updated");
        assert_eq!(read(&bob, &group).await["MemberRoleId"], role);
        let unknown = json!({ "Group": group, "MemberRoleId": "elders" });
        caller.call("UpdateGroup", unknown).await.failed("RoleDoesNotExist", 1358);
    }
    assert_eq!(read(&ada, &group).await["ProfileVersion"], 3);
}

#[tokio::test]
async fn another_admin_role_makes_other_admins() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "chiefs").await;
    join(&ada, &group, &bob).await;
    done(&ada.call("AddMembers", members_in(&group, &[&bob], "chiefs")).await);
    let reply = bob.call("ListGroupApplications", json!({ "Group": group })).await;
    reply.failed("NotAuthorized", 1089);

    let body = json!({ "Group": group, "AdminRoleId": "chiefs" });
    let updated = title.call("UpdateGroup", body).await.data();
    assert_eq!((&updated["SetResult"], &updated["ProfileVersion"]), (&"Updated".into(), &2.into()));
    assert_eq!(read(&bob, &group).await["AdminRoleId"], "chiefs");
    bob.call("ListGroupApplications", json!({ "Group": group })).await.data();
    let reply = ada.call("ListGroupApplications", json!({ "Group": group })).await;
    reply.failed("NotAuthorized", 1089);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 2);

    // What protects the admin role has moved with it.
    let body = json!({ "Group": group, "RoleId": "chiefs" });
    bob.call("DeleteRole", body).await.failed("RoleIsGroupAdmin", 1366);
    done(&bob.call("DeleteRole", json!({ "Group": group, "RoleId": "admins" })).await);
    assert_eq!(ada.roles_in(&group).await, ["members"]);
    let reply = bob.call("RemoveMembers", members_in(&group, &[&bob], "chiefs")).await;
    reply.failed("RoleIsGroupAdmin", 1366);
}

#[tokio::test]
async fn who_takes_over_gets_the_admin_role_that_the_group_has_then() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "chiefs").await;
    done(&ada.call("AddMembers", members_in(&group, &[&ada], "chiefs")).await);
    join(&ada, &group, &bob).await;
    title.call("UpdateGroup", json!({ "Group": group, "AdminRoleId": "chiefs" })).await.data();
    done(&ada.call("RemoveMembers", super::members(&group, &[&ada])).await);
    assert_eq!(bob.roles_in(&group).await, ["chiefs", "members"]);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 1);
}

#[tokio::test]
async fn another_member_role_is_for_those_who_join_from_then_on() {
    let world = World::new().await;
    let [ada, bob, cleo, dora, evan] = world.entities(["ada", "bob", "cleo", "dora", "evan"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    create_role(&ada, &group, "recruits").await;
    title.call("UpdateGroup", json!({ "Group": group, "MemberRoleId": "recruits" })).await.data();
    join(&ada, &group, &cleo).await;
    invite(&ada, &group, &dora).await;
    done(&dora.call("AcceptGroupInvitation", json!({ "Group": group })).await);
    done(&title.call("AddMembers", super::members(&group, &[&evan])).await);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    for player in [&cleo, &dora, &evan] {
        assert_eq!(player.roles_in(&group).await, ["recruits"]);
    }
    let body = json!({ "Group": group, "RoleId": "recruits" });
    ada.call("DeleteRole", body).await.failed("RoleIsGroupDefaultMember", 1365);
    done(&ada.call("DeleteRole", json!({ "Group": group, "RoleId": "members" })).await);
    assert_eq!(bob.roles_in(&group).await, ["recruits"]);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 5);
}

#[tokio::test]
async fn everybody_who_joins_is_an_admin_where_both_roles_are_one() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    let body = json!({ "Group": group, "AdminRoleId": "members" });
    title.call("UpdateGroup", body).await.data();
    let reply = ada.call("ListGroupApplications", json!({ "Group": group })).await;
    reply.failed("NotAuthorized", 1089);
    join(&bob, &group, &cleo).await;
    cleo.call("UpdateGroup", json!({ "Group": group, "GroupName": "Foxes" })).await.data();
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 3);
    // Such a role is the admin role before it is the member role.
    let body = json!({ "Group": group, "RoleId": "members" });
    cleo.call("DeleteRole", body).await.failed("RoleIsGroupAdmin", 1366);
}
