//! `guildhall check`: plays what could happen, and judges whether what must hold does.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use clap::Args;

use super::values::whole;
use crate::ServerError;
use crate::check::course::Course;
use crate::check::faults::{Fault, Odds, Tally, parse};
use crate::check::guards::{Tried, survey, try_without};
use crate::check::invariants::{Invariant, Violation};
use crate::check::rounds::{Plays, Round};
use crate::check::shrink::{PATIENCE, shrink};
use crate::check::tamper::{Guard, Tamper};
use crate::folder::about;
use crate::progress::progress;

/// What to play.
#[derive(Debug, Args)]
pub struct CheckOptions {
    /// The same seed plays the same plays, on any machine
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = whole::<u64>(0..=u64::MAX))]
    seed: u64,
    /// How many operations to play, in rounds of up to 150
    #[arg(long, value_name = "M", default_value_t = 10_000, value_parser = whole::<u64>(1..=u64::MAX))]
    operations: u64,
    /// How often a fault happens, out of a thousand times that it could
    #[arg(long, value_name = "NAME=PER_MILLE", value_parser = parse)]
    fault: Vec<(Fault, u32)>,
    /// Only the round of that number; the first is 0
    #[arg(long, value_name = "R", value_parser = whole::<u64>(0..=u64::MAX))]
    round: Option<u64>,
    /// Gives each round a theme, which most of its steps are about, so that what is rare otherwise happens often
    #[arg(long)]
    themes: bool,
    /// A file to write the log to: every call, every fault and every answer
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Prints what must hold, and ends
    #[arg(long)]
    invariants: bool,
    /// Takes the guards of transactions out, one at a time, and tells which of them nothing misses
    #[arg(long)]
    guards: bool,
    /// Of the guards, only every so many-th
    #[arg(long, value_name = "N", default_value_t = 1, requires = "guards")]
    every: usize,
    /// Takes all guards out, as in a program that checks first and acts then, and tells how soon that shows
    #[arg(long, conflicts_with = "guards")]
    control: bool,
    /// Takes that one guard out, to see how a failure is told: both words as --guards tells them
    #[arg(long, value_name = "WRITE: PART", conflicts_with_all = ["guards", "control"])]
    without: Option<Guard>,
}

/// Plays.
///
/// # Errors
/// [`ServerError`] where something does not hold, after it was told.
pub async fn run(options: CheckOptions) -> Result<(), ServerError> {
    // Each play has a clock of its own, and stops this one.
    tokio::task::spawn_blocking(move || options.run()).await?
}

impl CheckOptions {
    fn run(&self) -> Result<(), ServerError> {
        if self.invariants {
            for invariant in Invariant::ALL {
                println!("{:>2}. {}", invariant.number(), invariant.text());
            }
            return Ok(());
        }
        match (self.guards, self.control) {
            (true, _) => self.try_guards(),
            (_, true) => self.control(),
            (false, false) => self.play(),
        }
    }

    /// What is to be played.
    ///
    /// # Errors
    /// [`ServerError`] where there is no round of the number that is asked for.
    fn course(&self) -> Result<Course, ServerError> {
        let odds = self.fault.iter().copied().fold(Odds::default(), Odds::with);
        let tamper = self.without.clone().map_or(Tamper::Nothing, Tamper::Without);
        let plays = Plays { seed: self.seed, odds, tamper, has_themes: self.themes };
        let course = Course::new(plays, self.operations);
        match self.round {
            None => Ok(course),
            Some(round) if course.rounds.contains(&round) => {
                Ok(Course { rounds: round..round + 1, ..course })
            }
            Some(_) => Err(format!(
                "--round must be less than {}: rounds count from 0, and {} operations have no more; --operations asks for more",
                course.rounds.end, self.operations
            )
            .into()),
        }
    }

    fn play(&self) -> Result<(), ServerError> {
        let mut log = self.log.as_deref().map(create).transpose()?;
        let began = Instant::now();
        let mut sum = Sum::default();
        let mut failure = None;
        let course = self.course()?;
        let bar = progress(course.rounds.end - course.rounds.start);
        bar.set_message("rounds");
        course.run(|number, round| {
            bar.inc(1);
            if let Some(log) = &mut log {
                write!(log, "round {number}\n{}", round.log)?;
            }
            sum.add(&round);
            let is_sound = round.verdict.violations.is_empty();
            if !is_sound {
                failure = Some((number, round));
            }
            Ok(is_sound)
        })?;
        bar.finish_and_clear();
        let seconds = began.elapsed().as_secs_f64();
        println!("{sum}");
        println!("{:.0} operations a second", sum.operations as f64 / seconds);
        match failure {
            None => {
                println!("No invariant was broken.");
                Ok(())
            }
            Some((number, round)) => Err(self.explain(number, round)?.into()),
        }
    }

    /// The smallest play that fails like that one.
    fn explain(&self, number: u64, round: Round) -> Result<String, ServerError> {
        let Some(violation) = round.verdict.violations.first().cloned() else {
            return Ok(String::new());
        };
        let themes = if self.themes { ", with themes" } else { "" };
        eprintln!(
            "round {number} of seed {}{themes}: {violation}\nlooking for the smallest play that does it, too",
            self.seed
        );
        let smallest = shrink(round, violation.invariant, PATIENCE)?;
        let mut text = format!("seed {}, round {number}{themes}:\n", self.seed);
        for Violation { invariant, what } in &smallest.verdict.violations {
            writeln!(text, "  ({}) {}\n      {what}", invariant.number(), invariant.text())?;
        }
        writeln!(text, "the smallest play that was found, by order {}:", smallest.plan.seed)?;
        text.push_str(&smallest.log);
        Ok(text)
    }

    fn try_guards(&self) -> Result<(), ServerError> {
        let course = self.course()?;
        let seen = survey(&course)?;
        let wanted: Vec<_> = seen.iter().step_by(self.every.max(1)).collect();
        let (next, tried) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
        thread::scope(|scope| {
            for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
                scope.spawn(|| {
                    while let Some((guard, rounds)) =
                        wanted.get(next.fetch_add(1, Ordering::Relaxed))
                    {
                        let result = try_without(&course.plays, guard, rounds);
                        tried.lock().unwrap_or_else(PoisonError::into_inner).push(result);
                    }
                });
            }
        });
        let tried = tried.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut tried: Vec<Tried> = tried.into_iter().collect::<Result<_, _>>()?;
        tried.sort_by(|one, other| one.guard.cmp(&other.guard));
        let broken = tried.iter().filter(|tried| tried.broken.is_some()).count();
        println!("{broken} of {} guards are missed where they are taken out\n", tried.len());
        println!("| write | guard | missed in round | invariant |");
        println!("| --- | --- | --- | --- |");
        for Tried { guard, broken, rounds } in &tried {
            let found = match broken {
                Some((round, invariant)) => format!("{round} | {}", invariant.number()),
                None => format!("in none of {rounds} |"),
            };
            println!("| {} | `{}` | {found} |", guard.write, guard.part);
        }
        Ok(())
    }

    fn control(&self) -> Result<(), ServerError> {
        let mut course = self.course()?;
        course.plays.tamper = Tamper::Naive;
        let mut operations = 0;
        let mut first = std::collections::BTreeMap::<Invariant, (usize, u64)>::new();
        let mut broken = 0;
        let rounds = course.rounds.end - course.rounds.start;
        course.run(|number, round| {
            operations += round.operations;
            broken += u64::from(!round.verdict.violations.is_empty());
            for violation in &round.verdict.violations {
                first.entry(violation.invariant).or_insert((operations, number));
            }
            Ok(true)
        })?;
        println!("Without guards, {broken} of {rounds} rounds break an invariant.\n");
        println!("| invariant | first broken within so many operations | in round |");
        println!("| --- | --- | --- |");
        for (invariant, (operations, round)) in first {
            println!("| {}. {} | {operations} | {round} |", invariant.number(), invariant.text());
        }
        Ok(())
    }
}

fn create(file: &Path) -> Result<File, ServerError> {
    File::create(file).map_err(|error| about(file, error))
}

/// What was played in all.
#[derive(Default)]
struct Sum {
    rounds: u64,
    operations: usize,
    commits: usize,
    messages: usize,
    calls: u64,
    mixed: u64,
    tally: Tally,
}

impl Sum {
    fn add(&mut self, round: &Round) {
        self.rounds += 1;
        self.operations += round.operations;
        self.commits += round.commits;
        self.messages += round.messages;
        self.calls += round.calls;
        self.mixed += round.verdict.mixed;
        for (fault, count) in &round.tally {
            *self.tally.entry(*fault).or_default() += count;
        }
    }
}

impl std::fmt::Display for Sum {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rounds, operations, commits, messages, calls, mixed, tally } = self;
        writeln!(
            formatter,
            "{operations} operations in {rounds} rounds, {calls} calls to DynamoDB, {commits} commits, {messages} messages to webhooks"
        )?;
        writeln!(
            formatter,
            "{mixed} answers put together of two moments, as torn reads make them\n"
        )?;
        for (fault, _) in Fault::ALL {
            let count = tally.get(fault).copied().unwrap_or_default();
            writeln!(formatter, "{:<12} {count}", fault.name())?;
        }
        Ok(())
    }
}
