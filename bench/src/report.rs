//! What was measured, in tables, and beside the targets.

use std::fmt::Write;

use crate::Failure;
use crate::callgrind::Instructions;
use crate::measure::{GATE, Role, Subject};

/// What was measured.
pub struct Report {
    /// Everything that was, with the yardsticks first.
    pub subjects: Vec<Subject>,
}

/// From `exec` to the first answer, beside the floor's, where the connection is opened before the first event.
const COLD: f64 = 1.75;
/// The first event beside a warm one.
const FIRST: f64 = 1.05;
/// What the calls add to a warm event, beside a floor that makes the very same calls.
const SAME_CALLS: f64 = 2.2;
/// Guildhall's own code in a warm event. Functions that are optimised together share what each had inlined for itself.
const OWN: f64 = 0.16;
/// The archive, in kB.
const ZIP: f64 = 2_400.0;
/// How much worse than that the gate lets a figure be: compilers and libraries change by so much.
const SLACK: f64 = 1.1;

impl Report {
    fn yardstick(&self, role: Role) -> Option<&Subject> {
        self.subjects.iter().find(|subject| subject.role == role)
    }

    /// From `exec` to the first answer, beside a floor that makes the very same calls, over as many connections: a connection
    /// more is what its first event needs beyond a warm one.
    fn cold_ratio(&self, subject: &Subject) -> f64 {
        let floor = self.yardstick(Role::Floor).map_or(f64::NAN, |floor| {
            let Instructions { init, first, warm, .. } = floor.instructions;
            let same_calls = subject.same_calls.unwrap_or(f64::NAN);
            init + subject.connections as f64 * (first - warm) + same_calls
        });
        subject.instructions.cold() / floor
    }

    /// What the calls add to a warm event beyond an echo.
    fn added(&self, subject: &Subject) -> f64 {
        let echo = self.yardstick(Role::Echo).map_or(f64::NAN, |echo| echo.instructions.warm);
        subject.instructions.warm - echo
    }

    /// What each call adds, beside half of the floor's warm event.
    fn warm_ratio(&self, subject: &Subject) -> f64 {
        let floor = self.yardstick(Role::Floor).map_or(f64::NAN, |floor| floor.instructions.warm);
        self.added(subject) / subject.calls as f64 / (floor / 2.0)
    }

    /// What they add together, beside a floor that makes the very same calls.
    fn same_calls_ratio(&self, subject: &Subject) -> f64 {
        self.added(subject) / subject.same_calls.unwrap_or(f64::NAN)
    }

    /// All tables, in Markdown.
    pub fn tables(&self) -> String {
        format!("{}\n{}", self.instructions(), self.processes())
    }

    fn instructions(&self) -> String {
        let mut table = String::from(
            "| function | calls | init Mi | first Mi | warm ki | cold ÷ floor | first ÷ warm | warm per call ÷ floor | warm ÷ same calls | own code |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
        );
        for subject in &self.subjects {
            let counted = subject.instructions;
            let ratios = match subject.role {
                Role::Echo => " | | | | ".to_owned(),
                Role::Floor => format!("1 | {:.2} | 1 | 1 | ", counted.first / counted.warm),
                Role::Guildhall => format!(
                    "{:.2} | {:.2} | {:.2} | {:.2} | {:.0} %",
                    self.cold_ratio(subject),
                    counted.first / counted.warm,
                    self.warm_ratio(subject),
                    self.same_calls_ratio(subject),
                    counted.own * 100.0,
                ),
                Role::Argon2 => format!(" | {:.2} | | | ", counted.first / counted.warm),
            };
            // Writing to a string cannot fail.
            let _written = writeln!(
                table,
                "| {} | {} | {:.2} | {:.2} | {:.0} | {ratios} |",
                subject.name,
                subject.calls,
                counted.init / 1e3,
                counted.first / 1e3,
                counted.warm,
            );
        }
        table
    }

    fn processes(&self) -> String {
        let mut table = String::from(
            "| function | init CPU ms | first CPU ms | warm CPU ms | peak memory MB | faults init + first | threads | relocations | binary kB | zip kB |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
        );
        for subject in &self.subjects {
            let Some(phases) = subject.phases else { continue };
            let _written = writeln!(
                table,
                "| {} | {:.1} | {:.1} | {:.2} | {:.1} | {} + {} | {} | {} | {} | {} |",
                subject.name,
                phases.init.cpu,
                phases.first.cpu - phases.init.cpu,
                phases.warm_cpu(),
                phases.last.peak_memory as f64 / 1e3,
                phases.init.faults,
                phases.first.faults - phases.init.faults,
                phases.last.threads,
                subject.binary.relocations,
                subject.binary.size,
                subject.binary.zip,
            );
        }
        table
    }

    /// Whether each function of the gate is within reach of its targets.
    ///
    /// # Errors
    /// [`Failure`] that names every target that was missed by more than the slack.
    pub fn check(&self) -> Result<(), Failure> {
        let mut missed = Vec::new();
        for function in GATE {
            let mut found = self.subjects.iter().filter(|subject| subject.function == function);
            let subject = found.next().ok_or("a function of the gate was not measured")?;
            let counted = subject.instructions;
            let figures = [
                ("cold / floor", self.cold_ratio(subject), COLD),
                ("first / warm", counted.first / counted.warm, FIRST),
                ("warm / same calls", self.same_calls_ratio(subject), SAME_CALLS),
                ("own code", counted.own, OWN),
                ("zip", subject.binary.zip as f64, ZIP),
            ];
            for (what, is, target) in figures {
                // What cannot be told is a miss.
                if is.is_nan() || is > target * SLACK {
                    missed.push(format!("{function}: {what} is {is:.2}, target {target}"));
                }
            }
        }
        if missed.is_empty() { Ok(()) } else { Err(missed.join("\n").into()) }
    }
}
