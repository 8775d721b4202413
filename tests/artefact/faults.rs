//! What goes wrong around a function.

use std::process::Command;

use crate::binary;
use crate::emulator::Emulator;
use crate::samples::{environment, prepare};

/// A test and its name.
type Test = (&'static str, fn());

/// What each function needs.
const TABLE: (&str, &str) = ("TABLE_NAME", "guildhall");

/// All tests of this file.
pub const ALL: &[Test] = &[
    ("a panic is answered and the environment lives on", survive_panic),
    ("a function without a signing key refuses to start", refuse_missing_key),
    ("a function without the roots that it is to trust refuses to start", refuse_missing_roots),
];

fn survive_panic() {
    let sample = prepare("get-group");
    // Where its log cannot be written, a function panics.
    let command = ["/bin/sh", "-c", "exec \"$0\" >/dev/full"].map(Into::into);
    let command = [&command[..], &[binary::path("get-group")]].concat();
    let emulator = Emulator::start(&command, &environment(&sample.world));
    for _ in 0..2 {
        let answer = emulator.invoke(&sample.event);
        let message = answer["errorMessage"].as_str().unwrap_or_default();
        assert!(message.contains("failed printing to stdout"), "{answer}");
    }
    assert_eq!(emulator.log().matches("INIT START").count(), 1, "it was started anew");
}

fn refuse_missing_key() {
    let words = last_words(&[TABLE]);
    assert!(words.contains("SIGNING_KEY must be set"), "{words}");
}

fn refuse_missing_roots() {
    let key = ("SIGNING_KEY", std::str::from_utf8(tests::SIGNING_KEY).unwrap());
    let words = last_words(&[TABLE, key, ("AWS_CA_BUNDLE", "/nowhere")]);
    assert!(words.contains("AWS_CA_BUNDLE must name a PEM file"), "{words}");
}

/// What a function says that cannot run in that environment.
fn last_words(environment: &[(&str, &str)]) -> String {
    let mut command = Command::new(binary::path("get-group"));
    let output = command.env_clear().envs(environment.iter().copied()).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}
