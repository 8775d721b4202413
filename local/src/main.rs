//! The command `guildhall`.

use std::process::ExitCode;

use clap::Parser;
use local::commands::Options;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    match Options::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("guildhall: {failure}");
            ExitCode::FAILURE
        }
    }
}
