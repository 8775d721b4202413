//! ListMembershipOpportunities: what awaits an answer for an entity.

use serde_json::json;
use tests::World;

use super::{apply, done, invite};

#[tokio::test]
async fn it_lists_what_one_has_asked_for_and_is_invited_to_over_all_groups() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let wolves = ada.create_group("Wolves").await;
    let foxes = ada.create_group("Foxes").await;
    let nothing = json!({ "Applications": [], "Invitations": [] });
    assert_eq!(bob.call("ListMembershipOpportunities", json!({})).await.data(), nothing);
    let application = apply(&bob, &wolves).await;
    let invitation = invite(&ada, &foxes, &bob).await;
    let expected = json!({ "Applications": [application], "Invitations": [invitation] });
    let title = world.title().await;
    for (caller, body) in [
        (&bob, json!({})),
        (&bob, json!({ "Entity": bob.key })),
        (&title, json!({ "Entity": bob.key })),
    ] {
        let listed = caller.call("ListMembershipOpportunities", body).await.data();
        assert_eq!(listed, expected);
    }
}

#[tokio::test]
async fn of_somebody_else_it_lists_nothing() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    apply(&bob, &group).await;
    invite(&ada, &ada.create_group("Foxes").await, &bob).await;
    // Not even to the admin of the groups: that is what the groups' own lists are for.
    let body = json!({ "Entity": bob.key });
    let listed = ada.call("ListMembershipOpportunities", body.clone()).await.data();
    assert_eq!(listed, json!({ "Applications": [], "Invitations": [] }));
    let elsewhere = world.other_game().await;
    let listed = elsewhere.title().await.call("ListMembershipOpportunities", body).await.data();
    assert_eq!(listed, json!({ "Applications": [], "Invitations": [] }));
}

#[tokio::test]
async fn a_deleted_group_offers_nothing() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let [wolves, foxes] = [ada.create_group("Wolves").await, ada.create_group("Foxes").await];
    apply(&bob, &wolves).await;
    invite(&ada, &foxes, &bob).await;
    for group in [wolves, foxes] {
        done(&ada.call("DeleteGroup", json!({ "Group": group })).await);
    }
    let listed = bob.call("ListMembershipOpportunities", json!({})).await.data();
    assert_eq!(listed, json!({ "Applications": [], "Invitations": [] }));
}

#[tokio::test]
async fn the_title_itself_is_in_no_group_and_awaits_nothing() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    invite(&title, &ada.create_group("Wolves").await, &bob).await;
    let listed = title.call("ListMembershipOpportunities", json!({})).await.data();
    assert_eq!(listed, json!({ "Applications": [], "Invitations": [] }));
    assert_eq!(title.call("ListMembership", json!({})).await.data(), json!({ "Groups": [] }));
}
