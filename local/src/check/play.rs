//! A play: steps that are done at the same time, one call to DynamoDB after the other, in an order that the seed decides.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use fastrand::Rng;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::task::unconstrained;

use super::carrier::Carrier;
use super::clients::Clients;
use super::exchange::Parked;
use super::faults::{Fault, Odds, Tally};
use super::history::{History, Operation};
use super::request::{Ids, request};
use super::step::{Deed, PEOPLE, Step, USERS};
use super::stream::{Batch, Stream};
use super::tamper::{Guard, Tamper};
use super::world::{Deployment, Ended, Future, World};
use crate::ServerError;
use crate::engine::Answer as EngineAnswer;

/// What is to be played.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Decides about ids, faults and whose turn it is.
    pub seed: u64,
    pub steps: Vec<Step>,
    pub odds: Odds,
    pub deployment: Deployment,
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
    /// The guards that were seen.
    pub guards: BTreeSet<Guard>,
}

/// The most steps that are under way at once.
const AT_ONCE: usize = 8;

/// The most calls that are needed to relay what is left of the stream.
pub(super) const END: u64 = 10_000;

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
        known: BTreeMap::new(),
        expired: Vec::new(),
        requests: BTreeMap::new(),
        guards: BTreeSet::new(),
        calls: 0,
        log: String::new(),
    };
    stage.people().await?;
    stage.carrier.odds = plan.odds.clone();
    stage.run().await?;
    stage.end().await?;
    let Stage { world, carrier, history, log, calls, guards, .. } = stage;
    Ok(Played { history, users: world.users, tally: carrier.tally, log, calls, guards })
}

/// What is under way.
pub(super) struct Task {
    pub(super) work: Work,
    pub(super) future: Future,
    pub(super) flag: Arc<Flag>,
}

pub(super) enum Work {
    Operation(usize),
    Relay(Batch),
    Making,
}

/// Whether a task can go on.
pub(super) struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What can be done next.
#[derive(Clone, Copy)]
enum Turn {
    Start,
    Call,
    Relay,
    Pass,
}

pub(super) struct Stage<'p> {
    pub(super) plan: &'p Plan,
    pub(super) world: World,
    pub(super) carrier: Carrier,
    pub(super) rng: Rng,
    pub(super) tasks: BTreeMap<usize, Task>,
    /// Calls that wait for their turn.
    pub(super) waiting: Vec<Parked>,
    /// What came of making the world.
    pub(super) made: Option<Result<Value, ServerError>>,
    /// The places of the operations that tasks were for, also of those that were killed.
    pub(super) operations: BTreeMap<usize, usize>,
    pub(super) last_task: usize,
    pub(super) next_step: usize,
    /// How many milliseconds have passed, without the hours of waiting.
    pub(super) time: u64,
    pub(super) history: History,
    pub(super) clients: Clients,
    pub(super) stream: Stream,
    /// The last commit of each group.
    pub(super) known: BTreeMap<u32, u64>,
    /// The keys of rows that have expired.
    pub(super) expired: Vec<Value>,
    /// The requests of the steps with a key.
    pub(super) requests: BTreeMap<usize, Ids>,
    pub(super) guards: BTreeSet<Guard>,
    pub(super) calls: u64,
    pub(super) log: String,
}

impl Stage<'_> {
    /// Makes the game and lets everybody in.
    async fn people(&mut self) -> Result<(), ServerError> {
        let game = self.make(self.world.make_game()).await?;
        self.world.game = game["game_id"].as_i64().unwrap_or_default().try_into()?;
        self.make(self.world.make_webhook(&game)).await?;
        let mut users = [0; USERS];
        for (person, id) in users.iter_mut().enumerate() {
            let login = self.make(self.world.log_in(person)).await?;
            let hex = login["data"]["EntityToken"]["Entity"]["Id"].as_str().unwrap_or_default();
            *id = u32::from_str_radix(hex, 16).map_err(|_| format!("nobody logs in: {login}"))?;
        }
        users.sort_unstable();
        self.world.users = users;
        self.log.clear();
        Ok(())
    }

    async fn make(&mut self, future: Future) -> Result<Value, ServerError> {
        self.begin(Work::Making, future);
        loop {
            self.settle();
            if let Some(made) = self.made.take() {
                return made;
            }
            match self.waiting.pop() {
                Some(call) => {
                    self.carrier.carry(call);
                }
                None => self.pass(1).await,
            }
        }
    }

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
        let arrived: Vec<usize> = (0..self.waiting.len())
            .filter(|place| self.waiting[*place].arrives <= self.time)
            .collect();
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

    /// The place of the call whose turn it is. Writes wait rather longer than reads, so that much is decided on what is not so
    /// any more.
    fn call(&mut self, arrived: &[usize]) -> usize {
        let place = arrived[self.rng.usize(..arrived.len())];
        let is_write = self.waiting[place].operation() == "TransactWriteItems";
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
        let operation =
            Operation { step, ids, now, began, ended: None, answer: None, is_torn: false };
        self.history.operations.push(operation);
        let task = self.begin(Work::Operation(place), future);
        self.operations.insert(task, place);
        let who = step.by.map_or("the title", |by| PEOPLE[by]);
        let how = if step.gamefuse { "GameFuse" } else { "PlayFab" };
        let (group, to) = (ids.group, PEOPLE[step.to]);
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

    pub(super) fn begin(&mut self, work: Work, future: Future) -> usize {
        self.last_task += 1;
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        self.tasks.insert(self.last_task, Task { work, future, flag });
        self.last_task
    }

    /// Lets everybody go on who can, until all wait.
    pub(super) fn settle(&mut self) {
        loop {
            let mut woken = self.tasks.iter();
            let woken = woken.find(|(_, task)| task.flag.0.swap(false, Ordering::Relaxed));
            let Some(number) = woken.map(|(number, _)| *number) else { return };
            let Some(task) = self.tasks.get_mut(&number) else { return };
            self.world.exchange.work_for(number);
            let waker = Waker::from(task.flag.clone());
            let polled = task.future.as_mut().poll(&mut Context::from_waker(&waker));
            for call in self.world.exchange.take() {
                self.waiting.push(Parked { arrives: self.time, ..call });
            }
            if let Poll::Ready(ended) = polled
                && let Some(task) = self.tasks.remove(&number)
            {
                self.finish(number, task.work, ended);
            }
        }
    }

    fn finish(&mut self, task: usize, work: Work, ended: Ended) {
        match (work, ended) {
            (Work::Operation(place), Ended::Answered(answer)) => {
                let failure = answer.failure.unwrap_or_default();
                self.note(task, &format!("is answered {} {failure}", answer.status));
                self.learn(place, &answer);
                let commits = self.history.commits.len();
                let operation = &mut self.history.operations[place];
                operation.ended = Some(commits);
                operation.answer = Some(answer);
            }
            (Work::Relay(batch), Ended::Relayed(true)) => {
                self.note(task, "has relayed");
                let is_repeated = self.carrier.strike(Fault::Redeliver, &mut self.rng);
                self.stream.relayed(batch, is_repeated);
            }
            (Work::Relay(batch), _) => {
                self.note(task, "fails to relay");
                self.stream.failed(batch);
            }
            (_, Ended::Made(made)) => self.made = Some(made),
            (Work::Operation(_) | Work::Making, _) => {}
        }
    }

    /// Time passes.
    pub(super) async fn pass(&mut self, milliseconds: u64) {
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

    pub(super) fn engine(&self, operation: &str, request: &Value) -> Value {
        let target = format!("DynamoDB_20120810.{operation}");
        let EngineAnswer(_, json) =
            self.world.engine.answer(&target, request.to_string().as_bytes());
        serde_json::from_str(&json).unwrap_or_default()
    }

    pub(super) fn note(&mut self, task: usize, what: &str) {
        let _written = writeln!(self.log, "{:>8} #{task} {what}", self.time);
    }
}
