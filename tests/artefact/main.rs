//! The real artefact: each function's release binary under AWS's own runtime interface emulator.
//!
//! `.ci/test-artefacts` builds the binaries and runs this; a plain `cargo test` lists these tests as ignored.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod binary;
mod emulator;
mod faults;
mod samples;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let mut trials = Vec::new();
    for function in samples::functions() {
        let answers = format!("{function} answers its sample event as documented");
        trials.push(trial(answers, move || samples::assert_answered(function)));
        let links = format!("{function} links only what it may, and runs on Amazon Linux");
        trials.push(trial(links, move || binary::assert_sound(function)));
    }
    for (name, test) in faults::ALL {
        trials.push(trial((*name).to_owned(), test));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn trial(name: String, test: impl FnOnce() + Send + 'static) -> Trial {
    let test = || {
        test();
        Ok(())
    };
    Trial::test(name, test).with_ignored_flag(true)
}
