//! A person's data: all of it is told, and erased for good, whatever goes wrong in between.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Lost, Player, World, gamefuse_id};

use crate::{ROUNDS, add_attribute, admins_of, ids_of, open_group, race};

async fn erase(world: &World, user: &Player<'_>) -> Value {
    world.order_about("erase-user", user, json!({})).await
}

/// All that lies in the table, as one text.
async fn everything(world: &World) -> String {
    let store = &world.app.store;
    #[expect(clippy::disallowed_methods, reason = "a test looks at all there is")]
    let scanned = store.client().scan().table_name(store.table()).send().await.unwrap();
    assert!(scanned.last_evaluated_key.is_none());
    format!("{:?}", scanned.items.unwrap_or_default())
}

async fn event(world: &World, group: u64) -> Value {
    world.group_row(group).await["last_event"].clone()
}

/// The groups in which Zoe is something.
struct Places {
    alone: u64,
    leads: u64,
    member: u64,
    asks: u64,
    invited: u64,
    blocked: u64,
}

impl Places {
    /// Those that there are still, once Zoe is gone.
    fn others(&self) -> [u64; 5] {
        [self.leads, self.member, self.asks, self.invited, self.blocked]
    }
}

/// Zoe in all relations to groups: she leads one in which Bob has been longest.
async fn prepare<'w>(world: &'w World) -> (Player<'w>, [Player<'w>; 3], Places) {
    let zoe = world.user("zoe_q_person").await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let leads = open_group(&zoe, &[]).await;
    for member in [&bob, &ada] {
        world.advance(SignedDuration::from_secs(1));
        member.join(leads).await.ok();
    }
    let places = Places {
        alone: zoe.create_group("Alone", json!({})).await,
        leads,
        member: open_group(&ada, &[&zoe, &bob]).await,
        asks: ada.create_group("Asks", json!({})).await,
        invited: ada.create_group("Invited", json!({})).await,
        blocked: ada.create_group("Blocked", json!({})).await,
    };
    add_attribute(&zoe, places.member, "motto", "onward").await.ok();
    let words = json!({ "group_id": places.asks, "message": "I am zoe_q_person" });
    zoe.post("/api/v3/group_connections", words).await.ok();
    ada.invite(places.invited, &zoe).await.ok();
    ada.block(places.blocked, &zoe, json!({})).await.ok();
    // Her guesses at codes are counted.
    let (_, code) = ada.create_code(places.member, json!({})).await;
    zoe.redeem(&code).await.refused(422, "AlreadyMember");
    (zoe, [ada, bob, cy], places)
}

#[tokio::test]
async fn of_who_is_erased_nothing_is_left_but_an_id_that_leads_nowhere() {
    let world = World::embedded().await;
    let (zoe, [ada, bob, _], places) = prepare(&world).await;
    assert!(everything(&world).await.contains("zoe_q_person"));
    let own = format!("GAME#{}#USER#{}", world.game_id, zoe.id);
    assert!(world.partition(&own).await.len() > 1, "there is a counter");
    let receipt = erase(&world, &zoe).await;
    assert_eq!(world.partition(&own).await.len(), 1);
    let mut left = [places.alone, places.leads, places.member];
    let mut withdrawn = [places.asks, places.invited];
    left.sort_by_key(u64::to_string);
    withdrawn.sort_by_key(u64::to_string);
    assert_eq!((&receipt["left"], &receipt["withdrawn"]), (&json!(left), &json!(withdrawn)));
    assert_eq!(receipt["done"], true);
    world.relay().await;
    assert!(!everything(&world).await.contains("zoe_q_person"));
    // Bob has been in it longer than Ada, and the group of one is no more.
    assert_eq!(admins_of(&world, places.leads).await, ids_of(&[&bob]));
    let expected = json!(["member.left", null, [zoe.id], bob.id]);
    let last = event(&world, places.leads).await;
    let told =
        json!([last["type"], last["actor_id"], last["user_ids"], last["data"]["successor_id"]]);
    assert_eq!(told, expected);
    ada.get(&format!("/api/v3/groups/{}", places.alone)).await.refused(404, "GroupNotFound");
    assert_eq!(event(&world, places.asks).await["type"], "application.cancelled");
    assert_eq!(event(&world, places.invited).await["type"], "invitation.cancelled");
    for group in places.others() {
        world.assert_group_is_sound(group).await;
    }
    // What she made is the group's, and names an id of whom nothing is told.
    let path = format!("/api/v3/groups/{}/attributes", places.member);
    assert!(ada.get(&path).await.ok().to_string().contains("onward"));
    let who = ada.get(&format!("/api/v3/users/{}", zoe.id)).await.ok();
    assert_eq!(who["username"], format!("erased-{}", zoe.id));
    assert_eq!((&who["score"], &who["email"]), (&json!(0), &Value::Null));
}

#[tokio::test]
async fn a_second_run_changes_nothing() {
    let world = World::new().await;
    let (zoe, _, places) = prepare(&world).await;
    let first = erase(&world, &zoe).await;
    let before = everything(&world).await.len();
    let mut rows = Vec::new();
    for group in places.others() {
        rows.push(world.rows(group).await);
    }
    world.advance(SignedDuration::from_hours(24));
    let second = erase(&world, &zoe).await;
    assert_eq!((&second["left"], &second["withdrawn"]), (&json!([]), &json!([])));
    assert_eq!((&second["done"], &second["erased_at"]), (&json!(true), &first["erased_at"]));
    for (group, rows) in places.others().into_iter().zip(rows) {
        assert_eq!(world.rows(group).await, rows);
    }
    assert_eq!(everything(&world).await.len(), before);
}

#[tokio::test]
async fn of_an_invitation_beside_an_application_that_is_over_it_is_the_invitation_that_is_told() {
    let world = World::new().await;
    let [ada, zoe] = world.entities(["ada", "zoe"]).await;
    let group = ada.create_group("Wolves").await;
    zoe.call("ApplyToGroup", json!({ "Group": group })).await.data();
    world.advance(SignedDuration::from_hours(24 * 6));
    let ada = world.entity("ada").await;
    let invitation = json!({
        "Group": group, "Entity": zoe.key, "AutoAcceptOutstandingApplication": false,
    });
    ada.call("InviteToGroup", invitation).await.data();
    world.advance(SignedDuration::from_hours(24 * 2));
    erase(&world, &zoe.player).await;
    assert_eq!(event(&world, gamefuse_id(&group)).await["type"], "invitation.cancelled");
}

#[tokio::test]
async fn what_they_were_known_by_is_free_and_they_cannot_come_back_as_who_they_were() {
    let world = World::new().await;
    let zoe = world.user("zoe").await;
    let eve = world.entity("eve's device").await;
    erase(&world, &zoe).await;
    erase(&world, &eve.player).await;
    zoe.get(&format!("/api/v3/users/{}", zoe.id)).await.refused(401, "TokenExpired");
    let credentials = json!({ "game_id": world.game_id, "email": "zoe", "password": "password" });
    world.nobody().post("/api/v3/sessions", credentials).await.refused(401, "CredentialsInvalid");
    let again = world.user("zoe").await;
    assert_ne!(again.id, zoe.id);
    assert_ne!(world.entity("eve's device").await.player.id, eve.player.id);
    let mut title = world.nobody();
    title.credentials = vec![("x-secretkey", world.secret_key.clone())];
    let about = json!({ "Entity": eve.key });
    title.post("/Authentication/GetEntityToken", about).await.failed("AccountBanned", 1002);
    for (function, more) in [
        ("ban-user", json!({ "banned": false })),
        ("set-password", json!({ "password": "password" })),
    ] {
        let mut order = more;
        order["user_id"] = zoe.id.into();
        assert_eq!(world.refused_order(function, order).await, "UserNotFound");
    }
    // The id stands for nobody else.
    world.draw_next([zoe.id, 77]);
    let body = world.sign_up_body("dot");
    assert_eq!(world.nobody().post("/api/v3/users", body).await.ok()["id"], 77);
}

#[tokio::test]
async fn an_erasure_that_is_late_takes_nothing_from_whoever_has_the_same_device_by_then() {
    let world = World::new().await;
    let eve = world.entity("eve's device").await;
    let order = json!({ "user_id": eve.player.id });
    let late = world.send_order("erase-user", order).boxed_local();
    let meanwhile = async {
        erase(&world, &eve.player).await;
        world.entity("eve's device").await.player.id
    };
    let (late, next) = world.overtake(1, late, meanwhile).await;
    assert_eq!(late.header("x-amz-function-error"), "", "{}", late.text());
    assert_eq!(world.entity("eve's device").await.player.id, next);
}

#[tokio::test]
async fn an_erasure_that_is_cut_short_anywhere_is_finished_by_the_next_one() {
    // Each call to the table that an erasure makes fails once, carried out or not.
    let operations = ["GetItem", "TransactWriteItems", "Query", "BatchWriteItem", "BatchGetItem"];
    for operation in operations {
        for which in 0..6 {
            let world = World::embedded().await;
            let (zoe, [ada, ..], places) = prepare(&world).await;
            let order = json!({ "user_id": zoe.id });
            for _ in 0..which {
                world.faults.slow_down(operation, std::time::Duration::ZERO);
            }
            world.faults.refuse(operation, "ValidationException");
            let broken = world.send_order("erase-user", order).await;
            let failed = broken.header("x-amz-function-error") == "Unhandled";
            world.faults.clear();
            let receipt = erase(&world, &zoe).await;
            assert_eq!(receipt["done"], true, "{operation} {which}, failed: {failed}");
            world.relay().await;
            assert!(!everything(&world).await.contains("zoe_q_person"), "{operation} {which}");
            for group in places.others() {
                world.assert_group_is_sound(group).await;
            }
            let members = world.group_row(places.member).await["member_count"].clone();
            assert_eq!(members, 2, "{operation} {which}");
            ada.group(places.leads).await;
            let again = erase(&world, &zoe).await;
            assert_eq!((&again["left"], &again["withdrawn"]), (&json!([]), &json!([])));
        }
    }
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_done_once() {
    let world = World::new().await;
    let (zoe, [ada, bob, _], places) = prepare(&world).await;
    world.faults.lose_answer("TransactWriteItems");
    world.faults.break_connection("TransactWriteItems", Lost::Call);
    world.faults.lose_answer("TransactWriteItems");
    assert_eq!(erase(&world, &zoe).await["done"], true);
    assert_eq!(admins_of(&world, places.leads).await, ids_of(&[&bob]));
    assert_eq!(ada.group(places.member).await["member_count"], 2);
}

#[tokio::test]
async fn who_is_in_many_groups_is_taken_out_of_so_many_at_a_time() {
    let world = World::new().await;
    let [ada, zoe] = world.users(["ada", "zoe"]).await;
    let mut groups = Vec::new();
    for number in 0..60 {
        let name = format!("Group {number}");
        let group = ada.create_group(&name, json!({ "can_auto_join": true })).await;
        zoe.join(group).await.ok();
        groups.push(group);
    }
    let first = erase(&world, &zoe).await;
    assert_eq!((first["left"].as_array().unwrap().len(), &first["done"]), (50, &json!(false)));
    let second = erase(&world, &zoe).await;
    assert_eq!((second["left"].as_array().unwrap().len(), &second["done"]), (10, &json!(true)));
    for group in groups {
        assert_eq!(world.assert_group_is_sound(group).await, 1);
    }
}

#[tokio::test]
async fn what_is_of_no_group_any_more_keeps_nobody_in_the_others() {
    let world = World::new().await;
    let [ada, zoe] = world.users(["ada", "zoe"]).await;
    for id in 10..=60 {
        world.draw_next([id]);
        let group =
            ada.create_group(&format!("Group {id}"), json!({ "can_auto_join": true })).await;
        zoe.join(group).await.ok();
        if id < 60 {
            // Deleted, and nobody has swept it yet.
            ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
        }
    }
    let receipt = erase(&world, &zoe).await;
    assert_eq!((&receipt["left"], &receipt["done"]), (&json!([60]), &json!(true)));
}

#[tokio::test]
async fn who_acts_while_they_are_erased_is_out_after_the_next_run() {
    for round in 0..ROUNDS {
        let world = World::new().await;
        let (zoe, [ada, bob, cy], places) = prepare(&world).await;
        let order = json!({ "user_id": zoe.id });
        race(
            round,
            vec![
                world.send_order("erase-user", order).boxed_local(),
                zoe.post("/api/v3/groups", json!({ "name": "New" })).boxed_local(),
                bob.leave(places.leads).boxed_local(),
                ada.leave(places.leads).boxed_local(),
                cy.join(places.leads).boxed_local(),
                ada.remove(places.member, &zoe).boxed_local(),
            ],
        )
        .await;
        world.advance(SignedDuration::from_hours(24));
        assert_eq!(erase(&world, &zoe).await["done"], true);
        let shown = world.order_about("inspect-user", &zoe, json!({})).await;
        assert_eq!((&shown["memberships"], &shown["doors"]), (&json!([]), &json!([])));
        for group in places.others() {
            world.assert_group_is_sound(group).await;
        }
    }
}

#[tokio::test]
async fn everything_about_a_user_is_exported_and_nothing_of_others() {
    let world = World::embedded().await;
    let (zoe, [ada, bob, _], places) = prepare(&world).await;
    add_attribute(&ada, places.member, "secret plan", "of ada").await.ok();
    zoe.leave(places.leads).await.ok();
    world.relay().await;
    let export = async |order: Value| world.order_about("export-user", &zoe, order).await;
    let person = export(json!({})).await;
    let user = &person["user"];
    assert_eq!(
        (&user["username"], &user["email"]),
        (&json!("zoe_q_person"), &json!("zoe_q_person@example.com"))
    );
    assert!(!person.to_string().contains("argon2"));
    let groups = |rows: &Value| {
        let mut groups: Vec<_> =
            rows.as_array().unwrap().iter().map(|row| row["group_id"].as_u64().unwrap()).collect();
        groups.sort_unstable();
        groups
    };
    let sorted = |mut groups: Vec<u64>| {
        groups.sort_unstable();
        groups
    };
    assert_eq!(groups(&person["memberships"]), sorted(vec![places.alone, places.member]));
    assert_eq!(groups(&person["doors"]), sorted(vec![places.asks, places.invited]));
    let asked = export(json!({ "group_id": places.asks })).await;
    assert_eq!(asked["door"]["applied"]["message"], "I am zoe_q_person");
    let member = export(json!({ "group_id": places.member })).await;
    assert_eq!(member["member"]["user_id"], zoe.id);
    assert_eq!(member["attributes"][0]["attribute_value"], "onward");
    assert!(!member.to_string().contains("of ada"));
    assert_eq!(member["codes"], json!([]));
    let order = json!({ "group_id": places.member });
    let of_ada = world.order_about("export-user", &ada, order).await;
    assert_eq!(of_ada["codes"][0]["creator_id"], ada.id);
    // Also of a group that she has left, by its name.
    let left = export(json!({ "group_id": places.leads })).await;
    let types: Vec<_> =
        left["events"].as_array().unwrap().iter().map(|it| it["event"]["type"].clone()).collect();
    assert_eq!(types, ["group.created", "member.left"]);
    let of_bob = world.order_about("export-user", &bob, json!({ "group_id": places.leads })).await;
    let types: Vec<_> =
        of_bob["events"].as_array().unwrap().iter().map(|it| it["event"]["type"].clone()).collect();
    assert_eq!(types, ["member.joined", "member.left"], "he is who took over");
    let stray = json!({ "user_id": zoe.id, "after": 1 });
    assert_eq!(world.refused_order("export-user", stray).await, "InvalidParameter");
}

#[tokio::test]
async fn a_long_history_is_exported_in_parts() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let at = world.now().as_millisecond();
    for seq in 1..=1100 {
        let pk = format!("GAME#{}#EVENTS#{group}", world.game_id);
        let event = json!({ "type": "group.updated", "at": at, "actor_id": ada.id });
        world
            .put(&json!({
                "pk": pk, "sk": format!("EVENT#{seq:010}"), "kind": "event", "version": 3,
                "group_id": group, "seq": seq, "event": event,
            }))
            .await;
    }
    let first = world.order_about("export-user", &ada, json!({ "group_id": group })).await;
    assert_eq!(
        (first["events"].as_array().unwrap().len(), &first["next_after"]),
        (1000, &json!(1000))
    );
    let order = json!({ "group_id": group, "after": 1000 });
    let second = world.order_about("export-user", &ada, order).await;
    assert_eq!(
        (second["events"].as_array().unwrap().len(), &second["next_after"]),
        (100, &Value::Null)
    );
}

#[tokio::test]
async fn who_was_erased_is_nobody_whom_others_could_bring_back_into_a_group() {
    let world = World::new().await;
    let [ada, zoe] = world.entities(["ada", "zoe"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let id = gamefuse_id(&group);
    let before = world.contents(id).await;
    erase(&world, &zoe.player).await;
    let members = json!({ "Group": group, "Members": [zoe.key] });
    let about = json!({ "Group": group, "Entity": zoe.key });
    let ghosts = json!({ "GroupName": "Ghosts", "Entity": zoe.key });
    for (caller, operation, body) in [
        (&title, "AddMembers", members),
        (&title, "CreateGroup", ghosts),
        (&title, "ApplyToGroup", about.clone()),
        (&ada, "InviteToGroup", about.clone()),
        (&ada, "BlockEntity", about),
    ] {
        caller.call(operation, body).await.failed("ProfileDoesNotExist", 1298);
    }
    ada.player.invite(id, &zoe.player).await.refused(404, "UserNotFound");
    assert_eq!(world.contents(id).await, before);
    let listed = title.call("ListMembership", json!({ "Entity": zoe.key })).await.data();
    assert_eq!(listed["Groups"], json!([]));
}
