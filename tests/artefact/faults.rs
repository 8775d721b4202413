//! What goes wrong around a function.

use std::process::Command;

use crate::binary;
use crate::emulator::Emulator;
use crate::samples::{environment, prepare};

/// A test and its name.
type Test = (&'static str, fn());

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
        assert!(message.contains("failed printing to stdout"), "{answer}\n{}", emulator.log());
    }
    let log = emulator.log();
    assert_eq!(log.matches("INIT START").count(), 1, "{log}");
}

fn refuse_missing_key() {
    let problem = start("TABLE_NAME", "guildhall");
    assert!(problem.contains("SIGNING_KEY must be set"), "{problem}");
}

fn refuse_missing_roots() {
    let problem = start("AWS_CA_BUNDLE", "/nowhere");
    assert!(problem.contains("AWS_CA_BUNDLE must name a PEM file"), "{problem}");
}

/// Starts a function in an environment that it cannot run in, and tells its last words.
fn start(name: &str, value: &str) -> String {
    let key = std::str::from_utf8(tests::SIGNING_KEY).unwrap();
    let mut command = Command::new(binary::path("get-group"));
    command.env_clear().env("TABLE_NAME", "guildhall").env(name, value);
    if name != "TABLE_NAME" {
        command.env("SIGNING_KEY", key);
    }
    let output = command.output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}
