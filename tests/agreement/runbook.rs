//! What docs/operations.md has its reader type: valid, and about the stack that the reader named and no other.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::file;

/// What touches no stack.
const STACKLESS: [&str; 1] = ["aws secretsmanager get-random-password"];

fn page() -> String {
    file("docs/operations.md")
}

/// Its blocks of shell, with each command on one line.
fn blocks() -> Vec<String> {
    let page = page();
    let fenced = page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let blocks: Vec<_> = fenced.map(|block| block.replace("\\\n", " ")).collect();
    assert!(blocks.len() > 5, "{blocks:?}");
    blocks
}

/// The commands of a text that call AWS, each from its name to where the next command begins.
fn commands(text: &str) -> Vec<&str> {
    let starts = ["aws ", "sam "].iter().flat_map(|name| text.match_indices(name));
    let is_first = |before: &str| {
        let before = before.trim_end_matches(' ');
        before.is_empty()
            || ["\n", "$(", "|", "&&", "do", "`"].iter().any(|end| before.ends_with(end))
    };
    starts
        .filter(|(at, _)| is_first(&text[..*at]))
        .map(|(at, _)| {
            let ends = ["\n", " | ", " |\n", " && ", " &&\n", "`"].map(|end| text[at..].find(end));
            &text[at..][..ends.into_iter().flatten().min().unwrap_or(text.len() - at)]
        })
        .collect()
}

/// The commands of the blocks, and those in a sentence that have arguments.
fn all_commands() -> Vec<String> {
    let page = page();
    let sentences =
        page.split("```").step_by(2).flat_map(|text| text.split('`').skip(1).step_by(2));
    let in_sentences = sentences.filter(|code| code.split(' ').count() > 2).flat_map(commands);
    let blocks = blocks();
    let in_blocks = blocks.iter().flat_map(|block| commands(block));
    in_blocks.chain(in_sentences).map(str::to_owned).collect()
}

/// The variables that hold something of the stack.
fn variables_of_the_stack() -> BTreeSet<String> {
    let blocks = blocks();
    let assigned = blocks.iter().flat_map(|block| block.lines()).filter_map(|l| l.split_once('='));
    assigned
        .filter(|(_, value)| value.starts_with("$(") && value.contains("output "))
        .map(|(name, _)| format!("\"${}\"", name.trim()))
        .collect()
}

#[test]
fn every_command_is_about_the_stack_that_was_named() {
    let of_the_stack = variables_of_the_stack();
    let commands = all_commands();
    assert!(commands.len() > 15, "{commands:#?}");
    for command in &commands {
        let names_it = command.contains("\"$stack\"")
            || command.contains("\"$(output ")
            || of_the_stack.iter().any(|variable| command.contains(variable.as_str()));
        let is_stackless = STACKLESS.iter().any(|stackless| command.starts_with(stackless));
        assert!(names_it != is_stackless, "{command}");
    }
    for stackless in STACKLESS {
        assert!(commands.iter().any(|command| command.starts_with(stackless)), "{stackless}");
    }
    for line in blocks().iter().flat_map(|block| block.lines()) {
        assert!(!line.contains("guildhall") || line.starts_with("stack="), "{line}");
    }
}

#[test]
fn every_block_is_a_script_that_bash_understands() {
    for block in blocks() {
        let mut bash = Command::new("bash").arg("-n").stdin(Stdio::piped()).spawn().unwrap();
        bash.stdin.take().unwrap().write_all(block.as_bytes()).unwrap();
        assert!(bash.wait().unwrap().success(), "{block}");
    }
}

#[test]
fn what_is_deployed_was_built() {
    // Without this, SAM would take template.yaml where nothing is built, and upload the source as every function.
    let settings = file("samconfig.toml");
    let deploy = settings.split("[default.deploy.parameters]").nth(1).unwrap();
    let deploy = deploy.split("\n[").next().unwrap();
    assert!(deploy.contains("\ntemplate_file = \".aws-sam/build/template.yaml\"\n"), "{deploy}");
    let targets = file("Makefile");
    let command = |target: &str| {
        let after = targets.split(&format!("\n{target}:")).nth(1).unwrap();
        after.lines().nth(1).unwrap().trim().to_owned()
    };
    assert_eq!(command("build"), "bundle/pack .aws-sam/build");
    assert_eq!(command("deploy"), "sam deploy");
}
