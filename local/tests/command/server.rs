//! A running server.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Answer, Client};

/// A running server, and the facts that it wrote.
pub struct Server {
    pub process: Child,
    pub facts: Value,
    /// What it printed up to the last line of what a newcomer is told.
    pub greeting: String,
    log: Receiver<String>,
}

/// The command, on a free port.
pub fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    command.args(["--port", "0"]).args(options);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What the command says that does not start with those options.
#[track_caller]
pub fn refused(options: &[&str]) -> String {
    let output = command(options).output().unwrap();
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

impl Server {
    /// Starts the server on a free port, and waits until it has said what there is to know.
    #[track_caller]
    pub fn start(folder: &Path, options: &[&str]) -> Self {
        let facts = folder.join("facts.json");
        let mut command = command(options);
        let mut process = command.arg("--demo-file").arg(&facts).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut greeting = Vec::new();
        while greeting.last().is_none_or(|line: &String| !line.contains("/api/v3/users")) {
            let Some(line) = lines.next() else { panic!("{}", last_words(&mut process)) };
            greeting.push(line);
        }
        let (logged, log) = channel();
        std::thread::spawn(move || {
            lines.filter(|line| line.starts_with('{')).for_each(|line| drop(logged.send(line)));
        });
        let facts = serde_json::from_slice(&fs::read(facts).unwrap()).unwrap();
        Self { process, facts, greeting: greeting.join("\n"), log }
    }

    /// Starts it with its data in a folder that is not there yet, within another one that goes with the test.
    #[track_caller]
    pub fn start_with_new_data() -> (TempDir, PathBuf, Self) {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let server = Self::start_with_data(&data);
        (folder, data, server)
    }

    /// Starts it with its data in that folder.
    #[track_caller]
    pub fn start_with_data(data: &Path) -> Self {
        Self::start(data.parent().unwrap(), &["--data", data.to_str().unwrap()])
    }

    pub fn address(&self) -> &str {
        self.facts["base_url"].as_str().unwrap().strip_prefix("http://").unwrap()
    }

    pub fn connect(&self) -> Client {
        Client::connect(self.address())
    }

    pub fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        self.connect().send(method, path, headers, body).read()
    }

    pub fn sign_up(&self, name: &str) -> Answer {
        let body = json!({
            "game_id": self.facts["game_id"],
            "game_token": self.facts["game_token"],
            "username": name,
            "email": format!("{name}@example.com"),
            "password": "password",
            "password_confirmation": "password",
        });
        self.request("POST", "/api/v3/users", "", &body.to_string())
    }

    /// A new user's header.
    pub fn token_of(&self, name: &str) -> String {
        let user = self.sign_up(name).json();
        format!("authentication-token: {}\r\n", user["authentication_token"].as_str().unwrap())
    }

    /// The next line of its log.
    pub fn next_log(&self) -> Value {
        serde_json::from_str(&self.log.recv().unwrap()).unwrap()
    }

    /// Sends it a signal, and goes on.
    pub fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    /// Waits until it has ended, and tells how and what it said of it.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let words = last_words(&mut self.process);
        (self.process.wait().unwrap(), words)
    }

    /// Stops the server as Ctrl-C does.
    #[track_caller]
    pub fn stop(self) {
        self.signal("-INT");
        let (status, words) = self.wait();
        assert!(status.success(), "{status}: {words}");
    }
}

/// A test that fails leaves no server behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _known_how = self.process.wait();
    }
}

fn last_words(process: &mut Child) -> String {
    let mut words = String::new();
    process.stderr.take().unwrap().read_to_string(&mut words).unwrap();
    words
}
