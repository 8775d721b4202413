//! ApplyToGroup, to the letter of its page.

use jiff::SignedDuration;
use serde_json::json;
use tests::{World, group_key};

use super::{
    FRACTION, MILLISECOND, WEEK, about, applications, apply, create_role, detail, done, invalid,
    invitations, invite, join, roster, set_size, with_lineage,
};

#[tokio::test]
async fn an_application_names_who_applies_and_where_and_when_that_expires() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let application = apply(&bob, &group).await;
    let expected = json!({
        "Entity": with_lineage(&bob), "Expires": "2026-01-09T03:04:05.000Z", "Group": group,
    });
    assert_eq!(application, expected);
    assert_eq!(applications(&ada, &group).await, [expected]);
    assert!(bob.roles_in(&group).await.is_empty(), "who applies is not a member yet");
}

#[tokio::test]
async fn applying_again_returns_the_same_application_and_does_not_move_its_expiry() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let first = apply(&bob, &group).await;
    world.advance(SignedDuration::from_hours(5));
    assert_eq!(apply(&bob, &group).await, first);
    assert_eq!(applications(&ada, &group).await, [first]);
}

#[tokio::test]
async fn an_application_is_there_until_the_second_in_which_it_expires() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let first = apply(&bob, &group).await;
    world.advance(WEEK - FRACTION - MILLISECOND);
    // Tokens do not live as long, so everybody logs in again.
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    assert_eq!(apply(&bob, &group).await, first);
    assert_eq!(applications(&ada, &group).await, [first]);

    world.advance(MILLISECOND);
    assert!(applications(&ada, &group).await.is_empty());
    let awaiting = bob.call("ListMembershipOpportunities", json!({})).await.data();
    assert_eq!(awaiting, json!({ "Applications": [], "Invitations": [] }));
    for operation in ["AcceptGroupApplication", "RemoveGroupApplication"] {
        let reply = ada.call(operation, about(&group, &bob)).await;
        reply.failed("GroupApplicationNotFound", 1362);
    }
    assert!(bob.roles_in(&group).await.is_empty());
}

#[tokio::test]
async fn an_application_over_an_expired_one_is_a_new_one() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    apply(&bob, &group).await;
    world.advance(WEEK);
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let second = apply(&bob, &group).await;
    assert_eq!(second["Expires"], "2026-01-16T03:04:05.000Z");
    assert_eq!(applications(&ada, &group).await, [second]);
    done(&ada.call("AcceptGroupApplication", about(&group, &bob)).await);
}

#[tokio::test]
async fn an_expired_application_is_not_accepted_by_an_invitation() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    apply(&bob, &group).await;
    world.advance(WEEK);
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    invite(&ada, &group, &bob).await;
    assert!(bob.roles_in(&group).await.is_empty());
}

#[tokio::test]
async fn an_outstanding_invitation_is_accepted_instead() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    let mut invitation = about(&group, &bob);
    invitation["RoleId"] = "officers".into();
    ada.call("InviteToGroup", invitation).await.data();

    let reply = bob.call("ApplyToGroup", json!({ "Group": group })).await;
    let envelope = reply.failed("OutstandingInvitationAcceptedInstead", 1363);
    assert_eq!((&envelope["code"], &envelope["status"]), (&400.into(), &"BadRequest".into()));
    assert!(envelope["data"].is_null());
    assert_eq!(bob.roles_in(&group).await, ["officers"], "the invitation's role");
    assert!(applications(&ada, &group).await.is_empty());
    assert!(invitations(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn saying_that_by_default_is_the_same() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    for (player, wish) in [(&bob, json!(true)), (&cleo, json!(null))] {
        invite(&ada, &group, player).await;
        let body = json!({ "Group": group, "AutoAcceptOutstandingInvite": wish });
        let reply = player.call("ApplyToGroup", body).await;
        reply.failed("OutstandingInvitationAcceptedInstead", 1363);
        assert_eq!(player.roles_in(&group).await, ["members"]);
    }
}

#[tokio::test]
async fn an_application_lies_beside_the_invitation_where_it_is_not_to_be_accepted() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let invitation = invite(&ada, &group, &bob).await;
    let body = json!({ "Group": group, "AutoAcceptOutstandingInvite": false });
    let application = bob.call("ApplyToGroup", body).await.data();
    assert_eq!(application["Entity"]["Key"], bob.key);
    assert!(bob.roles_in(&group).await.is_empty());
    assert_eq!(applications(&ada, &group).await, [application]);
    assert_eq!(invitations(&ada, &group).await, [invitation]);

    // Either settles both, so nothing is left to be cleaned up.
    done(&bob.call("AcceptGroupInvitation", json!({ "Group": group })).await);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    assert!(applications(&ada, &group).await.is_empty());
    assert!(invitations(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn who_applied_beside_an_invitation_may_still_have_it_accepted_instead() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    invite(&ada, &group, &bob).await;
    let body = json!({ "Group": group, "AutoAcceptOutstandingInvite": false });
    bob.call("ApplyToGroup", body).await.data();
    let reply = bob.call("ApplyToGroup", json!({ "Group": group })).await;
    reply.failed("OutstandingInvitationAcceptedInstead", 1363);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    assert!(applications(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn an_expired_invitation_is_not_accepted_instead() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    invite(&ada, &group, &bob).await;
    world.advance(WEEK - FRACTION);
    let bob = world.entity("bob").await;
    apply(&bob, &group).await;
    assert!(bob.roles_in(&group).await.is_empty());
}

#[tokio::test]
async fn an_invitation_into_a_role_that_is_gone_cannot_be_accepted_instead() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    let mut invitation = about(&group, &bob);
    invitation["RoleId"] = "officers".into();
    ada.call("InviteToGroup", invitation).await.data();
    done(&ada.call("DeleteRole", json!({ "Group": group, "RoleId": "officers" })).await);
    let reply = bob.call("ApplyToGroup", json!({ "Group": group })).await;
    reply.failed("RoleDoesNotExist", 1358);
    assert!(bob.roles_in(&group).await.is_empty());
    assert!(applications(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn who_is_blocked_cannot_apply_and_an_invitation_does_not_help() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let invitation = invite(&ada, &group, &bob).await;
    done(&ada.call("BlockEntity", about(&group, &bob)).await);
    for auto_accept in [true, false] {
        let body = json!({ "Group": group, "AutoAcceptOutstandingInvite": auto_accept });
        bob.call("ApplyToGroup", body).await.failed("EntityBlockedByGroup", 1357);
    }
    assert!(bob.roles_in(&group).await.is_empty());
    assert!(applications(&ada, &group).await.is_empty());
    assert_eq!(invitations(&ada, &group).await, [invitation]);
}

#[tokio::test]
async fn a_member_cannot_apply() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    for player in [&ada, &bob] {
        let reply = player.call("ApplyToGroup", json!({ "Group": group })).await;
        reply.failed("EntityIsAlreadyMember", 1359);
    }
    assert!(applications(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn there_must_be_such_a_group() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let deleted = ada.create_group("Wolves").await;
    done(&ada.call("DeleteGroup", json!({ "Group": deleted })).await);
    let text = json!({ "Id": "Wolves", "Type": "group" });
    for unknown in [group_key(1), deleted, text] {
        let reply = bob.call("ApplyToGroup", json!({ "Group": unknown })).await;
        reply.failed("ProfileDoesNotExist", 1298);
    }
    invalid(&bob.call("ApplyToGroup", json!({ "Group": bob.key })).await, "Group");
    let absent = bob.call("ApplyToGroup", json!({})).await.failed("InvalidParams", 1000);
    assert_eq!(detail(&absent, "Group"), "The Group field is required.");
}

#[tokio::test]
async fn one_applies_for_oneself_and_the_title_for_its_players() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    bob.call("ApplyToGroup", about(&group, &bob)).await.data();
    let reply = bob.call("ApplyToGroup", about(&group, &cleo)).await;
    assert_eq!(reply.failed("NotAuthorized", 1089)["code"], 403);
    let application = title.call("ApplyToGroup", about(&group, &cleo)).await.data();
    assert_eq!(application["Entity"], with_lineage(&cleo));
    assert_eq!(applications(&ada, &group).await.len(), 2);

    // The title itself joins nothing.
    let reply = title.call("ApplyToGroup", json!({ "Group": group })).await;
    reply.failed("InvalidEntityType", 1373);
    invalid(&title.call("ApplyToGroup", about(&group, &title)).await, "Entity");
    let stranger = json!({ "Id": "0000000000000001", "Type": "title_player_account" });
    let body = json!({ "Group": group, "Entity": stranger });
    title.call("ApplyToGroup", body).await.failed("ProfileDoesNotExist", 1298);
    assert_eq!(applications(&ada, &group).await.len(), 2);
}

#[tokio::test]
async fn an_open_group_is_a_standing_invitation_to_everybody() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let id = ada.player.create_group("Open", json!({ "can_auto_join": true })).await;
    let group = group_key(id);
    let reply = bob.call("ApplyToGroup", json!({ "Group": group })).await;
    reply.failed("OutstandingInvitationAcceptedInstead", 1363);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    assert!(applications(&ada, &group).await.is_empty());
    assert_eq!(world.assert_group_is_sound(id).await, 2);
}

#[tokio::test]
async fn an_open_group_takes_an_application_where_nothing_is_to_be_accepted_instead() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = group_key(ada.player.create_group("Open", json!({ "can_auto_join": true })).await);
    let body = json!({ "Group": group, "AutoAcceptOutstandingInvite": false });
    let application = bob.call("ApplyToGroup", body).await.data();
    assert!(bob.roles_in(&group).await.is_empty());
    assert_eq!(applications(&ada, &group).await, [application]);
    done(&ada.call("AcceptGroupApplication", about(&group, &bob)).await);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
}

#[tokio::test]
async fn an_invite_only_group_takes_no_applications_not_even_of_the_title() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let settings = json!({ "can_auto_join": true, "is_invite_only": true });
    let group = group_key(ada.player.create_group("Closed", settings).await);
    invite(&ada, &group, &cleo).await;
    let apart = json!({ "Group": group, "AutoAcceptOutstandingInvite": false });
    for (who, body) in [
        (&bob, json!({ "Group": group })),
        (&bob, apart.clone()),
        (&cleo, apart),
        (&title, json!({ "Group": group, "Entity": bob.key })),
    ] {
        let refused = who.call("ApplyToGroup", body.clone()).await.failed("NotAuthorized", 1089);
        assert!(refused["errorMessage"].as_str().unwrap().contains("invite only"), "{body}");
        assert!(applications(&ada, &group).await.is_empty(), "{body}");
    }
    let reply = cleo.call("ApplyToGroup", json!({ "Group": group })).await;
    reply.failed("OutstandingInvitationAcceptedInstead", 1363);
    assert_eq!(cleo.roles_in(&group).await, ["members"]);
}

#[tokio::test]
async fn an_application_from_before_a_group_was_invite_only_stays_and_may_be_accepted() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let application = apply(&bob, &group).await;
    let path = format!("/api/v3/groups/{}", tests::gamefuse_id(&group));
    ada.player.put(&path, json!({ "is_invite_only": true })).await.ok();
    assert_eq!(apply(&bob, &group).await, application, "the same one, as ever");
    done(&ada.call("AcceptGroupApplication", about(&group, &bob)).await);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
}

#[tokio::test]
async fn a_full_group_takes_applications_but_nobody_joins() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    invite(&ada, &group, &cleo).await;
    set_size(&ada, &group, 1).await;
    apply(&bob, &group).await;

    let reply = cleo.call("ApplyToGroup", json!({ "Group": group })).await;
    assert_eq!(detail(&reply.failed("OverLimit", 1214), "GroupMemberCount"), "The group is full");
    assert_eq!(invitations(&ada, &group).await.len(), 1, "the invitation awaits a seat");
    assert_eq!(roster(&ada, &group).await[0].1, std::slice::from_ref(&ada.key));

    set_size(&ada, &group, 2).await;
    let reply = cleo.call("ApplyToGroup", json!({ "Group": group })).await;
    reply.failed("OutstandingInvitationAcceptedInstead", 1363);
    assert_eq!(world.assert_group_is_sound(tests::gamefuse_id(&group)).await, 2);
}
