//! Webhooks: what the game's server asks for, what the relay hands on, and what is sent.

use serde_json::{Value, json};
use tests::{Manner, Receiver};

use crate::till::Till;

const URL: &str = "https://game.example.com/webhooks";

/// What the game's server asks for, in a deployment where a game has one webhook.
pub async fn register(till: &Till) {
    let (world, server) = (&till.world, till.world.server());
    let body = json!({ "url": URL, "types": ["member.joined"] });
    let path = "/api/v3/webhooks";
    till.succeeds("none", server.get(path)).await;
    let created = till.succeeds("", server.post(path, body.clone())).await.ok();
    till.refused("TooManyWebhooks", server.post(path, body)).await;
    let webhook = format!("{path}/{}", created["id"]);
    let nobody = format!("{path}/1");
    till.succeeds("one", server.get(path)).await;
    till.succeeds("", server.get(&webhook)).await;
    till.refused("WebhookNotFound", server.get(&nobody)).await;
    let change = |enabled: bool| json!({ "types": ["*"], "enabled": enabled });
    till.succeeds("", server.patch(&webhook, change(true))).await;
    till.refused("WebhookNotFound", server.patch(&nobody, change(true))).await;

    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    world.deliver([world.record(group).await]).await;
    let replay = json!({ "group_id": group });
    let of = |webhook: &str, what: &str| format!("{webhook}/{what}");
    till.succeeds("", server.post(&of(&webhook, "test"), json!({}))).await;
    till.refused("WebhookNotFound", server.post(&of(&nobody, "test"), json!({}))).await;
    till.succeeds("one event", server.post(&of(&webhook, "replay"), replay.clone())).await;
    till.refused("WebhookNotFound", server.post(&of(&nobody, "replay"), replay.clone())).await;
    till.refused("GroupNotFound", server.post(&of(&webhook, "replay"), json!({ "group_id": 1 })))
        .await;
    till.succeeds("none", server.get(&of(&webhook, "deliveries"))).await;
    till.refused("WebhookNotFound", server.get(&of(&nobody, "deliveries"))).await;
    server.patch(&webhook, change(false)).await.ok();
    till.refused("WebhookDisabled", server.post(&of(&webhook, "test"), json!({}))).await;
    till.refused("WebhookDisabled", server.post(&of(&webhook, "replay"), replay)).await;
    till.succeeds("", server.delete(&webhook)).await;
    till.refused("WebhookNotFound", server.delete(&webhook)).await;
}

/// What is handed on and sent.
pub async fn send(till: &Till) {
    let world = &till.world;
    let receiver = Receiver::start().await;
    let (webhook, _) = world.webhook(&receiver.url()).await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let created = world.record(group).await;
    let case = "a group's first event, which a webhook is sent, with a look at the game's webhooks, once in ten seconds";
    till.succeeds(case, world.deliver([created])).await;
    let event = json!({ "type": "group.updated", "at": 1_767_323_045_678_i64, "actor_id": ada.id });
    for round in 0..10 {
        world.commit(group, &event).await;
        let record = world.record(group).await;
        match round {
            0 => drop(
                till.succeeds("one event, which a webhook is sent", world.deliver([record])).await,
            ),
            _ => drop(world.deliver([record]).await),
        }
    }
    let parcels = world.parcels.waiting();
    till.succeeds("one that arrives", world.hand_over(&parcels[..1])).await;
    till.succeeds("one that has arrived before", world.hand_over(&parcels[..1])).await;
    till.succeeds("ten that arrive", world.hand_over(&parcels[1..])).await;
    let list = format!("/api/v3/webhooks/{webhook}/deliveries");
    till.succeeds("eleven", world.server().get(&list)).await;

    let test = format!("/api/v3/webhooks/{webhook}/test");
    world.server().post(&test, json!({})).await.ok();
    let parcels = world.parcels.waiting().split_off(11);
    receiver.behave(Manner::Status(500));
    till.succeeds("one that is refused, and waits", world.hand_over(&parcels)).await;
    receiver.behave(Manner::Status(410));
    till.succeeds("one whose receiver says that it is gone", world.hand_over(&parcels)).await;
    till.succeeds("one for a webhook that is disabled or deleted", world.hand_over(&parcels)).await;
    assert_eq!(
        world.server().get("/api/v3/webhooks").await.ok()["webhooks"][0]["enabled"],
        Value::Bool(false)
    );
}
