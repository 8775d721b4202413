//! CreateGroup, GetGroup and DeleteGroup.

use serde_json::json;
use tests::{World, gamefuse_id, group_key};

use super::{
    about, applications, apply, blocks, detail, done, invalid, invitations, invite, join, roster,
};

#[tokio::test]
async fn a_new_group_is_as_playfabs_template_makes_it() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let created = ada.call("CreateGroup", json!({ "GroupName": "Wolves" })).await.data();
    let key = created["Group"].clone();
    assert_eq!(key, group_key(gamefuse_id(&key)), "16 upper-case hexadecimal digits");
    let expected = json!({
        "AdminRoleId": "admins",
        "Created": "2026-01-02T03:04:05.678Z",
        "Group": key,
        "GroupName": "Wolves",
        "MemberRoleId": "members",
        "ProfileVersion": 0,
        "Roles": { "admins": "Administrators", "members": "Members" },
    });
    assert_eq!(created, expected);
    for body in [json!({ "Group": key }), json!({ "GroupName": "Wolves" })] {
        assert_eq!(ada.call("GetGroup", body).await.data(), expected);
    }
    assert_eq!(ada.roles_in(&key).await, ["admins"], "and not also in members");
}

#[tokio::test]
async fn one_creates_groups_for_oneself_and_the_title_for_its_players() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let own = json!({ "GroupName": "Wolves", "Entity": ada.key });
    ada.call("CreateGroup", own).await.data();
    let for_bob = json!({ "GroupName": "Foxes", "Entity": bob.key });
    ada.call("CreateGroup", for_bob.clone()).await.failed("NotAuthorized", 1089);
    let group = title.call("CreateGroup", for_bob).await.data()["Group"].clone();
    assert_eq!(bob.roles_in(&group).await, ["admins"]);

    let reply = title.call("CreateGroup", json!({ "GroupName": "Bears" })).await;
    reply.failed("InvalidEntityType", 1373);
    let stranger = json!({ "Id": "0000000000000001", "Type": "title_player_account" });
    let body = json!({ "GroupName": "Bears", "Entity": stranger });
    title.call("CreateGroup", body).await.failed("ProfileDoesNotExist", 1298);
    let reply = ada.call("GetGroup", json!({ "GroupName": "Bears" })).await;
    reply.failed("ProfileDoesNotExist", 1298);
}

#[tokio::test]
async fn a_name_is_unique_in_its_title_however_it_is_spelt() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves of Aix").await;
    for taken in ["Wolves of Aix", "wolves OF aix", " Wolves  of\u{a0}Aix ", "Ｗolves of Aix"] {
        let reply = bob.call("CreateGroup", json!({ "GroupName": taken })).await;
        reply.failed("GroupNameNotAvailable", 1368);
        let found = bob.call("GetGroup", json!({ "GroupName": taken })).await.data();
        assert_eq!((&found["Group"], &found["GroupName"]), (&group, &"Wolves of Aix".into()));
    }
    assert_eq!(bob.call("ListMembership", json!({})).await.data(), json!({ "Groups": [] }));
    let elsewhere = world.other_game().await;
    elsewhere.entity("ada").await.create_group("Wolves of Aix").await;
}

#[tokio::test]
async fn a_name_has_1_to_100_characters_on_one_line() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    for name in ["", "  ", "a\nb", &"x".repeat(101)] {
        invalid(&ada.call("CreateGroup", json!({ "GroupName": name })).await, "GroupName");
    }
    let absent = ada.call("CreateGroup", json!({})).await.failed("InvalidParams", 1000);
    assert_eq!(detail(&absent, "GroupName"), "The GroupName field is required.");
    ada.create_group(&"ß".repeat(100)).await;
}

#[tokio::test]
async fn anyone_in_the_title_reads_a_group() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    done(&ada.call("BlockEntity", about(&group, &bob)).await);
    let read = ada.call("GetGroup", json!({ "Group": group })).await.data();
    for caller in [&bob, &title] {
        assert_eq!(caller.call("GetGroup", json!({ "Group": group })).await.data(), read);
    }
}

#[tokio::test]
async fn a_group_is_found_by_its_key_or_its_full_name() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    ada.create_group("Foxes").await;
    let both = json!({ "Group": group, "GroupName": "wolves" });
    assert_eq!(ada.call("GetGroup", both).await.data()["Group"], group);
    let disagreeing = json!({ "Group": group, "GroupName": "Foxes" });
    invalid(&ada.call("GetGroup", disagreeing).await, "GroupName");
    invalid(&ada.call("GetGroup", json!({})).await, "Group");
    for unknown in [json!({ "GroupName": "Wolv" }), json!({ "Group": group_key(1) })] {
        ada.call("GetGroup", unknown).await.failed("ProfileDoesNotExist", 1298);
    }
}

#[tokio::test]
async fn a_deleted_group_is_gone_with_all_that_belongs_to_it() {
    let world = World::new().await;
    let [ada, bob, cleo, dora, evan] = world.entities(["ada", "bob", "cleo", "dora", "evan"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    apply(&cleo, &group).await;
    invite(&ada, &group, &dora).await;
    done(&ada.call("BlockEntity", about(&group, &evan)).await);
    assert_eq!(applications(&ada, &group).await.len(), 1);
    assert_eq!(invitations(&ada, &group).await.len(), 1);
    assert_eq!(blocks(&ada, &group).await.len(), 1);
    assert_eq!(roster(&ada, &group).await[1].1, std::slice::from_ref(&bob.key));
    done(&ada.call("DeleteGroup", json!({ "Group": group })).await);

    for (operation, body) in [
        ("GetGroup", json!({ "Group": group })),
        ("GetGroup", json!({ "GroupName": "Wolves" })),
        ("DeleteGroup", json!({ "Group": group })),
        ("UpdateGroup", json!({ "Group": group, "GroupName": "Foxes" })),
        ("ListGroupMembers", json!({ "Group": group })),
        ("ListGroupApplications", json!({ "Group": group })),
        ("ListGroupInvitations", json!({ "Group": group })),
        ("ListGroupBlocks", json!({ "Group": group })),
        ("IsMember", about(&group, &bob)),
        ("AcceptGroupApplication", about(&group, &cleo)),
        ("RemoveGroupApplication", about(&group, &cleo)),
        ("RemoveGroupInvitation", about(&group, &dora)),
        ("InviteToGroup", about(&group, &evan)),
        ("UnblockEntity", about(&group, &evan)),
        ("CreateRole", json!({ "Group": group, "RoleId": "r", "RoleName": "r" })),
        ("DeleteRole", json!({ "Group": group, "RoleId": "members" })),
        ("AddMembers", super::members(&group, &[&evan])),
        ("RemoveMembers", super::members(&group, &[&bob])),
    ] {
        for caller in [&ada, &title] {
            caller.call(operation, body.clone()).await.failed("ProfileDoesNotExist", 1298);
        }
    }
    // What one does for oneself.
    for (caller, operation, body) in [
        (&evan, "ApplyToGroup", json!({ "Group": group })),
        (&dora, "AcceptGroupInvitation", json!({ "Group": group })),
        (&dora, "RemoveGroupInvitation", about(&group, &dora)),
        (&cleo, "RemoveGroupApplication", about(&group, &cleo)),
        (&bob, "RemoveMembers", super::members(&group, &[&bob])),
    ] {
        caller.call(operation, body).await.failed("ProfileDoesNotExist", 1298);
    }
}

#[tokio::test]
async fn only_admins_and_the_title_delete_and_the_name_is_free_then() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    for caller in [&bob, &cleo] {
        let reply = caller.call("DeleteGroup", json!({ "Group": group })).await;
        reply.failed("NotAuthorized", 1089);
    }
    done(&ada.call("DeleteGroup", json!({ "Group": group })).await);
    let again = cleo.create_group("wolves").await;
    assert_ne!(again, group);
    done(&title.call("DeleteGroup", json!({ "Group": again })).await);
    bob.create_group("Wolves").await;
}
