//! Whatever is sent to whatever route, nothing breaks, and nothing that was sent is repeated: requests drawn from a seed,
//! in which a password stands wherever one can stand.

use std::collections::BTreeMap;

use functions::dialect::{Dialect, is_for_server};
use functions::http::Route;
use functions::routes::ALL;
use http::{Method, Request};
use serde_json::{Map, Value, json};
use tests::{Player, Reply, World, gzip};

/// What must never come back, nor be logged.
const CANARY: &str = "canary-Tr0ub4dor";

/// How many requests each route is sent.
const REQUESTS: usize = 200;

/// Names that some route knows, in all the ways in which they are written, and some that none does.
const NAMES: [&str; 49] = [
    "id",
    "name",
    "group_id",
    "user_id",
    "username",
    "email",
    "password",
    "password_confirmation",
    "game_id",
    "game_token",
    "group_type",
    "max_group_size",
    "can_auto_join",
    "is_invite_only",
    "searchable",
    "status",
    "action_type",
    "inviter_id",
    "attributes",
    "key",
    "value",
    "others_can_edit",
    "query",
    "limit",
    "cursor",
    "with_full_data",
    "group",
    "user",
    "group_connection",
    "Group",
    "Entity",
    "Id",
    "Type",
    "Members",
    "RoleId",
    "RoleName",
    "GroupName",
    "OriginRoleId",
    "ExpectedProfileVersion",
    "TitleId",
    "CustomId",
    "CreateAccount",
    "EntityToken",
    "url",
    "types",
    "description",
    "enabled",
    "after",
    CANARY,
];

/// Draws numbers from a seed (xorshift64*), so that a failure comes again.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit
    }

    fn one_of<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    fn text(&mut self) -> String {
        let odd = [
            "",
            " ",
            "\u{0}",
            "\n",
            "`",
            "\"",
            ", expected one of `x`",
            "missing field `",
            "\u{202e}",
            "\u{10ffff}",
            "#",
            "%",
            "狼",
            "'; DROP TABLE",
            "{",
            "[",
            "0",
            "1.0",
            "true",
            "null",
        ];
        match self.below(4) {
            0 => CANARY.to_owned(),
            1 => format!("{}{CANARY}{}", self.one_of(&odd), self.one_of(&odd)),
            2 => self.one_of(&odd).to_owned(),
            _ => CANARY.repeat(self.below(40)),
        }
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 7 } else { 10 }) {
            0 => Value::Null,
            1 => self.one_of(&[json!(true), json!(false)]),
            2 => self.one_of(&[
                json!(0),
                json!(1),
                json!(-1),
                json!(1.5),
                json!(1e300),
                json!(u64::MAX),
            ]),
            3..=6 => self.text().into(),
            7 => (0..self.below(3)).map(|_| self.value(depth - 1)).collect(),
            _ => self.object(depth - 1).into(),
        }
    }

    fn object(&mut self, depth: usize) -> Map<String, Value> {
        (0..self.below(6)).map(|_| (self.one_of(&NAMES).to_owned(), self.value(depth))).collect()
    }

    fn form(&mut self) -> String {
        let names = ["", "[]", "[x]", "[0][key]", "[", "]"];
        let pairs = (0..self.below(6)).map(|_| {
            let name = format!("{}{}", self.one_of(&NAMES), self.one_of(&names));
            url_encoded(&[(&name, &self.text())])
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    /// A body, and what it is said to be.
    fn body(&mut self) -> (&'static str, Vec<u8>) {
        let json = Value::Object(self.object(3)).to_string();
        match self.below(9) {
            0..=3 => ("application/json", json.into()),
            4 => ("application/json", json.as_bytes()[..self.below(json.len())].into()),
            5 => ("application/x-www-form-urlencoded", self.form().into()),
            6 => ("application/x-www-form-urlencoded", json.into()),
            7 => ("multipart/form-data; boundary=x", format!("--x\r\n{json}\r\n--x--").into()),
            _ => (self.one_of(&["text/plain", "application/json, text/plain", ""]), json.into()),
        }
    }

    fn path(&mut self, route: &Route) -> String {
        let mut path = String::new();
        for part in route.path.split('/').skip(1) {
            path.push('/');
            match part.starts_with('{') {
                true => path.push_str(self.one_of(&[
                    CANARY,
                    "1",
                    "1.0",
                    "0",
                    "-1",
                    "%00",
                    "%F0%9F%90%BA",
                    "%2F",
                ])),
                false => path.push_str(part),
            }
        }
        match self.below(3) {
            0 => format!("{path}?{}", self.form()),
            _ => path,
        }
    }
}

fn url_encoded(pairs: &[(&str, &str)]) -> String {
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs = pairs.iter().map(|(name, text)| format!("{}={}", encoded(name), encoded(text)));
    pairs.collect::<Vec<_>>().join("&")
}

async fn send(
    world: &World,
    player: &Player<'_>,
    route: &Route,
    draw: &mut Draw,
) -> (Reply, String) {
    let (content_type, mut body) = draw.body();
    let path = draw.path(route);
    let shown =
        format!("{} {path} {content_type}: {}", route.method, String::from_utf8_lossy(&body));
    let mut request = Request::builder().method(route.method.clone()).uri(path);
    if !content_type.is_empty() {
        request = request.header("content-type", content_type);
    }
    if draw.below(8) == 0 {
        request = request.header("content-encoding", "gzip");
        body = if draw.below(2) == 0 { gzip(&body) } else { body };
    }
    if draw.below(8) > 0 {
        for (name, value) in &player.credentials {
            request = request.header(*name, value);
        }
    }
    if route.method == Method::GET && draw.below(2) == 0 {
        body.clear();
    }
    (world.send(request.body(body).unwrap()).await, shown)
}

#[tokio::test]
async fn nothing_breaks_a_route_and_nothing_that_was_sent_is_repeated() {
    let world = World::new().await;
    let mut player = world.user("ada").await;
    let token = player.credentials[0].1.clone();
    player.credentials.push(("x-entitytoken", token));
    let mut draw = Draw(0x5EED);
    let (mut refused, mut taken) = (0, 0);
    for route in ALL {
        let caller = if is_for_server(route) { &world.server() } else { &player };
        for _ in 0..REQUESTS {
            let (reply, shown) = send(&world, caller, route, &mut draw).await;
            assert!(reply.status.as_u16() < 500, "{} {}: {shown}", reply.status, reply.text());
            // What was taken is shown, as the name of a group is.
            if reply.status.is_success() {
                taken += 1;
                continue;
            }
            refused += 1;
            let answer = format!("{} {:?}", reply.text(), reply.headers);
            assert!(!answer.contains(CANARY), "{answer}: {shown}");
            let id = match Dialect::of(route.path) {
                Dialect::GameFuse => "x-request-id",
                Dialect::PlayFab => "x-requestid",
            };
            assert!(!reply.header(id).is_empty(), "{answer}: {shown}");
        }
    }
    assert!(refused > 1000 && taken > 100, "{refused} refused, {taken} taken");
    let log = world.log().iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    assert!(!log.contains(CANARY), "{log}");
}

#[tokio::test]
async fn what_coverage_guided_fuzzing_has_found_is_answered() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let token = &ada.credentials[0].1;
    let corpus = corpus();
    for bytes in corpus.values() {
        world.send_wild(token, bytes).await;
    }
    assert!(corpus.len() > 50, "{} files", corpus.len());
}

/// What fuzzing begins with, by the names of the files.
fn corpus() -> BTreeMap<String, Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/front_door");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    let read = |file: std::fs::DirEntry| {
        let name = file.file_name().into_string().unwrap();
        (name, std::fs::read(file.path()).unwrap())
    };
    files.map(read).collect()
}

#[test]
fn what_fuzzing_begins_with_goes_to_the_route_that_it_is_named_after_and_no_route_is_left_out() {
    let corpus = corpus();
    for (place, route) in ALL.iter().enumerate() {
        // A sample, and maybe the same as a form and in parts.
        let named = ["", "-form", "-multipart"].map(|kind| format!("{}{kind}", route.function));
        assert!(corpus.contains_key(&named[0]), "{} has no file", route.function);
        for bytes in named.iter().filter_map(|name| corpus.get(name)) {
            assert_eq!(usize::from(bytes[0]), place, "{}: its first byte", route.function);
        }
    }
}
