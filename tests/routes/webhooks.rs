//! `/api/v3/webhooks`: registering, reading, changing and deleting webhooks.

use serde_json::{Value, json};
use shared::limits::Limits;
use tests::{World, WorldBuilder};

const PATH: &str = "/api/v3/webhooks";
const URL: &str = "https://game.example.com/webhooks?of=guilds";

#[tokio::test]
async fn a_webhook_is_registered_and_its_secret_is_told_once() {
    let world = World::new().await;
    let server = world.server();
    let types = ["member.left", "member.joined"];
    let body = json!({ "url": URL, "types": types, "description": "Keeps the leaderboard" });
    let reply = server.post(PATH, body).await;
    assert_eq!(reply.status, 201);
    let mut webhook = reply.ok();
    let secret = webhook.as_object_mut().unwrap().remove("secret").unwrap();
    assert!(secret.as_str().unwrap().starts_with("whsec_") && secret.as_str().unwrap().len() == 50);
    let expected = json!({
        "id": webhook["id"], "url": URL, "types": ["member.joined", "member.left"],
        "description": "Keeps the leaderboard", "enabled": true, "disabled_because": null,
        "created_at": "2026-01-02T03:04:05.678Z",
    });
    assert_eq!(webhook, expected);
    let other = server.post(PATH, json!({ "url": "https://game.example.com" })).await.ok();
    assert_eq!(
        (&other["types"], &other["url"]),
        (&json!(["*"]), &json!("https://game.example.com/"))
    );
    assert_ne!(other["secret"], secret);
    assert_eq!(server.get(&format!("{PATH}/{}", webhook["id"])).await.ok(), expected);
    let listed = server.get(PATH).await.ok();
    let listed = listed["webhooks"].as_array().unwrap();
    assert!(listed.len() == 2 && listed.contains(&expected), "{listed:?}");
    for line in world.log() {
        assert!(
            !line.to_string().contains("whsec_") && !line.to_string().contains("game.example.com")
        );
    }
}

#[tokio::test]
async fn what_is_no_webhook_is_refused_clearly() {
    let limits = Limits::default();
    let world = World::new().await.redeployed(limits);
    let server = world.server();
    let long = format!("https://game.example.com/{}", "a".repeat(1000));
    for (body, says) in [
        (json!({}), "url"),
        (json!({ "url": "" }), "url must"),
        (json!({ "url": 7 }), "url must"),
        (json!({ "url": "game.example.com" }), "url must be an absolute URL"),
        (
            json!({ "url": "http://game.example.com" }),
            "url must be a URL that begins with https://",
        ),
        (
            json!({ "url": "https://me:secret@game.example.com" }),
            "url must be a URL without a user",
        ),
        (json!({ "url": "https://127.0.0.1:8080" }), "url must be a URL whose host can be reached"),
        (
            json!({ "url": "https://169.254.169.254/latest" }),
            "url must be a URL whose host can be reached",
        ),
        (
            json!({ "url": "https://[::ffff:10.0.0.1]" }),
            "url must be a URL whose host can be reached",
        ),
        (json!({ "url": "https://0xa9fea9fe" }), "url must be a URL whose host can be reached"),
        (json!({ "url": "http://127.0.0.1:8080" }), "url must be a URL that begins with https://"),
        (json!({ "url": long }), "url must have at most 1000 characters"),
        (
            json!({ "url": URL, "types": ["member.lefft"] }),
            "types must be a list of some of group.created",
        ),
        (json!({ "url": URL, "types": "member.left,member.joined" }), "types"),
        (
            json!({ "url": URL, "description": "x".repeat(201) }),
            "description must have at most 200",
        ),
        (json!({ "url": URL, "secret": "whsec_mine" }), "The request has a parameter besides"),
    ] {
        let reply = server.post(PATH, body.clone()).await;
        reply.refused(422, "InvalidParameter");
        assert!(reply.text().starts_with(says), "{body}: {}", reply.text());
        assert!(!reply.text().contains("169.254") && !reply.text().contains("lefft"));
    }
    assert_eq!(server.get(PATH).await.ok(), json!({ "webhooks": [] }));
}

#[tokio::test]
async fn only_the_games_server_gets_in_and_no_user_is_asked_for() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let (id, _) = world.webhook(URL).await;
    let calls = [("GET", ""), ("POST", ""), ("GET", "/1"), ("PATCH", "/1"), ("DELETE", "/1")];
    let more = [("POST", "/1/test"), ("GET", "/1/deliveries"), ("POST", "/1/replay")];
    for (method, rest) in calls.into_iter().chain(more) {
        let path = format!("{PATH}{}", rest.replace('1', &id.to_string()));
        for stranger in [&world.nobody(), &ada] {
            let reply = stranger.send(method.parse().unwrap(), &path, None).await;
            reply.refused(401, "ServiceKeyRequired");
        }
        let mut guesser = world.server();
        guesser.credentials[1].1.push('x');
        guesser.send(method.parse().unwrap(), &path, None).await.refused(401, "ServiceKeyInvalid");
        let mut nameless = world.server();
        nameless.credentials.remove(0);
        nameless.send(method.parse().unwrap(), &path, None).await.refused(401, "ServiceKeyInvalid");
    }
    // A user may be named, as elsewhere.
    world.service_for(&ada).get(&format!("{PATH}/{id}")).await.ok();
}

#[tokio::test]
async fn another_game_never_sees_a_webhook() {
    let world = World::new().await;
    let (id, _) = world.webhook(URL).await;
    let other = world.other_game().await;
    let server = other.server();
    let path = format!("{PATH}/{id}");
    assert_eq!(server.get(PATH).await.ok(), json!({ "webhooks": [] }));
    server.get(&path).await.refused(404, "WebhookNotFound");
    server.patch(&path, json!({ "enabled": false })).await.refused(404, "WebhookNotFound");
    server.delete(&path).await.refused(404, "WebhookNotFound");
    server.get(&format!("{path}/deliveries")).await.refused(404, "WebhookNotFound");
    server.post(&format!("{path}/test"), json!({})).await.refused(404, "WebhookNotFound");
    let user = other.user("ada").await;
    let group = user.create_group("Wolves", json!({})).await;
    let replay = json!({ "group_id": group });
    server.post(&format!("{path}/replay"), replay).await.refused(404, "WebhookNotFound");
    assert_eq!(world.server().get(&path).await.ok()["enabled"], true);
    assert!(world.parcels.waiting().is_empty());
}

#[tokio::test]
async fn a_webhook_is_changed_in_part_and_keeps_its_secret() {
    let world = World::new().await;
    let server = world.server();
    let (id, _) = world.webhook(URL).await;
    let path = format!("{PATH}/{id}");
    let secret = async || {
        world.partition(&format!("GAME#{}#WEBHOOKS", world.game_id)).await[0]["signing_secret"]
            .clone()
    };
    let before = secret().await;
    let changed = server.patch(&path, json!({ "types": ["group.deleted"] })).await.ok();
    assert_eq!((&changed["types"], &changed["url"]), (&json!(["group.deleted"]), &json!(URL)));
    let elsewhere = "https://other.example.com/";
    let changed = server
        .patch(&path, json!({ "url": elsewhere, "description": "Moved", "types": ["*"] }))
        .await
        .ok();
    let expected = json!([elsewhere, "Moved", ["*"], true]);
    assert_eq!(
        json!([changed["url"], changed["description"], changed["types"], changed["enabled"]]),
        expected
    );
    let disabled = server.patch(&path, json!({ "enabled": false })).await.ok();
    assert_eq!(
        (&disabled["enabled"], &disabled["disabled_because"]),
        (&json!(false), &json!("asked"))
    );
    assert_eq!(server.get(&path).await.ok(), disabled);
    // What was read is sent back.
    assert_eq!(server.patch(&path, disabled.clone()).await.ok(), disabled);
    server.patch(&path, json!({ "secret": "whsec_mine" })).await.refused(422, "InvalidParameter");
    server.post(&format!("{path}/test"), json!({})).await.refused(422, "WebhookDisabled");
    let enabled = server.patch(&path, json!({ "enabled": true })).await.ok();
    assert_eq!(enabled["disabled_because"], Value::Null);
    server
        .patch(&path, json!({ "url": "http://example.com" }))
        .await
        .refused(422, "InvalidParameter");
    assert_eq!(secret().await, before);
}

#[tokio::test]
async fn changes_that_meet_are_made_one_after_another() {
    let world = World::new().await;
    let (id, _) = world.webhook(URL).await;
    let (server, path) = (world.server(), format!("{PATH}/{id}"));
    let renames =
        (0..4).map(|number| server.patch(&path, json!({ "description": format!("d{number}") })));
    let replies = futures_util::future::join_all(renames).await;
    let moved = server.patch(&path, json!({ "types": ["group.deleted"] })).await.ok();
    assert!(replies.iter().all(|reply| reply.status == 200));
    assert!(moved["description"].as_str().unwrap().starts_with('d'));
    let rows = world.partition(&format!("GAME#{}#WEBHOOKS", world.game_id)).await;
    assert_eq!(rows[0]["revision"], 6, "each has counted");
}

#[tokio::test]
async fn a_deleted_webhook_is_gone() {
    let world = World::new().await;
    let server = world.server();
    let (id, _) = world.webhook(URL).await;
    let path = format!("{PATH}/{id}");
    assert_eq!(server.delete(&path).await.ok(), json!({ "message": "Webhook deleted" }));
    server.get(&path).await.refused(404, "WebhookNotFound");
    server.delete(&path).await.refused(404, "WebhookNotFound");
    assert_eq!(server.get(PATH).await.ok(), json!({ "webhooks": [] }));
}

#[tokio::test]
async fn a_game_has_at_most_ten_webhooks_however_many_are_registered_at_once() {
    let world = World::new().await;
    let server = world.server();
    let all = (0..20).map(|_| server.post(PATH, json!({ "url": URL })));
    let replies = futures_util::future::join_all(all).await;
    let created: Vec<_> = replies.iter().filter(|reply| reply.status == 201).collect();
    assert_eq!(created.len(), 10);
    for reply in replies.iter().filter(|reply| reply.status != 201) {
        reply.refused(422, "TooManyWebhooks");
    }
    let id = created[0].ok()["id"].as_u64().unwrap();
    server.delete(&format!("{PATH}/{id}")).await.ok();
    server.post(PATH, json!({ "url": URL })).await.ok();
    server.post(PATH, json!({ "url": URL })).await.refused(422, "TooManyWebhooks");
}

#[tokio::test]
async fn an_id_that_is_taken_is_drawn_again() {
    let world = World::new().await;
    world.draw_next([5, 5, 6]);
    assert_eq!(world.webhook(URL).await.0, 5);
    assert_eq!(world.webhook(URL).await.0, 6);
}

#[tokio::test]
async fn a_dry_run_registers_nothing_and_tells_no_secret() {
    let world =
        WorldBuilder { limits: Limits { webhooks: 1, ..Limits::default() }, ..Default::default() };
    let world = world.build().await;
    let mut server = world.server();
    server.credentials.push(("dry-run", "true".to_owned()));
    let tried = server.post(PATH, json!({ "url": URL })).await;
    assert_eq!((tried.status.as_u16(), tried.header("dry-run")), (201, "true"));
    assert_eq!((&tried.ok()["id"], &tried.ok()["secret"]), (&json!(0), &json!("")));
    assert_eq!(world.server().get(PATH).await.ok(), json!({ "webhooks": [] }));
    let (id, _) = world.webhook(URL).await;
    server.post(PATH, json!({ "url": URL })).await.refused(422, "TooManyWebhooks");
    let path = format!("{PATH}/{id}");
    assert_eq!(server.patch(&path, json!({ "enabled": false })).await.ok()["enabled"], false);
    server.delete(&path).await.ok();
    assert_eq!(server.post(&format!("{path}/test"), json!({})).await.ok(), json!({ "id": "" }));
    assert_eq!(world.server().get(&path).await.ok()["enabled"], true);
    assert!(world.parcels.waiting().is_empty());
}

#[tokio::test]
async fn a_registration_that_is_repeated_with_its_key_is_answered_as_the_first_time() {
    let world = World::new().await;
    let mut server = world.server();
    server.credentials.push(("idempotency-key", "once".to_owned()));
    let first = server.post(PATH, json!({ "url": URL })).await;
    let again = server.post(PATH, json!({ "url": URL })).await;
    assert_eq!((first.ok(), again.header("idempotency-replayed")), (again.ok(), "true"));
    assert_eq!(world.server().get(PATH).await.ok()["webhooks"].as_array().unwrap().len(), 1);
}
