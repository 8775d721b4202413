//! Connections: applications and invitations.

use jiff::SignedDuration;
use serde_json::json;
use tests::{Player, Reply};

use crate::till::Till;

/// The connection that an answer is about.
fn id(reply: &Reply) -> u64 {
    reply.ok()["id"].as_u64().unwrap()
}

/// Invites somebody by name.
async fn invite_by_name(player: &Player<'_>, group: u64, name: &str) -> Reply {
    let body = json!({ "group_id": group, "username": name });
    player.post("/api/v3/group_connections", body).await
}

/// Joins at once, or not at all.
async fn join(player: &Player<'_>, group: u64) -> Reply {
    let body = json!({ "group_id": group, "action_type": "join" });
    player.post("/api/v3/group_connections", body).await
}

/// A group that anybody may join at once.
async fn open_group(creator: &Player<'_>, size: u32) -> u64 {
    let settings = json!({ "can_auto_join": true, "max_group_size": size });
    creator.create_group("open", settings).await
}

/// Every case of asking and inviting.
pub async fn ask(till: &Till) {
    let [ada, bob, cy, dot] = till.world.users(["ada", "bob", "cy", "dot"]).await;
    let closed = ada.create_group("closed", json!({})).await;
    let open = open_group(&ada, 10).await;
    let full = open_group(&ada, 1).await;

    till.succeeds("applying", bob.join(closed)).await;
    till.succeeds("joining", bob.join(open)).await;
    till.succeeds("joining, and not asking", join(&dot, open)).await;
    till.refused("NotOpen", join(&bob, closed)).await;
    till.succeeds("joining, by a service", till.world.service_for(&cy).join(open)).await;
    till.succeeds("inviting", ada.invite(closed, &cy)).await;
    till.succeeds("inviting by name", invite_by_name(&ada, closed, "dot")).await;
    till.refused("AlreadyApplied", bob.join(closed)).await;
    till.refused_when("AlreadyInvited", "inviting", ada.invite(closed, &cy)).await;

    till.succeeds("applying when invited", cy.join(closed)).await;
    till.succeeds("inviting who has applied", ada.invite(closed, &bob)).await;
    dot.join(closed).await.ok();
    dot.leave(closed).await.ok();
    dot.apply(closed).await;
    let case = "inviting by name who has applied";
    till.succeeds(case, invite_by_name(&ada, closed, "dot")).await;

    till.refused("AlreadyMember", bob.join(closed)).await;
    till.refused_when("AlreadyMember", "inviting", ada.invite(closed, &bob)).await;
    till.refused_when("AlreadyMember", "inviting oneself", ada.invite(closed, &ada)).await;
    till.refused_when("NotAuthorized", "inviting", bob.invite(closed, &cy)).await;
    till.refused_when("UserNotFound", "inviting by name", invite_by_name(&ada, closed, "nobody"))
        .await;
    let mut unknown = bob.clone();
    unknown.id = 1;
    till.refused_when("UserNotFound", "inviting", ada.invite(closed, &unknown)).await;
    till.refused("GroupNotFound", ada.join(1)).await;
    till.refused("GroupFull", bob.join(full)).await;
    let size = json!({ "max_group_size": 4 });
    ada.put(&format!("/api/v3/groups/{closed}"), size).await.ok();
    let eve = till.world.user("eve").await;
    eve.apply(closed).await;
    till.refused_when("GroupFull", "inviting", ada.invite(closed, &eve)).await;
    ada.remove(closed, &bob).await.ok();
    till.refused("Blocked", bob.join(closed)).await;
    till.refused_when("Blocked", "inviting", ada.invite(closed, &bob)).await;

    let auto = |group_type: &str| json!({ "action_type": "auto_join", "group_type": group_type });
    let some = json!({ "can_auto_join": true, "group_type": "some" });
    ada.create_group("some open", some).await;
    let call = bob.post("/api/v3/group_connections", auto("some"));
    till.succeeds("joining whatever there is", call).await;
    let call = bob.post("/api/v3/group_connections", auto("none"));
    till.refused("NoGroupFound", call).await;

    let invite_only = ada.create_group("invite only", json!({ "is_invite_only": true })).await;
    till.refused("InviteOnly", bob.join(invite_only)).await;
    till.refused("InviteOnly", join(&bob, invite_only)).await;
    ada.invite(open, &eve).await.ok();
    till.succeeds("joining when invited", join(&eve, open)).await;
    let fay = till.world.user("fay").await;
    till.succeeds("joining soon after somebody was invited", join(&fay, open)).await;
}

/// A user with a token of the day on which what was pending has expired.
async fn a_week_later<'t>(till: &'t Till, name: &str) -> Player<'t> {
    till.world.advance(SignedDuration::from_hours(7 * 24 + 1));
    let email = format!("{name}@example.com");
    let body = json!({ "game_id": till.world.game_id, "email": email, "password": "password" });
    let session = till.world.nobody().post("/api/v3/sessions", body).await.ok();
    till.world.with_token(session["authentication_token"].as_str().unwrap())
}

/// Where one is pending already, and no more may be.
pub async fn find_no_room(till: &Till) {
    let [ada, bob, cy, dot] = till.world.users(["ada", "bob", "cy", "dot"]).await;
    let closed = ada.create_group("closed", json!({})).await;
    bob.apply(closed).await;
    till.refused("TooManyPending", cy.join(closed)).await;
    till.refused_when("TooManyPending", "inviting", ada.invite(closed, &dot)).await;
    let open = open_group(&ada, 10).await;
    for member in [&bob, &cy] {
        member.join(open).await.ok();
    }
    ada.remove(open, &bob).await.ok();
    till.refused("TooManyBlocks", ada.remove(open, &cy)).await;
    till.refused("TooManyBlocks", ada.block(open, &dot, json!({}))).await;
    ada.block(open, &bob, json!({ "expires_in": 3600 })).await.ok();
    let with_an_end = "where a block has an end";
    till.refused_when("TooManyBlocks", with_an_end, ada.remove(open, &cy)).await;
    till.refused_when("TooManyBlocks", with_an_end, ada.block(open, &dot, json!({}))).await;
    let cy = a_week_later(till, "cy").await;
    let body = json!({ "group_id": closed });
    let call = cy.post("/api/v3/group_connections", body);
    till.succeeds("applying in the place of what has expired", call).await;
}

/// Every case of answering and taking back.
pub async fn answer(till: &Till) {
    let [ada, bob, cy, dot] = till.world.users(["ada", "bob", "cy", "dot"]).await;
    let closed = ada.create_group("closed", json!({})).await;

    let applied = bob.apply(closed).await;
    till.refused("NotAuthorized", cy.answer(applied, "accepted")).await;
    till.refused("NotAuthorized", cy.answer(applied, "declined")).await;
    till.succeeds("accepting", ada.answer(applied, "accepted")).await;
    till.succeeds("accepting once more", ada.answer(applied, "accepted")).await;
    let invited = id(&ada.invite(closed, &cy).await);
    till.succeeds("declining", cy.answer(invited, "declined")).await;
    till.refused("ConnectionNotFound", cy.answer(invited, "declined")).await;
    till.refused("ConnectionNotFound", cy.answer(1, "accepted")).await;

    let applied = dot.apply(closed).await;
    till.succeeds("declining a request", ada.answer(applied, "declined")).await;
    let patient = ada.create_group("patient", json!({ "reapply_after": 60 })).await;
    let applied = dot.apply(patient).await;
    till.succeeds("declining where one has to wait", ada.answer(applied, "declined")).await;

    let taken = id(&ada.invite(closed, &cy).await);
    till.refused("NotAuthorized", bob.cancel(taken)).await;
    till.succeeds("", ada.cancel(taken)).await;
    till.refused("ConnectionNotFound", ada.cancel(taken)).await;
    till.refused("ConnectionNotFound", ada.cancel(1)).await;

    let [cys, dots] = [cy.apply(closed).await, id(&ada.invite(closed, &dot).await)];
    let size = json!({ "max_group_size": 2 });
    ada.put(&format!("/api/v3/groups/{closed}"), size).await.ok();
    till.refused("GroupFull", ada.answer(cys, "accepted")).await;
    ada.delete(&format!("/api/v3/groups/{closed}")).await.ok();
    till.refused("GroupNotFound", dot.answer(dots, "accepted")).await;
    till.refused("GroupNotFound", dot.answer(dots, "declined")).await;
    till.refused("GroupNotFound", cy.cancel(cys)).await;
}

/// Answers to what would have expired by now.
pub async fn answer_late(till: &Till) {
    let [ada, bob] = till.world.users(["ada", "bob"]).await;
    let closed = ada.create_group("closed", json!({})).await;
    let applied = bob.apply(closed).await;
    ada.answer(applied, "accepted").await.ok();
    let ada = a_week_later(till, "ada").await;
    till.succeeds("accepting once more, long after", ada.answer(applied, "accepted")).await;
}

/// What can be in the way only of who uses both dialects: blocks of others than members, and roles.
pub async fn answer_in_both_dialects(till: &Till) {
    let [ada, bob, cleo] = till.world.entities(["ada", "bob", "cleo"]).await;
    let key = ada.create_group("Wolves").await;
    let group = tests::gamefuse_id(&key);
    let applied = bob.player.apply(group).await;
    ada.call("BlockEntity", json!({ "Group": key, "Entity": bob.key })).await.data();
    till.refused("Blocked", ada.player.answer(applied, "accepted")).await;

    let role = json!({ "Group": key, "RoleId": "officers", "RoleName": "Officers" });
    ada.call("CreateRole", role.clone()).await.data();
    let body = json!({ "Group": key, "Entity": cleo.key, "RoleId": "officers" });
    ada.call("InviteToGroup", body.clone()).await.data();
    let invited = || async {
        let user = cleo.player.get(&format!("/api/v3/users/{}", cleo.player.id)).await.ok();
        user["group_invites"][0]["id"].as_u64().unwrap()
    };
    till.succeeds("accepting into a role", cleo.player.answer(invited().await, "accepted")).await;
    cleo.player.leave(group).await.ok();
    ada.call("InviteToGroup", body).await.data();
    let id = invited().await;
    ada.call("DeleteRole", json!({ "Group": key, "RoleId": "officers" })).await.data();
    till.refused("RoleNotFound", cleo.player.answer(id, "accepted")).await;
}
