//! Who is let in: bans, other passwords, and tokens that were revoked.

use futures_util::FutureExt;
use futures_util::future::join;
use serde_json::{Value, json};
use tests::{Player, Reply, World};

use crate::{ROUNDS, open_group};

async fn sign_in(world: &World, name: &str, password: &str) -> Reply {
    let body = json!({ "game_id": world.game_id, "email": name, "password": password });
    world.nobody().post("/api/v3/sessions", body).await
}

/// Reads oneself, where one's own row is looked at.
async fn look(player: &Player<'_>) -> Reply {
    player.get(&format!("/api/v3/users/{}", player.id)).await
}

/// The same user with another token.
fn by<'w>(user: &Player<'w>, token: &str) -> Player<'w> {
    let mut user = user.clone();
    user.credentials = vec![("authentication-token", token.to_owned())];
    user
}

fn token(reply: &Reply) -> String {
    reply.ok()["authentication_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn who_is_banned_is_told_so_by_the_right_password_alone_and_is_let_in_again() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let banned = json!({ "banned": true, "reason": "sold accounts" });
    world.order_about("ban-user", &ada, banned).await;
    sign_in(&world, "ada", "password").await.refused(403, "Banned");
    sign_in(&world, "ada", "wrong").await.refused(401, "CredentialsInvalid");
    look(&ada).await.refused(401, "TokenExpired");
    let seen = world.order("inspect-user", json!({ "username": "ada" })).await;
    assert_eq!(seen["user"]["ban_reason"], "sold accounts");
    world.order_about("ban-user", &ada, json!({ "banned": false })).await;
    let token = token(&sign_in(&world, "ada", "password").await);
    let again = by(&ada, &token);
    look(&again).await.ok();
    look(&ada).await.refused(401, "TokenExpired");
}

#[tokio::test]
async fn who_is_banned_gets_no_token_in_playfabs_dialect_either() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let login = async |create: bool| {
        let title = world.game_id.to_string();
        let body = json!({ "TitleId": title, "CustomId": "ada", "CreateAccount": create });
        world.nobody().post("/Client/LoginWithCustomID", body).await
    };
    let ticket = login(false).await.data()["SessionTicket"].as_str().unwrap().to_owned();
    let exchange = async |header: &'static str, value: &str, body: Value| {
        let mut caller = world.nobody();
        caller.credentials = vec![(header, value.to_owned())];
        caller.post("/Authentication/GetEntityToken", body).await
    };
    exchange("x-authorization", &ticket, json!({})).await.data();
    world.order_about("ban-user", &ada.player, json!({ "banned": true })).await;
    login(true).await.failed("AccountBanned", 1002);
    let old = ada.player.credentials[0].1.clone();
    exchange("x-authorization", &ticket, json!({})).await.failed("EntityTokenExpired", 1336);
    exchange("x-entitytoken", &old, json!({})).await.failed("EntityTokenExpired", 1336);
    // Its server is told why it gets none for them.
    let about = json!({ "Entity": ada.key });
    exchange("x-secretkey", &world.secret_key, about).await.failed("AccountBanned", 1002);
    world.order_about("ban-user", &ada.player, json!({ "banned": false })).await;
    let login = login(true).await.data();
    assert_eq!(login["NewlyCreated"], false);
    let ticket = login["SessionTicket"].as_str().unwrap();
    let fresh = exchange("x-authorization", ticket, json!({})).await.data();
    let token = fresh["EntityToken"].as_str().unwrap();
    exchange("x-entitytoken", token, json!({})).await.data();
    assert_eq!(look(&by(&ada.player, token)).await.status, 200);
}

#[tokio::test]
async fn a_revoked_token_is_refused_where_its_own_users_row_is_read_and_joins_nothing() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[]).await;
    let own = bob.create_group("Foxes", json!({})).await;
    let (_, code) = ada.create_code(group, json!({})).await;
    let answered = world.order_about("revoke-tokens", &bob, json!({})).await;
    assert_eq!(answered, json!({ "user_id": bob.id, "tokens_revoked": true }));
    look(&bob).await.refused(401, "TokenExpired");
    bob.join(group).await.refused(401, "TokenExpired");
    bob.redeem(&code).await.refused(401, "TokenExpired");
    bob.get(&format!("/api/v3/groups/{own}")).await.refused(401, "TokenExpired");
    // To others nothing has happened.
    look(&ada).await.ok();
    world.service_for(&bob).join(group).await.ok();
    let token = token(&sign_in(&world, "bob", "password").await);
    let again = by(&bob, &token);
    again.redeem(&code).await.refused(422, "AlreadyMember");
    look(&again).await.ok();
}

#[tokio::test]
async fn another_password_takes_the_place_of_the_old_one_and_of_all_tokens() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    world.order_about("set-password", &ada, json!({ "password": "another one" })).await;
    look(&ada).await.refused(401, "TokenExpired");
    sign_in(&world, "ada", "password").await.refused(401, "CredentialsInvalid");
    sign_in(&world, "ada", "another one").await.ok();
    let short = json!({ "user_id": ada.id, "password": "short" });
    assert_eq!(world.refused_order("set-password", short).await, "InvalidParameter");
    sign_in(&world, "ada", "another one").await.ok();
    assert!(!format!("{:?}", world.log()).contains("another one"));
}

#[tokio::test]
async fn no_token_that_is_handed_out_beside_a_ban_outlives_it() {
    for _ in 0..ROUNDS {
        let world = World::new().await;
        let ada = world.user("ada").await;
        let sent = || world.faults.calls("TransactWriteItems").len();
        let before = sent();
        // Who signs in has been let in, and is about to be handed a token.
        for _ in 0..3 {
            world.faults.refuse("TransactWriteItems", "TransactionConflict");
        }
        let ban = async {
            while sent() == before {
                tokio::task::yield_now().await;
            }
            world.order_about("ban-user", &ada, json!({ "banned": true })).await;
        };
        let (signed_in, ()) = join(sign_in(&world, "ada", "password"), ban).await;
        match signed_in.status.is_success() {
            true => {
                let token = token(&signed_in);
                look(&by(&ada, &token)).await.refused(401, "TokenExpired");
            }
            false => signed_in.refused(403, "Banned"),
        }
    }
}

#[tokio::test]
async fn orders_about_users_who_are_not_there_change_nothing() {
    let world = World::new().await;
    let other = world.other_game().await;
    let stranger = other.user("stranger").await;
    for (function, more) in [
        ("ban-user", json!({ "banned": true })),
        ("ban-user", json!({ "banned": false })),
        ("set-password", json!({ "password": "another one" })),
        ("revoke-tokens", json!({})),
        ("inspect-user", json!({})),
    ] {
        let mut order = more;
        order["user_id"] = stranger.id.into();
        assert_eq!(world.refused_order(function, order).await, "UserNotFound", "{function}");
    }
    assert_eq!(
        world.partition(&format!("GAME#{}#USER#{}", world.game_id, stranger.id)).await,
        [] as [Value; 0]
    );
    look(&stranger).await.ok();
}

#[tokio::test]
async fn who_logs_in_while_tokens_are_revoked_is_handed_one_that_is_good() {
    let world = World::new().await;
    let eve = world.entity("eve's device").await;
    let login = json!({ "TitleId": world.game_id.to_string(), "CustomId": "eve's device" });
    let nobody = world.nobody();
    // First it is assumed that nothing was revoked, then it is read how often it was.
    for turn in [1, 2] {
        let late = nobody.post("/Client/LoginWithCustomID", login.clone()).boxed_local();
        let revoke = world.order_about("revoke-tokens", &eve.player, json!({}));
        let (late, _) = world.overtake(turn, late, revoke).await;
        let token = late.data()["EntityToken"]["EntityToken"].clone();
        look(&by(&eve.player, token.as_str().unwrap())).await.ok();
    }
}
