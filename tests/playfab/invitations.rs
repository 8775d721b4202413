//! Invitations: InviteToGroup and the answers to it.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Entity, World, gamefuse_id, group_key};

use super::{
    FRACTION, MILLISECOND, WEEK, about, applications, apply, create_role, detail, done, invalid,
    invitations, invite, join, set_size, with_lineage,
};

/// Invites into a role.
fn into_role(group: &Value, player: &Entity<'_>, role: &str) -> Value {
    let mut body = about(group, player);
    body["RoleId"] = role.into();
    body
}

#[tokio::test]
async fn an_invitation_names_who_is_invited_by_whom_into_which_role() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let invitation = invite(&ada, &group, &bob).await;
    let expected = json!({
        "Expires": "2026-01-09T03:04:05.000Z",
        "Group": group,
        "InvitedByEntity": with_lineage(&ada),
        "InvitedEntity": with_lineage(&bob),
        "RoleId": "members",
    });
    assert_eq!(invitation, expected);
    assert_eq!(invitations(&ada, &group).await, [expected]);
    assert!(bob.roles_in(&group).await.is_empty(), "who is invited is not a member yet");
}

#[tokio::test]
async fn the_title_invites_in_its_own_name() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let invitation = invite(&title, &group, &bob).await;
    assert_eq!(invitation["InvitedByEntity"], json!({ "Key": title.key, "Lineage": {} }));
    assert_eq!(title.key["Type"], "title");
    let seen = bob.call("ListMembershipOpportunities", json!({})).await.data();
    assert_eq!(seen["Invitations"], json!([invitation]));
}

#[tokio::test]
async fn accepting_gives_the_role_that_the_invitation_names() {
    let world = World::new().await;
    let [ada, bob, cleo, dora] = world.entities(["ada", "bob", "cleo", "dora"]).await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    for (player, role) in [(&bob, "officers"), (&cleo, "admins"), (&dora, "members")] {
        let invitation = ada.call("InviteToGroup", into_role(&group, player, role)).await.data();
        assert_eq!(invitation["RoleId"], role);
        done(&player.call("AcceptGroupInvitation", json!({ "Group": group })).await);
        assert_eq!(player.roles_in(&group).await, [role]);
    }
    assert!(invitations(&ada, &group).await.is_empty());
    // Whoever was invited as an admin is one.
    let updated = json!({ "Group": group, "GroupName": "Foxes" });
    cleo.call("UpdateGroup", updated.clone()).await.data();
    bob.call("UpdateGroup", updated).await.failed("NotAuthorized", 1089);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 4);
}

#[tokio::test]
async fn a_role_that_is_not_there_cannot_be_invited_into() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let reply = ada.call("InviteToGroup", into_role(&group, &bob, "officers")).await;
    reply.failed("RoleDoesNotExist", 1358);
    for role in ["two words", &"x".repeat(65)] {
        invalid(&ada.call("InviteToGroup", into_role(&group, &bob, role)).await, "RoleId");
    }
    assert!(invitations(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn an_invitation_into_a_role_that_is_gone_waits_until_it_is_back() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    let invited = ada.call("InviteToGroup", into_role(&group, &bob, "officers")).await.data();
    done(&ada.call("DeleteRole", json!({ "Group": group, "RoleId": "officers" })).await);
    let reply = bob.call("AcceptGroupInvitation", json!({ "Group": group })).await;
    reply.failed("RoleDoesNotExist", 1358);
    assert!(bob.roles_in(&group).await.is_empty());
    assert_eq!(invitations(&ada, &group).await, [invited]);
    create_role(&ada, &group, "officers").await;
    done(&bob.call("AcceptGroupInvitation", json!({ "Group": group })).await);
    assert_eq!(bob.roles_in(&group).await, ["officers"]);
}

#[tokio::test]
async fn an_invitation_without_a_role_gives_the_member_role_of_the_moment() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "recruits").await;
    invite(&ada, &group, &bob).await;
    let update = json!({ "Group": group, "MemberRoleId": "recruits" });
    title.call("UpdateGroup", update).await.data();
    assert_eq!(invitations(&ada, &group).await[0]["RoleId"], "recruits");
    assert_eq!(invite(&ada, &group, &bob).await["RoleId"], "recruits");
    done(&bob.call("AcceptGroupInvitation", json!({ "Group": group })).await);
    assert_eq!(bob.roles_in(&group).await, ["recruits"]);
}

#[tokio::test]
async fn inviting_twice_returns_the_same_invitation() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    let first = invite(&ada, &group, &bob).await;
    world.advance(SignedDuration::from_hours(5));
    assert_eq!(invite(&ada, &group, &bob).await, first);
    assert_eq!(invite(&title, &group, &bob).await, first, "whoever invites");
    let again = ada.call("InviteToGroup", into_role(&group, &bob, "officers")).await.data();
    assert_eq!(again, first, "whatever the role");
    assert_eq!(invitations(&ada, &group).await, [first]);
}

#[tokio::test]
async fn an_outstanding_application_is_accepted_instead() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    for (player, wish) in [(&bob, json!(true)), (&cleo, json!(null))] {
        apply(player, &group).await;
        let mut body = about(&group, player);
        body["AutoAcceptOutstandingApplication"] = wish;
        let reply = ada.call("InviteToGroup", body).await;
        reply.failed("OutstandingApplicationAcceptedInstead", 1364);
        assert_eq!(player.roles_in(&group).await, ["members"]);
    }
    assert!(applications(&ada, &group).await.is_empty());
    assert!(invitations(&ada, &group).await.is_empty());
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 3);
}

#[tokio::test]
async fn an_invitation_lies_beside_the_application_where_it_is_not_to_be_accepted() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let application = apply(&bob, &group).await;
    let mut body = about(&group, &bob);
    body["AutoAcceptOutstandingApplication"] = false.into();
    let invitation = ada.call("InviteToGroup", body).await.data();
    assert!(bob.roles_in(&group).await.is_empty());
    assert_eq!(applications(&ada, &group).await, [application]);
    assert_eq!(invitations(&ada, &group).await, [invitation]);
}

#[tokio::test]
async fn a_full_group_invites_and_lets_nobody_in() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    apply(&cleo, &group).await;
    set_size(&ada, &group, 1).await;
    let invitation = invite(&ada, &group, &bob).await;
    for reply in [
        bob.call("AcceptGroupInvitation", json!({ "Group": group })).await,
        ada.call("InviteToGroup", about(&group, &cleo)).await,
    ] {
        let envelope = reply.failed("OverLimit", 1214);
        assert_eq!(detail(&envelope, "GroupMemberCount"), "The group is full");
    }
    assert_eq!(invitations(&ada, &group).await, [invitation]);
    assert_eq!(applications(&ada, &group).await.len(), 1);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 1);
}

#[tokio::test]
async fn members_blocked_and_unknown_players_cannot_be_invited() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    done(&ada.call("BlockEntity", about(&group, &cleo)).await);
    let unknown = json!({ "Id": "0000000000000001", "Type": "title_player_account" });
    for caller in [&ada, &title] {
        let reply = caller.call("InviteToGroup", about(&group, &bob)).await;
        reply.failed("EntityIsAlreadyMember", 1359);
        let reply = caller.call("InviteToGroup", about(&group, &cleo)).await;
        reply.failed("EntityBlockedByGroup", 1357);
        let body = json!({ "Group": group, "Entity": unknown });
        caller.call("InviteToGroup", body).await.failed("ProfileDoesNotExist", 1298);
        let reply = caller.call("InviteToGroup", about(&group_key(1), &cleo)).await;
        reply.failed("ProfileDoesNotExist", 1298);
        invalid(&caller.call("InviteToGroup", about(&group, &title)).await, "Entity");
    }
    assert!(invitations(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn an_admin_who_invites_oneself_is_a_member_already() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    let reply = ada.call("InviteToGroup", about(&group, &ada)).await;
    reply.failed("EntityIsAlreadyMember", 1359);
    assert!(invitations(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn only_admins_and_the_title_invite() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    for (caller, invited) in [(&bob, &cleo), (&cleo, &bob)] {
        let reply = caller.call("InviteToGroup", about(&group, invited)).await;
        reply.failed("NotAuthorized", 1089);
    }
    assert!(invitations(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn only_the_invited_player_and_the_title_accept() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    for player in [&bob, &cleo] {
        invite(&ada, &group, player).await;
    }
    for caller in [&ada, &cleo] {
        let reply = caller.call("AcceptGroupInvitation", about(&group, &bob)).await;
        reply.failed("NotAuthorized", 1089);
    }
    assert_eq!(invitations(&ada, &group).await.len(), 2);
    done(&bob.call("AcceptGroupInvitation", about(&group, &bob)).await);
    done(&title.call("AcceptGroupInvitation", about(&group, &cleo)).await);
    for player in [&bob, &cleo] {
        assert_eq!(player.roles_in(&group).await, ["members"]);
        let again = player.call("AcceptGroupInvitation", json!({ "Group": group })).await;
        again.failed("EntityIsAlreadyMember", 1359);
    }
    let reply = title.call("AcceptGroupInvitation", json!({ "Group": group })).await;
    reply.failed("InvalidEntityType", 1373);
}

#[tokio::test]
async fn a_block_is_in_the_way_of_an_invitation_and_does_not_end_it() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let invitation = invite(&ada, &group, &bob).await;
    done(&ada.call("BlockEntity", about(&group, &bob)).await);
    let reply = bob.call("AcceptGroupInvitation", json!({ "Group": group })).await;
    reply.failed("EntityBlockedByGroup", 1357);
    assert_eq!(invitations(&ada, &group).await, [invitation]);
    done(&ada.call("UnblockEntity", about(&group, &bob)).await);
    done(&bob.call("AcceptGroupInvitation", json!({ "Group": group })).await);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
}

#[tokio::test]
async fn an_invitation_is_declined_or_rescinded_once() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &cleo).await;
    for caller in [&bob, &ada, &title] {
        invite(&ada, &group, &bob).await;
        let reply = cleo.call("RemoveGroupInvitation", about(&group, &bob)).await;
        reply.failed("NotAuthorized", 1089);
        assert_eq!(invitations(&ada, &group).await.len(), 1);
        done(&caller.call("RemoveGroupInvitation", about(&group, &bob)).await);
        assert!(invitations(&ada, &group).await.is_empty());
        let again = caller.call("RemoveGroupInvitation", about(&group, &bob)).await;
        again.failed("GroupInvitationNotFound", 1361);
    }
    let reply = bob.call("AcceptGroupInvitation", json!({ "Group": group })).await;
    reply.failed("GroupInvitationNotFound", 1361);
    let reply = bob.call("AcceptGroupInvitation", json!({ "Group": group_key(1) })).await;
    reply.failed("ProfileDoesNotExist", 1298);
}

#[tokio::test]
async fn an_invitation_is_there_until_the_second_in_which_it_expires() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let first = invite(&ada, &group, &bob).await;
    world.advance(WEEK - FRACTION - MILLISECOND);
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    assert_eq!(invitations(&ada, &group).await, std::slice::from_ref(&first));
    assert_eq!(invite(&ada, &group, &bob).await, first);

    world.advance(MILLISECOND);
    assert!(invitations(&ada, &group).await.is_empty());
    let awaiting = bob.call("ListMembershipOpportunities", json!({})).await.data();
    assert_eq!(awaiting, json!({ "Applications": [], "Invitations": [] }));
    for operation in ["AcceptGroupInvitation", "RemoveGroupInvitation"] {
        let reply = bob.call(operation, about(&group, &bob)).await;
        reply.failed("GroupInvitationNotFound", 1361);
    }
    let second = invite(&ada, &group, &bob).await;
    assert_eq!(second["Expires"], "2026-01-16T03:04:05.000Z");
    assert_eq!(invitations(&ada, &group).await, [second]);
}

#[tokio::test]
async fn invitations_are_listed_in_the_order_in_which_they_expire_and_of_one_group_only() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    let other = ada.create_group("Foxes").await;
    assert!(invitations(&ada, &group).await.is_empty());
    let first = invite(&ada, &group, &cleo).await;
    let elsewhere = invite(&ada, &other, &bob).await;
    world.advance(SignedDuration::from_secs(1));
    let second = invite(&ada, &group, &bob).await;
    assert_eq!(invitations(&ada, &group).await, [first, second]);
    assert_eq!(invitations(&ada, &other).await, [elsewhere]);
}
