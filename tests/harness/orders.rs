//! What an operator asks, by invoking functions without a route.

use serde_json::{Value, json};

use crate::player::Player;
use crate::reply::Reply;
use crate::world::World;

impl World {
    /// What comes of an order, which names the game besides what is said.
    pub async fn send_order(&self, function: &str, mut order: Value) -> Reply {
        order["game_id"] = self.game_id.into();
        self.invoke(function, order).await
    }

    /// What an order is answered with.
    pub async fn order(&self, function: &str, order: Value) -> Value {
        let reply = self.send_order(function, order).await;
        assert_eq!(reply.header("x-amz-function-error"), "", "{function}: {}", reply.text());
        serde_json::from_slice(&reply.body).unwrap()
    }

    /// By what name an order is refused.
    pub async fn refused_order(&self, function: &str, order: Value) -> String {
        let reply = self.send_order(function, order).await;
        assert_eq!(reply.header("x-amz-function-error"), "Unhandled", "{}", reply.text());
        let failure: Value = serde_json::from_slice(&reply.body).unwrap();
        failure["errorMessage"].as_str().unwrap().split(':').next().unwrap().to_owned()
    }

    /// An order about a user.
    pub async fn order_about(&self, function: &str, user: &Player<'_>, more: Value) -> Value {
        let mut order = json!({ "user_id": user.id });
        order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.order(function, order).await
    }
}
