//! A play: steps that are done at the same time, one call to DynamoDB after the other, in an order that the seed decides.

mod carrying;
mod clients;
mod delivering;
mod observer;
mod people;
mod running;
mod tasks;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::task::unconstrained;

use self::tasks::{Task, Work};
use crate::ServerError;
use crate::check::carrier::Carrier;
use crate::check::deed::Deed;
use crate::check::exchange::Parked;
use crate::check::faults::{Fault, Odds, Tally};
use crate::check::history::{Deliveries, History, Operation, Told};
use crate::check::queue::Queue;
use crate::check::request::{Code, Ids, request};
use crate::check::step::{PEOPLE, SLOTS, Step, USERS};
use crate::check::stream::Stream;
use crate::check::tamper::{Guard, TRANSACTION, Tamper};
use crate::check::world::{Deployment, World};
use crate::engine::Answer as EngineAnswer;

/// What is to be played.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Decides about ids, faults and whose turn it is.
    pub seed: u64,
    pub steps: Vec<Step>,
    pub odds: Odds,
    pub deployment: Deployment,
    /// Whether what was sent to the webhook is delivered in the end.
    pub delivers: bool,
    pub tamper: Tamper,
}

/// What was played.
pub struct Played {
    pub history: History,
    pub users: [u32; USERS],
    pub tally: Tally,
    /// What happened, a line each.
    pub log: String,
    /// The calls to DynamoDB that were carried out.
    pub calls: u64,
    /// How often each guard was seen.
    pub guards: BTreeMap<Guard, usize>,
}

/// The most steps that are under way at once.
const AT_ONCE: usize = 8;

/// The most calls that are needed to relay what is left of the stream.
const END: u64 = 10_000;

/// Plays it.
///
/// # Errors
/// [`ServerError`] where the stage cannot be set.
pub async fn play(plan: &Plan) -> Result<Played, ServerError> {
    // Tokio would let others have their turn after so many polls; here nobody else is.
    unconstrained(play_alone(plan)).await
}

async fn play_alone(plan: &Plan) -> Result<Played, ServerError> {
    let mut rng = Rng::with_seed(plan.seed);
    let world = World::new(rng.u64(..), plan.deployment).await?;
    let carrier = Carrier::new(world.engine.clone(), Odds::none(), plan.tamper.clone());
    let mut stage = Stage {
        plan,
        world,
        carrier,
        rng,
        tasks: BTreeMap::new(),
        waiting: Vec::new(),
        made: None,
        operations: BTreeMap::new(),
        last_task: 0,
        next_step: 0,
        time: 0,
        history: History::default(),
        clients: Clients::default(),
        stream: Stream::default(),
        delivering: Delivering::default(),
        known: BTreeMap::new(),
        expired: Vec::new(),
        requests: BTreeMap::new(),
        guards: BTreeMap::new(),
        calls: 0,
        log: String::new(),
    };
    stage.people().await?;
    stage.set_odds(&plan.odds);
    stage.run().await?;
    stage.end().await?;
    if plan.delivers {
        stage.deliver().await?;
    }
    let Stage { world, carrier, history, log, calls, guards, .. } = stage;
    let mut tally = carrier.tally;
    tally.insert(Fault::Queue, world.sent.faults());
    Ok(Played { history, users: world.users, tally, log, calls, guards })
}

/// What clients have learned.
#[derive(Default)]
struct Clients {
    groups: [Option<u32>; SLOTS],
    /// What is pending, by group, user and kind.
    connections: BTreeMap<(u32, u32, &'static str), u32>,
    /// The code that was made last in a group.
    codes: BTreeMap<u32, Code>,
    /// The version of a group that was answered last.
    versions: BTreeMap<u32, u32>,
}

/// What is on its way to the webhook.
#[derive(Default)]
struct Delivering {
    queue: Queue,
    seen: Deliveries,
    /// After how many calls the webhook moves to another address.
    moves_at: Option<u64>,
    /// The id of a message that its receiver never takes.
    never_taken: Option<String>,
    /// What is told of deliveries, as far as it was read since it was last written.
    told: Option<Arc<Told>>,
}

/// What can be done next.
#[derive(Clone, Copy)]
enum Turn {
    Start,
    Call,
    Relay,
    Pass,
}

struct Stage<'p> {
    plan: &'p Plan,
    world: World,
    carrier: Carrier,
    rng: Rng,
    tasks: BTreeMap<usize, Task>,
    /// Calls that wait for their turn.
    waiting: Vec<Parked>,
    /// What came of making the world.
    made: Option<Result<Value, ServerError>>,
    /// The places of the operations that tasks were for, also of those that were killed.
    operations: BTreeMap<usize, usize>,
    last_task: usize,
    next_step: usize,
    /// How many milliseconds have passed, without the hours of waiting.
    time: u64,
    history: History,
    clients: Clients,
    stream: Stream,
    delivering: Delivering,
    /// The last commit of each group.
    known: BTreeMap<u32, u64>,
    /// The keys of rows that have expired.
    expired: Vec<Value>,
    /// The requests of the steps with a key.
    requests: BTreeMap<usize, Ids>,
    guards: BTreeMap<Guard, usize>,
    calls: u64,
    log: String,
}

impl Stage<'_> {
    /// Plays until every step has come to its end.
    async fn run(&mut self) -> Result<(), ServerError> {
        loop {
            self.settle();
            let is_over = self.next_step >= self.plan.steps.len();
            if is_over && self.tasks.is_empty() && self.waiting.is_empty() {
                return Ok(());
            }
            self.turn().await?;
        }
    }

    /// Lets faults happen as often as these say from here on.
    fn set_odds(&mut self, odds: &Odds) {
        self.carrier.odds = odds.clone();
        self.world.sent.set_odds(odds.clone());
    }

    /// Does the next thing.
    async fn turn(&mut self) -> Result<(), ServerError> {
        self.strike();
        let operations =
            self.tasks.values().filter(|task| matches!(task.work, Work::Operation(_))).count();
        let is_relaying = self.tasks.values().any(|task| matches!(task.work, Work::Relay(_)));
        let next = self.plan.steps.get(self.next_step).copied();
        if let Some(Step { deed: Deed::Wait(hours), .. }) = next
            && self.tasks.is_empty()
        {
            self.next_step += 1;
            self.wait(hours).await?;
            return Ok(());
        }
        let may_start = next.is_some_and(|next| !matches!(next.deed, Deed::Wait(_)));
        let arrived = self.arrived();
        let mut turns = vec![(Turn::Pass, 1)];
        if may_start && operations < AT_ONCE {
            turns.push((Turn::Start, 24));
        }
        if !arrived.is_empty() {
            turns.push((Turn::Call, 24));
        }
        if !self.stream.is_empty() && !is_relaying {
            turns.push((Turn::Relay, 2));
        }
        match self.weighted(&turns) {
            Turn::Start => self.start()?,
            Turn::Call => {
                let place = self.call(&arrived);
                self.carry(place)?;
            }
            Turn::Relay => {
                if let Some(batch) = self.stream.next(&mut self.rng) {
                    let event = batch.event();
                    self.begin(Work::Relay(batch), self.world.relay(event));
                }
            }
            // Where nothing else is to be done, somebody waits for the time to pass.
            Turn::Pass => {
                let most = if turns.len() == 1 { 200 } else { 20 };
                let time = self.rng.u64(1..=most);
                self.pass(time).await;
            }
        }
        Ok(())
    }

    /// The places of the calls that can be carried out.
    fn arrived(&self) -> Vec<usize> {
        let is_there = |place: &usize| self.waiting[*place].arrives <= self.time;
        (0..self.waiting.len()).filter(is_there).collect()
    }

    /// The place of the call whose turn it is. Writes wait rather longer than reads, so that much is decided on what is not so
    /// any more.
    fn call(&mut self, arrived: &[usize]) -> usize {
        let place = arrived[self.rng.usize(..arrived.len())];
        let is_write = self.waiting[place].operation() == TRANSACTION;
        match is_write && self.rng.u8(..3) > 0 {
            true => arrived[self.rng.usize(..arrived.len())],
            false => place,
        }
    }

    fn weighted(&mut self, turns: &[(Turn, u32)]) -> Turn {
        let all: u32 = turns.iter().map(|(_, weight)| weight).sum();
        let mut drawn = self.rng.u32(..all);
        for (turn, weight) in turns {
            match drawn.checked_sub(*weight) {
                Some(left) => drawn = left,
                None => return *turn,
            }
        }
        Turn::Pass
    }

    /// Starts the next step.
    fn start(&mut self) -> Result<(), ServerError> {
        let step = self.plan.steps[self.next_step];
        self.next_step += 1;
        let ids = match step.again {
            Some(first) => match self.requests.get(&first) {
                Some(ids) => *ids,
                None => return Ok(()),
            },
            None => self.ids(&step),
        };
        if step.is_keyed && step.again.is_none() {
            self.requests.insert(step.id, ids);
        }
        let future = self.world.answer(&step, &request(&step, &ids))?;
        let place = self.history.operations.len();
        let (now, began) = (self.world.now(), self.history.commits.len());
        let relayed = self.stream.told(ids.group);
        self.history.operations.push(Operation::new(step, ids, now, began, relayed));
        let task = self.begin(Work::Operation(place), future);
        self.operations.insert(task, place);
        let who = step.by.map_or("the title", |by| PEOPLE[by]);
        let how = if step.gamefuse { "GameFuse" } else { "PlayFab" };
        let (group, to) = (ids.group, step.names());
        let mut more = String::new();
        for (is_so, word) in [(step.is_dry_run, ", a dry run"), (step.is_keyed, ", with a key")] {
            more.push_str(if is_so { word } else { "" });
        }
        if let Some(again) = step.again {
            let _written = write!(more, ", step {again} again");
        }
        self.note(
            task,
            &format!(
                "begins step {}: {who} {:?} {to} in {group} ({how}{more})",
                step.id, step.deed
            ),
        );
        Ok(())
    }

    /// Time passes.
    async fn pass(&mut self, milliseconds: u64) {
        self.time += milliseconds;
        self.world.pass(SignedDuration::from_millis(milliseconds.cast_signed()));
        tokio::time::advance(Duration::from_millis(milliseconds)).await;
    }

    /// Hours pass, after which what was on its way has arrived or is lost, and what is old has expired.
    async fn wait(&mut self, hours: u16) -> Result<(), ServerError> {
        while !self.waiting.is_empty() {
            self.carry(0)?;
            self.settle();
        }
        self.world.pass(SignedDuration::from_hours(hours.into()));
        let _written = writeln!(self.log, "{:>8} {hours} hours pass", self.time);
        let now = self.world.now() / 1000;
        let rows = self.scan();
        let is_over = |row: &&Value| {
            let end = row["expires_at"]["N"].as_str().and_then(|end| end.parse::<i64>().ok());
            end.is_some_and(|end| end < now)
        };
        let key = |row: &Value| json!({ "pk": row["pk"], "sk": row["sk"] });
        self.expired = rows.iter().filter(is_over).map(key).collect();
        Ok(())
    }

    fn engine(&self, operation: &str, request: &Value) -> Value {
        let target = format!("DynamoDB_20120810.{operation}");
        let EngineAnswer(_, json) =
            self.world.engine.answer(&target, request.to_string().as_bytes());
        serde_json::from_str(&json).unwrap_or_default()
    }

    fn note(&mut self, task: usize, what: &str) {
        let _written = writeln!(self.log, "{:>8} #{task} {what}", self.time);
    }
}
