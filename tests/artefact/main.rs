//! The real artefact: each function's release binary under AWS's own runtime interface emulator, or under `sam local`.
//!
//! `.ci/test-artefacts` builds the binaries and runs this; a plain `cargo test` lists these tests as ignored.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod binary;
mod emulator;
mod faults;
mod port;
mod queue;
mod sam;
mod samples;
mod session;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let trials = if sam::is_chosen() { sam_trials() } else { emulator_trials() };
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn emulator_trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for function in tests::functions() {
        let answers = format!("{function} answers its sample event as documented");
        trials.push(trial(answers, move || samples::answer_in_emulator(function)));
        let links = format!("{function} links only what it may, and runs on Amazon Linux");
        trials.push(trial(links, move || binary::assert_sound(function)));
    }
    trials.extend(faults::ALL.iter().map(|(name, test)| trial((*name).to_owned(), test)));
    trials
}

fn sam_trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for function in tests::functions() {
        let answers = format!("{function} answers its sample event by sam local invoke");
        trials.push(trial(answers, move || samples::answer_in_sam(function)));
    }
    let plays = "a session can be played by sam local start-api".to_owned();
    trials.push(trial(plays, samples::play_in_sam));
    trials
}

fn trial(name: String, test: impl FnOnce() + Send + 'static) -> Trial {
    let test = || {
        test();
        Ok(())
    };
    Trial::test(name, test).with_ignored_flag(true)
}
