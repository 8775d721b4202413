//! Somebody who calls PlayFab's API: a player or the title, with an entity token.

use http::Method;
use serde_json::{Value, json};

use crate::player::Player;
use crate::reply::Reply;
use crate::world::World;

/// Calls operations with the headers that say who this is.
#[derive(Clone)]
pub struct Entity<'w> {
    /// Whoever sends the requests; has a GameFuse token of the same user where there is one.
    pub player: Player<'w>,
    /// The entity's key.
    pub key: Value,
}

impl Entity<'_> {
    /// `POST /Group/{operation}`
    pub async fn call(&self, operation: &str, body: Value) -> Reply {
        self.post(&format!("/Group/{operation}"), body).await
    }

    /// `POST` to any path.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.player.send(Method::POST, path, Some(body)).await
    }

    /// Creates a group and tells its key.
    pub async fn create_group(&self, name: &str) -> Value {
        self.call("CreateGroup", json!({ "GroupName": name })).await.data()["Group"].clone()
    }

    /// The roles that this entity holds in a group, by its own ListMembership.
    pub async fn roles_in(&self, group: &Value) -> Vec<String> {
        let listed = self.call("ListMembership", json!({})).await.data();
        let groups = listed["Groups"].as_array().unwrap();
        let found = groups.iter().find(|listed| listed["Group"]["Id"] == group["Id"]);
        let roles = found.map(|group| group["Roles"].as_array().unwrap().clone());
        let id = |role: &Value| role["RoleId"].as_str().unwrap().to_owned();
        roles.unwrap_or_default().iter().map(id).collect()
    }
}

/// The key of the group whose id GameFuse writes so.
pub fn group_key(id: u64) -> Value {
    json!({ "Id": format!("{id:016X}"), "Type": "group", "TypeString": "group" })
}

/// The key of the player whose id GameFuse writes so.
pub fn player_key(id: impl Into<u64>) -> Value {
    json!({ "Id": format!("{:016X}", id.into()), "Type": "title_player_account" })
}

/// The id that GameFuse writes for this key.
pub fn gamefuse_id(key: &Value) -> u64 {
    u64::from_str_radix(key["Id"].as_str().unwrap(), 16).unwrap()
}

impl World {
    /// A new player, logged in with that custom id. Its token is good for both dialects.
    pub async fn entity(&self, custom_id: &str) -> Entity<'_> {
        let body = json!({
            "TitleId": self.game_id.to_string(), "CustomId": custom_id, "CreateAccount": true,
        });
        let login = self.nobody().post("/Client/LoginWithCustomID", body).await.data();
        let token = &login["EntityToken"];
        let text = token["EntityToken"].as_str().unwrap().to_owned();
        let key = token["Entity"].clone();
        let player = Player {
            id: u32::try_from(gamefuse_id(&key)).unwrap(),
            name: custom_id.to_owned(),
            credentials: vec![("x-entitytoken", text.clone()), ("authentication-token", text)],
            ..self.nobody()
        };
        Entity { player, key }
    }

    /// Several new players.
    pub async fn entities<const N: usize>(&self, custom_ids: [&str; N]) -> [Entity<'_>; N] {
        let mut entities = Vec::new();
        for id in custom_ids {
            entities.push(self.entity(id).await);
        }
        entities.try_into().unwrap_or_else(|_| panic!("as many entities as ids"))
    }

    /// The title itself, by its secret key.
    pub async fn title(&self) -> Entity<'_> {
        let mut title = self.nobody();
        title.credentials = vec![("x-secretkey", self.secret_key.clone())];
        let token = title.post("/Authentication/GetEntityToken", json!({})).await.data();
        let text = token["EntityToken"].as_str().unwrap().to_owned();
        title.credentials = vec![("x-entitytoken", text)];
        Entity { player: title, key: token["Entity"].clone() }
    }

    /// Whoever comes without a token, or with that one.
    pub fn entity_with(&self, token: Option<&str>) -> Entity<'_> {
        let mut player = self.nobody();
        player.credentials.extend(token.map(|token| ("x-entitytoken", token.to_owned())));
        Entity { player, key: Value::Null }
    }
}
