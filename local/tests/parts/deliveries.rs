//! The queue of deliveries: what waits in it is sent when it is due, and is there after a restart.

use std::net::SocketAddr;
use std::sync::Arc;

use local::deliveries::{Deliveries, outbox};
use local::engine::Engine;
use local::state::Log;
use serde_json::{Value, json};
use shared::App;
use shared::app::system_clock;
use shared::auth::passwords::Passwords;
use shared::domain::delivery::Parcel;
use shared::domain::ids::GameId;
use shared::limits::Limits;
use shared::outbox::queue::{OwnQueue, Place};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// What the server works with on that engine, and its queue.
async fn app(engine: &Engine) -> (Arc<App>, Deliveries) {
    let deliveries = Deliveries::open(engine.client()).await.unwrap();
    let limits = Limits { local_webhooks: true, ..Limits::default() };
    let (clock, passwords) = (system_clock(), Passwords::default());
    let outbox = outbox(deliveries.clone());
    let app = local::app::open(engine.client(), None, limits, clock, passwords, outbox).await;
    (Arc::new(app.unwrap()), deliveries)
}

/// A receiver that answers 204, and hands on what it was sent.
async fn receiver() -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (send, received) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap();
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
            send.send(String::from_utf8_lossy(&request[..length]).into_owned()).unwrap();
        }
    });
    (address, received)
}

/// A parcel for the webhook of that id, or for the one at that address.
fn parcel(app: &App, game: GameId, webhook: u64) -> Parcel {
    let now = app.now().as_millisecond();
    let parcel = json!({
        "game_id": game, "webhook_id": webhook, "subject": { "test": now }, "sent_at": now, "attempts": 0, "due_at": now,
    });
    serde_json::from_value(parcel).unwrap()
}

async fn register(app: &Arc<App>, address: SocketAddr) -> (GameId, u64) {
    let router = local::server::router(app.clone(), Arc::new(drop), None).unwrap();
    let event = json!({ "name": "Play" });
    let (made, _) = functions::routes::CREATE_GAME.invoke(app, "test".to_owned(), event).await;
    let game: Value = made.map_err(drop).unwrap();
    let request = http::Request::post("/api/v3/webhooks")
        .header("service-key-name", "tests")
        .header("service-key-token", game["secret_key"].as_str().unwrap())
        .header("content-type", "application/json")
        .body(axum::body::Body::from(json!({ "url": format!("http://{address}/") }).to_string()));
    let response = tower::ServiceExt::oneshot(router, request.unwrap()).await.unwrap();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let webhook: Value = serde_json::from_slice(&body).unwrap();
    (serde_json::from_value(game["game_id"].clone()).unwrap(), webhook["id"].as_u64().unwrap())
}

#[tokio::test]
async fn what_waits_is_there_after_a_restart_and_sent_when_it_is_due() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dynamodb.sqlite");
    let (address, mut received) = receiver().await;
    let engine = Engine::open(Some(&file)).unwrap();
    let (app_before, deliveries) = app(&engine).await;
    let (game, webhook) = register(&app_before, address).await;
    let first = parcel(&app_before, game, webhook);
    let mut later = first.clone();
    later.due_at += jiff::SignedDuration::from_hours(1);
    later.attempts = 1;
    let sent = [first.clone(), first, later];
    deliveries.send(Place::Deliveries, &sent).await.map_err(drop).unwrap();
    deliveries.send(Place::GivenUp, &sent).await.map_err(drop).unwrap();
    assert_eq!(
        deliveries.len(),
        2,
        "the same parcel waits once, and what is given up waits no more"
    );
    // Nothing has run yet, and the server stops.
    drop((app_before, deliveries, engine));

    let engine = Engine::open(Some(&file)).unwrap();
    let (app, deliveries) = app(&engine).await;
    assert_eq!(deliveries.len(), 2);
    let (log, queue, served) = (Arc::new(drop) as Log, deliveries.clone(), app.clone());
    let running = tokio::spawn(async move { queue.run(&served, &log).await });
    let message = received.recv().await.unwrap();
    assert!(message.contains(r#"{"type":"webhook.test","#), "{message}");
    // It is let go of once it is settled.
    while Deliveries::open(engine.client()).await.unwrap().len() != 1 {
        tokio::task::yield_now().await;
    }
    assert!(received.try_recv().is_err(), "what is not due waits");
    running.abort();
}

#[tokio::test]
async fn what_cannot_be_settled_is_logged_and_tried_again() {
    let engine = Engine::open(None).unwrap();
    let (app, deliveries) = app(&engine).await;
    let (address, mut received) = receiver().await;
    let (game, webhook) = register(&app, address).await;
    // Something is there in the place of the webhook that nobody can read.
    let key = json!({ "pk": { "S": format!("GAME#{game}#WEBHOOKS") }, "sk": { "S": format!("WEBHOOK#{webhook}") } });
    let update = |version: &str| {
        json!({
            "TableName": "guildhall", "Key": key, "UpdateExpression": "SET version = :version",
            "ExpressionAttributeValues": { ":version": { "N": version } },
        })
    };
    let database = engine.database();
    database.update_item(serde_json::from_value(update("99")).unwrap()).unwrap();
    let (failed, mut logged) = mpsc::unbounded_channel();
    let log: Log = Arc::new(move |record| failed.send(record.function).unwrap());
    let parcel = parcel(&app, game, webhook);
    deliveries.send(Place::Deliveries, &[parcel]).await.map_err(drop).unwrap();
    let (queue, served) = (deliveries.clone(), app.clone());
    let running = tokio::spawn(async move { queue.run(&served, &log).await });
    assert_eq!(logged.recv().await, Some("deliver-webhook"));
    assert!(received.try_recv().is_err());
    assert_eq!(Deliveries::open(engine.client()).await.unwrap().len(), 1, "it is kept");
    running.abort();
}
