//! What operators ask.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Reply, player_key};

use crate::till::Till;

/// Games.
pub async fn games(till: &Till) {
    let world = &till.world;
    world.user("ada").await;
    let about = async |function: &str, more: Value| -> Reply {
        let mut order = more;
        order["game_id"] = world.game_id.into();
        world.invoke(function, order).await
    };
    till.succeeds("one", world.invoke("list-games", json!({}))).await;
    let rotate = |key: &str| about("rotate-game-keys", json!({ "key": key }));
    till.succeeds("", rotate("game_token")).await;
    till.succeeds("disabling", about("disable-game", json!({ "disabled": true }))).await;
    till.succeeds("enabling", about("disable-game", json!({ "disabled": false }))).await;
    let delete = || about("delete-game", json!({ "name": "Test" }));
    till.succeeds("marking it", delete()).await;
    till.succeeds("before its time has come", delete()).await;
    till.refused("GameNotFound", rotate("secret_key")).await;
    till.refused("GameNotFound", about("disable-game", json!({ "disabled": true }))).await;
    world.advance(SignedDuration::from_hours(24));
    till.succeeds("sweeping three rows of a table that has no others", delete()).await;
    till.refused("GameNotFound", delete()).await;
}

/// Groups.
pub async fn groups(till: &Till) {
    let world = &till.world;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let about = async |function: &str, more: Value| -> Reply {
        let mut order = json!({ "game_id": world.game_id, "group_id": group });
        order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        world.invoke(function, order).await
    };
    till.succeeds("of one member", about("inspect-group", json!({}))).await;
    till.refused("GroupNotFound", about("inspect-group", json!({ "group_id": 1 }))).await;
    till.succeeds("of one member, which is sound", about("repair-group", json!({}))).await;
    let mut row = world.group_row(group).await;
    row["member_count"] = 7.into();
    world.put(&row).await;
    till.succeeds("of one member, mending it", about("repair-group", json!({ "mend": true })))
        .await;
    till.refused("GroupNotFound", about("repair-group", json!({ "group_id": 1 }))).await;
}

/// Groups that are taken out of a game and into one.
pub async fn moving(till: &Till) {
    let world = &till.world;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    let about = async |function: &str, more: Value| -> Reply {
        let mut order = more;
        order["game_id"] = world.game_id.into();
        world.invoke(function, order).await
    };
    let one = about("export-game", json!({ "group_id": group }));
    till.succeeds("one group of two", one).await;
    let all = about("export-game", json!({}));
    till.succeeds("one group of two, in a table of 9 rows", all).await;
    till.refused("GroupNotFound", about("export-game", json!({ "group_id": 1 }))).await;
    let nowhere = json!({ "game_id": 1 });
    till.refused("GameNotFound", world.invoke("export-game", nowhere)).await;
    let head = json!({ "guildhall_groups": 1, "from": "playfab:AB12C" });
    let nowhere = json!({ "game_id": 1, "lines": [head] });
    till.refused("GameNotFound", world.invoke("import-groups", nowhere)).await;
    let line = |members: u32| {
        let member = |user: u32| {
            let role = if user == 1 { "admins" } else { "members" };
            json!({ "user": user, "roles": [role] })
        };
        let members: Vec<_> = (1..=members).map(member).collect();
        json!({ "id": members.len(), "name": "Foxes", "unique_name": true, "members": members })
    };
    let import = |line: Value| {
        let lines = json!([{ "guildhall_groups": 1, "from": "playfab:AB12C" }, line]);
        about("import-groups", json!({ "lines": lines }))
    };
    till.succeeds("a group of two, who are new here", import(line(2))).await;
    till.succeeds("a group of two that is there", import(line(2))).await;
    let mut crowd = line(120);
    crowd["name"] = "Crowd".into();
    world.faults.refuse("Query", "ValidationException");
    import(crowd.clone()).await;
    till.succeeds("a group of 120, of which nothing but the end is missing", import(crowd.clone()))
        .await;
    world.faults.refuse("Query", "ValidationException");
    crowd["id"] = 121.into();
    crowd["name"] = "Pack".into();
    import(crowd.clone()).await;
    let mut pack = line(2);
    pack["id"] = 3.into();
    pack["name"] = "Pack".into();
    import(pack).await;
    till.succeeds(
        "one of 120 that is taken back, since its name was taken meanwhile",
        import(crowd),
    )
    .await;
}

/// Users.
pub async fn users(till: &Till) {
    let world = &till.world;
    let ada = world.user("ada").await;
    ada.create_group("Wolves", json!({})).await;
    let order = async |function: &str, more: Value| -> Reply {
        let mut order = more;
        order["game_id"] = world.game_id.into();
        world.invoke(function, order).await
    };
    till.succeeds("by id", order("inspect-user", json!({ "user_id": ada.id }))).await;
    till.succeeds("by name", order("inspect-user", json!({ "username": "ada" }))).await;
    till.refused("UserNotFound", order("inspect-user", json!({ "username": "bob" }))).await;
    for (function, more) in [
        ("ban-user", json!({ "banned": true })),
        ("set-password", json!({ "password": "another one" })),
        ("revoke-tokens", json!({})),
    ] {
        let with = |user: u32| {
            let mut more = more.clone();
            more["user_id"] = user.into();
            more
        };
        till.succeeds("", order(function, with(ada.id))).await;
        till.refused("UserNotFound", order(function, with(1))).await;
    }
    shut_out(till).await;
}

/// What is stored of a person.
pub async fn persons(till: &Till) {
    let world = &till.world;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    let other = bob.create_group("Foxes", json!({})).await;
    let waiting = json!({ "can_auto_join": true, "reapply_after": 60 });
    let third = bob.create_group("Bears", waiting).await;
    ada.join(third).await.ok();
    ada.apply(other).await;
    let (_, code) = ada.create_code(group, json!({})).await;
    ada.redeem(&code).await.refused(422, "AlreadyMember");
    let about = async |function: &str, more: Value| -> Reply {
        let mut order = json!({ "game_id": world.game_id, "user_id": ada.id });
        order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        world.invoke(function, order).await
    };
    till.succeeds("themselves", about("export-user", json!({}))).await;
    let of_group = about("export-user", json!({ "group_id": group }));
    till.succeeds("in a group of two", of_group).await;
    till.refused("UserNotFound", about("export-user", json!({ "user_id": 1 }))).await;
    till.refused("GroupNotFound", about("export-user", json!({ "group_id": 1 }))).await;
    let case =
        "the admin of a group, a member of one where one has to wait, who has applied to another";
    till.succeeds(case, about("erase-user", json!({}))).await;
    till.succeeds("who was erased", about("erase-user", json!({}))).await;
    till.refused("UserNotFound", about("erase-user", json!({ "user_id": 1 }))).await;
    let alone = json!({ "user_id": bob.id });
    till.succeeds("who is alone in three groups", about("erase-user", alone)).await;
}

/// Those whom a ban or a revocation meets.
async fn shut_out(till: &Till) {
    let world = &till.world;
    let eve = world.entity("eve").await;
    let credentials = json!({
        "game_id": world.game_id, "game_token": world.game_token, "email": "ada",
        "password": "password",
    });
    let [cleo, dora] = world.users(["cleo", "dora"]).await;
    let banned = json!({ "banned": true });
    world.order_about("ban-user", &cleo, banned.clone()).await;
    let mut of_cleo = credentials;
    of_cleo["email"] = "cleo".into();
    let at_home = world.nobody().at("192.0.2.1");
    till.refused("Banned", at_home.post("/api/v3/sessions", of_cleo)).await;
    let log_in = || {
        let title = world.game_id.to_string();
        let body = json!({ "TitleId": title, "CustomId": "eve" });
        async move { world.nobody().post("/Client/LoginWithCustomID", body).await }
    };
    world.order_about("revoke-tokens", &eve.player, json!({})).await;
    till.succeeds("again, once tokens were revoked", log_in()).await;
    world.order_about("ban-user", &eve.player, banned.clone()).await;
    till.refused("Banned", log_in()).await;
    world.order_about("ban-user", &dora, banned).await;
    let mut title = world.nobody();
    title.credentials = vec![("x-secretkey", world.secret_key.clone())];
    let about = json!({ "Entity": player_key(dora.id) });
    till.refused("Banned", title.post("/Authentication/GetEntityToken", about)).await;
}
