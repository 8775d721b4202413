//! Looks through the whole table, for a deleted game and for one that is exported: which rows a game has is in no index.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::error::Error;
use crate::store::client::{self, BoxFuture};
use crate::store::keys::Key;
use crate::store::rows;
use crate::store::table::Store;

/// What was found in a part of the table.
pub struct Scanned {
    /// The keys of what was looked for.
    pub keys: Vec<Key>,
    /// Where to go on; nowhere at the table's end.
    pub next: Option<Key>,
}

impl Store {
    /// Looks through so many items from there on, for those in partitions that begin with `prefix`.
    #[expect(
        clippy::disallowed_methods,
        reason = "no player waits for it, and no index tells which rows a game has"
    )]
    pub fn scan<'a>(
        &'a self,
        prefix: &'a str,
        from: Option<Key>,
        items: i32,
    ) -> BoxFuture<'a, Result<Scanned, Error>> {
        Box::pin(async move {
            let call = self
                .client()
                .scan()
                .table_name(self.table())
                .consistent_read(true)
                .filter_expression("begins_with(pk, :prefix)")
                .expression_attribute_values(":prefix", AttributeValue::S(prefix.to_owned()))
                .projection_expression("pk,sk")
                .limit(items)
                .set_exclusive_start_key(from.map(client::key));
            let output = self.ask(|| call.clone().send()).await?;
            let keys = output.items.unwrap_or_default().into_iter().map(rows::from_keys);
            Ok(Scanned {
                keys: keys.collect::<Result<_, _>>()?,
                next: output.last_evaluated_key.map(rows::from_keys).transpose()?,
            })
        })
    }
}
