//! Every route is tried as nobody, with a bad token, with an expired one, and with another game's.

use functions::dialect::{Dialect, is_for_server};
use functions::http::Route;
use functions::routes::ALL;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::domain::permissions::{Requirement, requirement};
use tests::{Player, Reply, World};

/// Whether a route is for anyone, token or not.
fn is_public(route: &Route) -> bool {
    route.actions.iter().all(|action| requirement(*action) == Requirement::Anyone)
}

/// Calls a route about that group, user and connection.
async fn call(player: &Player<'_>, route: &Route, target: &Target) -> Reply {
    if Dialect::of(route.path) == Dialect::PlayFab {
        return player.post(route.path, everything(target)).await;
    }
    let path = route
        .path
        .replace("group_connections/{id}", &format!("group_connections/{}", target.connection))
        .replace("cancel/{id}", &format!("cancel/{}", target.connection))
        .replace("users/{id}", &format!("users/{}", target.user))
        .replace("webhooks/{id}", &format!("webhooks/{}", target.webhook))
        .replace("{user_id}", &target.user.to_string())
        .replace("{group_id}", &target.group.to_string())
        .replace("{key+}", "motto")
        .replace("{code_id}", &target.code.to_string())
        .replace("{id}", &target.group.to_string());
    player.send(route.method.clone(), &path, body(route.function, target)).await
}

/// A body that every operation of PlayFab's would take: unknown fields are ignored there.
fn everything(target: &Target) -> Value {
    let user = tests::player_key(target.user);
    json!({
        "Group": tests::group_key(target.group), "Entity": user, "Members": [user],
        "RoleId": "members", "RoleName": "Taken over", "OriginRoleId": "members",
        "DestinationRoleId": "admins", "EntityToken": target.token,
    })
}

struct Target {
    token: String,
    group: u64,
    user: u32,
    connection: u64,
    code: u64,
    webhook: u64,
}

/// A body that the endpoint would take.
fn body(function: &str, target: &Target) -> Option<Value> {
    match function {
        "create-group" => Some(json!({ "name": "Theirs" })),
        "update-group" => Some(json!({ "group": { "name": "Taken over" } })),
        "create-group-connection" => Some(json!({ "group_id": target.group })),
        "update-group-connection" => Some(json!({ "status": "accepted" })),
        "remove-group-member" | "make-group-admin" | "remove-group-admin" => {
            Some(json!({ "group_id": target.group }))
        }
        "block-group-user" => Some(json!({ "user_id": target.user })),
        "add-group-attributes" => Some(json!({ "attributes": [{ "key": "k", "value": "v" }] })),
        "create-group-code" => Some(json!({ "max_uses": 1 })),
        "update-group-code" => Some(json!({ "open": false })),
        "modify-group-attribute" => Some(json!({ "key": "motto", "value": "v" })),
        "create-webhook" => Some(json!({ "url": "https://game.example.com/webhooks" })),
        "update-webhook" => Some(json!({ "enabled": false })),
        "replay-webhook" => Some(json!({ "group_id": target.group })),
        _ => None,
    }
}

/// Somebody with that token in the headers of both dialects.
fn in_both_dialects<'w>(world: &'w World, token: &str) -> Player<'w> {
    let mut player = world.with_token(token);
    player.credentials.push(("x-entitytoken", token.to_owned()));
    player
}

/// Everything that could be read or broken, in one game.
async fn prepare(world: &World) -> (Player<'_>, Target) {
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Gamers", json!({})).await;
    let attributes = json!({ "attributes": [{ "key": "motto", "value": "onward" }] });
    ada.post(&format!("/api/v3/groups/{group}/add_attribute"), attributes).await.ok();
    let connection = bob.apply(group).await;
    let token = bob.credentials[0].1.clone();
    let (code, _) = ada.create_code(group, json!({})).await;
    let (webhook, _) = world.webhook("https://game.example.com/webhooks").await;
    let target = Target { token, group, user: bob.id, connection, code, webhook };
    (ada, target)
}

/// Where a token that was revoked is noticed, of a stranger who asks about themselves: where their own row is read anyway.
const NOTICED: [&str; 7] = [
    "create-group-connection",
    "get-group-block",
    "get-user",
    "playfab-apply-to-group",
    "playfab-block-entity",
    "playfab-get-entity-token",
    "playfab-invite-to-group",
];

#[tokio::test]
async fn a_revoked_token_is_noticed_where_docs_operations_says() {
    let mut noticed = Vec::new();
    for route in ALL.iter().filter(|route| !is_public(route) && !is_for_server(route)) {
        let world = World::new().await;
        let (_, target) = prepare(&world).await;
        let zoe = world.user("zoe").await;
        let target = Target { user: zoe.id, ..target };
        world.order_about("revoke-tokens", &zoe, json!({})).await;
        let player = in_both_dialects(&world, &zoe.credentials[0].1);
        call(&player, route, &target).await;
        if world.log().pop().unwrap()["error"] == "TokenExpired" {
            noticed.push(route.function);
        }
    }
    noticed.sort_unstable();
    assert_eq!(noticed, NOTICED);
}

async fn assert_refused_everywhere(
    world: &World,
    player: &Player<'_>,
    target: &Target,
    name: &str,
    (playfab, number): (&str, u32),
) {
    let before = world.rows(target.group).await;
    let mut tried = 0;
    for route in ALL.iter().filter(|route| !is_public(route)) {
        let reply = call(player, route, target).await;
        assert_eq!(reply.status, 401, "{}: {}", route.function, reply.text());
        match Dialect::of(route.path) {
            // No token will do there, good or bad.
            Dialect::GameFuse if is_for_server(route) => reply.refused(401, "ServiceKeyRequired"),
            Dialect::GameFuse => reply.refused(401, name),
            Dialect::PlayFab => drop(reply.failed(playfab, number)),
        }
        tried += 1;
    }
    assert_eq!(tried, 34 + 27, "a new route is tried too: count it here");
    assert_eq!(world.rows(target.group).await, before);
}

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let world = World::new().await;
    let (_, target) = prepare(&world).await;
    let face = ("NotAuthenticated", 1074);
    assert_refused_everywhere(&world, &world.nobody(), &target, "NotAuthenticated", face).await;
}

#[tokio::test]
async fn a_forged_token_is_refused_everywhere() {
    let world = World::new().await;
    let (ada, target) = prepare(&world).await;
    let good = &ada.credentials[0].1;
    let (payload, signature) = good.split_once('.').unwrap();
    let other_key = shared::auth::keys::Keys::new(&[7; 32], None).unwrap();
    let signed_by_another =
        other_key.sign(shared::auth::keys::Purpose::Token, &json!({ "g": 1, "u": 1 })).unwrap();
    let cursor = world.app.keys.sign(
        shared::auth::keys::Purpose::Cursor,
        &json!({ "g": world.game_id, "u": ada.id, "i": 0, "e": 99_999_999_999_u64 }),
    );
    for forged in [
        "abc123".to_owned(),
        String::new(),
        "null".to_owned(),
        format!("{payload}."),
        format!("x{payload}.{signature}"),
        signed_by_another,
        cursor.unwrap(),
    ] {
        let forger = in_both_dialects(&world, &forged);
        let face = ("EntityTokenInvalid", 1335);
        assert_refused_everywhere(&world, &forger, &target, "TokenInvalid", face).await;
    }
}

#[tokio::test]
async fn a_token_is_good_for_24_hours_and_not_a_second_longer() {
    let world = World::new().await;
    let (ada, target) = prepare(&world).await;
    // A token counts whole seconds, and this world does not begin on one.
    world.advance(SignedDuration::from_secs(24 * 60 * 60 - 1));
    ada.get("/api/v3/groups").await.ok();
    world.advance(SignedDuration::from_secs(1));
    let ada = in_both_dialects(&world, &ada.credentials[0].1);
    let face = ("EntityTokenExpired", 1336);
    assert_refused_everywhere(&world, &ada, &target, "TokenExpired", face).await;
}

#[tokio::test]
async fn a_wrong_service_key_is_refused_everywhere() {
    let world = World::new().await;
    let (ada, target) = prepare(&world).await;
    let other = world.other_game().await;
    let stranger = other.user("stranger").await;
    let good = world.service_for(&ada);
    let changed = |header: &str, value: Option<&str>| {
        let mut service = good.clone();
        service.credentials.retain(|(name, _)| *name != header);
        let static_name = good.credentials.iter().find(|(name, _)| *name == header).unwrap().0;
        service.credentials.extend(value.map(|value| (static_name, value.to_owned())));
        service
    };
    let stranger_id = stranger.id.to_string();
    for service in [
        changed("service-key-token", Some("abc123")),
        changed("service-key-token", Some(&format!("{}.abc", world.game_id))),
        changed("service-key-token", Some(&other.secret_key)),
        changed("service-key-token", Some(&world.game_token)),
        changed("service-key-name", None),
        changed("current-user-id", None),
        changed("current-user-id", Some("0")),
        changed("current-user-id", Some("ada")),
        changed("current-user-id", Some(&stranger_id)),
    ] {
        for route in ALL.iter().filter(|route| !is_public(route)) {
            // Where no user is asked for, another game's key is as good as this one's, for that game: tests/routes/webhooks.
            if Dialect::of(route.path) == Dialect::GameFuse && !is_for_server(route) {
                call(&service, route, &target).await.refused(401, "ServiceKeyInvalid");
            }
        }
    }
    call(&good, &functions::routes::GET_GROUP, &target).await.ok();
}

#[tokio::test]
async fn another_games_token_finds_nothing_anywhere() {
    let world = World::new().await;
    let (_, target) = prepare(&world).await;
    let other = world.other_game().await;
    let stranger = other.user("stranger").await;
    let service = other.service_for(&stranger);
    let player = in_both_dialects(&world, &stranger.credentials[0].1);
    let title = other.title().await.player;
    let before = world.rows(target.group).await;
    for caller in [&player, &service, &title] {
        let is_title = std::ptr::eq(caller, &title);
        for route in ALL.iter().filter(|route| !is_public(route)) {
            let is_playfab = Dialect::of(route.path) == Dialect::PlayFab;
            // A service key is GameFuse's, the title's own token PlayFab's.
            if is_playfab && std::ptr::eq(caller, &service) || !is_playfab && is_title {
                continue;
            }
            let reply = call(caller, route, &target).await;
            if is_for_server(route) && std::ptr::eq(caller, &player) {
                reply.refused(401, "ServiceKeyRequired");
                continue;
            }
            let not_there = match route.function {
                // These name nothing of the first game.
                "create-group"
                | "list-groups"
                | "create-webhook"
                | "list-webhooks"
                | "playfab-list-membership"
                | "playfab-list-membership-opportunities" => {
                    assert!(!reply.ok().to_string().contains("Gamers"));
                    continue;
                }
                "playfab-create-group" => {
                    reply.failed("InvalidParams", 1000);
                    continue;
                }
                // A player speaks for nobody else, wherever that may be.
                "playfab-apply-to-group"
                | "playfab-accept-group-invitation"
                | "playfab-get-entity-token"
                | "playfab-validate-entity-token"
                    if !is_title =>
                {
                    reply.failed("NotAuthorized", 1089);
                    continue;
                }
                "playfab-validate-entity-token" => {
                    reply.failed("EntityTokenInvalid", 1335);
                    continue;
                }
                "update-group-connection" | "cancel-group-connection" => "ConnectionNotFound",
                "get-user" => "UserNotFound",
                function if function.contains("webhook") => "WebhookNotFound",
                _ => "GroupNotFound",
            };
            match is_playfab {
                true => drop(reply.failed("ProfileDoesNotExist", 1298)),
                false => reply.refused(404, not_there),
            }
        }
    }
    assert_eq!(world.rows(target.group).await, before);
}

#[tokio::test]
async fn public_routes_do_not_look_at_tokens() {
    let world = World::new().await;
    let stale = world.with_token("a token of long ago");
    stale.post("/api/v3/users", world.sign_up_body("ada")).await.ok();
    let session = json!({
        "game_id": world.game_id, "email": "ada@example.com", "password": "password",
    });
    stale.post("/api/v3/sessions", session).await.ok();
    let query = format!("game_id={}&game_token={}", world.game_id, world.game_token);
    stale.get(&format!("/api/v3/games/verify?{query}")).await.ok();
    stale.get(&format!("/api/v3/games/store_items?{query}")).await.ok();
    let login = json!({
        "TitleId": world.game_id.to_string(), "CustomId": "ada", "CreateAccount": true,
    });
    stale.post("/Client/LoginWithCustomID", login).await.data();
    assert_eq!(ALL.iter().filter(|route| is_public(route)).count(), 5);
}
