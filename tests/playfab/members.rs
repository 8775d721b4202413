//! Who is in a group and in which roles: AddMembers, ChangeMemberRole, ListGroupMembers and ListMembership.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Entity, World, gamefuse_id, group_key, player_key};

use super::{
    about, applications, apply, create_role, detail, done, invalid, invitations, invite, join,
    members, members_in, roster, set_size, with_lineage,
};

/// Moves members from one role to another.
fn moving(group: &Value, players: &[&Entity<'_>], from: &str, to: &str) -> Value {
    let mut body = members(group, players);
    body["OriginRoleId"] = from.into();
    body["DestinationRoleId"] = to.into();
    body
}

#[tokio::test]
async fn the_title_adds_players_without_asking_them() {
    let world = World::new().await;
    let [ada, bob, cleo, dora] = world.entities(["ada", "bob", "cleo", "dora"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    apply(&bob, &group).await;
    invite(&ada, &group, &cleo).await;
    done(&title.call("AddMembers", members(&group, &[&bob, &cleo])).await);
    done(&title.call("AddMembers", members_in(&group, &[&dora], "admins")).await);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    assert_eq!(dora.roles_in(&group).await, ["admins"]);
    // What was pending is settled thereby.
    assert!(applications(&dora, &group).await.is_empty());
    assert!(invitations(&dora, &group).await.is_empty());
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 4);
}

#[tokio::test]
async fn an_admin_gives_members_a_role_besides_those_that_they_have() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    join(&ada, &group, &bob).await;
    let body = members_in(&group, &[&ada, &bob], "officers");
    done(&ada.call("AddMembers", body.clone()).await);
    done(&ada.call("AddMembers", body).await);
    assert_eq!(ada.roles_in(&group).await, ["admins", "officers"]);
    assert_eq!(bob.roles_in(&group).await, ["members", "officers"]);
    // Who is not a member yet has to be asked, and nobody else of the list gets the role either.
    let mixed = members_in(&group, &[&bob, &cleo], "admins");
    ada.call("AddMembers", mixed).await.failed("NotAuthorized", 1089);
    assert_eq!(bob.roles_in(&group).await, ["members", "officers"]);
    assert!(cleo.roles_in(&group).await.is_empty());
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 2);
}

#[tokio::test]
async fn who_is_given_the_admin_role_is_an_admin_at_once() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    let rename = json!({ "Group": group, "GroupName": "Foxes" });
    bob.call("UpdateGroup", rename.clone()).await.failed("NotAuthorized", 1089);
    done(&ada.call("AddMembers", members_in(&group, &[&bob], "admins")).await);
    bob.call("UpdateGroup", rename).await.data();
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 2);
}

#[tokio::test]
async fn all_are_added_or_none() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    done(&ada.call("BlockEntity", about(&group, &cleo)).await);
    let blocked = members(&group, &[&bob, &cleo]);
    title.call("AddMembers", blocked).await.failed("EntityBlockedByGroup", 1357);
    let mut unknown = members(&group, &[&bob]);
    let nobody = json!({ "Id": "0000000000000001", "Type": "title_player_account" });
    unknown["Members"].as_array_mut().unwrap().push(nobody);
    title.call("AddMembers", unknown).await.failed("ProfileDoesNotExist", 1298);
    let reply = title.call("AddMembers", members_in(&group, &[&bob], "officers")).await;
    reply.failed("RoleDoesNotExist", 1358);
    done(&ada.call("UnblockEntity", about(&group, &cleo)).await);
    set_size(&ada, &group, 2).await;
    let reply = title.call("AddMembers", members(&group, &[&bob, &cleo])).await;
    let envelope = reply.failed("OverLimit", 1214);
    assert_eq!(detail(&envelope, "GroupMemberCount"), "The group is full");
    assert!(bob.roles_in(&group).await.is_empty());
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 1);
    done(&title.call("AddMembers", members(&group, &[&bob])).await);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 2);
}

#[tokio::test]
async fn naming_somebody_twice_is_naming_them_once() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    done(&title.call("AddMembers", members(&group, &[&bob, &bob])).await);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 2);
}

#[tokio::test]
async fn a_list_that_one_transaction_cannot_hold_is_refused_before_anything_changes() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let names: Vec<_> = (0..100).map(|number| format!("player {number}")).collect();
    let mut players = Vec::new();
    for name in &names {
        players.push(world.entity(name).await);
    }
    let all: Vec<_> = players.iter().collect();
    let reply = title.call("AddMembers", members(&group, &all)).await;
    invalid(&reply, "Members");
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 1);
    done(&title.call("AddMembers", members(&group, &all[..99])).await);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 100);
}

#[tokio::test]
async fn a_list_is_as_long_soon_after_an_application_and_a_demotion() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let names: Vec<_> = (0..99).map(|number| format!("player {number}")).collect();
    let mut players = Vec::new();
    for name in &names {
        players.push(world.entity(name).await);
    }
    let all: Vec<_> = players.iter().collect();
    let officer = json!({ "Group": group, "Members": [bob.key], "RoleId": "admins" });
    done(&title.call("AddMembers", officer.clone()).await);
    done(&ada.call("RemoveMembers", officer).await);
    cleo.call("ApplyToGroup", json!({ "Group": group })).await.data();

    done(&title.call("AddMembers", members(&group, &all)).await);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 100);
    done(&ada.call("RemoveMembers", members(&group, &all)).await);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 1);
}

#[tokio::test]
async fn a_list_names_at_least_one_player_and_only_players() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    for operation in ["AddMembers", "RemoveMembers", "ChangeMemberRole"] {
        for list in [json!([]), json!([group]), json!([title.key]), json!("ada"), json!(null)] {
            let body = json!({
                "Group": group, "Members": list,
                "OriginRoleId": "members", "DestinationRoleId": "admins",
            });
            invalid(&title.call(operation, body).await, "Members");
        }
    }
}

#[tokio::test]
async fn an_admin_moves_members_from_one_role_to_another() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    for player in [&bob, &cleo] {
        join(&ada, &group, player).await;
    }
    let body = moving(&group, &[&bob, &cleo], "members", "officers");
    done(&ada.call("ChangeMemberRole", body).await);
    for player in [&bob, &cleo] {
        assert_eq!(player.roles_in(&group).await, ["officers"]);
    }
    done(&ada.call("ChangeMemberRole", moving(&group, &[&bob], "officers", "admins")).await);
    let body = moving(&group, &[&ada], "admins", "members");
    done(&ada.call("ChangeMemberRole", body.clone()).await);
    ada.call("ChangeMemberRole", body).await.failed("NotAuthorized", 1089);
    assert_eq!(bob.roles_in(&group).await, ["admins"]);
    assert_eq!(ada.roles_in(&group).await, ["members"]);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 3);
}

#[tokio::test]
async fn all_are_moved_or_none() {
    let world = World::new().await;
    let [ada, bob, cleo, dora] = world.entities(["ada", "bob", "cleo", "dora"]).await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    for player in [&bob, &cleo] {
        join(&ada, &group, player).await;
    }
    done(&ada.call("ChangeMemberRole", moving(&group, &[&cleo], "members", "officers")).await);
    // Cleo is no plain member, Dora none at all.
    for other in [&cleo, &dora] {
        let body = moving(&group, &[&bob, other], "members", "officers");
        invalid(&ada.call("ChangeMemberRole", body).await, "Members");
    }
    for (from, to) in [("members", "elders"), ("elders", "members")] {
        let reply = ada.call("ChangeMemberRole", moving(&group, &[&bob], from, to)).await;
        reply.failed("RoleDoesNotExist", 1358);
    }
    let mut nowhere = members(&group, &[&bob]);
    nowhere["DestinationRoleId"] = "officers".into();
    invalid(&ada.call("ChangeMemberRole", nowhere).await, "OriginRoleId");
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    assert_eq!(cleo.roles_in(&group).await, ["officers"]);
}

#[tokio::test]
async fn without_a_destination_members_are_taken_out_of_the_role() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    join(&ada, &group, &bob).await;
    done(&ada.call("AddMembers", members_in(&group, &[&bob], "officers")).await);
    let mut body = members(&group, &[&bob]);
    body["OriginRoleId"] = "members".into();
    done(&ada.call("ChangeMemberRole", body).await);
    assert_eq!(bob.roles_in(&group).await, ["officers"]);
}

#[tokio::test]
async fn the_last_admin_cannot_be_moved_but_by_the_title() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    let body = moving(&group, &[&ada], "admins", "members");
    let reply = ada.call("ChangeMemberRole", body.clone()).await;
    reply.failed("RoleIsGroupAdmin", 1366);
    assert_eq!(ada.roles_in(&group).await, ["admins"]);
    done(&title.call("ChangeMemberRole", body).await);
    assert_eq!(ada.roles_in(&group).await, ["members"]);
    let rename = json!({ "Group": group, "GroupName": "Foxes" });
    ada.call("UpdateGroup", rename).await.failed("NotAuthorized", 1089);
}

#[tokio::test]
async fn members_are_listed_by_role_the_longest_standing_first() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    // Before the others by name, and yet after admins and members.
    create_role(&ada, &group, "aces").await;
    let name = json!({ "Group": group, "RoleId": "aces", "RoleName": "The aces" });
    ada.call("UpdateRole", name).await.data();
    for player in [&cleo, &bob] {
        world.advance(SignedDuration::from_secs(1));
        join(&ada, &group, player).await;
    }
    done(&ada.call("AddMembers", members_in(&group, &[&cleo], "admins")).await);
    let listed = cleo.call("ListGroupMembers", json!({ "Group": group })).await.data();
    let with_name = |id: &str, name: &str, players: &[&Entity<'_>]| {
        let players: Vec<_> = players.iter().map(|player| with_lineage(player)).collect();
        json!({ "RoleId": id, "RoleName": name, "Members": players })
    };
    let expected = [
        with_name("admins", "Administrators", &[&ada, &cleo]),
        with_name("members", "Members", &[&cleo, &bob]),
        with_name("aces", "The aces", &[]),
    ];
    assert_eq!(listed, json!({ "Members": expected }));
}

#[tokio::test]
async fn the_member_list_is_for_members_and_the_title() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    apply(&bob, &group).await;
    let reply = bob.call("ListGroupMembers", json!({ "Group": group })).await;
    reply.failed("NotAuthorized", 1089);
    assert_eq!(roster(&title, &group).await, roster(&ada, &group).await);
    let reply = ada.call("ListGroupMembers", json!({ "Group": group_key(1) })).await;
    reply.failed("ProfileDoesNotExist", 1298);
}

#[tokio::test]
async fn memberships_are_listed_with_the_roles_that_one_has() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    assert_eq!(bob.call("ListMembership", json!({})).await.data(), json!({ "Groups": [] }));
    let wolves = ada.create_group("Wolves").await;
    create_role(&ada, &wolves, "officers").await;
    join(&ada, &wolves, &bob).await;
    world.advance(SignedDuration::from_secs(1));
    let foxes = bob.create_group("Foxes").await;
    let expected = json!({ "Groups": [
        {
            "Group": wolves, "GroupName": "Wolves", "ProfileVersion": 1,
            "Roles": [{ "RoleId": "members", "RoleName": "Members" }],
        },
        {
            "Group": foxes, "GroupName": "Foxes", "ProfileVersion": 0,
            "Roles": [{ "RoleId": "admins", "RoleName": "Administrators" }],
        },
    ] });
    assert_eq!(bob.call("ListMembership", json!({})).await.data(), expected);
    let of_bob = json!({ "Entity": bob.key });
    assert_eq!(title.call("ListMembership", of_bob.clone()).await.data(), expected);
    // Others see what they are in too.
    let seen = ada.call("ListMembership", of_bob).await.data();
    assert_eq!(seen, json!({ "Groups": [expected["Groups"][0]] }));
}

#[tokio::test]
async fn a_deleted_group_is_nobodys_membership() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    done(&ada.call("DeleteGroup", json!({ "Group": group })).await);
    assert_eq!(ada.call("ListMembership", json!({})).await.data(), json!({ "Groups": [] }));
}

#[tokio::test]
async fn a_list_that_no_request_could_change_is_refused_before_anything_of_it_is_read() {
    let world = World::new().await;
    let [ada, eve] = world.entities(["ada", "eve"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let list = |count: u32| {
        let members: Value = (1..=count).map(player_key).collect();
        let (from, to) = ("members", "admins");
        json!({ "Group": group, "Members": members, "OriginRoleId": from, "DestinationRoleId": to })
    };
    for operation in ["AddMembers", "RemoveMembers", "ChangeMemberRole"] {
        for caller in [&eve, &ada, &title] {
            let before = world.faults.calls("BatchGetItem").len();
            let reply = caller.call(operation, list(100)).await;
            let refused = reply.failed("InvalidParams", 1000);
            assert_eq!(
                detail(&refused, "Members"),
                "The Members field must name at most 99 entities."
            );
            let read = world.faults.calls("BatchGetItem").split_off(before).concat();
            assert!(!read.contains("GROUP#"), "{operation}: {read}");
        }
    }
    title.call("AddMembers", list(99)).await.failed("ProfileDoesNotExist", 1298);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 1);
}
