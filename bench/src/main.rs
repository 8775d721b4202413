//! Measures Guildhall's functions as Lambda runs them, beside two yardsticks that are built and run with them.
//!
//! Needs `valgrind`, `openssl`, `strip` and `readelf`.

mod binaries;
mod callgrind;
mod certificates;
mod dynamodb;
mod environment;
mod large;
mod latency;
mod measure;
mod memory;
mod page;
mod process;
mod quota;
mod report;
mod runtime_api;
mod scenes;
mod times;

use std::path::PathBuf;
use std::process::Command;

use clap::Parser;
use local::signals::Signals;

use crate::measure::Bench;
use crate::report::Report;

/// Whatever keeps the benchmark from being run.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Measures the deployed binaries: instructions, CPU time, memory, page faults, threads, relocations, size.
#[derive(Parser)]
#[command(name = "bench")]
struct Options {
    /// Measures what a player waits for instead, in milliseconds, with the CPU that comes with each size of memory; as root,
    /// on Linux
    #[arg(long, conflicts_with_all = ["gate", "profiles"])]
    latency: bool,
    /// Takes the binaries in this folder, one for each function, in place of building them
    #[arg(long, value_name = "DIR", requires = "latency")]
    binaries: Option<PathBuf>,
    /// Counts only the instructions and the size of three functions, and fails where a target is missed by far
    #[arg(long)]
    gate: bool,
    /// Keeps Callgrind's profiles in this folder, one for each binary and number of events
    #[arg(long, value_name = "DIR")]
    profiles: Option<PathBuf>,
    /// Writes the table into this file, between its two marks
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let options = Options::parse();
    match options.latency {
        true => measure_latency(options).await,
        false => count(options).await,
    }
}

/// Counts instructions, and whatever else hardly differs between machines.
async fn count(options: Options) -> Result<(), Failure> {
    let bench = Bench::open(options.gate, options.profiles).await?;
    let report = Report { subjects: bench.measure().await? };
    print!("{}", report.tables());
    if let Some(file) = options.write {
        page::write(&file, "measured", &report.tables())?;
    }
    match options.gate {
        true => report.check(),
        false => Ok(()),
    }
}

/// Measures what a player waits for.
async fn measure_latency(options: Options) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    // Whoever ends it early leaves no control group behind either.
    let latencies = tokio::select! {
        latencies = latency::measure(options.binaries) => latencies?,
        () = signals.next() => return Err("stopped".into()),
    };
    let table = latency::table(&latencies)?;
    print!("{table}");
    options.write.map_or(Ok(()), |file| page::write(&file, "latency", &table))
}

/// What a command printed.
fn run(command: &mut Command) -> Result<Vec<u8>, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(output.stdout)
}
