//! Dependencies point one way.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// All Rust files below a folder of the workspace, with their paths.
fn sources(folder: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    walk(&root.join(folder), &mut found);
    assert!(!found.is_empty(), "{folder}");
    found
}

#[track_caller]
fn assert_never_names(folder: &str, words: &[&str]) {
    for (path, source) in sources(folder) {
        for word in words {
            assert!(!source.contains(word), "{path} names {word}");
        }
    }
}

#[test]
fn the_domain_knows_nothing_but_itself() {
    let above = ["crate::auth", "crate::store", "crate::operations", "crate::permissions"];
    assert_never_names("shared/src/domain", &above);
    assert_never_names("shared/src/domain", &["crate::App", "crate::app", "aws_sdk"]);
}

#[test]
fn the_store_and_auth_know_no_operation() {
    assert_never_names("shared/src/store", &["crate::operations", "crate::permissions"]);
    assert_never_names("shared/src/auth", &["crate::operations", "crate::store"]);
}

#[test]
fn only_the_store_names_dynamodb() {
    for folder in ["shared/src/operations", "shared/src/domain", "shared/src/auth", "functions/src"]
    {
        assert_never_names(folder, &["aws_sdk_dynamodb"]);
    }
}

#[test]
fn what_is_shared_knows_neither_http_nor_a_dialect() {
    assert_never_names("shared/src", &["use http", "lambda_http", "StatusCode", "gamefuse"]);
    for dependency in ["functions::", "local::"] {
        assert_never_names("shared/src", &[dependency]);
    }
    assert_never_names("functions/src", &["local::", "dynoxide"]);
}

#[test]
fn the_embedded_engine_is_linked_into_no_function() {
    for manifest in ["shared/Cargo.toml", "functions/Cargo.toml"] {
        assert!(!crate::file(manifest).contains("dynoxide"), "{manifest}");
    }
}

#[test]
fn functions_depend_on_one_tls_stack_one_http_stack_and_no_single_sign_on() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--package", "functions", "--edges", "normal", "--prefix", "none"])
        .args(["--format", "{p}", "--locked"])
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let linked: BTreeSet<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    let of = |name: &str| linked.iter().filter(|package| package.starts_with(name)).count();
    assert_eq!(of("rustls v"), 1, "{tree}");
    assert_eq!(of("hyper v1"), 1, "{tree}");
    for forbidden in ["hyper v0", "aws-lc-sys v", "aws-sdk-sso", "icu_normalizer v"] {
        assert_eq!(of(forbidden), 0, "{forbidden} in {tree}");
    }
}

#[test]
fn no_profile_aborts_on_panic() {
    // Lambda's runtime catches a handler's panic and keeps the environment: an abort would throw it away.
    let manifest = crate::file("Cargo.toml");
    assert!(!manifest.contains("panic = \"abort\""));
    assert!(manifest.contains("panic = \"unwind\""), "or cargo-lambda builds with abort");
}
