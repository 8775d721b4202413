//! A world: one table, one game, one clock.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use axum::Router;
use axum::body::Body;
use functions::record::{Failure, Record};
use http::{Method, Request};
use jiff::{SignedDuration, Timestamp};
use local::engine::Engine;
use local::{server, table};
use serde_json::{Value, json};
use shared::App;
use shared::auth::keys::Keys;
use shared::auth::passwords::Passwords;
use shared::entropy::Entropy;
use shared::limits::Limits;
use shared::outbox::Outbox;
use shared::outbox::bus::Bus;
use shared::outbox::queue::Queue;
use shared::store::Store;
use tower::ServiceExt;

use crate::calls::{attributed, function_of, invocation};
use crate::contract;
use crate::engine::Behind;
use crate::faults::Faults;
use crate::parcels::Parcels;
use crate::player::Player;
use crate::reply::Reply;

/// The key that signs what worlds hand out.
pub const SIGNING_KEY: &[u8] = b"a signing key for tests, not secret";

/// When worlds begin, unless they are to begin at another time.
const BEGINNING: Timestamp = Timestamp::constant(1_767_323_045, 678_000_000);

/// One table, one game, one clock.
pub struct World {
    /// What the handlers work with.
    pub app: Arc<App>,
    /// The game.
    pub game_id: u64,
    /// Its token.
    pub game_token: String,
    /// Its key.
    pub secret_key: String,
    /// Faults to come.
    pub faults: Faults,
    /// What is on its way to webhooks.
    pub parcels: Parcels,
    router: Router,
    clock: Arc<Mutex<Timestamp>>,
    ids: Arc<Mutex<VecDeque<u32>>>,
    log: Arc<Mutex<Vec<Record>>>,
    behind: Behind,
}

/// What a world is to be like.
#[derive(Debug, Clone)]
pub struct WorldBuilder {
    /// The deployment's limits.
    pub limits: Limits,
    /// The first ids to be drawn, before random ones.
    pub ids: Vec<u32>,
    /// Whether it insists on the embedded engine, whatever `DYNAMODB_ENDPOINT` names.
    pub is_embedded: bool,
    /// When it begins.
    pub beginning: Timestamp,
}

impl Default for WorldBuilder {
    fn default() -> Self {
        Self {
            // Receivers are at this machine.
            limits: Limits { local_webhooks: true, ..Limits::default() },
            ids: Vec::new(),
            is_embedded: false,
            beginning: BEGINNING,
        }
    }
}

impl World {
    /// A world like any other.
    pub async fn new() -> Self {
        WorldBuilder::default().build().await
    }

    /// A world on the embedded engine, whatever else is named: for its stream, which no other one delivers to the relay, and for
    /// a clock that stands still, which no other one waits for.
    pub async fn embedded() -> Self {
        WorldBuilder { is_embedded: true, ..Default::default() }.build().await
    }

    /// A world in which the members of a group are shown each other's addresses.
    pub async fn that_shows_emails() -> Self {
        let limits = Limits { show_emails: true, ..Limits::default() };
        WorldBuilder { limits, ..WorldBuilder::default() }.build().await
    }

    /// Sends a request through the front door.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Reply {
        let function = function_of(&request);
        let route = contract::route(&request);
        let answer = self.router.clone().oneshot(request.map(Body::from));
        let reply = Reply::read(attributed(function, answer).await.unwrap()).await;
        if let Some(route) = route {
            contract::assert_documented(route, self.error_of(&reply), &reply);
        }
        reply
    }

    /// The name of the error that a reply is, as it was logged.
    fn error_of(&self, reply: &Reply) -> Option<&'static str> {
        let ids = ["x-request-id", "x-requestid"].map(|name| reply.header(name));
        let log = self.log.lock().unwrap();
        let record = log.iter().rev().find(|record| ids.contains(&record.request_id.as_str()))?;
        record.failure.as_ref().map(Failure::name)
    }

    /// Invokes a function that has no route.
    pub async fn invoke(&self, function: &str, event: Value) -> Reply {
        let request = Request::builder().method(Method::POST).uri(invocation(function));
        self.send(request.body(event.to_string().into_bytes()).unwrap()).await
    }

    /// Somebody without credentials.
    pub fn nobody(&self) -> Player<'_> {
        Player { world: self, id: 0, name: String::new(), credentials: Vec::new(), address: None }
    }

    /// Somebody with that token.
    pub fn with_token(&self, token: &str) -> Player<'_> {
        let credentials = vec![("authentication-token", token.to_owned())];
        Player { credentials, ..self.nobody() }
    }

    /// A new user, signed up through the front door: `{name}@example.com`, whose password is `password`.
    pub async fn user(&self, name: &str) -> Player<'_> {
        let signed_up = self.nobody().post("/api/v3/users", self.sign_up_body(name)).await.ok();
        Player {
            id: u32::try_from(signed_up["id"].as_u64().unwrap()).unwrap(),
            name: name.to_owned(),
            ..self.with_token(signed_up["authentication_token"].as_str().unwrap())
        }
    }

    /// Several new users.
    pub async fn users<const N: usize>(&self, names: [&str; N]) -> [Player<'_>; N] {
        let mut users = Vec::new();
        for name in names {
            users.push(self.user(name).await);
        }
        users.try_into().unwrap_or_else(|_| panic!("as many users as names"))
    }

    /// So many new users, `{prefix}0` and on.
    pub async fn crowd(&self, prefix: &str, size: usize) -> Vec<Player<'_>> {
        let mut users = Vec::new();
        for number in 0..size {
            users.push(self.user(&format!("{prefix}{number}")).await);
        }
        users
    }

    /// What signs a user up.
    pub fn sign_up_body(&self, name: &str) -> Value {
        json!({
            "game_id": self.game_id,
            "game_token": self.game_token,
            "username": name,
            "email": format!("{name}@example.com"),
            "password": "password",
            "password_confirmation": "password",
        })
    }

    /// The game's server, acting for a user.
    pub fn service_for(&self, user: &Player<'_>) -> Player<'_> {
        let credentials = vec![
            ("service-key-name", "tests".to_owned()),
            ("service-key-token", self.secret_key.clone()),
            ("current-user-id", user.id.to_string()),
        ];
        Player { id: user.id, name: user.name.clone(), credentials, ..self.nobody() }
    }

    /// The same for a user of whom nothing but the id is known.
    pub fn service_of(&self, user: u32) -> Player<'_> {
        self.service_for(&Player { id: user, ..self.nobody() })
    }

    /// Another game in the same table and on the same clock.
    pub async fn other_game(&self) -> Self {
        let mut other = self.again();
        other.create_game().await;
        other
    }

    /// The same world, as functions find it that are deployed with other limits.
    pub fn redeployed(&self, limits: Limits) -> Self {
        let store = &self.app.store;
        let (client, table) = (store.client().clone(), store.table().to_owned());
        let app = app(client, table, limits, &self.parcels, &self.clock, &self.ids);
        Self { router: router(&app, &self.log), app, ..self.again() }
    }

    /// The same world, as functions find it that are deployed with a bus.
    pub fn with_bus(&self, bus: Bus) -> Self {
        let limits = self.app.limits.clone();
        let store = &self.app.store;
        let (client, table) = (store.client().clone(), store.table().to_owned());
        let mut app = app(client, table, limits, &self.parcels, &self.clock, &self.ids);
        Arc::get_mut(&mut app).unwrap().outbox.bus = Some(bus);
        Self { router: router(&app, &self.log), app, ..self.again() }
    }

    fn again(&self) -> Self {
        Self {
            app: self.app.clone(),
            faults: self.faults.clone(),
            parcels: self.parcels.clone(),
            router: self.router.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            log: self.log.clone(),
            behind: self.behind.clone(),
            game_id: self.game_id,
            game_token: self.game_token.clone(),
            secret_key: self.secret_key.clone(),
        }
    }

    async fn create_game(&mut self) {
        let reply = self.invoke("create-game", json!({ "name": "Test" })).await;
        let game: Value = serde_json::from_slice(&reply.body).unwrap();
        self.game_id = game["game_id"].as_u64().unwrap();
        self.game_token = game["game_token"].as_str().unwrap().to_owned();
        self.secret_key = game["secret_key"].as_str().unwrap().to_owned();
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        *self.clock.lock().unwrap()
    }

    /// Lets time pass.
    pub fn advance(&self, by: SignedDuration) {
        let mut clock = self.clock.lock().unwrap();
        *clock = clock.checked_add(by).unwrap();
    }

    /// The next ids to be drawn, before random ones.
    pub fn draw_next(&self, ids: impl IntoIterator<Item = u32>) {
        self.ids.lock().unwrap().extend(ids);
    }

    /// Forgets the ids that were to be drawn next.
    pub fn draw_freely(&self) {
        self.ids.lock().unwrap().clear();
    }

    /// The lines logged so far.
    pub fn log(&self) -> Vec<Value> {
        self.log_of(None)
    }

    /// The lines as functions of that stage write them.
    pub fn log_of(&self, stage: Option<&str>) -> Vec<Value> {
        let log = self.log.lock().unwrap();
        log.iter().map(|record| serde_json::from_str(&record.line(stage)).unwrap()).collect()
    }

    /// Where the engine answers.
    pub fn dynamodb_url(&self) -> &str {
        self.behind.url()
    }

    /// The embedded engine; nothing where another engine is named.
    pub fn engine(&self) -> Option<&Engine> {
        match &self.behind {
            Behind::Embedded(engine, _) => Some(engine),
            Behind::Named(_) => None,
        }
    }

    /// The embedded engine's database.
    pub fn database(&self) -> Option<&dynoxide::Database> {
        self.engine().map(Engine::database)
    }
}

impl WorldBuilder {
    /// Makes the world.
    pub async fn build(self) -> World {
        let behind = if self.is_embedded { Behind::embedded() } else { Behind::start() };
        let faults = Faults::default();
        let client = faults.before(&behind.client());
        let table =
            format!("test-{:032x}", u128::from_be_bytes(Entropy::system().bytes().unwrap()));
        table::create_if_missing(&client, &table).await.unwrap();

        let clock = Arc::new(Mutex::new(self.beginning));
        let ids = Arc::new(Mutex::new(VecDeque::from(self.ids)));
        let log = Arc::new(Mutex::new(Vec::new()));
        let parcels = Parcels::default();
        let app = app(client, table, self.limits, &parcels, &clock, &ids);
        let mut world = World {
            router: router(&app, &log),
            app,
            game_id: 0,
            game_token: String::new(),
            secret_key: String::new(),
            faults,
            parcels,
            clock,
            ids,
            log,
            behind,
        };
        world.create_game().await;
        world
    }
}

fn app(
    client: Client,
    table: String,
    limits: Limits,
    parcels: &Parcels,
    clock: &Arc<Mutex<Timestamp>>,
    ids: &Arc<Mutex<VecDeque<u32>>>,
) -> Arc<App> {
    let entropy = entropy(ids.clone());
    Arc::new(App {
        store: Store::new(client, table, entropy.clone()),
        keys: Keys::new(SIGNING_KEY, None).unwrap(),
        passwords: Passwords::cheap(),
        limits,
        outbox: Outbox::new(Queue::Own(Box::new(parcels.clone())), None, Outbox::MEMORY),
        clock: Box::new({
            let clock = clock.clone();
            move || *clock.lock().unwrap()
        }),
        entropy,
    })
}

fn router(app: &Arc<App>, log: &Arc<Mutex<Vec<Record>>>) -> Router {
    let records = log.clone();
    let sink = Arc::new(move |record| records.lock().unwrap().push(record));
    server::router(app.clone(), sink, None).unwrap()
}

/// Draws of four bytes, which are ids and how long delays last, come from the list while it lasts; everything else is random.
fn entropy(ids: Arc<Mutex<VecDeque<u32>>>) -> Entropy {
    let system = Entropy::system();
    Entropy::new(move |buffer| {
        if buffer.len() == 4
            && let Some(id) = ids.lock().unwrap().pop_front()
        {
            buffer.copy_from_slice(&id.to_be_bytes());
            return Ok(());
        }
        for chunk in buffer.chunks_mut(32) {
            let random = system.bytes::<32>().map_err(|_| getrandom::Error::UNSUPPORTED)?;
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
        Ok(())
    })
}
