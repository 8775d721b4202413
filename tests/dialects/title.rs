//! The title itself, with one token for both dialects: it needs no role, and where a user is needed it is told so.

use std::collections::BTreeSet;

use functions::dialect::is_for_server;
use functions::routes;
use http::Method;
use serde_json::{Value, json};
use tests::{Entity, Player, World, gamefuse_id};

use crate::{about, add, call, expel, group_of, ids, ids_of, outcome, own, sound, users};

/// The title with its token where GameFuse looks for one.
fn in_gamefuse<'w>(world: &'w World, title: &Entity<'_>) -> Player<'w> {
    world.with_token(&title.player.credentials[0].1)
}

/// A request to GameFuse, and what the title is answered: a status and a refusal's name, if it is one.
type Case = (&'static str, Method, String, Value, (u16, &'static str));

/// One request to every route, in an order in which each finds what it needs.
async fn cases(world: &World, group: u64, [ada, bob, cy, dot]: [&Player<'_>; 4]) -> Vec<Case> {
    let (ok, no_user) = ((200, ""), (403, "UserRequired"));
    let path = format!("/api/v3/groups/{group}");
    let connections = "/api/v3/group_connections";
    let application = cy.apply(group).await;
    let invitation = ada.invite(group, dot).await.ok()["id"].as_u64().unwrap();
    let old = json!({ "attributes": [{ "key": "motto", "value": "old" }] });
    ada.post(&format!("{path}/add_attribute"), old.clone()).await.ok();
    let new = json!({ "attributes": [{ "key": "new", "value": "" }] });
    let game = format!("game_id={}&game_token={}", world.game_id, world.game_token);
    let credentials = json!({
        "game_id": world.game_id, "game_token": world.game_token,
        "email": "new@example.com", "password": "password",
    });
    let (get, post, put) = (Method::GET, Method::POST, Method::PUT);
    let (patch, delete) = (Method::PATCH, Method::DELETE);
    let none = Value::Null;
    let member = json!({ "group_id": group });
    let codes = format!("{path}/codes");
    let (code, text) = ada.create_code(group, json!({})).await;
    let one_code = format!("{codes}/{code}");
    let connect = |user: Value| json!({ "group_id": group, "user_id": user });
    let to = |function, method: &Method, path: &str, body: &Value, answer| -> Case {
        (function, method.clone(), path.to_owned(), body.clone(), answer)
    };
    let connection = "create-group-connection";
    vec![
        to("create-group", &post, "/api/v3/groups", &json!({ "name": "Mine" }), no_user),
        to("list-groups", &get, "/api/v3/groups?with_full_data=true", &none, ok),
        to("get-group", &get, &path, &none, ok),
        to("update-group", &put, &path, &json!({ "max_group_size": 10 }), ok),
        to(connection, &post, connections, &connect(json!(cy.id)), no_user),
        to(connection, &post, connections, &connect(Value::Null), no_user),
        to(connection, &post, connections, &json!({ "group_id": group }), no_user),
        to(connection, &post, connections, &json!({ "code": text }), no_user),
        to(
            "update-group-connection",
            &put,
            &format!("{connections}/{application}"),
            &json!({ "status": "accepted" }),
            ok,
        ),
        to(
            "cancel-group-connection",
            &delete,
            &format!("{connections}/cancel/{invitation}"),
            &none,
            ok,
        ),
        to("leave-group", &delete, &format!("{connections}/leave/{group}"), &none, no_user),
        to("make-group-admin", &put, &format!("{connections}/make_admin/{}", bob.id), &member, ok),
        to(
            "remove-group-admin",
            &put,
            &format!("{connections}/remove_admin/{}", bob.id),
            &member,
            ok,
        ),
        to(
            "remove-group-member",
            &put,
            &format!("{connections}/remove_member/{}", cy.id),
            &member,
            ok,
        ),
        to("list-group-attributes", &get, &format!("{path}/attributes"), &none, ok),
        to("add-group-attributes", &post, &format!("{path}/add_attribute"), &new, no_user),
        to("add-group-attributes", &post, &format!("{path}/add_attribute"), &old, ok),
        to(
            "modify-group-attribute",
            &patch,
            &format!("{path}/modify_attribute"),
            &json!({ "key": "motto", "value": "new" }),
            ok,
        ),
        to("delete-group-attribute", &delete, &format!("{path}/attributes/motto"), &none, ok),
        to(
            "block-group-user",
            &post,
            &format!("{path}/blocks"),
            &json!({ "user_id": cy.id, "reason": "Was rude" }),
            (201, ""),
        ),
        to("get-group-block", &get, &format!("{path}/blocks/{}", cy.id), &none, ok),
        to("list-group-blocks", &get, &format!("{path}/blocks"), &none, ok),
        to("unblock-group-member", &delete, &format!("{path}/blocks/{}", cy.id), &none, ok),
        to("create-group-code", &post, &codes, &json!({}), (201, "")),
        to("list-group-codes", &get, &codes, &none, ok),
        to("update-group-code", &patch, &one_code, &json!({ "open": false }), ok),
        to("delete-group-code", &delete, &one_code, &none, ok),
        to("list-group-events", &get, &format!("{path}/events"), &none, ok),
        to("get-user", &get, &format!("/api/v3/users/{}", bob.id), &none, ok),
        to("sign-up", &post, "/api/v3/users", &world.sign_up_body("new"), ok),
        to("sign-in", &post, "/api/v3/sessions", &credentials, ok),
        to("verify-game", &get, &format!("/api/v3/games/verify?{game}"), &none, ok),
        to("list-store-items", &get, &format!("/api/v3/games/store_items?{game}"), &none, ok),
        to("delete-group", &delete, &path, &none, ok),
    ]
}

#[tokio::test]
async fn the_titles_token_does_in_gamefuse_what_needs_no_user_and_is_refused_clearly_elsewhere() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.entities(["ada", "bob", "cy", "dot"]).await;
    let title = world.title().await;
    let group = group_of(&title, &ada, "Wolves", [&[], &[&bob]]).await;
    let player = in_gamefuse(&world, &title);
    let people = [&ada.player, &bob.player, &cy.player, &dot.player];
    let mut tried = BTreeSet::new();
    for (function, method, path, body, expected) in cases(&world, gamefuse_id(&group), people).await
    {
        let body = Some(body).filter(|body| !body.is_null());
        let reply = player.send(method, &path, body).await;
        let got = (reply.status.as_u16(), reply.header("x-error-code"));
        assert_eq!(got, expected, "{function}: {}", reply.text());
        tried.insert(function);
    }
    // Where only the game's server calls, by its key, no token is looked at.
    for route in routes::ALL.iter().filter(|route| is_for_server(route)) {
        let reply = player.send(route.method.clone(), &route.path.replace("{id}", "1"), None).await;
        reply.refused(401, "ServiceKeyRequired");
        tried.insert(route.function);
    }
    let gamefuse = routes::ALL.iter().filter(|route| route.path.starts_with("/api/"));
    assert_eq!(tried, gamefuse.map(|route| route.function).collect::<BTreeSet<_>>());
}

#[tokio::test]
async fn the_title_is_nobody_who_could_be_named_a_user() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let title = world.title().await;
    let player = in_gamefuse(&world, &title);
    let group = ada.create_group("Wolves").await;
    player.get(&format!("/api/v3/users/{}", world.game_id)).await.refused(404, "UserNotFound");
    player.make_admin(gamefuse_id(&group), &player).await.refused(422, "InvalidParameter");
    // One title's token opens nothing of another title.
    let other = world.other_game().await;
    let stranger = in_gamefuse(&world, &other.title().await);
    let path = format!("/api/v3/groups/{}", gamefuse_id(&group));
    stranger.get(&path).await.refused(404, "GroupNotFound");
    stranger.delete(&path).await.refused(404, "GroupNotFound");
    assert_eq!(stranger.get("/api/v3/groups").await.ok()["groups"], json!([]));
    assert_eq!(sound(&world, &group).await, 1);
}

#[tokio::test]
async fn an_invitation_by_the_title_shows_in_gamefuse_with_an_inviter() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let made = about(&title, "InviteToGroup", &group, &bob).await.data();
    assert_eq!(made["InvitedByEntity"]["Key"], title.key);
    let seen = ada.player.group(gamefuse_id(&group)).await["invites"][0].clone();
    assert_eq!(
        (&seen["inviter"]["id"], &seen["inviter_id"]),
        (&json!(bob.player.id), &Value::Null)
    );
    let invite = own(&bob.player).await["group_invites"][0].clone();
    assert_eq!(invite["inviter"]["id"], bob.player.id);
    let listed = call(&ada, "ListGroupInvitations", &group, json!({})).await.data();
    assert_eq!(listed["Invitations"][0]["InvitedByEntity"]["Key"], title.key);
    bob.player.answer(invite["id"].as_u64().unwrap(), "accepted").await.ok();
    assert_eq!(sound(&world, &group).await, 2);
}

#[tokio::test]
async fn whom_the_title_adds_is_a_member_for_gamefuse_and_nothing_of_theirs_is_pending() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let id = gamefuse_id(&group);
    let application = bob.player.apply(id).await;
    ada.player.invite(id, &cy.player).await.ok();
    add(&title, &group, &[&bob, &cy], "members").await.data();
    let seen = ada.player.group(id).await;
    assert_eq!(ids(&seen["members"]).len(), 3);
    assert_eq!((users(&seen["join_requests"]), users(&seen["invites"])), (vec![], vec![]));
    bob.player.cancel(application).await.refused(404, "ConnectionNotFound");
    assert_eq!(ids(&own(&cy.player).await["groups"]), [id]);
    assert_eq!(sound(&world, &group).await, 3);
}

#[tokio::test]
async fn a_group_without_an_admin_goes_on_and_ends_in_both_dialects() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    for last in ["leaves in gamefuse", "removes itself", "gives up its last role"] {
        let group = group_of(&title, &ada, "Wolves", [&[], &[&bob, &cy]]).await;
        let id = gamefuse_id(&group);
        // Only the title can leave members without an admin, and they can leave all the same.
        expel(&title, &group, &ada).await.data();
        assert_eq!(ids(&bob.player.group(id).await["admins"]), [0; 0]);
        cy.player.leave(id).await.ok();
        assert_eq!(ids(&bob.player.group(id).await["members"]), ids_of(&[&bob]));
        let reply = match last {
            "leaves in gamefuse" => bob.player.leave(id).await,
            "removes itself" => expel(&bob, &group, &bob).await,
            _ => {
                let role = json!({ "Members": [bob.key], "RoleId": "members" });
                call(&bob, "RemoveMembers", &group, role).await
            }
        };
        assert_eq!(outcome(&reply), "OK", "who {last}");
        bob.player.get(&format!("/api/v3/groups/{id}")).await.refused(404, "GroupNotFound");
    }
}
