//! Somebody who plays: a user with a token, or whoever comes with other headers.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::world::World;

/// Sends requests with the headers that say who this is.
#[derive(Clone)]
pub struct Player<'w> {
    pub(crate) world: &'w World,
    /// The user's id; 0 for nobody.
    pub id: u32,
    /// The user's name; empty for nobody.
    pub name: String,
    /// The headers that say who this is.
    pub credentials: Vec<(&'static str, String)>,
    /// From where requests are sent; unknown unless a test says so.
    pub(crate) address: Option<IpAddr>,
}

impl Player<'_> {
    /// The same, at that address.
    pub fn at(&self, address: &str) -> Self {
        Self { address: Some(address.parse().unwrap()), ..self.clone() }
    }

    /// `GET`
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// `POST` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body)).await
    }

    /// `PUT` with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// `PATCH` with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// `DELETE`
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None).await
    }

    /// Any method, with a JSON body or none.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let body = body.map_or_else(String::new, |body| body.to_string());
        self.send_raw(method, path, "application/json", body).await
    }

    /// Any method, with any body.
    pub async fn send_raw(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: impl Into<Vec<u8>>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        for (name, value) in &self.credentials {
            request = request.header(*name, value);
        }
        if let Some(address) = self.address {
            request = request.extension(ConnectInfo(SocketAddr::new(address, 40_000)));
        }
        self.world.send(request.body(body.into()).unwrap()).await
    }

    /// Creates a group with those settings besides its name, and tells its id.
    pub async fn create_group(&self, name: &str, settings: Value) -> u64 {
        let mut body = json!({ "name": name });
        body.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        self.post("/api/v3/groups", body).await.ok()["id"].as_u64().unwrap()
    }

    /// Asks to join a group.
    pub async fn join(&self, group: u64) -> Reply {
        let body = json!({ "group_id": group, "user_id": self.id });
        self.post("/api/v3/group_connections", body).await
    }

    /// Asks to join a group that is not open, and tells the connection's id.
    pub async fn apply(&self, group: u64) -> u64 {
        let connection = self.join(group).await.ok();
        assert_eq!(connection["status"], "pending");
        connection["id"].as_u64().unwrap()
    }

    /// Invites somebody.
    pub async fn invite(&self, group: u64, user: &Player<'_>) -> Reply {
        let body = json!({ "group_id": group, "user_id": user.id });
        self.post("/api/v3/group_connections", body).await
    }

    /// Answers an application or invitation with `accepted` or `declined`.
    pub async fn answer(&self, connection: u64, status: &str) -> Reply {
        let path = format!("/api/v3/group_connections/{connection}");
        self.put(&path, json!({ "status": status })).await
    }

    /// Takes back an application or invitation.
    pub async fn cancel(&self, connection: u64) -> Reply {
        self.delete(&format!("/api/v3/group_connections/cancel/{connection}")).await
    }

    /// Leaves a group.
    pub async fn leave(&self, group: u64) -> Reply {
        self.delete(&format!("/api/v3/group_connections/leave/{group}")).await
    }

    /// Removes a member.
    pub async fn remove(&self, group: u64, user: &Player<'_>) -> Reply {
        let path = format!("/api/v3/group_connections/remove_member/{}", user.id);
        self.put(&path, json!({ "group_id": group })).await
    }

    /// Blocks somebody, member or not, on those terms.
    pub async fn block(&self, group: u64, user: &Player<'_>, terms: Value) -> Reply {
        let mut body = json!({ "user_id": user.id });
        body.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
        self.post(&format!("/api/v3/groups/{group}/blocks"), body).await
    }

    /// Makes a member an admin.
    pub async fn make_admin(&self, group: u64, user: &Player<'_>) -> Reply {
        let path = format!("/api/v3/group_connections/make_admin/{}", user.id);
        self.put(&path, json!({ "group_id": group })).await
    }

    /// Makes an admin a plain member.
    pub async fn remove_admin(&self, group: u64, user: &Player<'_>) -> Reply {
        let path = format!("/api/v3/group_connections/remove_admin/{}", user.id);
        self.put(&path, json!({ "group_id": group })).await
    }

    /// Creates an invite code, and tells its id and what to give out.
    pub async fn create_code(&self, group: u64, settings: Value) -> (u64, String) {
        let created = self.post(&format!("/api/v3/groups/{group}/codes"), settings).await.ok();
        (created["id"].as_u64().unwrap(), created["code"].as_str().unwrap().to_owned())
    }

    /// Opens or closes a code.
    pub async fn set_code_open(&self, group: u64, code: u64, open: bool) -> Reply {
        let path = format!("/api/v3/groups/{group}/codes/{code}");
        self.patch(&path, json!({ "open": open })).await
    }

    /// Deletes a code.
    pub async fn delete_code(&self, group: u64, code: u64) -> Reply {
        self.delete(&format!("/api/v3/groups/{group}/codes/{code}")).await
    }

    /// Joins by a code.
    pub async fn redeem(&self, code: &str) -> Reply {
        self.post("/api/v3/group_connections", json!({ "code": code })).await
    }

    /// Reads a group.
    pub async fn group(&self, group: u64) -> Value {
        self.get(&format!("/api/v3/groups/{group}")).await.ok()
    }
}
