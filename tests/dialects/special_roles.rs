//! Groups whose special roles the title has changed: GameFuse's admin is whoever holds the group's admin role, whatever its
//! name, and who joins gets the group's member role.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Entity, World, gamefuse_id};

use crate::{
    about, add, call, create_role, expel, group_of, holders, ids, ids_of, pending, set_of, sound,
    update, users,
};

/// Changes which roles are the special ones.
async fn regroup(title: &Entity<'_>, group: &Value, admin: &str, member: &str) {
    let roles = json!({ "AdminRoleId": admin, "MemberRoleId": member });
    let updated = call(title, "UpdateGroup", group, roles).await.data();
    assert_eq!(updated["SetResult"], "Updated");
}

/// A group of Ada and of Bob, an officer, in which officers are the admins and recruits are those who join.
async fn regrouped(title: &Entity<'_>, ada: &Entity<'_>, bob: &Entity<'_>) -> Value {
    let group = ada.create_group("Wolves").await;
    for role in ["officers", "recruits"] {
        create_role(ada, &group, role).await.data();
    }
    add(title, &group, &[bob], "officers").await.data();
    regroup(title, &group, "officers", "recruits").await;
    group
}

#[tokio::test]
async fn a_member_made_admin_in_gamefuse_holds_the_admin_role_besides_the_others() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = group_of(&title, &ada, "Wolves", [&[], &[&bob]]).await;
    ada.player.make_admin(gamefuse_id(&group), &bob.player).await.ok();
    let listed = holders(&ada, &group).await;
    assert_eq!(listed["admins"], set_of(&[&ada, &bob]));
    assert_eq!(listed["members"], set_of(&[&bob]));
    // Taking the role away in PlayFab is what GameFuse sees too.
    crate::shift(&ada, &group, &bob, ["admins", "members"]).await.data();
    let seen = bob.player.group(gamefuse_id(&group)).await;
    assert_eq!(ids(&seen["admins"]), ids_of(&[&ada]));
    bob.player.invite(gamefuse_id(&group), &ada.player).await.refused(403, "NotAuthorized");
    assert_eq!(sound(&world, &group).await, 2);
}

#[tokio::test]
async fn another_admin_role_makes_other_admins_in_both_dialects() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    let group = regrouped(&title, &ada, &bob).await;
    let id = gamefuse_id(&group);
    cy.player.apply(id).await;
    assert_eq!(sound(&world, &group).await, 2);
    let seen = bob.player.group(id).await;
    assert_eq!(ids(&seen["admins"]), ids_of(&[&bob]));
    assert_eq!(users(&seen["join_requests"]), ids_of(&[&cy]));
    // Who holds what was the admin role may do nothing by it.
    assert_eq!(ada.player.group(id).await["join_requests"], json!([]));
    update(&ada.player, &group, json!({ "max_group_size": 9 })).await.refused(403, "NotAuthorized");
    ada.player.make_admin(id, &ada.player).await.refused(403, "NotAuthorized");
    create_role(&ada, &group, "x").await.failed("NotAuthorized", 1089);
    about(&ada, "AcceptGroupApplication", &group, &cy).await.failed("NotAuthorized", 1089);
    let one_more = json!({ "attributes": [{ "key": "motto", "value": "" }] });
    let path = format!("/api/v3/groups/{id}/add_attribute");
    update(&bob.player, &group, json!({ "admins_only_can_create_attributes": true })).await.ok();
    ada.player.post(&path, one_more.clone()).await.refused(403, "NotAuthorized");
    bob.player.post(&path, one_more).await.ok();
    // What was the admin role is a role like any other, and can go.
    call(&bob, "DeleteRole", &group, json!({ "RoleId": "admins" })).await.data();
    assert_eq!(ada.roles_in(&group).await, ["recruits"]);
    let delete = call(&bob, "DeleteRole", &group, json!({ "RoleId": "officers" })).await;
    delete.failed("RoleIsGroupAdmin", 1366);
    let delete = call(&bob, "DeleteRole", &group, json!({ "RoleId": "recruits" })).await;
    delete.failed("RoleIsGroupDefaultMember", 1365);
    assert_eq!(sound(&world, &group).await, 2);
}

#[tokio::test]
async fn who_gets_in_gets_the_changed_member_role_by_every_way() {
    let world = World::new().await;
    let [ada, bob, cy, dot, eve, fay] =
        world.entities(["ada", "bob", "cy", "dot", "eve", "fay"]).await;
    let [gus, hal] = world.entities(["gus", "hal"]).await;
    let title = world.title().await;
    let group = regrouped(&title, &ada, &bob).await;
    let id = gamefuse_id(&group);
    // Invited before the role changed, with no role named: what counts is the role at the time of entering.
    about(&bob, "InviteToGroup", &group, &hal).await.data();
    bob.player.answer(cy.player.apply(id).await, "accepted").await.ok();
    call(&dot, "ApplyToGroup", &group, json!({})).await.data();
    about(&bob, "AcceptGroupApplication", &group, &dot).await.data();
    let invitation = bob.player.invite(id, &eve.player).await.ok()["id"].as_u64().unwrap();
    eve.player.answer(invitation, "accepted").await.ok();
    update(&bob.player, &group, json!({ "can_auto_join": true })).await.ok();
    assert_eq!(fay.player.join(id).await.ok()["status"], "accepted");
    call(&title, "AddMembers", &group, json!({ "Members": [gus.key] })).await.data();
    create_role(&bob, &group, "late").await.data();
    regroup(&title, &group, "officers", "late").await;
    call(&hal, "AcceptGroupInvitation", &group, json!({})).await.data();
    let listed = holders(&bob, &group).await;
    assert_eq!(listed["recruits"], set_of(&[&cy, &dot, &eve, &fay, &gus]));
    assert_eq!((&listed["late"], &listed["members"]), (&set_of(&[&hal]), &set_of(&[])));
    assert_eq!((sound(&world, &group).await, pending(&world, &group).await), (8, [0, 0]));
}

#[tokio::test]
async fn gamefuse_promotes_and_hands_over_by_the_changed_admin_role() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    let group = regrouped(&title, &ada, &bob).await;
    let id = gamefuse_id(&group);
    world.advance(SignedDuration::from_secs(1));
    bob.player.answer(cy.player.apply(id).await, "accepted").await.ok();
    bob.player.make_admin(id, &cy.player).await.ok();
    assert_eq!(cy.roles_in(&group).await, ["officers", "recruits"]);
    bob.player.leave(id).await.ok();
    assert_eq!(sound(&world, &group).await, 2);
    // The last admin hands over to Ada, who has been there longest and is not the admin that her old role says.
    cy.player.leave(id).await.ok();
    assert_eq!(ada.roles_in(&group).await, ["officers", "admins"]);
    assert_eq!(ids(&ada.player.group(id).await["admins"]), ids_of(&[&ada]));
    assert_eq!(sound(&world, &group).await, 1);
}

#[tokio::test]
async fn where_the_member_role_is_the_admin_role_everyone_who_joins_is_an_admin() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.entities(["ada", "bob", "cy", "dot"]).await;
    let title = world.title().await;
    let group = ada.create_group("Council").await;
    let id = gamefuse_id(&group);
    regroup(&title, &group, "admins", "admins").await;
    about(&ada, "InviteToGroup", &group, &cy).await.data();
    ada.player.answer(bob.player.apply(id).await, "accepted").await.ok();
    call(&cy, "AcceptGroupInvitation", &group, json!({})).await.data();
    update(&bob.player, &group, json!({ "can_auto_join": true })).await.ok();
    dot.player.join(id).await.ok();
    assert_eq!(sound(&world, &group).await, 4);
    let seen = dot.player.group(id).await;
    assert_eq!(ids(&seen["admins"]), ids(&seen["members"]));
    // An equal among equals can be removed, and leave, as long as one stays.
    dot.player.remove(id, &ada.player).await.ok();
    dot.player.leave(id).await.ok();
    expel(&bob, &group, &cy).await.data();
    assert_eq!(sound(&world, &group).await, 1);
    bob.player.leave(id).await.ok();
    call(&bob, "GetGroup", &group, json!({})).await.failed("ProfileDoesNotExist", 1298);
}

#[tokio::test]
async fn a_member_role_made_the_admin_role_makes_all_members_admins_and_back() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    let group = group_of(&title, &ada, "Council", [&[], &[&bob, &cy]]).await;
    let id = gamefuse_id(&group);
    regroup(&title, &group, "members", "members").await;
    assert_eq!(sound(&world, &group).await, 3);
    assert_eq!(ids(&ada.player.group(id).await["admins"]).len(), 2);
    // Ada is no admin now, so GameFuse lets an admin remove her and her own role gives her nothing.
    ada.player.remove(id, &bob.player).await.refused(403, "NotAuthorized");
    regroup(&title, &group, "admins", "members").await;
    assert_eq!(ids(&ada.player.group(id).await["admins"]), ids_of(&[&ada]));
    assert_eq!(sound(&world, &group).await, 3);
}

#[tokio::test]
async fn an_invitation_into_a_role_that_is_gone_lets_nobody_in_through_either_dialect() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "doomed").await.data();
    let wanted = json!({ "Entity": bob.key, "RoleId": "doomed" });
    call(&ada, "InviteToGroup", &group, wanted).await.data();
    call(&ada, "DeleteRole", &group, json!({ "RoleId": "doomed" })).await.data();
    let invitation = crate::own(&bob.player).await["group_invites"][0]["id"].as_u64().unwrap();
    bob.player.answer(invitation, "accepted").await.refused(404, "RoleNotFound");
    call(&bob, "AcceptGroupInvitation", &group, json!({})).await.failed("RoleDoesNotExist", 1358);
    call(&bob, "ApplyToGroup", &group, json!({})).await.failed("RoleDoesNotExist", 1358);
    bob.player.join(gamefuse_id(&group)).await.refused(404, "RoleNotFound");
    assert_eq!((sound(&world, &group).await, pending(&world, &group).await), (1, [0, 1]));
    create_role(&ada, &group, "doomed").await.data();
    bob.player.answer(invitation, "accepted").await.ok();
    assert_eq!(bob.roles_in(&group).await, ["doomed"]);
    assert_eq!(sound(&world, &group).await, 2);
}

#[tokio::test]
async fn an_admin_says_which_role_newcomers_get_and_only_the_title_which_role_makes_admins() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    let group = group_of(&title, &ada, "Wolves", [&[], &[&bob]]).await;
    create_role(&ada, &group, "recruits").await.data();
    for (role, id) in [("AdminRoleId", "members"), ("MemberRoleId", "recruits")] {
        let refused = call(&bob, "UpdateGroup", &group, json!({ role: id })).await;
        refused.failed("NotAuthorized", 1089);
    }
    let both = json!({ "AdminRoleId": "members", "MemberRoleId": "recruits" });
    call(&ada, "UpdateGroup", &group, both).await.failed("NotAuthorized", 1089);
    let updated = call(&ada, "UpdateGroup", &group, json!({ "MemberRoleId": "recruits" })).await;
    assert_eq!(updated.data()["SetResult"], "Updated");
    ada.player.answer(cy.player.apply(gamefuse_id(&group)).await, "accepted").await.ok();
    assert_eq!(cy.roles_in(&group).await, ["recruits"]);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    assert_eq!(sound(&world, &group).await, 3);
}
