//! Who may do what: the matrix as it is written, and as callers find it.

use std::fmt::Write;

use functions::routes::{ALL, UNROUTED};
use serde_json::json;
use shared::domain::permissions::{Action, requirement};
use strum::IntoEnumIterator;
use tests::{Player, Reply, World};

#[test]
fn each_action_has_its_requirement_and_the_functions_that_take_it() {
    let mut page = String::new();
    for action in Action::iter() {
        let routed = ALL.iter().filter(|route| route.actions.contains(&action));
        let unrouted = UNROUTED.iter().filter(|function| function.actions.contains(&action));
        let functions: Vec<_> = routed
            .map(|route| route.function)
            .chain(unrouted.map(|function| function.name))
            .collect();
        let (name, who): (&str, &str) = (action.into(), requirement(action).into());
        assert!(!functions.is_empty(), "no function does {name}");
        writeln!(page, "{name:18} {who:22} {}", functions.join(", ")).unwrap();
    }
    insta::assert_snapshot!(page);
}

/// Who calls. Each is new in every world.
const CALLERS: [&str; 7] =
    ["stranger", "applicant", "invitee", "blocked", "member", "admin", "service"];

/// What is tried; `{who}` is the caller's id.
const DEEDS: [&str; 22] = [
    "read the group",
    "see what is pending",
    "update the group",
    "delete the group",
    "ask to join",
    "invite",
    "accept somebody's application",
    "decline somebody's application",
    "accept somebody's invitation",
    "cancel somebody's application",
    "cancel somebody's invitation",
    "leave",
    "remove a member",
    "make a member admin",
    "make an admin a plain member",
    "read attributes",
    "create an attribute",
    "delete somebody's attribute",
    "list blocks",
    "create a code",
    "list codes",
    "read the history",
];

/// A group with everything in it, and a caller who stands to it as said.
async fn try_out(caller: &str, deed: &str) -> Reply {
    let world = World::new().await;
    let [owner, other, asks, invited, guest] =
        world.users(["owner", "other", "asks", "invited", "guest"]).await;
    let me = world.user("me").await;
    let group = owner.create_group("Gamers", json!({})).await;
    for member in [&other, &me] {
        let connection = member.apply(group).await;
        owner.answer(connection, "accepted").await.ok();
    }
    let motto = json!({ "attributes": [{ "key": "motto", "value": "onward" }] });
    other.post(&format!("/api/v3/groups/{group}/add_attribute"), motto).await.ok();
    let application = asks.apply(group).await;
    let invitation = owner.invite(group, &invited).await.ok()["id"].as_u64().unwrap();
    match caller {
        "member" => {}
        "admin" => {
            owner.make_admin(group, &me).await.ok();
        }
        "blocked" => {
            owner.remove(group, &me).await.ok();
        }
        _ => {
            me.leave(group).await.ok();
            if caller == "applicant" {
                me.apply(group).await;
            }
            if caller == "invitee" {
                owner.invite(group, &me).await.ok();
            }
        }
    }
    let me = if caller == "service" { world.service_for(&me) } else { me };
    act(&me, deed, group, [application, invitation], &other, &guest).await
}

async fn act(
    me: &Player<'_>,
    deed: &str,
    group: u64,
    [application, invitation]: [u64; 2],
    other: &Player<'_>,
    guest: &Player<'_>,
) -> Reply {
    let path = format!("/api/v3/groups/{group}");
    match deed {
        "read the group" | "see what is pending" => me.get(&path).await,
        "update the group" => me.put(&path, json!({ "can_auto_join": true })).await,
        "delete the group" => me.delete(&path).await,
        "ask to join" => me.join(group).await,
        "invite" => me.invite(group, guest).await,
        "accept somebody's application" => me.answer(application, "accepted").await,
        "decline somebody's application" => me.answer(application, "declined").await,
        "accept somebody's invitation" => me.answer(invitation, "accepted").await,
        "cancel somebody's application" => me.cancel(application).await,
        "cancel somebody's invitation" => me.cancel(invitation).await,
        "leave" => me.leave(group).await,
        "remove a member" => me.remove(group, other).await,
        "make a member admin" => me.make_admin(group, other).await,
        "make an admin a plain member" => me.remove_admin(group, other).await,
        "read attributes" => me.get(&format!("{path}/attributes")).await,
        "create an attribute" => {
            let attributes = json!({ "attributes": [{ "key": "k", "value": "v" }] });
            me.post(&format!("{path}/add_attribute"), attributes).await
        }
        "delete somebody's attribute" => me.delete(&format!("{path}/attributes/motto")).await,
        "list blocks" => me.get(&format!("{path}/blocks")).await,
        "create a code" => me.post(&format!("{path}/codes"), json!({})).await,
        "list codes" => me.get(&format!("{path}/codes")).await,
        "read the history" => me.get(&format!("{path}/events")).await,
        _ => unreachable!("{deed} is not in the list"),
    }
}

#[tokio::test]
async fn callers_find_the_matrix_as_it_is_written() {
    let mut page = format!("{:32}", "");
    for caller in CALLERS {
        write!(page, "{caller:20}").unwrap();
    }
    for deed in DEEDS {
        write!(page, "\n{deed:32}").unwrap();
        for caller in CALLERS {
            let reply = try_out(caller, deed).await;
            let cell = match deed {
                "see what is pending" => {
                    let pending = reply.ok()["join_requests"].as_array().unwrap().len();
                    if pending > 0 { "yes".to_owned() } else { "no".to_owned() }
                }
                _ if reply.status.is_success() => "yes".to_owned(),
                _ => reply.header("x-error-code").to_owned(),
            };
            write!(page, "{cell:20}").unwrap();
        }
    }
    let page: Vec<_> = page.lines().map(str::trim_end).collect();
    insta::assert_snapshot!(page.join("\n"));
}
