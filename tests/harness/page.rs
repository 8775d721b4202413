//! Files that tests write: each is what was found out, or the test fails.

use std::path::Path;

/// Fails the test where the file at `path`, from the workspace's root, does not say `found`; with `INSTA_UPDATE=always`, it is
/// written anew.
#[track_caller]
pub fn assert_written(path: &str, found: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    if written == found {
        return;
    }
    if is_to_be_renewed() {
        std::fs::write(&file, found).unwrap();
        return;
    }
    let mut lines = found.lines().zip(written.lines()).enumerate();
    let difference = lines.find(|(_, (found, written))| found != written);
    panic!("{path} differs, at (line, (found, written)): {difference:?}");
}

/// As for the snapshots of other tests.
#[expect(clippy::disallowed_methods, reason = "the switch is the one that insta reads")]
fn is_to_be_renewed() -> bool {
    std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always")
}
