//! Dependencies point one way.

use std::collections::BTreeSet;
use std::process::Command;

use crate::modules::{circle, folded, graph, sources};

#[track_caller]
fn assert_never_names(folder: &str, words: &[&str]) {
    for (path, source) in sources(folder) {
        for word in words {
            assert!(!source.contains(word), "{folder}/{path} names {word}");
        }
    }
}

/// Fails the test where a module of `shared`, or one in it, names something of another module than these.
#[track_caller]
fn assert_rests_on(module: &str, below: &[&str]) {
    let modules = folded(&graph("shared/src"), 1);
    for named in modules[&vec![module.to_owned()]].iter().flatten() {
        assert!(below.contains(&named.as_str()), "{module} names something of {named}");
    }
}

#[test]
fn arrows_are_seen_in_all_forms_in_which_they_are_written() {
    let module = |path: &str| path.split("::").map(str::to_owned).collect::<Vec<_>>();
    let (shared, functions) = (graph("shared/src"), graph("functions/src"));
    for (graph, from, to, form) in [
        (&shared, "operations::users::sign_in", "call", "what another module passes on"),
        (&shared, "operations::users::sign_in", "auth::token", "one of several names in braces"),
        (&shared, "operations::scene", "store", "what stands in a folder's own file"),
        (&functions, "playfab::groups", "playfab::wire", "from where it stands"),
        (&functions, "dialect", "gamefuse::error", "from a folder that is in scope"),
    ] {
        assert!(graph[&module(from)].contains(&module(to)), "{from} -> {to}: {form}");
    }
}

#[test]
fn no_two_modules_need_each_other() {
    for folder in ["shared/src", "functions/src", "local/src"] {
        let files = graph(folder);
        let deepest = files.keys().map(Vec::len).max().unwrap();
        // Folders that need each other are a circle too, although no file of theirs may be in one.
        for depth in 1..=deepest {
            let circle = circle(&folded(&files, depth));
            assert!(circle.is_none(), "{folder}: {circle:?}");
        }
    }
}

#[test]
fn every_floor_rests_on_those_below() {
    assert_rests_on("domain", &["error", "limits"]);
    assert_rests_on("auth", &["domain", "error", "limits"]);
    assert_rests_on("store", &["auth", "domain", "entropy", "error", "limits"]);
    assert_rests_on("outbox", &["domain", "error", "store"]);
    assert_rests_on("app", &["auth", "entropy", "limits", "outbox", "store"]);
    assert_never_names("shared/src/domain", &["aws_sdk"]);
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
    for forbidden in ["hyper v0", "aws-lc-sys v", "aws-sdk-sso", "icu_normalizer v", "schemars v"] {
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
