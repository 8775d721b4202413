//! AWS's runtime interface emulator: Lambda's side of one function, without a container.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{fs, thread};

use serde_json::Value;
use tempfile::NamedTempFile;

use crate::binary::named_by;
use crate::port;

/// Longer than a function may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// An emulator that runs one function; dropping it ends both, and tells what they said if the test has failed.
pub struct Emulator {
    process: Child,
    address: SocketAddr,
    log: NamedTempFile,
}

impl Emulator {
    /// Starts an emulator for the function that `command` runs, in that environment and no other.
    pub fn start<S: AsRef<OsStr>>(command: &[S], environment: &[(&str, String)]) -> Self {
        let [address, runtime_api] = port::free();
        let log = NamedTempFile::new().unwrap();
        let lines = log.reopen().unwrap();
        let process = Command::new(named_by("GUILDHALL_EMULATOR"))
            .args(["--runtime-interface-emulator-address", &address.to_string()])
            .args(["--runtime-api-address", &runtime_api.to_string()])
            .args(command)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_TIMEOUT", "10")
            .stdin(Stdio::null())
            .stdout(lines.try_clone().unwrap())
            .stderr(lines)
            .spawn()
            .unwrap();
        let mut emulator = Self { process, address, log };
        // It can be asked for an answer before the function can ask it for the event.
        for address in [address, runtime_api] {
            port::await_listener(&mut emulator.process, address);
        }
        emulator
    }

    /// Invokes the function, and tells what it answers.
    pub fn invoke(&self, event: &str) -> Value {
        let url = format!("http://{}/2015-03-31/functions/function/invocations", self.address);
        let agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build();
        let mut answer = ureq::Agent::from(agent).post(url).send(event).unwrap();
        let answer = answer.body_mut().read_to_string().unwrap();
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("not JSON: {answer}"))
    }

    /// What the emulator and the function have said so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Without a runtime API to ask for events, the function ends as well.
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        if thread::panicking() {
            eprintln!("{}", self.log());
        }
    }
}
