//! The console: what is served, under which headers, and what it tells to whom.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use local::place::outside_address;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::server::Server;

const SETTINGS: &str = "/console/settings.json";
const INSPECTOR: &str = "/console/inspector.json";

/// What other web pages send, or pages under a name that leads here.
const PAGES: [&str; 5] = [
    "origin: https://evil.example\r\n",
    "origin: null\r\n",
    "sec-fetch-site: cross-site\r\n",
    "sec-fetch-site: same-site\r\n",
    "host: rebound.evil.example\r\nsec-fetch-site: same-origin\r\n",
];

/// What is between two marks in a text, each time.
fn between<'t>(text: &'t str, before: &'t str, after: char) -> impl Iterator<Item = &'t str> {
    text.split(before).skip(1).filter_map(move |rest| rest.split(after).next())
}

/// The page and everything that it loads, by path.
fn files(get: impl Fn(&str) -> Answer) -> Vec<(String, Answer)> {
    let page = get("/");
    let links = between(&page.body, "href=\"", '"').chain(between(&page.body, "src=\"", '"'));
    let links = links.filter(|link| link.starts_with("console/")).map(|link| format!("/{link}"));
    let mut wanted: BTreeSet<String> = links.collect();
    let mut found = vec![("/".to_owned(), page)];
    while let Some(path) = wanted.pop_first() {
        let file = get(&path);
        assert_eq!(file.status, 200, "{path}: {file:?}");
        for module in between(&file.body, "\"./", '"') {
            let module = format!("/console/{module}");
            if found.iter().all(|(known, _)| *known != module) && module != path {
                wanted.insert(module);
            }
        }
        found.push((path, file));
    }
    found
}

#[track_caller]
fn assert_headers(path: &str, answer: &Answer, connect: &str) {
    let policy = answer.header("content-security-policy");
    for part in
        ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]
    {
        assert!(policy.split("; ").any(|found| found == part), "{path}: {policy}");
    }
    assert!(policy.split("; ").any(|part| part == connect), "{path}: {policy}");
    assert!(!policy.contains("unsafe"), "{path}: {policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
    assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
}

#[test]
fn the_page_and_all_that_it_loads_is_served_under_a_strict_policy_and_names_no_other_host() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let files = files(|path| server.request("GET", path, "", ""));
    assert!(files.len() > 20, "{}", files.len());
    for (path, file) in &files {
        assert_headers(path, file, "connect-src 'self'");
        let kind = match path.rsplit('.').next().unwrap() {
            "js" => "text/javascript; charset=utf-8",
            "css" => "text/css; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => "text/html; charset=utf-8",
        };
        assert_eq!(file.header("content-type"), kind, "{path}");
        let hosts = file.body.replace("http://www.w3.org/2000/svg", "");
        assert!(!hosts.contains("http://") && !hosts.contains("https://"), "{path}");
    }
    server.stop();
}

#[test]
fn the_page_here_is_told_of_the_demo_game_but_never_its_secret_key() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    for headers in ["", "sec-fetch-site: same-origin\r\n", "sec-fetch-site: none\r\n"] {
        let told = server.request("GET", SETTINGS, headers, "");
        assert_headers(SETTINGS, &told, "connect-src 'self'");
        let demo = json!({
            "game_id": server.facts["game_id"], "game_token": server.facts["game_token"],
        });
        assert_eq!(told.json(), json!({ "api": null, "demo": demo, "inspector": true }));
    }
    server.stop();
}

#[track_caller]
fn assert_told_nothing(settings: &Answer, inspector: &Answer, who: &str) {
    assert_eq!(settings.json(), json!({ "api": null, "demo": null, "inspector": false }), "{who}");
    assert_eq!(inspector.status, 403, "{who}: {inspector:?}");
    assert!(inspector.json()["requests"].is_null(), "{who}");
    for answer in [settings, inspector] {
        assert_eq!(answer.header("access-control-allow-origin"), "", "{who}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{who}");
    }
}

#[test]
fn other_web_pages_are_told_neither_of_the_demo_game_nor_by_the_inspector() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    for page in PAGES {
        let [settings, inspector] =
            [SETTINGS, INSPECTOR].map(|path| server.request("GET", path, page, ""));
        assert_told_nothing(&settings, &inspector, page);
    }
    server.stop();
}

#[test]
fn other_machines_get_the_page_and_are_told_neither_of_the_demo_game_nor_by_the_inspector() {
    let Some(outside) = outside_address() else { return };
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--host", "0.0.0.0"]);
    let port = server.address().strip_prefix("127.0.0.1:").unwrap().to_owned();
    let mut client = Client::connect(format!("{outside}:{port}"));
    assert_eq!(client.send("GET", "/", "", "").read().status, 200);
    let [settings, inspector] =
        [SETTINGS, INSPECTOR].map(|path| client.send("GET", path, "", "").read());
    assert_told_nothing(&settings, &inspector, "another machine");
    assert_eq!(server.request("GET", INSPECTOR, "", "").status, 200, "this machine");
    server.stop();
}

/// A running `guildhall console`, and where it answers.
struct Standalone {
    process: Child,
    address: String,
}

impl Standalone {
    fn start(api: &str) -> Self {
        let mut process = console(&["--api", api]).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains(api), "{line}");
        let address = line.trim().rsplit("http://").next().unwrap().to_owned();
        Self { process, address }
    }

    fn get(&self, path: &str) -> Answer {
        Client::connect(&self.address).send("GET", path, "", "").read()
    }
}

impl Drop for Standalone {
    fn drop(&mut self) {
        let _ended_already = self.process.kill();
        let _known_how = self.process.wait();
    }
}

fn console(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    command.args(["console", "--port", "0"]).args(options);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn a_console_for_another_api_serves_the_same_page_which_may_call_that_api_alone() {
    let console = Standalone::start("https://api.example.com/dev");
    let here = tempfile::tempdir().unwrap();
    let server = Server::start(here.path(), &[]);
    for (path, file) in files(|path| console.get(path)) {
        assert_headers(&path, &file, "connect-src 'self' https://api.example.com");
        assert_eq!(file.body, server.request("GET", &path, "", "").body, "{path}");
    }
    let told: Value = console.get(SETTINGS).json();
    let expected =
        json!({ "api": "https://api.example.com/dev", "demo": null, "inspector": false });
    assert_eq!(told, expected);
    assert_eq!(console.get(INSPECTOR).status, 404);
    assert_eq!(console.get("/api/v3/groups").status, 404);
    server.stop();
}

#[test]
fn a_console_without_an_api_that_can_be_called_says_what_is_missing() {
    for (options, words) in [
        (&[][..], "--api <URL>"),
        (&["--api", "api.example.com"], "https://api.example.com"),
        (&["--api", "https://x.example;script-src"], "must be a name"),
        (&["--api", "https://me:hunter2@x.example"], "must be a name"),
    ] {
        let output = console(options).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(words), "{options:?}: {said}");
    }
}
