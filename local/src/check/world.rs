//! A world: a table on an engine of its own, a game, its people, and the routes; time and chance are those of the seed.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use fastrand::Rng;
use functions::operator::deliver_webhook::deliver_by;
use functions::record::{Failure, Record};
use functions::routes::{CREATE_GAME, DELIVER_WEBHOOK, RELAY_EVENTS, REPAIR_GROUP};
use functions::serve::failure_text;
use http::{Request, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::App;
use shared::auth::keys::{Keys, Purpose};
use shared::auth::passwords::Passwords;
use shared::auth::token;
use shared::domain::ids::{GameId, UserId};
use shared::entropy::Entropy;
use shared::limits::Limits;
use shared::store::Store;
use tower::ServiceExt;

use super::deed::Deed;
use super::exchange::Exchange;
use super::history::Answer;
use super::request;
use super::sent::Sent;
use super::step::{PEOPLE, Step, USERS};
use crate::ServerError;
use crate::deliveries::outbox;
use crate::engine::{Engine, client_inside};
use crate::manual_clock::ManualClock;
use crate::server::router;
use crate::table;

/// The table's name.
pub const TABLE: &str = "guildhall";

/// When plays begin.
const BEGINNING: Timestamp = Timestamp::constant(1_767_323_045, 678_000_000);

/// What a deployment decides.
#[derive(Debug, Clone, Copy)]
pub struct Deployment {
    pub unique_group_names: bool,
    /// In how many groups a player may be; in any number where it is zero.
    pub groups_per_player: u32,
}

/// So few that plays run into them.
pub fn limits(deployment: Deployment) -> Limits {
    Limits {
        group_size: 8,
        pending: 5,
        blocks: 3,
        codes: 3,
        unique_group_names: deployment.unique_group_names,
        groups_per_player: deployment.groups_per_player,
        ..Limits::default()
    }
}

/// The failures that were logged, by the number of the task.
type Failures = Arc<Mutex<Vec<(usize, Option<Failure>)>>>;

/// A world.
pub struct World {
    pub engine: Engine,
    pub exchange: Exchange,
    pub app: Arc<App>,
    pub game: GameId,
    /// The key of its server.
    pub secret_key: String,
    /// What is sent to the game's webhook.
    pub sent: Sent,
    /// That webhook, as its owner was told of it.
    pub webhook: Value,
    /// The ids of its people, in ascending order.
    pub users: [u32; USERS],
    clock: ManualClock,
    failures: Failures,
    router: Router,
}

/// What a task comes to.
pub enum Ended {
    Answered(Answer),
    /// Whether a batch of the stream was relayed.
    Relayed(bool),
    /// What is told of a batch of the queue.
    Delivered(Result<Value, shared::Error>),
    /// Something in the making of the world.
    Made(Result<Value, ServerError>),
}

/// What somebody is about to be answered.
pub type Future = std::pin::Pin<Box<dyn std::future::Future<Output = Ended>>>;

impl World {
    /// A world with a table and nobody in it.
    ///
    /// # Errors
    /// [`ServerError`] where there is no engine to be had.
    pub async fn new(seed: u64, deployment: Deployment) -> Result<Self, ServerError> {
        let engine = Engine::open(None)?;
        table::create_if_missing(&engine.client(), TABLE).await?;
        let (exchange, clock, failures) =
            (Exchange::default(), ManualClock::at(BEGINNING), Failures::default());
        let (entropy, sent) = (entropy(seed), Sent::new(seed));
        let client = client_inside(exchange.http_client());
        let app = Arc::new(App {
            store: Store::new(client, TABLE.to_owned(), entropy.clone()),
            keys: Keys::new(b"a signing key for plays, not secret", None)?,
            passwords: Passwords::cheap(),
            limits: limits(deployment),
            outbox: outbox(sent.clone()),
            clock: clock.reader(),
            entropy,
        });
        let (log, desk) = (failures.clone(), exchange.clone());
        let log = move |record: Record| {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.push((desk.at_work(), record.failure));
        };
        let router = router(app.clone(), Arc::new(log), None)?;
        let game = GameId::try_from(1)?;
        Ok(Self {
            engine,
            exchange,
            app,
            game,
            secret_key: String::new(),
            sent,
            webhook: Value::Null,
            users: [0; USERS],
            clock,
            failures,
            router,
        })
    }

    /// The time in milliseconds.
    pub fn now(&self) -> i64 {
        self.app.now().as_millisecond()
    }

    /// Lets that much time pass.
    pub fn pass(&self, time: SignedDuration) {
        self.clock.set(self.app.now() + time);
    }

    /// What makes the game.
    pub fn make_game(&self) -> Future {
        let app = self.app.clone();
        Box::pin(async move {
            let event = json!({ "name": "Play" });
            let (made, _) = CREATE_GAME.invoke(&app, "play".to_owned(), event).await;
            Ended::Made(made.map_err(|failure| failure_text(&failure).into()))
        })
    }

    /// What registers a webhook of the game, to which everything is sent.
    pub fn make_webhook(&self) -> Future {
        let request = Request::post("/api/v3/webhooks");
        self.ask_as_server(request, &json!({ "url": "https://game.example.com/" }))
    }

    /// What moves that webhook to another address.
    pub fn move_webhook(&self) -> Future {
        let request = Request::patch(format!("/api/v3/webhooks/{}", self.webhook["id"]));
        self.ask_as_server(request, &json!({ "url": "https://new.example.com/" }))
    }

    /// What is answered to the game's server.
    fn ask_as_server(&self, request: http::request::Builder, body: &Value) -> Future {
        let request = request
            .header("service-key-name", "play")
            .header("service-key-token", &self.secret_key)
            .header(header::CONTENT_TYPE, "application/json");
        self.ask(request.body(Body::from(body.to_string())))
    }

    /// What lets somebody into the game.
    pub fn log_in(&self, person: usize) -> Future {
        let body = json!({
            "TitleId": self.game.to_string(), "CustomId": PEOPLE[person], "CreateAccount": true,
        });
        let request = Request::post("/Client/LoginWithCustomID")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        self.ask(request)
    }

    /// What is answered to a request in the making of the world.
    fn ask(&self, request: http::Result<Request<Body>>) -> Future {
        let router = self.router.clone();
        Box::pin(async move {
            let answered = async {
                let response = router.oneshot(request?).await?;
                let body = to_bytes(response.into_body(), usize::MAX).await?;
                Ok(serde_json::from_slice(&body)?)
            };
            Ended::Made(answered.await)
        })
    }

    /// What relays a batch of the stream.
    pub fn relay(&self, batch: Value) -> Future {
        let app = self.app.clone();
        Box::pin(async move {
            let (relayed, _) = RELAY_EVENTS.invoke(&app, "stream".to_owned(), batch).await;
            Ended::Relayed(relayed.is_ok())
        })
    }

    /// What delivers a batch of the queue.
    pub fn deliver(&self, batch: Value) -> Future {
        let (app, exchange) = (self.app.clone(), self.exchange.clone());
        Box::pin(async move {
            let delivering = deliver_by(&exchange, &app, batch);
            let (told, _) = DELIVER_WEBHOOK.measure(&app, "queue".to_owned(), delivering).await;
            Ended::Delivered(told)
        })
    }

    /// What answers a step, whose request that is.
    ///
    /// # Errors
    /// [`ServerError`] where no token can be made.
    pub fn answer(&self, step: &Step, request: &request::Request) -> Result<Future, ServerError> {
        if step.deed == Deed::Repair {
            return Ok(self.repair(request.body.clone()));
        }
        let user = step.by.map(|by| UserId::try_from(i64::from(self.users[by]))).transpose()?;
        let token = token::issue(&self.app.keys, self.app.now(), Purpose::Token, self.game, user);
        let token = token.map_err(|failure| failure_text(&failure))?.text;
        let header_name = if step.gamefuse { "authentication-token" } else { "x-entitytoken" };
        let mut http = Request::builder()
            .method(request.method)
            .uri(&request.path)
            .header(header_name, token)
            .header(header::CONTENT_TYPE, "application/json");
        if step.is_keyed {
            http = http.header("idempotency-key", format!("key-{}", step.first()));
        }
        if step.is_dry_run {
            http = http.header("dry-run", "true");
        }
        let body = if request.body.is_null() { String::new() } else { request.body.to_string() };
        let http = http.body(Body::from(body))?;
        let client = Client {
            router: self.router.clone(),
            desk: self.exchange.clone(),
            failures: self.failures.clone(),
        };
        Ok(Box::pin(async move { Ended::Answered(client.ask_for_all(http).await) }))
    }

    /// What answers the operator's order to compare a group's counts with its rows.
    fn repair(&self, mut order: Value) -> Future {
        let app = self.app.clone();
        order["game_id"] = self.game.get().into();
        Box::pin(async move {
            let (answer, record) = REPAIR_GROUP.invoke(&app, "order".to_owned(), order).await;
            Ended::Answered(answer_of(record.status, answer.unwrap_or_default(), record.failure))
        })
    }
}

/// More pages than any list of a play has, so that a cursor which stands still ends.
const MOST_PAGES: usize = 100;

/// What asks.
struct Client {
    router: Router,
    desk: Exchange,
    failures: Failures,
}

impl Client {
    /// Asks, and where a list has more pages, for each of them; what is answered then has all that they list.
    async fn ask_for_all(&self, request: Request<Body>) -> Answer {
        let (head, body) = request.into_parts();
        let mut answer = self.ask(Request::from_parts(head.clone(), body)).await;
        let (mut groups, mut sizes) = (Vec::new(), Vec::new());
        while let Some(page) = answer.body.get_mut("groups").and_then(Value::as_array_mut) {
            sizes.push(page.len());
            groups.append(page);
            let cursor = answer.body["next_cursor"].as_str().filter(|_| sizes.len() < MOST_PAGES);
            let Some(cursor) = cursor else {
                answer.body["groups"] = groups.into();
                answer.body["page_sizes"] = sizes.into();
                return answer;
            };
            let mut head = head.clone();
            match format!("{}&cursor={cursor}", head.uri).parse() {
                Ok(uri) => head.uri = uri,
                Err(_) => return answer,
            }
            answer = self.ask(Request::from_parts(head, Body::empty())).await;
        }
        answer
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        let text = || Value::from(String::from_utf8_lossy(&body).into_owned());
        let failure = take(&self.failures, self.desk.at_work());
        let json = serde_json::from_slice(&body).unwrap_or_else(|_| text());
        let is_replayed = head.headers.contains_key("idempotency-replayed");
        Answer { is_replayed, ..answer_of(head.status.as_u16(), json, failure) }
    }
}

fn answer_of(status: u16, body: Value, failure: Option<Failure>) -> Answer {
    Answer {
        status,
        body,
        failure: failure.as_ref().map(Failure::name),
        cause: failure.as_ref().and_then(Failure::cause).map(str::to_owned),
        is_replayed: false,
    }
}

/// The failure that was logged for a task.
fn take(failures: &Failures, task: usize) -> Option<Failure> {
    let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
    let place = failures.iter().position(|(of, _)| *of == task)?;
    failures.swap_remove(place).1
}

/// Randomness from the seed.
fn entropy(seed: u64) -> Entropy {
    let rng = Mutex::new(Rng::with_seed(seed));
    Entropy::new(move |buffer| {
        rng.lock().unwrap_or_else(PoisonError::into_inner).fill(buffer);
        Ok(())
    })
}
