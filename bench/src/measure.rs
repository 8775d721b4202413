//! The benchmark: what is measured, in which world, and how often.

use std::collections::HashMap;
use std::path::PathBuf;

use aws_sdk_dynamodb::types::AttributeValue;
use functions::routes::ALL;
use serde_json::{Value, json};
use tempfile::TempDir;
use tests::World;

use crate::Failure;
use crate::binaries::{self, Binary};
use crate::callgrind::Instructions;
use crate::environment::Environment;
use crate::process::{Process, Usage, Variables};
use crate::scenes::{self, Scene};

/// Warm events that Callgrind counts together.
const WARM: u32 = 10;

/// How often the instructions of each phase are counted.
const COUNTS: usize = 6;

/// How often each function is started, in turns with all others, to see what the kernel says of it.
const ROUNDS: usize = 7;

/// The functions of the gate: one that reads many items, one that writes, and one that does both.
pub const GATE: [&str; 3] = ["get-group", "create-group", "add-group-attributes"];

/// What is to be measured.
pub struct Bench {
    scenes: Vec<(Role, Scene)>,
    binaries: HashMap<String, Binary>,
    variables: Variables,
    /// How often each function is started: not at all where only instructions are counted.
    rounds: usize,
    /// Where Callgrind writes.
    profiles: PathBuf,
    /// Its engine is DynamoDB.
    world: World,
    /// Holds the certificates and the stripped binaries as long as it lives.
    _folder: TempDir,
}

/// What a subject is measured for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What `lambda_runtime` costs by itself.
    Echo,
    /// What all others are compared to.
    Floor,
    /// A function of Guildhall.
    Guildhall,
    /// One that hashes a password: its time is the hash's.
    Argon2,
}

/// What was measured of one function at work.
pub struct Subject {
    /// What it does.
    pub name: &'static str,
    /// Its binary's name.
    pub function: &'static str,
    /// What it is measured for.
    pub role: Role,
    /// The calls of DynamoDB that each event needs.
    pub calls: usize,
    /// The connections that it opens to DynamoDB.
    pub connections: usize,
    /// Its binary.
    pub binary: Binary,
    /// Its instructions.
    pub instructions: Instructions,
    /// Those of the floor where it makes the very same calls, for one warm event.
    pub same_calls: Option<f64>,
    /// What the kernel says of it, unless it was not asked.
    pub phases: Option<Phases>,
}

/// What a function has used: when it was ready, after its first event, and after so many more.
#[derive(Debug, Clone, Copy)]
pub struct Phases {
    /// When it wanted its first event.
    pub init: Usage,
    /// After the first event.
    pub first: Usage,
    /// After the last one.
    pub last: Usage,
}

impl Phases {
    /// CPU time of one warm event, in milliseconds.
    pub fn warm_cpu(&self) -> f64 {
        (self.last.cpu - self.first.cpu) / f64::from(WARM)
    }
}

impl Bench {
    /// Builds the binaries and the world that they are to work in.
    ///
    /// # Errors
    /// [`Failure`] where a tool is missing or something does not build.
    pub async fn open(gate: bool, profiles: Option<PathBuf>) -> Result<Self, Failure> {
        let rounds = if gate { 0 } else { ROUNDS };
        let each = 1 + WARM as usize;
        // One event is answered while its calls are recorded.
        let count = 1 + COUNTS * (1 + each) + rounds * each;

        let Environment { world, variables, folder, .. } = Environment::open(None).await?;
        let mut scenes = vec![
            (Role::Echo, yardstick("echo", count)?),
            (Role::Floor, yardstick("floor", count)?),
        ];
        put_item(&world).await?;
        for scene in scenes::guildhall(&world, count).await? {
            if !gate || GATE.contains(&scene.function) {
                scenes.push((Role::Guildhall, scene));
            }
        }
        if !gate {
            scenes.push((Role::Argon2, scenes::argon2(&world, count)?));
        }

        let mut functions: Vec<_> = scenes[2..].iter().map(|(_, scene)| scene.function).collect();
        functions.dedup();
        let mut binaries = HashMap::new();
        let yardsticks = vec!["echo", "floor"];
        let built = binaries::yardsticks(&yardsticks, folder.path())?;
        binaries.extend(yardsticks.iter().map(|name| (*name).to_owned()).zip(built));
        let built = binaries::functions(&functions, folder.path())?;
        binaries.extend(functions.iter().map(|name| (*name).to_owned()).zip(built));
        let profiles = profiles.unwrap_or_else(|| folder.path().to_owned());
        Ok(Self { scenes, binaries, variables, rounds, profiles, world, _folder: folder })
    }

    /// Measures everything.
    ///
    /// # Errors
    /// [`Failure`] where a function fails.
    pub async fn measure(self) -> Result<Vec<Subject>, Failure> {
        let Self { mut scenes, binaries, variables, rounds, profiles, world, _folder } = self;
        let mut phases = vec![Vec::new(); scenes.len()];
        for _ in 0..rounds {
            for ((_, scene), phases) in scenes.iter_mut().zip(&mut phases) {
                let binary = &binaries[scene.function].stripped;
                let binary = binary.to_str().ok_or("a path is not text")?;
                phases.push(live(binary, &variables, &mut scene.events).await?);
            }
        }
        let mut subjects = Vec::new();
        for ((role, mut scene), phases) in scenes.into_iter().zip(phases) {
            // Not long before the floor repeats them: it gets the same answers as long as DynamoDB knows the requests' tokens.
            let calls = match role {
                Role::Echo | Role::Floor => Vec::new(),
                Role::Guildhall | Role::Argon2 => scenes::record(&world, &mut scene).await?,
            };
            let Scene { name, function, ref mut events } = scene;
            let binary = binaries[function].clone();
            let counted = &binary.with_symbols;
            let count = Instructions::count(counted, &variables, events, WARM, COUNTS, &profiles);
            let instructions = count.await?;
            eprintln!("{name}: {instructions:.2?}");
            let phases = median(phases);
            let same_calls = match role {
                Role::Guildhall => Some(repeat(&binaries["floor"], &variables, &calls).await?),
                Role::Echo | Role::Floor | Role::Argon2 => None,
            };
            let route = ALL.iter().find(|route| route.function == function);
            let connections = route.map_or(1, |route| route.parallel_calls);
            subjects.push(Subject {
                name,
                function,
                role,
                calls: if role == Role::Floor { 2 } else { calls.len() },
                connections,
                binary,
                instructions,
                same_calls,
                phases,
            });
        }
        Ok(subjects)
    }
}

/// One life of a function: its start, its first event, and warm ones.
async fn live(
    binary: &str,
    variables: &Variables,
    events: &mut impl Iterator<Item = Value>,
) -> Result<Phases, Failure> {
    let mut process = Process::start(&[binary], variables).await?;
    let init = process.usage()?;
    let mut first = init;
    for (turn, event) in events.take(1 + WARM as usize).enumerate() {
        process.runtime.invoke(event).await?.insist_on_success(binary)?;
        if turn == 0 {
            first = process.usage()?;
        }
    }
    let last = process.usage()?;
    process.stop().await?;
    Ok(Phases { init, first, last })
}

/// The round whose start and first event took the median of CPU time.
fn median(mut rounds: Vec<Phases>) -> Option<Phases> {
    rounds.sort_by(|one, other| one.first.cpu.total_cmp(&other.first.cpu));
    rounds.get(rounds.len() / 2).copied()
}

/// Counts the instructions that the floor needs, warm, to make these calls.
async fn repeat(
    floor: &Binary,
    variables: &Variables,
    calls: &[(String, Value)],
) -> Result<f64, Failure> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("calls.json");
    std::fs::write(&file, serde_json::to_vec(calls)?)?;
    let mut variables = variables.clone();
    variables.push(("CALLS", file.display().to_string()));
    let Scene { ref mut events, .. } = yardstick("floor", 2 + WARM as usize)?;
    let binary = &floor.with_symbols;
    let count = Instructions::count(binary, &variables, events, WARM, 1, folder.path());
    Ok(count.await?.warm)
}

/// A yardstick, whose events read and count one item.
fn yardstick(function: &'static str, count: usize) -> Result<Scene, Failure> {
    let mut event = scenes::sample("get-group")?;
    event["pathParameters"] = json!({ "id": "item" });
    let name = if function == "echo" { "yardstick: echo" } else { "yardstick: floor" };
    Ok(Scene { name, function, events: vec![event; count].into_iter() })
}

/// Puts what the floor reads and writes: an item like those of Guildhall, a group's.
async fn put_item(world: &World) -> Result<(), Failure> {
    let (client, table) = (world.app.store.client(), world.app.store.table());
    let group = world.user("floor").await.create_group("Floor", json!({})).await;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let partition = format!("GAME#{}#GROUP#{group}", world.game_id);
    let read = client.get_item().table_name(table).key("pk", text(&partition));
    let read = read.key("sk", text("GROUP")).send().await?;
    let item = read.item.ok_or("the group has another key")?;
    let put = client.put_item().table_name(table).set_item(Some(item));
    let put = put.item("pk", text("item")).item("sk", text("item"));
    put.item("reads", AttributeValue::N("0".to_owned())).send().await?;
    Ok(())
}
