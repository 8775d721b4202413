//! Groups that are taken out of a game and into one, and rows that another release has written.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod converted;
mod into_another_game;
mod meanwhile;
mod refused_lines;
mod step_by_step;
mod upgrading;

use serde_json::{Value, json};
use tests::World;

/// All lines of a game's export, the first one first.
async fn export(world: &World) -> Vec<Value> {
    let mut lines = Vec::new();
    let mut after = Value::Null;
    loop {
        let answer = world.order("export-game", json!({ "after": after })).await;
        assert_eq!(answer["too_large"], json!([]));
        lines.extend(answer["lines"].as_array().unwrap().clone());
        after = answer["next"].clone();
        if after.is_null() {
            // The order is the table's.
            lines[1..].sort_by_key(|line| line["name"].to_string());
            return lines;
        }
    }
}

/// What importing lines is answered with, as many orders as that takes.
async fn import(world: &World, lines: &[Value]) -> Value {
    let answer = world.order("import-groups", json!({ "lines": lines })).await;
    assert_eq!(answer["read"], lines.len() - 1, "{answer}");
    answer
}

/// What is left of an answer of importing where there is nothing special to it.
fn tally(answer: &Value) -> [u64; 3] {
    let refused = answer["refused"].as_array().unwrap().len() as u64;
    let [imported, unchanged] =
        ["imported", "unchanged"].map(|name| answer[name].as_u64().unwrap());
    [imported, unchanged, refused]
}

/// The first line of a file from elsewhere.
fn head() -> Value {
    json!({ "guildhall_groups": 1, "from": "playfab:AB12C" })
}

/// A line with a group of so many members, whose ids are these numbers and the admin's 1.
fn crowd(id: u64, members: u64) -> Value {
    let member = |user: u64| {
        let role = if user == 1 { "admins" } else { "members" };
        json!({ "user": user, "roles": [role], "joined_at": "2025-12-24T18:00:00Z" })
    };
    let members: Vec<_> = (1..=members).map(member).collect();
    json!({ "id": id, "name": format!("Crowd {id}"), "members": members })
}
