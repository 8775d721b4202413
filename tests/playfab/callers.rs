//! Who may do what: every operation as every caller finds it.

use std::collections::BTreeSet;
use std::fmt::Write;

use functions::routes::ALL;
use serde_json::{Value, json};
use tests::{Entity, Reply, World};

use super::{about, apply, create_role, done, invite, members, members_in};

/// Who calls.
const CALLERS: [&str; 9] = [
    "nobody",
    "stranger",
    "applicant",
    "invitee",
    "blocked",
    "member",
    "admin",
    "title",
    "other title",
];

/// What is tried: an operation, and about whom or what where it can be about several.
const DEEDS: [&str; 39] = [
    "CreateGroup",
    "CreateGroup for another",
    "GetGroup",
    "UpdateGroup name",
    "UpdateGroup admin role",
    "UpdateGroup member role",
    "DeleteGroup",
    "CreateRole",
    "UpdateRole",
    "DeleteRole",
    "ApplyToGroup",
    "ApplyToGroup for another",
    "AcceptGroupApplication",
    "AcceptGroupApplication own",
    "RemoveGroupApplication",
    "RemoveGroupApplication own",
    "ListGroupApplications",
    "InviteToGroup",
    "AcceptGroupInvitation",
    "AcceptGroupInvitation own",
    "RemoveGroupInvitation",
    "RemoveGroupInvitation own",
    "ListGroupInvitations",
    "ListMembershipOpportunities",
    "ListMembershipOpportunities own",
    "AddMembers",
    "AddMembers to role",
    "ChangeMemberRole",
    "RemoveMembers",
    "RemoveMembers from role",
    "RemoveMembers own",
    "IsMember",
    "ListGroupMembers",
    "ListMembership",
    "ListMembership own",
    "BlockEntity",
    "BlockEntity own",
    "UnblockEntity",
    "ListGroupBlocks",
];

/// Those who stand in every group where somebody is tried.
struct Cast<'w> {
    owner: Entity<'w>,
    other: Entity<'w>,
    asks: Entity<'w>,
    invited: Entity<'w>,
    banned: Entity<'w>,
    guest: Entity<'w>,
    title: Entity<'w>,
}

impl<'w> Cast<'w> {
    async fn of(world: &'w World) -> Self {
        let players = ["owner", "other", "asks", "invited", "banned", "guest"];
        let [owner, other, asks, invited, banned, guest] = world.entities(players).await;
        Self { owner, other, asks, invited, banned, guest, title: world.title().await }
    }
}

/// A new group with everything in it, in which whoever is tried stands as said.
async fn set_up(cast: &Cast<'_>, caller: &str, me: &Entity<'_>, name: &str) -> Value {
    let Cast { owner, other, asks, invited, banned, title, .. } = cast;
    let group = owner.create_group(name).await;
    create_role(owner, &group, "officers").await;
    done(&title.call("AddMembers", members(&group, &[other])).await);
    done(&title.call("AddMembers", members_in(&group, &[other], "officers")).await);
    apply(asks, &group).await;
    invite(owner, &group, invited).await;
    done(&owner.call("BlockEntity", about(&group, banned)).await);
    match caller {
        "applicant" => drop(apply(me, &group).await),
        "invitee" => drop(invite(owner, &group, me).await),
        "blocked" => done(&owner.call("BlockEntity", about(&group, me)).await),
        "member" => done(&title.call("AddMembers", members(&group, &[me])).await),
        "admin" => done(&title.call("AddMembers", members_in(&group, &[me], "admins")).await),
        _ => {}
    }
    group
}

async fn act(cast: &Cast<'_>, me: &Entity<'_>, deed: &str, group: &Value) -> Reply {
    let Cast { other, asks, invited, banned, guest, .. } = cast;
    let (operation, about_what) = deed.split_once(' ').unwrap_or((deed, ""));
    let name = format!("{} and then", group["Id"]);
    let role = json!({ "Group": group, "RoleId": "officers", "RoleName": "Captains" });
    let body = match (operation, about_what) {
        ("CreateGroup", "") => json!({ "GroupName": name }),
        ("CreateGroup", _) => json!({ "GroupName": name, "Entity": guest.key }),
        ("UpdateGroup", "name") => json!({ "Group": group, "GroupName": name }),
        ("UpdateGroup", "admin role") => json!({ "Group": group, "AdminRoleId": "officers" }),
        ("UpdateGroup", _) => json!({ "Group": group, "MemberRoleId": "officers" }),
        ("CreateRole", _) => json!({ "Group": group, "RoleId": "new", "RoleName": "New" }),
        ("UpdateRole" | "DeleteRole", _) => role,
        ("ApplyToGroup", "") => json!({ "Group": group }),
        ("ApplyToGroup" | "InviteToGroup", _) => about(group, guest),
        ("AddMembers", "") => members(group, &[guest]),
        ("AddMembers", _) => members_in(group, &[other], "admins"),
        ("RemoveMembers", "own") => members(group, &[me]),
        ("RemoveMembers", "") => members(group, &[other]),
        ("RemoveMembers", _) => members_in(group, &[other], "officers"),
        ("ChangeMemberRole", _) => json!({
            "Group": group, "Members": [other.key],
            "OriginRoleId": "officers", "DestinationRoleId": "admins",
        }),
        (_, "own") => about(group, me),
        ("AcceptGroupApplication" | "RemoveGroupApplication", _) => about(group, asks),
        ("AcceptGroupInvitation" | "RemoveGroupInvitation", _) => about(group, invited),
        ("ListMembershipOpportunities", _) => about(group, asks),
        ("UnblockEntity", _) => about(group, banned),
        ("BlockEntity", _) => about(group, guest),
        _ => about(group, other),
    };
    me.call(operation, body).await
}

/// What the caller finds: the name of an error, whether anything is listed about somebody else, or that it may be done.
fn finding(deed: &str, reply: &Reply) -> String {
    let envelope: Value = serde_json::from_slice(&reply.body).unwrap();
    if let Some(error) = envelope["error"].as_str() {
        return error.to_owned();
    }
    let listed = ["ListMembership", "ListMembershipOpportunities"].contains(&deed);
    let lists = envelope["data"].as_object().unwrap().values();
    let is_empty = listed && lists.flat_map(Value::as_array).all(Vec::is_empty);
    if is_empty { "nothing".to_owned() } else { "yes".to_owned() }
}

/// What a caller finds, deed by deed.
async fn column(caller: &str) -> Vec<String> {
    let world = World::new().await;
    let elsewhere = world.other_game().await;
    let cast = Cast::of(&world).await;
    let mut findings = Vec::new();
    let mut stage = None;
    for deed in DEEDS {
        let (me, group) = match stage.take() {
            Some(stage) => stage,
            None => {
                let player = world.entity(&format!("me, before {deed}")).await;
                let group = set_up(&cast, caller, &player, &format!("Before {deed}")).await;
                let me = match caller {
                    "nobody" => world.entity_with(None),
                    "title" => cast.title.clone(),
                    "other title" => elsewhere.title().await,
                    _ => player,
                };
                (me, group)
            }
        };
        let finding = finding(deed, &act(&cast, &me, deed, &group).await);
        // What was refused has changed nothing, so the next deed is tried on the same stage.
        if finding != "yes" && !finding.ends_with("AcceptedInstead") {
            stage = Some((me, group));
        }
        findings.push(finding);
    }
    findings
}

/// Columns of texts, each as wide as it needs to be.
fn table(columns: &[Vec<String>]) -> String {
    let mut page = String::new();
    for row in 0..columns[0].len() {
        let mut line = String::new();
        for column in columns {
            let width = column.iter().map(String::len).max().unwrap_or_default() + 2;
            write!(line, "{:width$}", column[row]).unwrap();
        }
        writeln!(page, "{}", line.trim_end()).unwrap();
    }
    page
}

#[tokio::test]
async fn every_caller_finds_what_they_may_do() {
    let mut columns = vec![[""].iter().chain(&DEEDS).map(ToString::to_string).collect()];
    for caller in CALLERS {
        let mut found = column(caller).await;
        found.insert(0, caller.to_owned());
        columns.push(found);
    }
    insta::assert_snapshot!(table(&columns));
}

#[test]
fn every_operation_is_tried() {
    let routed = ALL.iter().filter_map(|route| route.path.strip_prefix("/Group/"));
    let tried = DEEDS.iter().map(|deed| deed.split(' ').next().unwrap());
    assert_eq!(tried.collect::<BTreeSet<_>>(), routed.collect());
}
