//! `guildhall convert`: what other services' APIs have answered, as lines that `import-groups` takes.

use std::fs;
use std::io::{Write, stdout};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::ServerError;
use crate::convert::{Converted, answers, gamefuse, head, playfab};

/// Which answers, and of which game.
#[derive(Debug, Args)]
pub struct ConvertOptions {
    /// The service whose answers they are
    #[arg(long)]
    from: Service,
    /// What the game is called there: ids mean something in it alone, so say the same each time
    #[arg(long, value_name = "ID")]
    game: String,
    /// Files with the answers, as JSON one after another
    #[arg(required = true, value_name = "ANSWERS")]
    files: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Service {
    Playfab,
    Gamefuse,
}

/// Prints the lines, and tells on standard error what is not in them.
///
/// # Errors
/// [`ServerError`] where a file cannot be read, or holds something else than such answers.
pub fn run(options: &ConvertOptions) -> Result<(), ServerError> {
    let (service, take): (_, fn(&mut Converted, &serde_json::Value) -> bool) = match options.from {
        Service::Playfab => ("playfab", playfab::take),
        Service::Gamefuse => ("gamefuse", gamefuse::take),
    };
    let mut converted = Converted::default();
    for file in &options.files {
        let name = file.display();
        let text = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
        let answers = answers(&text).map_err(|error| format!("{name} is not JSON: {error}"))?;
        for (place, answer) in answers.iter().enumerate() {
            if !take(&mut converted, answer) {
                let place = place + 1;
                return Err(format!(
                    "{name}: answer {place} is none that docs/moving.md names, or does not say of which group it is"
                )
                .into());
            }
        }
    }
    let (lines, notes) = converted.lines();
    let mut out = stdout().lock();
    writeln!(out, "{}", head(service, &options.game))?;
    for line in &lines {
        writeln!(out, "{line}")?;
    }
    for note in &notes {
        eprintln!("{note}");
    }
    eprintln!("{} groups", lines.len());
    Ok(())
}
