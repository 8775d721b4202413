//! The inspector: what it keeps of requests, what it never keeps, and how much at most.

use serde_json::{Value, json};

use crate::client::Client;
use crate::server::Server;

const INSPECTOR: &str = "/console/inspector.json";

/// All that the inspector has kept, the oldest first.
fn inspected(server: &Server) -> Vec<Value> {
    let mut all = Vec::new();
    let mut last = 0;
    loop {
        let told = server.request("GET", &format!("{INSPECTOR}?after={last}"), "", "").json();
        all.extend(told["requests"].as_array().unwrap().iter().map(|it| it["request"].clone()));
        if told["last"] == told["newest"] {
            return all;
        }
        last = told["last"].as_u64().unwrap();
    }
}

/// The last request that a function has answered.
#[track_caller]
fn last_of(server: &Server, function: &str) -> Value {
    let all = inspected(server);
    let found = all.iter().rev().find(|request| request["function"] == function);
    found.unwrap_or_else(|| panic!("no {function} in {all:#?}")).clone()
}

fn operations(request: &Value) -> Vec<&str> {
    let calls = request["calls"].as_array().unwrap().iter();
    let mut operations: Vec<_> = calls.map(|call| call["operation"].as_str().unwrap()).collect();
    operations.sort_unstable();
    operations
}

/// A new group of that user, by id.
fn group_of(server: &Server, token: &str) -> Value {
    let made = server.request("POST", "/api/v3/groups", token, r#"{"name": "Gamers"}"#);
    assert_eq!(made.status, 201, "{made:?}");
    made.json()["id"].clone()
}

#[test]
fn a_request_is_told_with_its_calls_its_units_and_its_dollars() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let ada = server.sign_up("ada").json();
    let token =
        format!("authentication-token: {}\r\n", ada["authentication_token"].as_str().unwrap());
    let group = group_of(&server, &token);
    let request = last_of(&server, "create-group");
    assert_eq!(operations(&request), ["GetItem", "TransactWriteItems"]);
    // As docs/costs.md has it.
    assert_eq!(request["units"], json!({ "read": 1.0, "write": 6.0 }));
    let dollars = |name: &str| (100.0 * request["dollars"][name].as_f64().unwrap()).round();
    assert_eq!((dollars("dynamodb"), dollars("all")), (388.0, 516.0));
    assert_eq!((&request["method"], &request["path"]), (&json!("POST"), &json!("/api/v3/groups")));
    assert_eq!((&request["status"], &request["refusal"]), (&json!(201), &Value::Null));
    assert_eq!(request["round_trips"], 1);
    assert_eq!(request["body"], json!({ "name": "Gamers" }));
    assert_eq!(request["caller"], json!({ "as": "player", "user": ada["id"] }));
    assert!(request["groups"].as_array().unwrap().contains(&group), "{request}");
    assert!(request["users"].as_array().unwrap().contains(&ada["id"]), "{request}");
    assert!(request["took_micros"].as_u64().unwrap() > 0);
    server.stop();
}

/// The steps of a request's cancelled transaction, and those of them that made it so.
#[track_caller]
fn cancelled(request: &Value) -> (Vec<Value>, Vec<Value>) {
    let calls = request["calls"].as_array().unwrap();
    let transaction = calls.iter().find(|call| call["operation"] == "TransactWriteItems").unwrap();
    assert_eq!(transaction["error"], "TransactionCanceledException");
    let steps = transaction["steps"].as_array().unwrap().clone();
    let failed = steps.iter().filter(|step| !step["failed"].is_null()).cloned().collect();
    (steps, failed)
}

#[test]
fn a_guard_that_did_not_hold_is_told_with_its_transaction_and_what_lay_there() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let [ada, grace, eve] = ["ada", "grace", "eve"].map(|name| server.token_of(name));
    let group = group_of(&server, &ada);
    let ask = |token: &str| {
        let body = json!({ "group_id": group }).to_string();
        server.request("POST", "/api/v3/group_connections", token, &body).json()["id"].clone()
    };
    let accept = |connection: &Value, token: &str| {
        let path = format!("/api/v3/group_connections/{connection}");
        server.request("PUT", &path, token, r#"{"status": "accepted"}"#)
    };
    // Whoever answers is assumed to be an admin: eve is nobody here, and then grace a plain member.
    let of_grace = ask(&grace);
    for (who, found) in [(&eve, Value::Null), (&grace, json!(false))] {
        let asked = if who == &eve { of_grace.clone() } else { ask(&eve) };
        assert_eq!(accept(&asked, who).header("x-error-code"), "NotAuthorized");
        let request = last_of(&server, "update-group-connection");
        assert_eq!(request["refusal"], "NotAuthorized");
        let (steps, failed) = cancelled(&request);
        assert!(steps.len() > 3, "{steps:#?}");
        let [guard] = failed.as_slice() else { panic!("{failed:#?}") };
        assert_eq!(guard["failed"], "ConditionalCheckFailed");
        assert_eq!(guard["condition"], "is_admin = :is_is_admin");
        assert_eq!(guard["found"]["is_admin"], found, "{guard:#}");
        accept(&of_grace, &ada);
    }
    server.stop();
}

#[test]
fn no_secret_is_kept_wherever_it_was_sent() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let ada = server.sign_up("ada").json();
    let fact = |name: &str| server.facts[name].to_string().trim_matches('"').to_owned();
    let [game, game_token, secret_key] = ["game_id", "game_token", "secret_key"].map(fact);
    let token = ada["authentication_token"].as_str().unwrap();
    let send = |method: &str, path: &str, headers: &str, body: Value| {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        server.request(method, path, headers, &body)
    };
    let sign_in = json!({ "email": "ada", "password": "password", "game_id": game, "game_token": game_token });
    assert_eq!(send("POST", "/api/v3/sessions", "", sign_in.clone()).status, 200);
    let wrong = json!({ "email": "ada", "password": "hunter2-hunter2", "game_id": game });
    assert_eq!(send("POST", "/api/v3/sessions", "", wrong).status, 401);
    let verify = format!("/api/v3/games/verify?game_id={game}&game_token={game_token}");
    assert_eq!(send("GET", &verify, "", Value::Null).status, 200);
    let service = format!(
        "service-key-name: me\r\nservice-key-token: {secret_key}\r\ncurrent-user-id: {}\r\n",
        ada["id"]
    );
    assert_eq!(send("GET", "/api/v3/groups", &service, Value::Null).status, 200);
    let title = send(
        "POST",
        "/Authentication/GetEntityToken",
        &format!("x-secretkey: {secret_key}\r\n"),
        json!({}),
    );
    let title = title.json()["data"]["EntityToken"].as_str().unwrap().to_owned();
    let titled = format!("x-entitytoken: {title}\r\n");
    send("POST", "/Authentication/ValidateEntityToken", &titled, json!({ "EntityToken": token }));
    let login = json!({ "TitleId": game, "CustomId": "an-old-phone", "CreateAccount": true });
    let login = send("POST", "/Client/LoginWithCustomID", "", login).json();
    let ticket = login["data"]["SessionTicket"].as_str().unwrap().to_owned();
    send(
        "POST",
        "/Authentication/GetEntityToken",
        &format!("x-authorization: {ticket}\r\n"),
        json!({}),
    );
    // Where none belongs.
    let player = format!("authentication-token: {token}\r\n");
    send("POST", "/api/v3/groups", &player, json!({ "name": secret_key }));
    send("GET", &format!("/api/v3/groups?query={token}"), &player, Value::Null);
    send("GET", &format!("/api/v3/groups/{secret_key}"), &player, Value::Null);
    send(
        "POST",
        "/api/v3/groups",
        &format!("{player}idempotency-key: {game_token}\r\n"),
        json!({ "name": "x" }),
    );
    let invocation = "/2015-03-31/functions/create-game/invocations";
    let made = send("POST", invocation, "", json!({ "name": "Another" })).json();

    let kept = json!(inspected(&server)).to_string();
    for function in
        ["sign-up", "sign-in", "verify-game", "create-game", "playfab-login-with-custom-id"]
    {
        assert!(kept.contains(&format!("\"{function}\"")), "{function}");
    }
    let secret = |name: &str| made[name].as_str().unwrap().to_owned();
    for secret in [
        "\"password\"".to_owned(),
        "hunter2".to_owned(),
        "an-old-phone".to_owned(),
        "$argon2".to_owned(),
        game_token,
        secret_key.clone(),
        secret_key.split_once('.').unwrap().1.to_owned(),
        token.to_owned(),
        title,
        ticket,
        secret("game_token"),
        secret("secret_key"),
    ] {
        let told = kept
            .replace("\"password\":\"(hidden)\"", "")
            .replace("\"password_confirmation\":\"(hidden)\"", "");
        assert!(!told.contains(&secret), "{secret} in {told}");
    }
    server.stop();
}

#[test]
fn calls_belong_to_the_request_that_made_them_however_many_are_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let token = server.token_of("ada");
    let address = server.address();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut client = Client::connect(address);
                for _ in 0..10 {
                    let made =
                        client.send("POST", "/api/v3/groups", &token, r#"{"name": "Gamers"}"#);
                    assert_eq!(made.read().status, 201);
                    let listed = client.send("GET", "/api/v3/groups", &token, "").read();
                    assert_eq!(listed.status, 200);
                }
            });
        }
    });
    let all = inspected(&server);
    let of = |function: &str| {
        all.iter().filter(move |it| it["function"] == function).collect::<Vec<_>>()
    };
    assert_eq!((of("create-group").len(), of("list-groups").len()), (80, 80));
    for request in of("create-group") {
        assert_eq!(operations(request), ["GetItem", "TransactWriteItems"], "{request}");
    }
    for request in of("list-groups") {
        assert!(!operations(request).contains(&"TransactWriteItems"), "{request}");
    }
    server.stop();
}

#[test]
fn the_last_thousand_requests_are_kept_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let mut client = server.connect();
    for _ in 0..1010 {
        assert_eq!(client.send("GET", "/health", "", "").read().status, 200);
    }
    let told = server.request("GET", INSPECTOR, "", "").json();
    let numbers: Vec<_> =
        told["requests"].as_array().unwrap().iter().map(|it| it["number"].clone()).collect();
    assert_eq!((numbers.len(), &numbers[0], &told["newest"]), (1000, &json!(11), &json!(1010)));
    let rest = server.request("GET", &format!("{INSPECTOR}?after=1009"), "", "").json();
    assert_eq!(rest["requests"].as_array().unwrap().len(), 1);
    assert_eq!(server.request("GET", &format!("{INSPECTOR}?after=x"), "", "").status, 400);
    server.stop();
}

#[test]
fn a_server_without_an_inspector_keeps_nothing_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--no-inspector"]);
    server.token_of("ada");
    let mut client = Client::connect(server.address());
    assert_eq!(client.send("GET", INSPECTOR, "", "").read().status, 404);
    let settings = client.send("GET", "/console/settings.json", "", "").read().json();
    assert_eq!(settings["inspector"], false);
    server.stop();
}
