//! What lies in the table, whatever the front door says.

use std::collections::HashMap;
use std::ops::Range;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;

use crate::stream::untyped;
use crate::world::World;

/// How the group's row is to count blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counts {
    Exactly,
    AtLeast,
}

impl World {
    /// All items of a partition, as plain JSON.
    pub async fn partition(&self, pk: &str) -> Vec<Value> {
        let queried = self
            .app
            .store
            .client()
            .query()
            .table_name(self.app.store.table())
            .consistent_read(true)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(pk.to_owned()))
            .send()
            .await
            .unwrap();
        queried.items.unwrap_or_default().into_iter().map(plain).collect()
    }

    /// All rows of a group.
    pub async fn rows(&self, group: u64) -> Vec<Value> {
        self.partition(&format!("GAME#{}#GROUP#{group}", self.game_id)).await
    }

    /// The group's own row.
    pub async fn group_row(&self, group: u64) -> Value {
        let rows = self.rows(group).await;
        rows.into_iter().find(|row| row["kind"] == "group").unwrap()
    }

    /// The rows of a group's doors.
    pub async fn doors(&self, group: u64) -> Vec<Value> {
        let mut rows = self.rows(group).await;
        rows.retain(|row| row["kind"] == "door");
        rows
    }

    /// What is in a group: its rows, where of each door every part is one, with what is said of the part.
    pub async fn contents(&self, group: u64) -> Vec<Value> {
        self.rows(group).await.into_iter().flat_map(contents_of).collect()
    }

    /// Puts the group's own row with these ids as well, so that lists have so many groups of its name.
    pub async fn repeat_group(&self, group: u64, ids: Range<u32>) {
        let mut row = self.group_row(group).await;
        let name = row["directory_sk"].as_str().unwrap().split('\u{1f}').next().unwrap().to_owned();
        for id in ids {
            row["pk"] = format!("GAME#{}#GROUP#{id}", self.game_id).into();
            row["directory_sk"] = format!("{name}\u{1f}{id:010}").into();
            row["group_id"] = id.into();
            self.put(&row).await;
        }
    }

    /// Writes another value into a row of the game that has one by that name, past everything that looks at it.
    pub async fn set(&self, partition: &str, sort: &str, name: &str, value: &Value) {
        let store = &self.app.store;
        let update = store
            .client()
            .update_item()
            .table_name(store.table())
            .key("pk", AttributeValue::S(format!("GAME#{}#{partition}", self.game_id)))
            .key("sk", AttributeValue::S(sort.to_owned()))
            .update_expression("SET #name = :value")
            .condition_expression("attribute_exists(#name)")
            .expression_attribute_names("#name", name)
            .expression_attribute_values(":value", untyped(value));
        update.send().await.unwrap();
    }

    /// Deletes the rows of one kind in a group, as DynamoDB does once they are over.
    pub async fn forget(&self, kind: &str, group: u64) {
        for row in self.rows(group).await.iter().filter(|row| row["kind"] == kind) {
            let text = |name: &str| AttributeValue::S(row[name].as_str().unwrap().to_owned());
            let store = &self.app.store;
            let delete = store.client().delete_item().table_name(store.table());
            delete.key("pk", text("pk")).key("sk", text("sk")).send().await.unwrap();
        }
    }

    /// Fails the test where a group's counts are not the counts of its rows, less is counted as pending than is, it has more
    /// members than it may, or members and no admin. Tells how many members it has.
    #[track_caller]
    pub fn assert_group_is_sound(&self, group: u64) -> impl Future<Output = usize> {
        self.assert_counts(group, Counts::Exactly)
    }

    /// The same of a group in which blocks have ended: they are counted still.
    #[track_caller]
    pub fn assert_group_is_sound_after_blocks(&self, group: u64) -> impl Future<Output = usize> {
        self.assert_counts(group, Counts::AtLeast)
    }

    #[track_caller]
    fn assert_counts(&self, group: u64, counts: Counts) -> impl Future<Output = usize> {
        let caller = std::panic::Location::caller();
        async move {
            let rows = self.contents(group).await;
            let kind =
                |kind: &str| rows.iter().filter(|row| row["kind"] == kind).collect::<Vec<_>>();
            let group = kind("group").first().copied().cloned().unwrap_or_default();
            if !group["deleted_at"].is_null() {
                return 0;
            }
            let members = kind("member");
            let is_admin = |row: &&&Value| {
                let roles = row["role_ids"].as_array().unwrap();
                let is_admin = roles.contains(&group["admin_role"]);
                assert_eq!(row["is_admin"], is_admin, "{row}, at {caller}");
                is_admin
            };
            let admins = members.iter().filter(is_admin).count();
            let counted = [members.len(), admins, kind("attribute").len()];
            let count = |name: &str| group[name].as_u64().unwrap() as usize;
            let stored = ["member_count", "admin_count", "attribute_count"].map(count);
            assert_eq!(stored, counted, "members, admins, attributes of {group}, at {caller}");
            let now = self.now().as_second();
            let holds = |row: &&&Value| row["expires_at"].as_i64().is_none_or(|end| end > now);
            let blocks = kind("block").iter().filter(holds).count();
            let counted = count("block_count");
            let is_counted = blocks == counted || blocks < counted && counts == Counts::AtLeast;
            assert!(is_counted, "{blocks} blocked in {group}, at {caller}");
            let is_pending = |row: &&Value| {
                ["application", "invitation"].iter().any(|kind| row["kind"] == *kind)
                    && row["expires_at"].as_i64().unwrap() > self.now().as_second()
            };
            let now = self.now().as_second();
            let codes = kind("code");
            let is_known = |row: &&&Value| row["expires_at"].as_i64().is_none_or(|end| end > now);
            let codes = codes.iter().filter(is_known).count();
            let code_count = group["code_count"].as_u64().unwrap_or_default();
            assert!(codes as u64 <= code_count, "{codes} codes in {group}, at {caller}");
            let pending = rows.iter().filter(is_pending).count();
            assert!(pending <= count("pending_count"), "{pending} pending in {group}, at {caller}");
            let room = group["settings"]["max_group_size"].as_u64().unwrap() as usize;
            assert!(members.len() <= room, "overfull, at {caller}");
            assert!(admins > 0, "members without an admin, at {caller}");
            members.len()
        }
    }
}

/// A row, or the parts of a door.
fn contents_of(row: Value) -> Vec<Value> {
    if row["kind"] != "door" {
        return vec![row];
    }
    let parts = [("applied", "application"), ("invited", "invitation"), ("blocked", "block")];
    let present = parts.into_iter().filter(|(part, _)| row[*part].is_object());
    let part = |(part, kind): (&str, &str)| {
        let mut fields = row[part].clone();
        fields["kind"] = kind.into();
        fields["group_id"] = row["group_id"].clone();
        fields["user_id"] = row["user_id"].clone();
        fields
    };
    present.map(part).collect()
}

pub(crate) fn plain(item: HashMap<String, AttributeValue>) -> Value {
    item.into_iter().map(|(name, value)| (name, plain_value(value))).collect()
}

fn plain_value(value: AttributeValue) -> Value {
    if let Ok(number) = value.as_n() {
        return serde_json::from_str(number).unwrap();
    }
    if let Ok(flag) = value.as_bool() {
        return (*flag).into();
    }
    if let Ok(texts) = value.as_ss() {
        return texts.clone().into();
    }
    if let Ok(values) = value.as_l() {
        return values.iter().cloned().map(plain_value).collect();
    }
    if let Ok(fields) = value.as_m() {
        return plain(fields.clone());
    }
    value.as_s().unwrap().clone().into()
}
