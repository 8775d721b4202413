//! Visibility: anybody reads a group, only its admins what is pending, and addresses are for oneself, and for fellow members
//! where the deployment shows them.

use futures_util::FutureExt;
use serde_json::{Value, json};
use tests::{Player, World};

use crate::{ROUNDS, group_of_admins, id, ids, open_group, own, race, update};

/// Whether the address of the user of that id is shown somewhere in an answer. Fails the test where it is and is not.
fn shows(answer: &Value, user: &Player<'_>) -> bool {
    let mut found = Vec::new();
    collect(answer, u64::from(user.id), &mut found);
    assert!(!found.is_empty(), "user {} is not in {answer}", user.id);
    let email = json!(format!("{}@example.com", user.name));
    assert!(found.iter().all(|shown| *shown == email) || found.iter().all(Value::is_null));
    found[0] == email
}

/// Every address that stands beside the id of that user.
fn collect(answer: &Value, user: u64, found: &mut Vec<Value>) {
    match answer {
        Value::Array(entries) => entries.iter().for_each(|entry| collect(entry, user, found)),
        Value::Object(fields) => {
            if fields.contains_key("username") && fields["id"] == user {
                found.extend([fields["email"].clone(), fields["display_email"].clone()]);
            }
            fields.values().for_each(|field| collect(field, user, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn where_addresses_are_shown_fellow_members_of_the_group_that_is_read_see_them() {
    let world = World::that_shows_emails().await;
    let [ada, bob, cy, dot, eve] = world.users(["ada", "bob", "cy", "dot", "eve"]).await;
    let group = open_group(&ada, &[&bob]).await;
    update(&ada, group, json!({ "can_auto_join": false })).await.ok();
    cy.apply(group).await;
    ada.invite(group, &dot).await.ok();
    let inside = bob.group(group).await;
    assert!(shows(&inside, &ada) && shows(&inside, &bob));
    for outsider in [&cy, &dot, &eve] {
        let outside = outsider.group(group).await;
        assert!(!shows(&outside, &ada) && !shows(&outside, &bob), "{}", outsider.name);
    }
    // Who has only asked or is only invited is no fellow member yet.
    let page = ada.group(group).await;
    assert!(shows(&page, &bob) && !shows(&page, &cy) && !shows(&page, &dot));
    assert!(shows(&own(&dot).await, &dot) && !shows(&own(&dot).await, &ada));
    // Outside of the group that they share, fellow members are others.
    let profile = bob.get(&format!("/api/v3/users/{}", ada.id)).await.ok();
    assert!(!shows(&profile, &ada));
    let elsewhere = ada.create_group("elsewhere", json!({})).await;
    assert!(!shows(&bob.group(elsewhere).await, &ada));
    // Who has left sees them no more.
    bob.leave(group).await.ok();
    assert!(!shows(&bob.group(group).await, &ada));
    ada.get(&format!("/api/v3/groups/{group}/blocks")).await.ok();
}

#[tokio::test]
async fn where_addresses_are_not_shown_they_are_for_oneself_and_for_the_game() {
    let world = World::new().await;
    let people = world.users(["ada", "bob", "cy", "dot", "eve"]).await;
    let [ada, bob, cy, dot, eve] = &people;
    let group = open_group(ada, &[bob, eve]).await;
    update(ada, group, json!({ "can_auto_join": false })).await.ok();
    cy.apply(group).await;
    ada.invite(group, dot).await.ok();
    ada.remove(group, eve).await.ok();
    for reader in &people {
        let pages = [
            reader.group(group).await,
            reader.get("/api/v3/groups?with_full_data=true").await.ok(),
            own(reader).await,
            reader.get(&format!("/api/v3/users/{}", ada.id)).await.ok(),
        ];
        for page in pages {
            assert_shows_only(&page, reader);
        }
    }
    assert_shows_only(&ada.get(&format!("/api/v3/groups/{group}/blocks")).await.ok(), ada);
    let page = world.service_for(eve).group(group).await;
    assert!(shows(&page, ada) && shows(&page, bob) && shows(&page, cy) && shows(&page, dot));
}

/// Fails the test where somebody else's address is shown, or the reader's own is not, beside a user's id.
fn assert_shows_only(answer: &Value, reader: &Player<'_>) {
    let text = answer.to_string();
    let others = text.replace(&format!("\"{}@example.com\"", reader.name), "");
    assert!(!others.contains('@'), "{} reads {text}", reader.name);
    let mut own = Vec::new();
    collect(answer, u64::from(reader.id), &mut own);
    assert!(own.iter().all(|shown| !shown.is_null()), "{} reads {text}", reader.name);
}

#[tokio::test]
async fn what_is_pending_is_listed_for_admins_only() {
    let world = World::new().await;
    let [ada, bob, cy, dot, eve] = world.users(["ada", "bob", "cy", "dot", "eve"]).await;
    let group = open_group(&ada, &[&bob]).await;
    update(&ada, group, json!({ "can_auto_join": false })).await.ok();
    let application = cy.apply(group).await;
    let invitation = id(&ada.invite(group, &dot).await);
    let lists = async |player: &Player<'_>| {
        let page = player.group(group).await;
        (ids(&page["join_requests"]), ids(&page["invites"]))
    };
    assert_eq!(lists(&ada).await, (vec![application], vec![invitation]));
    for other in [&bob, &cy, &dot, &eve] {
        assert_eq!(lists(other).await, (vec![], vec![]), "{}", other.name);
    }
    assert_eq!(lists(&world.service_for(&eve)).await, (vec![application], vec![invitation]));
    ada.make_admin(group, &bob).await.ok();
    assert_eq!(lists(&bob).await, (vec![application], vec![invitation]));
    // The same in a list of groups in full.
    for (player, pending) in [(&bob, 1), (&eve, 0)] {
        let list = player.get("/api/v3/groups?with_full_data=true").await.ok();
        for kind in ["join_requests", "invites"] {
            assert_eq!(list["groups"][0][kind].as_array().unwrap().len(), pending, "{kind}");
        }
    }
    // Of others one is told no connections at all.
    let profile = ada.get(&format!("/api/v3/users/{}", cy.id)).await.ok();
    for list in ["groups", "group_join_requests", "group_invites"] {
        assert!(profile[list].is_null(), "{list}");
    }
}

#[tokio::test]
async fn an_admin_who_reads_while_being_removed_sees_all_or_what_an_outsider_sees() {
    let world = World::that_shows_emails().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..ROUNDS {
        let group = group_of_admins(&ada, &[&bob]).await;
        update(&ada, group, json!({ "can_auto_join": false })).await.ok();
        let application = cy.apply(group).await;
        let path = format!("/api/v3/groups/{group}");
        let requests = vec![ada.remove(group, &bob).boxed_local(), bob.get(&path).boxed_local()];
        let page = race(round, requests).await.remove(1).ok();
        let inside = ids(&page["members"]).contains(&u64::from(bob.id));
        let pending = if inside { vec![application] } else { vec![] };
        assert_eq!((ids(&page["join_requests"]), shows(&page, &ada)), (pending, inside));
        let after = bob.group(group).await;
        assert!(ids(&after["join_requests"]).is_empty() && !shows(&after, &ada));
    }
}
