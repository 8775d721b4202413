//! The answers to applications: AcceptGroupApplication, RemoveGroupApplication and ListGroupApplications.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Entity, World, gamefuse_id, group_key};

use super::{
    about, applications, apply, detail, done, invalid, invitations, invite, join, roster, set_size,
};

#[tokio::test]
async fn an_admin_accepts_an_application_and_it_is_gone() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let application = apply(&bob, &group).await;
    // The keys of the answer are good to go on with.
    let body = json!({ "Group": application["Group"], "Entity": application["Entity"]["Key"] });
    done(&ada.call("AcceptGroupApplication", body.clone()).await);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    assert!(applications(&ada, &group).await.is_empty());
    let again = ada.call("AcceptGroupApplication", body).await;
    again.failed("EntityIsAlreadyMember", 1359);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 2);
}

#[tokio::test]
async fn the_title_accepts_too_and_nobody_else_does() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &cleo).await;
    let application = apply(&bob, &group).await;
    for caller in [&bob, &cleo] {
        let reply = caller.call("AcceptGroupApplication", about(&group, &bob)).await;
        reply.failed("NotAuthorized", 1089);
    }
    assert_eq!(applications(&ada, &group).await, [application]);
    done(&title.call("AcceptGroupApplication", about(&group, &bob)).await);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
}

#[tokio::test]
async fn accepting_settles_the_invitation_beside_the_application() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    invite(&ada, &group, &bob).await;
    let body = json!({ "Group": group, "AutoAcceptOutstandingInvite": false });
    bob.call("ApplyToGroup", body).await.data();
    done(&ada.call("AcceptGroupApplication", about(&group, &bob)).await);
    assert!(invitations(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn who_has_not_applied_cannot_be_accepted_or_removed() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    for operation in ["AcceptGroupApplication", "RemoveGroupApplication"] {
        let reply = ada.call(operation, about(&group, &bob)).await;
        reply.failed("GroupApplicationNotFound", 1362);
        // An invitation is no application.
        invite(&ada, &group, &bob).await;
        let reply = ada.call(operation, about(&group, &bob)).await;
        reply.failed("GroupApplicationNotFound", 1362);
        let reply = ada.call(operation, about(&group_key(1), &bob)).await;
        reply.failed("ProfileDoesNotExist", 1298);
        invalid(&ada.call(operation, json!({ "Group": group })).await, "Entity");
    }
    assert!(bob.roles_in(&group).await.is_empty());
}

#[tokio::test]
async fn a_block_is_in_the_way_of_an_application_and_does_not_end_it() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let application = apply(&bob, &group).await;
    done(&ada.call("BlockEntity", about(&group, &bob)).await);
    for caller in [&ada, &title] {
        let reply = caller.call("AcceptGroupApplication", about(&group, &bob)).await;
        reply.failed("EntityBlockedByGroup", 1357);
    }
    assert_eq!(applications(&ada, &group).await, [application]);
    done(&ada.call("UnblockEntity", about(&group, &bob)).await);
    done(&ada.call("AcceptGroupApplication", about(&group, &bob)).await);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
}

#[tokio::test]
async fn a_full_group_accepts_nobody_and_the_application_waits() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let application = apply(&bob, &group).await;
    set_size(&ada, &group, 1).await;
    for caller in [&ada, &title] {
        let reply = caller.call("AcceptGroupApplication", about(&group, &bob)).await;
        let envelope = reply.failed("OverLimit", 1214);
        assert_eq!(detail(&envelope, "GroupMemberCount"), "The group is full");
    }
    assert_eq!(applications(&ada, &group).await, [application]);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 1);
}

#[tokio::test]
async fn an_application_is_withdrawn_or_rejected_once() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &cleo).await;
    for caller in [&bob, &ada, &title] {
        apply(&bob, &group).await;
        let reply = cleo.call("RemoveGroupApplication", about(&group, &bob)).await;
        reply.failed("NotAuthorized", 1089);
        assert_eq!(applications(&ada, &group).await.len(), 1);
        done(&caller.call("RemoveGroupApplication", about(&group, &bob)).await);
        assert!(applications(&ada, &group).await.is_empty());
        let again = caller.call("RemoveGroupApplication", about(&group, &bob)).await;
        again.failed("GroupApplicationNotFound", 1362);
    }
    assert!(bob.roles_in(&group).await.is_empty());
}

#[tokio::test]
async fn a_removed_application_leaves_the_invitation_beside_it() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let invitation = invite(&ada, &group, &bob).await;
    let body = json!({ "Group": group, "AutoAcceptOutstandingInvite": false });
    bob.call("ApplyToGroup", body).await.data();
    done(&bob.call("RemoveGroupApplication", about(&group, &bob)).await);
    assert_eq!(invitations(&ada, &group).await, [invitation]);
}

#[tokio::test]
async fn applications_are_listed_in_the_order_in_which_they_expire_and_of_one_group_only() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    let other = ada.create_group("Foxes").await;
    assert!(applications(&ada, &group).await.is_empty());
    let second = {
        apply(&bob, &other).await;
        let first = apply(&cleo, &group).await;
        world.advance(SignedDuration::from_secs(1));
        let second = apply(&bob, &group).await;
        assert_eq!(applications(&ada, &group).await, [first, second.clone()]);
        second
    };
    let others = applications(&ada, &other).await;
    assert_eq!(others.len(), 1);
    assert_ne!(others[0], second);
}

#[tokio::test]
async fn what_is_pending_is_the_admins_business() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &cleo).await;
    apply(&bob, &group).await;
    for operation in ["ListGroupApplications", "ListGroupInvitations", "ListGroupBlocks"] {
        for caller in [&bob, &cleo] {
            let reply = caller.call(operation, json!({ "Group": group })).await;
            reply.failed("NotAuthorized", 1089);
        }
        title.call(operation, json!({ "Group": group })).await.data();
        let reply = ada.call(operation, json!({ "Group": group_key(1) })).await;
        reply.failed("ProfileDoesNotExist", 1298);
    }
    assert_eq!(applications(&title, &group).await.len(), 1);
}

#[tokio::test]
async fn an_admin_who_is_no_longer_one_accepts_nobody() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &cleo).await;
    apply(&bob, &group).await;
    let mut moved = super::members(&group, &[&ada]);
    moved["OriginRoleId"] = "admins".into();
    moved["DestinationRoleId"] = "members".into();
    done(&title.call("ChangeMemberRole", moved).await);
    let reply = ada.call("AcceptGroupApplication", about(&group, &bob)).await;
    reply.failed("NotAuthorized", 1089);
    assert!(roster(&title, &group).await[0].1.is_empty(), "nobody is an admin");
}

#[tokio::test]
async fn of_several_errors_the_first_in_their_order_is_told() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    done(&ada.call("BlockEntity", about(&group, &bob)).await);
    set_size(&ada, &group, 2).await;
    // Bob is blocked, a member, has not applied, and the group is full: each call meets one error less.
    let accept = async |caller: &Entity<'_>, group: &Value, player: &Entity<'_>| {
        caller.call("AcceptGroupApplication", about(group, player)).await
    };
    accept(&cleo, &group_key(1), &bob).await.failed("ProfileDoesNotExist", 1298);
    accept(&cleo, &group, &bob).await.failed("NotAuthorized", 1089);
    accept(&ada, &group, &bob).await.failed("EntityBlockedByGroup", 1357);
    done(&ada.call("UnblockEntity", about(&group, &bob)).await);
    accept(&ada, &group, &bob).await.failed("EntityIsAlreadyMember", 1359);
    accept(&ada, &group, &cleo).await.failed("GroupApplicationNotFound", 1362);
    apply(&cleo, &group).await;
    accept(&ada, &group, &cleo).await.failed("OverLimit", 1214);
}
