//! Membership through both dialects: asked for in one, answered in the other, and seen alike from both.

use jiff::SignedDuration;
use serde_json::json;
use tests::{World, gamefuse_id, group_key};

use crate::{about, call, expel, holders, ids, ids_of, own, pending, set_of, sound, update, users};

#[tokio::test]
async fn a_group_made_in_playfab_is_applied_to_in_gamefuse_and_accepted_in_playfab() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let id = gamefuse_id(&group);
    let seen = bob.player.group(id).await;
    assert_eq!((&seen["name"], &seen["member_count"]), (&json!("Wolves"), &json!(1)));
    assert_eq!((ids(&seen["members"]), ids(&seen["admins"])), (ids_of(&[&ada]), ids_of(&[&ada])));
    assert_eq!(ids(&bob.player.get("/api/v3/groups").await.ok()["groups"]), [id]);

    let application = bob.player.apply(id).await;
    let listed = call(&ada, "ListGroupApplications", &group, json!({})).await.data();
    assert_eq!(listed["Applications"][0]["Entity"]["Key"], bob.key);
    assert_eq!(listed["Applications"][0]["Group"], group);
    let offers = bob.call("ListMembershipOpportunities", json!({})).await.data();
    assert_eq!(offers["Applications"], listed["Applications"]);

    about(&ada, "AcceptGroupApplication", &group, &bob).await.data();
    let seen = bob.player.group(id).await;
    assert_eq!(ids(&seen["members"]), ids_of(&[&ada, &bob]));
    assert_eq!(ids(&seen["admins"]), ids_of(&[&ada]));
    assert_eq!(ids(&own(&bob.player).await["groups"]), [id]);
    // What was answered in one dialect is settled in the other.
    ada.player.answer(application, "declined").await.refused(404, "ConnectionNotFound");
    assert_eq!(sound(&world, &group).await, 2);
}

#[tokio::test]
async fn a_group_made_in_gamefuse_is_applied_to_in_playfab_and_accepted_in_gamefuse() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let group = group_key(ada.player.create_group("Wolves", json!({})).await);
    let fresh = call(&bob, "GetGroup", &group, json!({})).await.data();
    assert_eq!(
        (&fresh["AdminRoleId"], &fresh["MemberRoleId"]),
        (&json!("admins"), &json!("members"))
    );
    assert_eq!((&fresh["GroupName"], &fresh["ProfileVersion"]), (&json!("Wolves"), &json!(0)));

    let mut requests = Vec::new();
    for applicant in [&bob, &cy] {
        let applied = call(applicant, "ApplyToGroup", &group, json!({})).await.data();
        assert_eq!(applied["Entity"]["Key"], applicant.key);
        let seen = ada.player.group(gamefuse_id(&group)).await["join_requests"].clone();
        let seen = seen.as_array().unwrap();
        let request = seen.iter().find(|seen| seen["user"]["id"] == applicant.player.id).unwrap();
        assert_eq!(own(&applicant.player).await["group_join_requests"][0]["id"], request["id"]);
        requests.push(request["id"].as_u64().unwrap());
    }
    ada.player.answer(requests[0], "accepted").await.ok();
    ada.player.answer(requests[1], "declined").await.ok();
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    assert_eq!(holders(&bob, &group).await["members"], set_of(&[&bob]));
    about(&ada, "RemoveGroupApplication", &group, &cy)
        .await
        .failed("GroupApplicationNotFound", 1362);
    assert_eq!(sound(&world, &group).await, 2);
}

#[tokio::test]
async fn an_application_taken_back_in_one_dialect_is_gone_in_the_other() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let id = bob.player.apply(gamefuse_id(&group)).await;
    about(&bob, "RemoveGroupApplication", &group, &bob).await.data();
    ada.player.answer(id, "accepted").await.refused(404, "ConnectionNotFound");
    call(&bob, "ApplyToGroup", &group, json!({})).await.data();
    let id = own(&bob.player).await["group_join_requests"][0]["id"].as_u64().unwrap();
    bob.player.cancel(id).await.ok();
    about(&ada, "AcceptGroupApplication", &group, &bob)
        .await
        .failed("GroupApplicationNotFound", 1362);
    assert_eq!((sound(&world, &group).await, pending(&world, &group).await), (1, [0, 0]));
}

#[tokio::test]
async fn an_invitation_made_in_gamefuse_is_listed_and_accepted_in_playfab() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let group = group_key(ada.player.create_group("Wolves", json!({})).await);
    for invited in [&bob, &cy] {
        ada.player.invite(gamefuse_id(&group), &invited.player).await.ok();
        let offers = invited.call("ListMembershipOpportunities", json!({})).await.data();
        let offer = &offers["Invitations"][0];
        assert_eq!((&offer["Group"], &offer["RoleId"]), (&group, &json!("members")));
        assert_eq!(offer["InvitedByEntity"]["Key"], ada.key);
        assert_eq!(offer["InvitedEntity"]["Key"], invited.key);
    }
    let listed = call(&ada, "ListGroupInvitations", &group, json!({})).await.data();
    assert_eq!(listed["Invitations"].as_array().unwrap().len(), 2);
    call(&bob, "AcceptGroupInvitation", &group, json!({})).await.data();
    about(&cy, "RemoveGroupInvitation", &group, &cy).await.data();
    let seen = ada.player.group(gamefuse_id(&group)).await;
    assert_eq!((ids(&seen["members"]), ids(&seen["invites"])), (ids_of(&[&ada, &bob]), vec![]));
    assert_eq!(sound(&world, &group).await, 2);
}

#[tokio::test]
async fn an_invitation_made_in_playfab_is_listed_and_answered_in_gamefuse_and_gives_its_role() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.entities(["ada", "bob", "cy", "dot"]).await;
    let group = ada.create_group("Wolves").await;
    let mut invites = Vec::new();
    for (invited, role) in [(&bob, "admins"), (&cy, "members"), (&dot, "members")] {
        let wanted = json!({ "Entity": invited.key, "RoleId": role });
        let made = call(&ada, "InviteToGroup", &group, wanted).await.data();
        assert_eq!(made["RoleId"], role);
        let seen = own(&invited.player).await["group_invites"][0].clone();
        assert_eq!(seen["group"]["id"], gamefuse_id(&group));
        assert_eq!(seen["inviter"]["id"], ada.player.id);
        invites.push(seen["id"].as_u64().unwrap());
    }
    // A GameFuse invitation beside the one that is there is refused, a PlayFab one is the one that is there.
    ada.player.invite(gamefuse_id(&group), &bob.player).await.refused(422, "AlreadyInvited");
    assert_eq!(about(&ada, "InviteToGroup", &group, &bob).await.data()["RoleId"], "admins");
    bob.player.answer(invites[0], "accepted").await.ok();
    cy.player.answer(invites[1], "declined").await.ok();
    ada.player.cancel(invites[2]).await.ok();
    let seen = bob.player.group(gamefuse_id(&group)).await;
    assert_eq!(ids(&seen["admins"]), ids_of(&[&ada, &bob]));
    for gone in [&cy, &dot] {
        call(gone, "AcceptGroupInvitation", &group, json!({}))
            .await
            .failed("GroupInvitationNotFound", 1361);
    }
    assert_eq!(sound(&world, &group).await, 2);
}

#[tokio::test]
async fn who_is_blocked_in_one_dialect_is_blocked_in_the_other_until_either_unblocks() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let id = gamefuse_id(&group);
    update(&ada.player, &group, json!({ "can_auto_join": true })).await.ok();
    bob.player.join(id).await.ok();

    ada.player.remove(id, &bob.player).await.ok();
    let listed = call(&ada, "ListGroupBlocks", &group, json!({})).await.data();
    assert_eq!(listed["BlockedEntities"][0]["Entity"]["Key"], bob.key);
    call(&bob, "ApplyToGroup", &group, json!({})).await.failed("EntityBlockedByGroup", 1357);
    about(&ada, "InviteToGroup", &group, &bob).await.failed("EntityBlockedByGroup", 1357);
    about(&ada, "UnblockEntity", &group, &bob).await.data();
    bob.player.join(id).await.ok();

    // PlayFab's removal blocks nobody, its blocking does.
    expel(&ada, &group, &bob).await.data();
    bob.player.join(id).await.ok();
    bob.player.leave(id).await.ok();
    about(&ada, "BlockEntity", &group, &bob).await.data();
    let blocks = format!("/api/v3/groups/{id}/blocks");
    assert_eq!(users(&ada.player.get(&blocks).await.ok()["blocks"]), ids_of(&[&bob]));
    bob.player.join(id).await.refused(422, "Blocked");
    ada.player.delete(&format!("{blocks}/{}", bob.player.id)).await.ok();
    bob.player.join(id).await.ok();
    assert_eq!(sound(&world, &group).await, 2);
}

#[tokio::test]
async fn what_is_full_is_full_for_both_and_what_expires_expires_for_both() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves").await;
    let id = gamefuse_id(&group);
    update(&ada.player, &group, json!({ "max_group_size": 2 })).await.ok();
    let [first, second] = [bob.player.apply(id).await, cy.player.apply(id).await];
    ada.player.answer(first, "accepted").await.ok();
    about(&ada, "AcceptGroupApplication", &group, &cy).await.failed("OverLimit", 1214);
    ada.player.answer(second, "accepted").await.refused(422, "GroupFull");
    expel(&ada, &group, &bob).await.data();
    about(&ada, "InviteToGroup", &group, &bob).await.data();

    world.advance(SignedDuration::from_hours(7 * 24));
    // The players' tokens have expired as well.
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    ada.player.answer(second, "accepted").await.refused(404, "ConnectionNotFound");
    about(&ada, "AcceptGroupApplication", &group, &cy)
        .await
        .failed("GroupApplicationNotFound", 1362);
    call(&bob, "AcceptGroupInvitation", &group, json!({}))
        .await
        .failed("GroupInvitationNotFound", 1361);
    let seen = ada.player.group(id).await;
    assert_eq!((ids(&seen["join_requests"]), ids(&seen["invites"])), (vec![], vec![]));
    let listed = call(&ada, "ListGroupApplications", &group, json!({})).await.data();
    assert_eq!(listed["Applications"], json!([]));
    let listed = call(&ada, "ListGroupInvitations", &group, json!({})).await.data();
    assert_eq!(listed["Invitations"], json!([]));
    for user in [&bob, &cy] {
        let offers = user.call("ListMembershipOpportunities", json!({})).await.data();
        assert_eq!(offers, json!({ "Applications": [], "Invitations": [] }));
        assert_eq!(own(&user.player).await["group_join_requests"], json!([]));
    }
    call(&cy, "ApplyToGroup", &group, json!({})).await.data();
    assert_eq!(users(&ada.player.group(id).await["join_requests"]), ids_of(&[&cy]));
    assert_eq!(sound(&world, &group).await, 1);
}
