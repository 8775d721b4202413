//! The whole table, whatever is in it: for what must change nothing at all.

use serde_json::Value;

use crate::table::plain;
use crate::world::World;

impl World {
    /// Every row of the table, in the order of their keys.
    #[expect(clippy::disallowed_methods, reason = "functions never scan, and this asks for all")]
    pub async fn whole_table(&self) -> Vec<Value> {
        let store = &self.app.store;
        let scan = store.client().scan().table_name(store.table()).consistent_read(true);
        let mut pages = scan.into_paginator().send();
        let mut rows = Vec::new();
        while let Some(page) = pages.next().await {
            rows.extend(page.unwrap().items.unwrap_or_default().into_iter().map(plain));
        }
        rows.sort_by_key(|row: &Value| ["pk", "sk"].map(|key| row[key].to_string()));
        rows
    }
}
