//! Users.

use serde_json::{Value, json};

use crate::till::Till;

/// Every case.
pub async fn play(till: &Till) {
    let world = &till.world;
    let nobody = world.nobody();
    let [ada, bob] = world.users(["ada", "bob"]).await;
    ada.create_group("Wolves", json!({})).await;

    let with = |mut body: Value, name: &str, value: &str| {
        body[name] = value.into();
        body
    };
    let new = world.sign_up_body("new");
    let sign_up = |body: Value| nobody.post("/api/v3/users", body);
    till.refused("GameNotFound", sign_up(with(new.clone(), "game_token", "wrong"))).await;
    till.refused("UsernameTaken", sign_up(with(new.clone(), "username", "ada"))).await;
    till.refused("EmailTaken", sign_up(with(new.clone(), "email", "ada@example.com"))).await;
    till.succeeds("", sign_up(new)).await;

    let known = json!({
        "game_id": world.game_id, "game_token": world.game_token, "email": "ada@example.com",
        "password": "password",
    });
    let at_home = nobody.at("192.0.2.1");
    let sign_in = |body: Value| at_home.post("/api/v3/sessions", body);
    till.succeeds("of a member of one group, from a new address", sign_in(known.clone())).await;
    till.succeeds("of a member of one group", sign_in(known.clone())).await;
    till.refused("GameNotFound", sign_in(with(known.clone(), "game_token", "wrong"))).await;
    till.refused("CredentialsInvalid", sign_in(with(known.clone(), "password", "wrong"))).await;
    // From a new address, neither the answer nor its cost tells whether there is such a user.
    let elsewhere = nobody.at("192.0.2.2");
    let guess = |body: Value| elsewhere.post("/api/v3/sessions", with(body, "password", "wrong"));
    for name in ["ada@example.com", "who@example.com"] {
        let guess = guess(with(known.clone(), "email", name));
        till.refused_when("CredentialsInvalid", "from a new address", guess).await;
    }
    // By now it is one of all that there may be.
    for _ in 0..9 {
        guess(with(known.clone(), "email", "who@example.com")).await;
    }
    till.refused("TooManyGuesses", guess(with(known, "email", "who@example.com"))).await;

    let path = format!("/api/v3/users/{}", ada.id);
    till.succeeds("oneself, in one group", ada.get(&path)).await;
    till.succeeds("somebody else", bob.get(&path)).await;
    till.refused("UserNotFound", ada.get("/api/v3/users/1")).await;
}
