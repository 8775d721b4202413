//! `sam local`: functions in Lambda's own container image, as template.yaml describes them.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Command, Stdio};

use local::template::TEXT;
use serde_json::json;
use serde_norway::Value;
use tempfile::TempDir;

use crate::{binary, port};

/// What `sam local` needs to run functions in one world, in a folder of its own.
pub struct Sam {
    folder: TempDir,
}

/// A running `sam local start-api`; dropping it ends it.
pub struct Api {
    process: Child,
    /// Where it answers.
    pub base_url: String,
}

/// Whether functions are to run under `sam local`, and not under the emulator.
pub fn is_chosen() -> bool {
    binary::variable("GUILDHALL_SAM").is_some()
}

impl Sam {
    /// Prepares those functions to run in that environment.
    pub fn prepare(functions: &[&str], environment: &[(&str, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for function in functions {
            let code = folder.path().join(function);
            fs::create_dir(&code).unwrap();
            fs::copy(binary::path(function), code.join("bootstrap")).unwrap();
        }
        let variables: BTreeMap<_, _> = environment.iter().cloned().collect();
        let parameters = json!({ "Parameters": variables });
        fs::write(folder.path().join("environment.json"), parameters.to_string()).unwrap();
        fs::write(folder.path().join("template.yaml"), template(environment)).unwrap();
        Self { folder }
    }

    /// Invokes a function, and tells what it answers.
    pub fn invoke(&self, function: &str, event: &str) -> serde_json::Value {
        fs::write(self.folder.path().join("event.json"), event).unwrap();
        let output = self
            .command("invoke")
            .args([&logical_id(function), "--event", "event.json"])
            .output()
            .unwrap();
        let log = String::from_utf8_lossy(&output.stderr);
        let answer = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(answer.trim()).unwrap_or_else(|_| panic!("{answer}: {log}"))
    }

    /// Serves the API.
    pub fn start_api(&self) -> Api {
        let [address] = port::free();
        let port = address.port().to_string();
        let process =
            self.command("start-api").args(["--port", &port]).stdout(Stdio::null()).spawn();
        let mut api = Api { process: process.unwrap(), base_url: format!("http://{address}") };
        port::await_listener(&mut api.process, address);
        api
    }

    fn command(&self, command: &str) -> Command {
        let mut sam = Command::new(binary::named_by("GUILDHALL_SAM"));
        sam.args(["local", command, "--template", "template.yaml"])
            .args(["--env-vars", "environment.json", "--region", "us-east-1"])
            .current_dir(self.folder.path())
            .env("SAM_CLI_TELEMETRY", "0");
        if let Some(image) = binary::variable("GUILDHALL_INVOKE_IMAGE") {
            sam.arg("--skip-pull-image").arg("--invoke-image").arg(image);
        }
        sam
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// template.yaml, with the binaries in place of their sources. `sam local` sets only the variables that a template names.
fn template(environment: &[(&str, String)]) -> String {
    let mut template: Value = serde_norway::from_str(TEXT).unwrap();
    let variables = &mut template["Globals"]["Function"]["Environment"]["Variables"];
    for (name, _) in environment {
        variables[*name] = "".into();
    }
    for (_, resource) in template["Resources"].as_mapping_mut().unwrap() {
        if let Some(function) = binary_of(resource) {
            resource["Properties"]["CodeUri"] = function.into();
            resource.as_mapping_mut().unwrap().remove("Metadata");
        }
    }
    serde_norway::to_string(&template).unwrap()
}

/// What template.yaml calls a function.
fn logical_id(function: &str) -> String {
    let template: Value = serde_norway::from_str(TEXT).unwrap();
    let resources = template["Resources"].as_mapping().unwrap();
    let found = resources.iter().find(|(_, r)| binary_of(r).as_deref() == Some(function));
    found.unwrap().0.as_str().unwrap().to_owned()
}

fn binary_of(resource: &Value) -> Option<String> {
    Some(resource.get("Metadata")?.get("BuildProperties")?.get("Binary")?.as_str()?.to_owned())
}
