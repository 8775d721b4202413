//! What a player waits for, and what Lambda takes for it: each function at work under the share of a CPU that comes with its
//! memory.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use local::costs::prices;
use tokio::time::sleep;

use crate::dynamodb::{DynamoDb, Pace};
use crate::environment::Environment;
use crate::process::{Process, Variables};
use crate::quota::{PERIOD, Quota, WHOLE_CORE};
use crate::runtime_api::Answer;
use crate::scenes::{self, Scene};
use crate::times::Times;
use crate::{Failure, binaries, large};

/// How much memory functions are given, in MB.
const SIZES: [u64; 5] = [128, 256, 512, 1024, WHOLE_CORE];

/// What DynamoDB is taken to need.
const PACE: Pace = Pace { read: Duration::from_millis(4), write: Duration::from_millis(12) };

/// How often each function is started with each size.
const LIVES: usize = 20;

/// Warm events of each life.
const WARM: usize = 3;

/// Where a function takes longer than that with a size, it is started only so often: the table has to be done in ten minutes.
const PATIENCE: Duration = Duration::from_secs(7);
const FEWEST_LIVES: usize = 10;

/// What was measured of one function at work, with one size.
pub struct Latency {
    scene: &'static str,
    function: &'static str,
    memory: u64,
    /// From its start to its first answer.
    cold: Times,
    /// To an answer after others.
    warm: Times,
    /// To an answer after its connections were closed.
    reconnected: Times,
    /// For how long Lambda bills a warm event.
    billed: Times,
    /// How long all that took.
    taken: Duration,
}

impl Latency {
    fn of(scene: &Scene, memory: u64) -> Self {
        let Scene { name, function, .. } = *scene;
        let [cold, warm, reconnected, billed] = Default::default();
        let taken = Duration::ZERO;
        Self { scene: name, function, memory, cold, warm, reconnected, billed, taken }
    }

    fn is_done(&self) -> bool {
        self.cold.len() >= FEWEST_LIVES && self.taken > PATIENCE
    }
}

/// Measures all scenes with all sizes. The binaries are those in `folder`, each with its function's name, or else built.
///
/// # Errors
/// [`Failure`] where the CPU cannot be limited, something does not build, or a function fails.
pub async fn measure(folder: Option<PathBuf>) -> Result<Vec<Latency>, Failure> {
    let quota = Quota::open()?;
    let environment = Environment::open(Some(PACE)).await?;
    let Environment { world, dynamodb, variables, folder: own_folder } = &environment;
    let count = (1 + SIZES.len() * LIVES) * (1 + WARM + 1);
    let mut scenes = scenes::guildhall(world, count).await?;
    scenes.extend(large::scenes(world, count).await?);
    scenes.push(scenes::argon2(world, count)?);
    let folder = match folder {
        Some(folder) => folder,
        None => {
            build(&scenes, own_folder.path())?;
            own_folder.path().to_owned()
        }
    };

    let mut latencies: Vec<Latency> = Vec::new();
    for scene in &scenes {
        latencies.extend(SIZES.map(|memory| Latency::of(scene, memory)));
    }
    let mut stage = Stage { quota, dynamodb, variables: variables.clone(), pauses: 0 };
    for (scene, latencies) in scenes.iter_mut().zip(latencies.chunks_mut(SIZES.len())) {
        let binary = folder.join(scene.function);
        // What is read once is remembered, as long as nothing is written.
        stage.live(&binary, scene, &mut Latency::of(scene, WHOLE_CORE)).await?;
        // In turns, so that whatever else the machine does meets all sizes alike.
        for _ in 0..LIVES {
            for latency in latencies.iter_mut().filter(|latency| !latency.is_done()) {
                let begun = Instant::now();
                stage.live(&binary, scene, latency).await?;
                latency.taken += begun.elapsed();
            }
        }
        eprintln!("{}", scene.name);
    }
    eprintln!("{} calls took the embedded DynamoDB longer than they should", dynamodb.late());
    Ok(latencies)
}

/// Builds what the scenes need.
fn build(scenes: &[Scene], folder: &Path) -> Result<(), Failure> {
    let functions: BTreeSet<_> = scenes.iter().map(|scene| scene.function).collect();
    let functions: Vec<_> = functions.into_iter().collect();
    binaries::functions(&functions, folder)?;
    Ok(())
}

/// Where functions live.
struct Stage<'e> {
    quota: Quota,
    dynamodb: &'e DynamoDb,
    variables: Variables,
    /// How often there was a pause.
    pauses: u32,
}

impl Stage<'_> {
    /// One life of a function: unlimited until it is ready, as on Lambda, and then under its quota.
    async fn live(
        &mut self,
        binary: &Path,
        scene: &mut Scene,
        latency: &mut Latency,
    ) -> Result<(), Failure> {
        let binary = binary.to_str().ok_or("a path is not text")?;
        let memory = latency.memory.to_string();
        let variables = self.variables.iter().cloned();
        let variables = variables.chain([("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", memory)]).collect();
        let begun = Instant::now();
        let mut process = Process::start(&[binary], &variables).await?;
        let init = begun.elapsed();
        self.quota.set(latency.memory)?;
        self.quota.limit(process.id)?;

        let cold = invoke(&mut process, scene).await?;
        latency.cold.push(init + cold.waited);
        for _ in 0..WARM {
            self.pause().await;
            let warm = invoke(&mut process, scene).await?;
            latency.warm.push(warm.waited);
            latency.billed.push(warm.billed);
        }
        self.dynamodb.close_connections().await;
        self.pause().await;
        let reconnected = invoke(&mut process, scene).await?;
        latency.reconnected.push(reconnected.waited);
        process.stop().await
    }

    /// Waits until the quota is there anew, and then for some part of a period, another one each time: events come whenever
    /// they do.
    async fn pause(&mut self) {
        const GOLDEN_RATIO: f64 = 0.618_034;
        let phase = (f64::from(self.pauses) * GOLDEN_RATIO).fract();
        self.pauses += 1;
        sleep(PERIOD.mul_f64(1.0 + phase)).await;
    }
}

/// Hands a function the next event of its scene.
async fn invoke(process: &mut Process, scene: &mut Scene) -> Result<Answer, Failure> {
    let event = scene.events.next().ok_or("the scene has no event left")?;
    let answer = process.runtime.invoke(event).await?;
    answer.insist_on_success(scene.name)?;
    Ok(answer)
}

/// What was measured, in Markdown, with the sizes that template.yaml gives in bold.
///
/// # Errors
/// [`Failure`] where template.yaml says no size.
pub fn table(latencies: &[Latency]) -> Result<String, Failure> {
    let deployed = prices::memory()?;
    let mut table = String::from(
        "| function | MB | cold | warm | reconnected | $ a million |\n\
         | --- | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for latency in latencies {
        let Latency { scene, function, memory, cold, warm, reconnected, billed, .. } = latency;
        let is_deployed = deployed.get(*function) == Some(memory);
        let memory_cell = if is_deployed { format!("**{memory}**") } else { memory.to_string() };
        let dollars = prices::of_lambda(*memory, billed.billed_milliseconds());
        // Writing to a string cannot fail.
        let _written = writeln!(
            table,
            "| {scene} | {memory_cell} | {cold} | {warm} | {reconnected} | {dollars:.2} |"
        );
    }
    Ok(table)
}
