//! The words after the command.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::Command;

use local::place::outside_address;
use local::template::TEXT;
use serde_json::json;
use serde_norway::Value;

use crate::client::Client;
use crate::server::{Server, command, refused};

#[test]
fn a_port_in_use_is_named_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let words = refused(&["--port", &port]);
    assert!(words.contains(&format!("port {port} is in use")), "{words}");
    assert!(words.contains("--port"), "{words}");
}

#[test]
fn what_is_no_number_is_refused_with_what_to_write() {
    for (options, bounds) in [
        (&["--port", "abc"][..], "from 0 to 65535"),
        (&["--port", "65536"], "from 0 to 65535"),
        (&["console", "--api", "http://127.0.0.1", "--port=-1"], "from 0 to 65535"),
        (&["--max-group-size", "many"], "from 1 to"),
        (&["seed", "--data", "d", "--groups", "1.5"], "from 1 to 100000"),
        (&["check", "--round", "first"], "from 0 to"),
        (&["check", "--operations", "0"], "from 1 to"),
    ] {
        // Options of their own: `refused` would add a port.
        let output = Command::new(env!("CARGO_BIN_EXE_guildhall")).args(options).output().unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{options:?}");
        assert!(words.contains(&format!("it must be a whole number {bounds}")), "{words}");
    }
}

#[test]
fn a_round_that_a_run_does_not_have_is_refused_with_those_that_it_has() {
    for (operations, round, count) in
        [("150", "1", 1), ("151", "2", 2), ("150", "18446744073709551615", 1)]
    {
        let words = ["check", "--operations", operations, "--round", round];
        let output = Command::new(env!("CARGO_BIN_EXE_guildhall")).args(words).output().unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{words}");
        assert!(words.contains(&format!("--round must be less than {count}:")), "{words}");
        assert_eq!(output.stdout, b"", "nothing was played");
    }
}

#[test]
fn an_address_that_is_not_this_machines_is_named() {
    // Reserved for documentation.
    let words = refused(&["--host", "203.0.113.7"]);
    assert!(words.contains("203.0.113.7:0 cannot be served on"), "{words}");
    assert!(words.contains("--host"), "{words}");
    let words = refused(&["--host", "nonsense"]);
    assert!(words.contains("--host") && words.contains("such as 127.0.0.1"), "{words}");
}

#[test]
fn another_host_opens_the_routes_and_neither_invocations_nor_the_engine() {
    let Some(outside) = outside_address() else { return };
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--host", "0.0.0.0"]);
    // Whoever reads the facts is on this machine.
    let port = server.address().strip_prefix("127.0.0.1:").unwrap().to_owned();
    let mut client = Client::connect(format!("{outside}:{port}"));
    assert_eq!(client.send("GET", "/health", "", "").read().status, 200);
    let invocation = "/2015-03-31/functions/create-game/invocations";
    let answer = client.send("POST", invocation, "", r#"{"name": "Stolen"}"#).read();
    assert_eq!(answer.status, 403, "{answer:?}");
    let here = server.request("POST", invocation, "", r#"{"name": "Ours"}"#);
    assert_eq!(here.status, 200, "{here:?}");
    let engine = server.greeting.split("DynamoDB answers at http://127.0.0.1:").nth(1).unwrap();
    let engine = engine.split(',').next().unwrap();
    assert!(std::net::TcpStream::connect(format!("{outside}:{engine}")).is_err());
    server.stop();
}

/// The parameters of template.yaml that every function is told.
fn limits() -> BTreeMap<String, Value> {
    let template: Value = serde_norway::from_str(TEXT).unwrap();
    let variables = &template["Globals"]["Function"]["Environment"]["Variables"];
    let parameters = template["Parameters"].as_mapping().unwrap();
    let referred = |value: &Value| {
        let Value::Tagged(tagged) = value else { return None };
        (tagged.tag == "Ref").then(|| tagged.value.as_str().unwrap().to_owned())
    };
    let told = variables.as_mapping().unwrap().values().filter_map(referred);
    told.filter(|name| !["EventBus", "Stage", "PreviousSigningKey"].contains(&name.as_str()))
        .filter_map(|name| parameters.get(&name).cloned().map(|parameter| (name, parameter)))
        .collect()
}

/// `MaxGroupSize` as `--max-group-size`.
fn option(parameter: &str) -> String {
    let words = parameter.chars().flat_map(|letter| {
        let dash = letter.is_uppercase().then_some('-');
        dash.into_iter().chain([letter.to_ascii_lowercase()])
    });
    format!("-{}", words.collect::<String>())
}

#[test]
fn every_limit_of_the_template_is_an_option_with_its_default_and_its_bounds() {
    let help = command(&["--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let limits = limits();
    assert!(limits.len() >= 4, "{limits:?}");
    for (name, parameter) in limits {
        let option = option(&name);
        let told = help.split(&option).nth(1).unwrap_or_else(|| panic!("no {option}: {help}"));
        let told = told.split("--").next().unwrap();
        if parameter["Type"] == "String" {
            assert_eq!(parameter["Default"], "false", "{option} is a flag");
            continue;
        }
        let number = |field: &str| parameter[field].as_i64().unwrap();
        assert!(told.contains(&format!("[default: {}]", number("Default"))), "{told}");
        for beyond in [number("MinValue") - 1, number("MaxValue") + 1] {
            let words = refused(&[&format!("{option}={beyond}")]);
            assert!(words.contains("it must be a whole number from"), "{words}");
        }
        for within in [number("MinValue"), number("MaxValue")] {
            // It gets as far as the host, which is none.
            let words = refused(&[&format!("{option}={within}"), "--host", "203.0.113.7"]);
            assert!(words.contains("cannot be served on"), "{words}");
        }
    }
}

#[test]
fn the_limits_hold() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--max-group-size", "3", "--unique-group-names"]);
    let token = server.token_of("ada");
    let create = |body: serde_json::Value| {
        server.request("POST", "/api/v3/groups", &token, &body.to_string())
    };
    let created = create(json!({ "name": "Wolves" }));
    assert_eq!(created.json()["max_group_size"], 3);
    let larger = create(json!({ "name": "Foxes", "max_group_size": 4 }));
    assert_eq!(larger.header("x-error-code"), "InvalidParameter");
    let twin = create(json!({ "name": "wolves" }));
    assert_eq!(twin.header("x-error-code"), "GroupNameTaken");
    server.stop();
}
