//! How real clients write, in GameFuse's dialect: whatever can mean one thing is taken, whatever could do harm is refused.
//! The table is docs/gamefuse-compatibility.md's, "What is taken from clients".

use http::{Method, Request};
use serde_json::{Value, json};
use tests::{Player, Reply, World, gzip};

use crate::common::{assert_bodies_refused, assert_parameter_refused, with, without};

const GROUPS: &str = "/api/v3/groups";
const CONNECTIONS: &str = "/api/v3/group_connections";
const FORM: &str = "application/x-www-form-urlencoded";

async fn send_json(player: &Player<'_>, method: Method, path: &str, body: &str) -> Reply {
    player.send_raw(method, path, "application/json", body).await
}

#[tokio::test]
async fn an_empty_table_of_lua_is_an_empty_request() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    ada.create_group("Wolves", json!({})).await;
    for body in ["[]", "null", "{}", " [ ] ", "{\"query\": []}", "{\"group\": []}"] {
        let listed = send_json(&ada, Method::GET, GROUPS, body).await.ok();
        assert_eq!(listed["groups"].as_array().unwrap().len(), 1, "{body}");
    }
}

#[tokio::test]
async fn a_whole_number_may_have_a_fraction_of_zero_an_exponent_or_quotes_wherever_it_stands() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for (name, size) in [("a", json!(50.0)), ("b", json!("50")), ("c", json!("5e1"))] {
        let created = ada.post(GROUPS, json!({ "name": name, "max_group_size": size })).await.ok();
        assert_eq!(created["max_group_size"], 50, "{size}");
    }
    let group = ada.create_group("Wolves", json!({})).await;
    ada.get(&format!("{GROUPS}/{group}.0")).await.ok();
    ada.get(&format!("{GROUPS}?limit=10.0")).await.ok();
    for id in [json!(group as f64), json!(group.to_string()), json!(format!("{group}.0"))] {
        let asked = bob.post(CONNECTIONS, json!({ "group_id": id })).await.ok();
        let cancelled = format!("{CONNECTIONS}/cancel/{}.0", asked["id"]);
        bob.delete(&cancelled).await.ok();
    }
    let mut service = world.service_for(&ada);
    service.credentials.retain(|(name, _)| *name != "current-user-id");
    service.credentials.push(("current-user-id", format!("{}.0", ada.id)));
    service.get(GROUPS).await.ok();
    let mut session = json!({ "email": "ada@example.com", "password": "password" });
    for id in [json!(world.game_id as f64), json!(format!("{}.0", world.game_id))] {
        session["game_id"] = id;
        world.nobody().post("/api/v3/sessions", session.clone()).await.ok();
    }
    for (written, problem) in [
        ("50.5", "must be a whole number"),
        ("\"50.5\"", "must be a whole number"),
        ("5e-1", "must be a whole number"),
        ("\"x\"", "must be a whole number"),
        ("true", "must be a whole number"),
        ("-1", "must be a whole number in its range"),
        ("5000000000", "must be a whole number in its range"),
        ("1e30", "must be a whole number in its range"),
    ] {
        let body = format!("{{\"name\": \"d\", \"max_group_size\": {written}}}");
        let reply = send_json(&ada, Method::POST, GROUPS, &body).await;
        reply.refused(422, "InvalidParameter");
        assert_eq!(reply.text(), format!("max_group_size {problem}"), "{written}");
    }
}

#[tokio::test]
async fn a_truth_value_may_be_a_word_in_any_case_or_a_number() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for (number, truth) in
        [json!("true"), json!("True"), json!(1), json!(1.0), json!("1")].iter().enumerate()
    {
        let body = json!({ "name": format!("g{number}"), "can_auto_join": truth });
        assert_eq!(ada.post(GROUPS, body).await.ok()["can_auto_join"], true, "{truth}");
    }
    for (number, truth) in [json!("false"), json!("False"), json!(0), json!("0")].iter().enumerate()
    {
        let body = json!({ "name": format!("h{number}"), "searchable": truth });
        assert_eq!(ada.post(GROUPS, body).await.ok()["searchable"], false, "{truth}");
    }
    for text in ["with_full_data=True", "with_full_data=1", "include_members=TRUE"] {
        let listed = ada.get(&format!("{GROUPS}?limit=1&{text}")).await.ok();
        assert!(listed["groups"][0]["members"].is_array(), "{text}");
    }
    let created = ada.send_raw(Method::POST, GROUPS, FORM, "name=form&can_auto_join=1").await.ok();
    assert_eq!(created["can_auto_join"], true);
    for other in [json!("yes"), json!(2), json!("on"), json!(0.5)] {
        let body = json!({ "name": "x", "can_auto_join": other });
        ada.post(GROUPS, body).await.refused(422, "InvalidParameter");
    }
}

#[tokio::test]
async fn an_attributes_value_may_be_any_scalar_and_is_its_text() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let path = format!("{GROUPS}/{group}");
    for (value, text) in [
        (json!(5), "5"),
        (json!(true), "true"),
        (json!(-2.5), "-2.5"),
        (json!("x"), "x"),
        (json!(""), ""),
    ] {
        let body = json!({ "attributes": [{ "key": "level", "value": value }] });
        let added = ada.post(&format!("{path}/add_attribute"), body).await.ok();
        assert_eq!(added["attributes"][0]["value"], text);
        let body = json!({ "key": "level", "value": value });
        assert_eq!(ada.patch(&format!("{path}/modify_attribute"), body).await.ok()["value"], text);
    }
    for other in [json!(["x"]), json!({ "a": 1 }), json!("a\u{0}b"), Value::Null] {
        let body = json!({ "key": "level", "value": other });
        let refused = ada.patch(&format!("{path}/modify_attribute"), body).await;
        refused.refused(400, "InvalidParameter");
    }
    // A name that is a number is more likely a mistake.
    ada.post(GROUPS, json!({ "name": 7 })).await.refused(422, "InvalidParameter");
}

#[tokio::test]
async fn what_unreal_writes_for_not_set_is_as_good_as_absent() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let body = json!({
        "name": "Wolves", "group_type": "", "max_group_size": 0, "can_auto_join": false,
        "is_invite_only": false, "searchable": true, "admins_only_can_create_attributes": false,
    });
    let created = ada.post(GROUPS, body).await.ok();
    assert_eq!(
        (&created["group_type"], &created["max_group_size"]),
        (&json!("Public"), &json!(1000))
    );
    let path = format!("{GROUPS}/{}", created["id"]);
    let body = json!({ "name": "", "group_type": "", "max_group_size": 0, "can_auto_join": true });
    let changed = ada.put(&path, body).await.ok();
    assert_eq!((&changed["name"], &changed["can_auto_join"]), (&json!("Wolves"), &json!(true)));
    ada.get(&format!("{GROUPS}?query=&limit=0&cursor=&with_full_data=")).await.ok();
    ada.get(&format!("{GROUPS}?cursor=%20")).await.ok();
    // Also of texts that could be empty: whoever names no code and no group to look for joins the one that is named.
    let bob = world.user("bob").await;
    let body = json!({
        "group_id": created["id"], "action_type": "join", "code": "", "query": " ",
        "group_type": "", "username": "", "user_id": 0, "message": "",
    });
    assert_eq!(bob.post(CONNECTIONS, body).await.ok()["status"], "accepted");
    let body = json!({ "action_type": "auto_join", "code": "", "query": "", "group_type": "" });
    bob.post(CONNECTIONS, body).await.refused(404, "NoGroupFound");
    let session = json!({
        "game_id": world.game_id, "game_token": "", "email": "ada", "password": "password",
    });
    world.nobody().post("/api/v3/sessions", session).await.ok();
    let (webhook, _) = world.webhook("https://game.example.com/hook").await;
    let body = json!({ "url": "", "description": "", "enabled": "" });
    let path_of_webhook = format!("/api/v3/webhooks/{webhook}");
    let unchanged = world.server().patch(&path_of_webhook, body).await.ok();
    assert_eq!(unchanged["url"], "https://game.example.com/hook");
    // Where a field is required, nothing is nothing.
    let refused = ada.post(GROUPS, json!({ "name": "" })).await;
    assert_eq!(refused.text(), "name must not be empty");
    // Nothing but what is not set is no change.
    ada.put(&path, json!({ "name": "", "max_group_size": 0 }))
        .await
        .refused(422, "InvalidParameter");
}

#[tokio::test]
async fn an_error_repeats_neither_a_name_nor_a_value_that_it_does_not_know() {
    let world = World::new().await;
    let nobody = world.nobody();
    let canary = "canary-4711";
    let mut body = world.sign_up_body("ada");
    body["password"] = canary.into();
    body["password_confirmation"] = canary.into();
    let reply = nobody.send_raw(Method::POST, "/api/v3/users", FORM, body.to_string()).await;
    reply.refused(422, "MalformedBody");
    assert!(reply.text().ends_with("send Content-Type: application/json"), "{}", reply.text());
    for list in [format!("[{{\"key\": \"{canary}\"}}]"), format!(" [\"{canary}\"]")] {
        let reply = nobody.send_raw(Method::POST, "/api/v3/users", FORM, list).await;
        reply.refused(422, "MalformedBody");
        assert!(reply.text().ends_with("send Content-Type: application/json"), "{}", reply.text());
    }
    let reply = nobody.post("/api/v3/users", with(&body, canary, json!(1))).await;
    reply.refused(422, "InvalidParameter");
    assert_eq!(
        reply.text(),
        "The request has a parameter besides email, password, password_confirmation, username, game_id, game_token"
    );
    let ada = world.user("ada").await;
    let cases = [
        json!({ "name": "x", "group": { canary: 1 } }),
        json!({ "name": "x", "can_auto_join": canary }),
        json!({ "name": "x", "max_group_size": canary }),
        json!({ "name": format!("{canary}\n{canary}") }),
    ];
    for case in cases {
        let reply = ada.post(GROUPS, case).await;
        assert!(!reply.text().contains(canary), "{}", reply.text());
        reply.refused(422, "InvalidParameter");
    }
    for path in [format!("{GROUPS}/{canary}"), format!("{GROUPS}?{canary}=1"), format!("/{canary}")]
    {
        let reply = ada.get(&path).await;
        assert!(!reply.text().contains(canary), "{}", reply.text());
    }
    let log = world.log().iter().map(Value::to_string).collect::<String>();
    assert!(!log.contains(canary), "{log}");
}

#[tokio::test]
async fn a_compressed_body_is_read_and_a_bomb_is_not() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let zipped = |encoding: &'static str| {
        let mut ada = ada.clone();
        ada.credentials.push(("content-encoding", encoding.to_owned()));
        ada
    };
    for (number, encoding) in ["gzip", "GZIP", "GZip", "x-gzip", "gzip, gzip"].iter().enumerate() {
        let body = gzip(json!({ "name": format!("Wolves{number}") }).to_string().as_bytes());
        zipped(encoding).send_raw(Method::POST, GROUPS, "application/json", body).await.ok();
    }
    let plain = zipped("identity");
    plain.send_raw(Method::POST, GROUPS, "application/json", r#"{"name": "Plain"}"#).await.ok();
    let gzipped = zipped("gzip");
    let send = |body: Vec<u8>| gzipped.send_raw(Method::POST, GROUPS, "application/json", body);
    send(b"{\"name\": \"x\"}".to_vec()).await.refused(422, "MalformedBody");
    let mut cut = gzip(b"{\"name\": \"x\"}");
    cut.truncate(20);
    send(cut).await.refused(422, "MalformedBody");
    let bomb = gzip(&vec![b' '; 10_000_000]);
    assert!(bomb.len() < 20_000);
    send(bomb).await.refused(413, "BodyTooLarge");
    for other in ["br", "deflate", "nonsense"] {
        let reply = zipped(other).send_raw(Method::POST, GROUPS, "application/json", "{}").await;
        reply.refused(415, "UnsupportedMediaType");
        assert_eq!(reply.text(), "The content encoding is not one that this endpoint reads");
    }
    let reply = ada.send_raw(Method::POST, GROUPS, "text/plain", "{}").await;
    assert_eq!(reply.text(), "The content type is not one that this endpoint reads");
    ada.get(&format!("{GROUPS}?query=wolves")).await.ok();
}

#[tokio::test]
async fn what_was_read_may_be_sent_back() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let created = ada.post(GROUPS, json!({ "name": "Wolves", "description": null })).await.ok();
    let path = format!("{GROUPS}/{}", created["id"]);
    let mut read = ada.get(&path).await.ok();
    read["name"] = "Foxes".into();
    read["member_count"] = 7.into();
    let changed = ada.put(&path, read.clone()).await.ok();
    assert_eq!((&changed["name"], &changed["member_count"]), (&json!("Foxes"), &json!(1)));
    ada.put(&path, json!({ "group": read })).await.ok();
    let attributes = format!("{path}/add_attribute");
    // As the C# client sends it.
    let sent = json!({ "attributes": [{ "key": "motto", "value": "x", "creator_id": ada.id }] });
    let added = ada.post(&attributes, sent).await.ok();
    ada.post(&attributes, added.clone()).await.ok();
    let attribute = with(&added["attributes"][0], "value", json!("y"));
    assert_eq!(ada.patch(&format!("{path}/modify_attribute"), attribute).await.ok()["value"], "y");
    // What was asked for is answered with what was read of it.
    let bob = world.user("bob").await;
    let mut asked = bob.join(created["id"].as_u64().unwrap()).await.ok();
    asked["status"] = "accepted".into();
    let connection = format!("{CONNECTIONS}/{}", asked["id"]);
    ada.put(&connection, asked.clone()).await.ok();
    let cy = world.user("cy").await;
    cy.join(created["id"].as_u64().unwrap()).await.ok();
    let own = cy.get(&format!("/api/v3/users/{}", cy.id)).await.ok();
    let listed = with(&own["group_join_requests"][0], "status", json!("declined"));
    ada.put(&format!("{CONNECTIONS}/{}", listed["id"]), listed).await.ok();
    ada.invite(created["id"].as_u64().unwrap(), &cy).await.ok();
    let own = cy.get(&format!("/api/v3/users/{}", cy.id)).await.ok();
    let mut listed = with(&own["group_invites"][0], "status", json!("accepted"));
    listed["inviter_id"] = ada.id.into();
    cy.put(&format!("{CONNECTIONS}/{}", listed["id"]), listed).await.ok();
    // A copy of a group is a group of its own.
    let copy = ada.post(GROUPS, with(&read, "name", json!("Copy"))).await.ok();
    assert_ne!(copy["id"], created["id"]);
}

#[tokio::test]
async fn a_parameter_that_nobody_knows_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let valid = json!({ "name": "Wolves" });
    for value in [json!("x"), json!(1), json!(""), json!(" "), json!(0), json!("0"), json!(false)] {
        let cases = ["searchible", "Name", "groupType", "descripton", "roles", "dry-run"]
            .map(|name| ("The request", with(&valid, name, value.clone())));
        assert_bodies_refused(&ada, (Method::POST, GROUPS, 422), cases).await;
    }
    ada.post(GROUPS, with(&without(&valid, "x"), "friends", json!([]))).await.ok();
}

#[tokio::test]
async fn a_misspelt_parameter_changes_nothing_however_little_it_says() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    let before = world.whole_table().await;
    let path = format!("{GROUPS}/{group}");
    for query in ["dry-run", "dry-run=", "dry-run=0", "dryrun", "DRY_RUN=%20"] {
        let reply = ada.delete(&format!("{path}?{query}")).await;
        assert_parameter_refused(&reply, 422, "The request", query);
    }
    let remove = format!("{CONNECTIONS}/remove_member/{}", bob.id);
    for value in [json!(0), json!("0"), json!("")] {
        let body = json!({ "group_id": group, "blok": value });
        ada.put(&remove, body).await.refused(422, "InvalidParameter");
    }
    let form = format!("group_id={group}&blok=");
    ada.send_raw(Method::PUT, &remove, FORM, form).await.refused(422, "InvalidParameter");
    assert_eq!(world.whole_table().await, before);
}

#[tokio::test]
async fn a_doubled_header_is_one_where_both_agree() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let token = &ada.credentials[0].1;
    let send = async |headers: &[(&'static str, String)]| {
        let mut request = Request::builder().method(Method::POST).uri(GROUPS);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        world.send(request.body(br#"{"name": "Wolves"}"#.to_vec()).unwrap()).await
    };
    let json = || ("content-type", "application/json".to_owned());
    let me = || ("authentication-token", token.clone());
    send(&[json(), json(), me()]).await.ok();
    send(&[("content-type", "application/json, application/json".to_owned()), me()]).await.ok();
    send(&[json(), me(), me()]).await.ok();
    send(&[json(), ("authentication-token", format!("{token}, {token}"))]).await.ok();
    let other = ("authentication-token", format!("{token}x"));
    send(&[json(), me(), other]).await.refused(401, "TokenInvalid");
    let other = ("content-type", "text/plain".to_owned());
    send(&[json(), other, me()]).await.refused(415, "UnsupportedMediaType");
}

#[tokio::test]
async fn a_form_may_nest_its_fields() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let form = "group[name]=Wolves&group%5Bmax_group_size%5D=7&group[can_auto_join]=1";
    let created = ada.send_raw(Method::POST, GROUPS, FORM, form).await.ok();
    assert_eq!((&created["name"], &created["max_group_size"]), (&json!("Wolves"), &json!(7)));
    let path = format!("{GROUPS}/{}/add_attribute", created["id"]);
    for (form, keys) in [
        ("attributes[][key]=a&attributes[][value]=1&attributes[][key]=b&attributes[][value]=2", 2),
        ("attributes[0][key]=c&attributes[0][value]=3", 1),
        ("attributes[1][key]=d&attributes[1][value]=4", 1),
        (
            "attributes[7][key]=f&attributes[2][key]=e&attributes[7][value]=6&attributes[2][value]=5",
            2,
        ),
    ] {
        let added = ada.send_raw(Method::POST, &path, FORM, form).await.ok();
        assert_eq!(added["attributes"].as_array().unwrap().len(), keys, "{form}");
    }
    let multipart =
        "--x\r\nContent-Disposition: form-data; name=\"group[name]\"\r\n\r\nFoxes\r\n--x--\r\n";
    let content_type = "multipart/form-data; boundary=x";
    let created = ada.send_raw(Method::POST, GROUPS, content_type, multipart).await.ok();
    assert_eq!(created["name"], "Foxes");
    let refused = ada.send_raw(Method::POST, GROUPS, FORM, "group[nom]=Wolves").await;
    refused.refused(422, "InvalidParameter");
}

#[tokio::test]
async fn what_is_no_text_or_says_two_things_is_refused_in_queries_and_forms_and_not_repeated() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let before = world.whole_table().await;
    let multipart = |fields: &[(&str, &[u8])]| {
        let part = |(name, value): &(&str, &[u8])| {
            let head = format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
            [head.as_bytes(), value, b"\r\n"].concat()
        };
        [fields.iter().flat_map(part).collect(), b"--x--\r\n".to_vec()].concat()
    };
    const MULTIPART: &str = "multipart/form-data; boundary=x";
    for (query, content_type, body, name, words) in [
        ("?name=W%ff", "", vec![], "InvalidParameter", "must be text in UTF-8"),
        ("?name=Foxes&W%ff=1", "", vec![], "InvalidParameter", "must be text in UTF-8"),
        ("?name=Foxes&name=Bears", "", vec![], "InvalidParameter", "has a parameter twice"),
        ("", FORM, b"name=W%ff".to_vec(), "MalformedBody", "is not text in UTF-8"),
        ("", FORM, b"name=W\xff".to_vec(), "MalformedBody", "is not text in UTF-8"),
        ("", FORM, b"name=Foxes&name=Bears".to_vec(), "MalformedBody", "has a field twice"),
        ("", FORM, b"group[name]=Foxes&group=Bears".to_vec(), "MalformedBody", "has a field twice"),
        ("", MULTIPART, multipart(&[("name", b"W\xff")]), "MalformedBody", "is not text in UTF-8"),
        (
            "",
            MULTIPART,
            multipart(&[("name", b"Foxes"), ("name", b"Bears")]),
            "MalformedBody",
            "has a field twice",
        ),
    ] {
        let reply =
            ada.send_raw(Method::POST, &format!("{GROUPS}{query}"), content_type, body).await;
        reply.refused(422, name);
        assert!(reply.text().contains(words), "{query}: {}", reply.text());
        assert!(
            !["Foxes", "Bears", "%ff", "\u{fffd}"].iter().any(|sent| reply.text().contains(sent))
        );
    }
    let path = format!("{GROUPS}/{group}/add_attribute");
    let reply = ada
        .send_raw(Method::POST, &path, FORM, "attributes[][key]=a&attributes[][value]=%e9")
        .await;
    reply.refused(400, "MalformedBody");
    assert_eq!(world.whole_table().await, before);
    // What is said twice is said, and a replacement character that somebody sends is one.
    let created =
        ada.send_raw(Method::POST, &format!("{GROUPS}?name=Foxes&name=Foxes"), "", "").await;
    assert_eq!(created.ok()["name"], "Foxes");
    let set = "attributes[][key]=a&attributes[][value]=%EF%BF%BD";
    let set = ada.send_raw(Method::POST, &path, FORM, set).await.ok();
    assert_eq!(set["attributes"][0]["value"], "\u{fffd}");
}

#[tokio::test]
async fn a_user_is_told_with_logins_and_whether_they_are_new() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let path = format!("/api/v3/users/{}", ada.id);
    for player in [&ada, &bob] {
        let read = player.get(&path).await.ok();
        assert_eq!((&read["number_of_logins"], &read["is_new_user"]), (&json!(1), &json!(true)));
        assert_eq!(read["last_login"], "2026-01-02T03:04:05.678Z");
    }
    let session = json!({
        "game_id": world.game_id, "email": "ada@example.com", "password": "password"
    });
    let signed_in = world.nobody().post("/api/v3/sessions", session).await.ok();
    assert_eq!(
        (&signed_in["number_of_logins"], &signed_in["is_new_user"]),
        (&json!(2), &json!(false))
    );
    let read = bob.get(&path).await.ok();
    assert_eq!((&read["number_of_logins"], &read["is_new_user"]), (&json!(2), &json!(false)));
    for private in ["groups", "group_invites", "authentication_token"] {
        assert!(read.get(private).is_none(), "{private}");
    }
}
