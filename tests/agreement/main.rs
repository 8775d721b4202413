//! What must agree: routes, template, binaries, events, permissions, keys, errors, the API's page, the proof, releases, links, the runbook, and the way dependencies point.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod api;
mod authentication;
mod dependencies;
mod deployment;
mod environment;
mod error_page;
mod errors;
mod events;
mod fuzz;
mod keys;
mod links;
mod metrics;
mod modules;
mod openapi;
mod permissions;
mod proof;
mod releases;
mod routes;
mod runbook;
mod secrets;

/// The file at `path`, from the workspace's root.
fn file(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    std::fs::read_to_string(format!("{root}/{path}")).unwrap()
}

/// The names of the files in a folder, without their endings.
fn stems(folder: &str) -> Vec<String> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut stems: Vec<_> = std::fs::read_dir(format!("{root}/{folder}"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    stems.sort();
    stems
}

/// The names of all functions, with a route or without one.
fn functions() -> Vec<String> {
    let mut names: Vec<_> = tests::functions().map(str::to_owned).collect();
    names.sort();
    names
}
