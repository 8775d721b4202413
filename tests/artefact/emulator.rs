//! AWS's runtime interface emulator: Lambda's side of one function, without a container.

use std::ffi::OsStr;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::NamedTempFile;

use crate::binary::named_by;

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// An emulator that runs one function; dropping it ends both.
pub struct Emulator {
    process: Child,
    address: SocketAddr,
    log: NamedTempFile,
}

impl Emulator {
    /// Starts an emulator for the function that `command` runs, in that environment and no other.
    pub fn start<S: AsRef<OsStr>>(command: &[S], environment: &[(&str, String)]) -> Self {
        // Both are held until both are known, so that they differ.
        let [front, back] = [0; 2].map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
        let [address, runtime_api] = [&front, &back].map(|port| port.local_addr().unwrap());
        drop([front, back]);
        let log = NamedTempFile::new().unwrap();
        let lines = log.reopen().unwrap();
        let process = Command::new(named_by("GUILDHALL_EMULATOR"))
            .args(["--runtime-interface-emulator-address", &address.to_string()])
            .args(["--runtime-api-address", &runtime_api.to_string()])
            .args(command)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .envs([
                ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
                ("AWS_LAMBDA_FUNCTION_TIMEOUT", "10"),
            ])
            .stdin(Stdio::null())
            .stdout(lines.try_clone().unwrap())
            .stderr(lines)
            .spawn()
            .unwrap();
        let mut emulator = Self { process, address, log };
        emulator.await_start();
        emulator
    }

    fn await_start(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).is_err() {
            let ended = self.process.try_wait().unwrap();
            assert!(ended.is_none(), "the emulator ended: {}", self.log());
            assert!(Instant::now() < deadline, "the emulator does not listen: {}", self.log());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Invokes the function, and tells what it answers.
    pub fn invoke(&self, event: &str) -> Value {
        let url = format!("http://{}/2015-03-31/functions/function/invocations", self.address);
        let agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build();
        let answer = ureq::Agent::from(agent).post(url).send(event);
        let answer = answer.and_then(|mut answer| answer.body_mut().read_to_string());
        let answer = answer.unwrap_or_else(|error| panic!("{error}: {}", self.log()));
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{answer}: {}", self.log()))
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
    }
}
