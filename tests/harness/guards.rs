//! Guards, one of which the tests are to miss: `tests/guards/run` names it, and learns which tests meet which.

use std::collections::HashSet;
use std::env;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::sync::{LazyLock, Mutex};

use local::check::tamper::{Tamper, guards};
use serde_json::Value;

/// The guard that is taken out of what functions write, by `GUILDHALL_WITHOUT`.
#[expect(clippy::disallowed_methods, reason = "one of the suite's variables")]
static TAMPER: LazyLock<Tamper> = LazyLock::new(|| match env::var("GUILDHALL_WITHOUT") {
    Ok(guard) => Tamper::Without(guard.parse().unwrap()),
    Err(_) => Tamper::Nothing,
});

/// The file that is told which test meets which guard, by `GUILDHALL_GUARDS`.
#[expect(clippy::disallowed_methods, reason = "another one")]
static LIST: LazyLock<Option<String>> = LazyLock::new(|| env::var("GUILDHALL_GUARDS").ok());

/// What the list has been told.
static TOLD: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// The request as the engine is to see it.
pub fn without_the_named(operation: &str, request: Value) -> Value {
    if let Some(list) = LIST.as_deref() {
        tell(list, operation, &request);
    }
    TAMPER.change(operation, &request).unwrap_or(request)
}

/// A test has a thread of its own, which has its name.
fn tell(list: &str, operation: &str, request: &Value) {
    let thread = std::thread::current();
    let mut told = TOLD.lock().unwrap();
    for guard in guards(operation, request) {
        let line = format!("{}\t{guard}\n", thread.name().unwrap());
        if told.insert(line.clone()) {
            let mut file = OpenOptions::new().create(true).append(true).open(list).unwrap();
            file.write_all(line.as_bytes()).unwrap();
        }
    }
}
