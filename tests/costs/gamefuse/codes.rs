//! Invite codes: making, listing, opening and closing them, and joining by one.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Player, Reply};

use crate::till::Till;

/// A code that nobody has.
const NO_CODE: &str = "0000-00G0-0000-0000-0011";

/// Creates a code.
async fn create(player: &Player<'_>, group: u64, code: Value) -> Reply {
    player.post(&format!("/api/v3/groups/{group}/codes"), code).await
}

/// Lists codes.
async fn list(player: &Player<'_>, group: u64) -> Reply {
    player.get(&format!("/api/v3/groups/{group}/codes")).await
}

/// Every case of those who make codes.
pub async fn manage(till: &Till) {
    let [ada, bob] = till.world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    till.succeeds("none", list(&ada, group)).await;
    till.refused("NotAuthorized", list(&bob, group)).await;
    till.refused("GroupNotFound", list(&ada, 1)).await;
    till.refused("NotAuthorized", create(&bob, group, json!({}))).await;
    till.refused("GroupNotFound", create(&ada, 1, json!({}))).await;
    let nobodys = json!({ "role_id": "nobodys" });
    till.refused("RoleNotFound", create(&ada, group, nobodys)).await;
    let code = till.succeeds("", create(&ada, group, json!({ "max_uses": 7 }))).await.ok();
    let code = code["id"].as_u64().unwrap();
    till.succeeds("one", list(&ada, group)).await;
    till.refused("NotAuthorized", bob.set_code_open(group, code, false)).await;
    till.refused("GroupNotFound", ada.set_code_open(1, code, false)).await;
    till.refused("CodeNotFound", ada.set_code_open(group, 1, false)).await;
    till.succeeds("", ada.set_code_open(group, code, false)).await;
    till.succeeds("as it is", ada.set_code_open(group, code, false)).await;
    till.refused("NotAuthorized", bob.delete_code(group, code)).await;
    till.refused("GroupNotFound", ada.delete_code(1, code)).await;
    till.succeeds("", ada.delete_code(group, code)).await;
    till.refused("CodeNotFound", ada.delete_code(group, code)).await;
}

/// Every case of those who have a code.
pub async fn redeem(till: &Till) {
    let [ada, bob, cy, dot] = till.world.users(["ada", "bob", "cy", "dot"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let settings = json!({ "max_uses": 2, "expires_in": 60 });
    let (id, code) = ada.create_code(group, settings).await;
    till.succeeds("by a code", bob.redeem(&code)).await;
    till.refused_when("AlreadyMember", "by a code", bob.redeem(&code)).await;
    till.refused("CodeNotFound", cy.redeem(NO_CODE)).await;
    ada.set_code_open(group, id, false).await.ok();
    till.refused("CodeClosed", cy.redeem(&code)).await;
    ada.set_code_open(group, id, true).await.ok();
    cy.apply(group).await;
    till.succeeds("by a code, who had applied", cy.redeem(&code)).await;
    till.refused("CodeUsedUp", dot.redeem(&code)).await;
    ada.remove(group, &cy).await.ok();
    till.refused_when("Blocked", "by a code", cy.redeem(&code)).await;
    till.world.advance(SignedDuration::from_secs(60));
    till.refused("CodeExpired", dot.redeem(&code)).await;
    let full = ada.create_group("full", json!({ "max_group_size": 1 })).await;
    let (_, code) = ada.create_code(full, json!({})).await;
    till.refused_when("GroupFull", "by a code", dot.redeem(&code)).await;
    for _ in 0..17 {
        dot.redeem(NO_CODE).await.refused(404, "CodeNotFound");
    }
    till.refused_when("TooManyGuesses", "by a code", dot.redeem(NO_CODE)).await;
}

/// Where a group has one code and may have no more.
pub async fn find_no_room(till: &Till) {
    let ada = till.world.user("ada").await;
    let group = ada.create_group("closed", json!({})).await;
    create(&ada, group, json!({ "expires_in": 1 })).await.ok();
    till.refused("TooManyCodes", create(&ada, group, json!({}))).await;
    till.world.forget("code", group).await;
    till.succeeds("in the place of one that is forgotten", create(&ada, group, json!({}))).await;
}
