//! What the command `guildhall` does, each word of it in a file of its own.

mod check;
mod console;
mod convert;
mod options;
mod seed;
mod serve;
mod values;

use clap::{Parser, Subcommand};

use self::check::CheckOptions;
use self::console::ConsoleOptions;
use self::convert::ConvertOptions;
use self::options::ServeOptions;
use self::seed::SeedOptions;
use crate::ServerError;

/// Groups for games, on this machine: without a command, `serve`.
#[derive(Debug, Parser)]
#[command(
    name = "guildhall",
    version,
    args_override_self = true,
    args_conflicts_with_subcommands = true
)]
pub struct Options {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeOptions,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves every route of Guildhall, with an embedded DynamoDB and a demo game
    #[command(args_override_self = true)]
    Serve(ServeOptions),
    /// Serves the console alone, for the API of a deployment
    #[command(args_override_self = true)]
    Console(ConsoleOptions),
    /// Adds believable games, people and guilds to what a folder keeps
    ///
    /// Nothing that is there is changed or removed: whoever seeds a folder twice has both. Of people whose names are taken,
    /// the new ones get others.
    #[command(args_override_self = true)]
    Seed(SeedOptions),
    /// Makes lines that import-groups takes of what PlayFab's or GameFuse's API has answered
    #[command(args_override_self = true)]
    Convert(ConvertOptions),
    /// Plays what could happen, with every fault, and judges whether what must hold does
    #[command(args_override_self = true)]
    Check(CheckOptions),
}

impl Options {
    /// Does what the words after the command say.
    ///
    /// # Errors
    /// [`ServerError`] with what to do about it.
    pub async fn run(self) -> Result<(), ServerError> {
        match self.command.unwrap_or(Command::Serve(self.serve)) {
            Command::Serve(options) => serve::run(options).await,
            Command::Console(options) => console::run(options).await,
            Command::Seed(options) => seed::run(options).await,
            Command::Convert(options) => convert::run(&options),
            Command::Check(options) => check::run(options).await,
        }
    }
}
