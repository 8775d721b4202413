//! What is dear: a group of many members, and a player who is in many groups.

use serde_json::{Value, json};
use tests::{Player, World, group_key};

use crate::Failure;
use crate::scenes::{Scene, call, of_20};

/// The members of the large group.
const MEMBERS: usize = 900;

/// The groups of the player who is in many.
const GROUPS: usize = 500;

/// The scenes of functions that read such a group, or such a player's groups, each with so many events.
///
/// # Errors
/// [`Failure`] where an event cannot be made.
pub async fn scenes(world: &World, count: usize) -> Result<Vec<Scene>, Failure> {
    let joiner = world.user("joiner").await;
    let names = (1..GROUPS).map(|number| group(number, &joiner, 1));
    let lines = [group(0, &joiner, MEMBERS)].into_iter().chain(names).collect();
    let large = import(world, lines).await?;
    let none = json!({});
    let members = json!({ "Group": group_key(large) });
    let entity = json!({ "Id": format!("{:016X}", joiner.id), "Type": "title_player_account" });
    let is_member = json!({ "Group": group_key(large), "Entity": entity });
    let scene = |name, function, id, body: &Value| {
        let event = call(function, &joiner, id, body.clone())?;
        Ok::<_, Failure>(Scene { name, function, events: vec![event; count].into_iter() })
    };
    let mut list = scene("list-groups (20, in 500 groups)", "list-groups", 0, &none)?;
    list.events = list.events.map(of_20).collect::<Vec<_>>().into_iter();
    Ok(vec![
        scene("get-group (900 members)", "get-group", large, &none)?,
        scene("playfab-list-group-members (900)", "playfab-list-group-members", 0, &members)?,
        scene("playfab-is-member (of 900)", "playfab-is-member", 0, &is_member)?,
        list,
        scene("get-user (in 500 groups)", "get-user", joiner.id.into(), &none)?,
        scene("playfab-list-membership (500)", "playfab-list-membership", 0, &none)?,
    ])
}

/// A group as a line of a file: its admin, and strangers.
fn group(number: usize, admin: &Player<'_>, size: usize) -> Value {
    let others = || (1..size).map(|number| format!("stranger-{number}"));
    let mut members = vec![json!({ "user": "admin", "roles": ["admins"] })];
    members.extend(others().map(|user| json!({ "user": user, "roles": ["members"] })));
    let mut users = vec![json!({ "id": "admin", "user_id": admin.id })];
    users.extend(others().map(|user| json!({ "id": user, "username": user })));
    json!({
        "id": format!("group-{number}"), "name": format!("Large or many {number:04}"),
        "members": members, "users": users,
    })
}

/// Imports groups, and tells the first one's id.
async fn import(world: &World, mut lines: Vec<Value>) -> Result<u64, Failure> {
    let head = json!({ "guildhall_groups": 1, "from": "bench" });
    let mut first = None;
    while !lines.is_empty() {
        let order = [vec![head.clone()], lines.clone()].concat();
        let answer = world.order("import-groups", json!({ "lines": order })).await;
        let read = answer["read"].as_u64().unwrap_or_default() as usize;
        if read == 0 || answer["imported"] != read {
            return Err(format!("a group does not arrive: {answer}").into());
        }
        first = first.or(answer["group_ids"][0]["group_id"].as_u64());
        lines.drain(..read);
    }
    Ok(first.ok_or("the group has no id")?)
}
