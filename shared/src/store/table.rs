//! The table: its reads, and the removal of what nobody can see any more. Everything else is written by transactions, but for
//! counters, histories and what has come of deliveries.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{DeleteRequest, KeysAndAttributes, WriteRequest};
use futures_util::future::try_join_all;
use serde::de::DeserializeOwned;

use crate::entropy::Entropy;
use crate::error::Error;
use crate::store::Item;
use crate::store::client::{self, BoxFuture};
use crate::store::keys::Key;
use crate::store::range::Range;
use crate::store::retry::Backoff;
use crate::store::rows::{self, Projection, View};

/// The table of one deployment.
pub struct Store {
    client: Client,
    table: String,
    entropy: Entropy,
}

/// Whether a read sees all that was written before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Consistency {
    /// It does.
    Strong,
    /// It may be a moment behind, and costs half.
    Eventual,
}

impl Store {
    /// The table called `table`, reached through `client`.
    pub fn new(client: Client, table: String, entropy: Entropy) -> Self {
        Self { client, table, entropy }
    }

    /// The client: for what is not an operation, such as making the table.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The table's name.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// The delays between the plans of an operation that others overtake.
    pub fn backoff(&self) -> Backoff<'_> {
        Backoff::new(&self.entropy)
    }

    pub(super) fn entropy(&self) -> &Entropy {
        &self.entropy
    }

    /// What is at `key`, as it is at this moment; nothing where something of another kind lies there.
    pub async fn get<V: View>(&self, key: Key) -> Result<Option<V>, Error> {
        let item = self.get_item(key, Projection::rows::<V>()).await?;
        item.filter(rows::is::<V>).map(rows::from_item).transpose()
    }

    fn get_item(
        &self,
        key: Key,
        projection: Projection,
    ) -> BoxFuture<'_, Result<Option<Item>, Error>> {
        Box::pin(async move {
            let call = self
                .client
                .get_item()
                .table_name(&self.table)
                .set_key(Some(client::key(key)))
                .projection_expression(projection.expression())
                .consistent_read(true);
            Ok(self.ask(|| call.clone().send()).await?.item)
        })
    }

    /// What is at these keys of one kind, in no order; what is not there is left out.
    pub async fn get_all<V: View>(&self, keys: Vec<Key>) -> Result<Vec<V>, Error> {
        rows::take(&mut self.get_items(keys, Projection::rows::<V>()).await?)
    }

    /// The same by eventually consistent reads, for half of the price: what was written a moment ago may be missing.
    pub async fn get_all_eventually<V: View>(&self, keys: Vec<Key>) -> Result<Vec<V>, Error> {
        let kinds = Projection::rows::<V>();
        rows::take(&mut self.get_batches(keys, kinds, Consistency::Eventual).await?)
    }

    /// The items at these keys, as they are at this moment, in no order; those that are not there are left out.
    pub fn get_items(
        &self,
        keys: Vec<Key>,
        projection: Projection,
    ) -> BoxFuture<'_, Result<Vec<Item>, Error>> {
        self.get_batches(keys, projection, Consistency::Strong)
    }

    /// The same of thousands of keys: a few calls at once, and then the next ones.
    pub async fn get_items_in_turn(
        &self,
        keys: Vec<Key>,
        projection: Projection,
    ) -> Result<Vec<Item>, Error> {
        let mut items = Vec::new();
        for keys in keys.chunks(4 * 100) {
            items.extend(self.get_items(keys.to_vec(), projection.clone()).await?);
        }
        Ok(items)
    }

    /// More than 100 keys, the most that DynamoDB takes, are read side by side.
    fn get_batches(
        &self,
        mut keys: Vec<Key>,
        projection: Projection,
        consistency: Consistency,
    ) -> BoxFuture<'_, Result<Vec<Item>, Error>> {
        Box::pin(async move {
            keys.sort_by(|one, other| (&one.pk, &one.sk).cmp(&(&other.pk, &other.sk)));
            keys.dedup();
            let batches =
                keys.chunks(100).map(|keys| self.get_batch(keys, &projection, consistency));
            Ok(try_join_all(batches).await?.into_iter().flatten().collect())
        })
    }

    async fn get_batch(
        &self,
        keys: &[Key],
        projection: &Projection,
        consistency: Consistency,
    ) -> Result<Vec<Item>, Error> {
        let mut wanted: Vec<Item> = keys.iter().cloned().map(client::key).collect();
        let mut found = Vec::new();
        let mut backoff = Backoff::new(&self.entropy);
        loop {
            let request = KeysAndAttributes::builder()
                .set_keys(Some(wanted))
                .projection_expression(projection.expression())
                .consistent_read(consistency == Consistency::Strong)
                .build()
                .map_err(Error::internal)?;
            let call = self.client.batch_get_item().request_items(&self.table, request);
            let output = self.ask(|| call.clone().send()).await?;
            found.extend(output.responses.unwrap_or_default().into_values().flatten());
            let unread = output.unprocessed_keys.unwrap_or_default().into_values();
            wanted = unread.flat_map(|request| request.keys).collect();
            if wanted.is_empty() {
                return Ok(found);
            }
            backoff.wait().await?;
        }
    }

    /// What is in a range, all of one kind, in the order of the sort keys.
    pub async fn query<V: View>(&self, range: Range) -> Result<Vec<V>, Error> {
        let items = self.query_items(range, Projection::rows::<V>()).await?;
        items.into_iter().map(rows::from_item).collect()
    }

    /// What `T` names of the items in a range, where that is no row: keys, or what an index has.
    pub async fn query_keys<T: DeserializeOwned>(&self, range: Range) -> Result<Vec<T>, Error> {
        let items = self.query_items(range, Projection::of::<T>()).await?;
        items.into_iter().map(rows::from_keys).collect()
    }

    /// The items of a range, in the order of their sort keys. Of the table they are as at this moment; an index may lag.
    pub fn query_items(
        &self,
        range: Range,
        projection: Projection,
    ) -> BoxFuture<'_, Result<Vec<Item>, Error>> {
        self.query_items_until(range, projection, &|_| false)
    }

    /// The same, up to where no more are needed: that is asked where there are more than DynamoDB answers at once, a megabyte.
    pub fn query_items_until<'a>(
        &'a self,
        range: Range,
        projection: Projection,
        is_enough: &'a (dyn Fn(&[Item]) -> bool + Sync),
    ) -> BoxFuture<'a, Result<Vec<Item>, Error>> {
        Box::pin(async move {
            if range.is_empty() {
                return Ok(Vec::new());
            }
            let (condition, values) = range.condition();
            let projection = projection.expression();
            let mut items = Vec::new();
            let mut after = None;
            loop {
                let call = self
                    .client
                    .query()
                    .table_name(&self.table)
                    .set_index_name(range.index.map(str::to_owned))
                    .consistent_read(range.index.is_none())
                    .set_scan_index_forward(range.is_backwards.then_some(false))
                    .key_condition_expression(&condition)
                    .set_expression_attribute_values(Some(values.clone()))
                    .projection_expression(&projection)
                    .set_limit(range.limit)
                    .set_exclusive_start_key(after);
                let output = self.ask(|| call.clone().send()).await?;
                items.extend(output.items.unwrap_or_default());
                after = output.last_evaluated_key;
                let is_full = range.limit.is_some_and(|limit| items.len() >= limit as usize);
                if after.is_none() || is_full || is_enough(&items) {
                    return Ok(items);
                }
            }
        })
    }

    /// Deletes the items at these keys, without a condition; those that are not there are left alone.
    pub fn delete_all(&self, keys: Vec<Key>) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            // They are of one partition, which takes only so much at once.
            for keys in keys.chunks(8 * 25) {
                try_join_all(keys.chunks(25).map(|keys| self.delete_batch(keys))).await?;
            }
            Ok(())
        })
    }

    async fn delete_batch(&self, keys: &[Key]) -> Result<(), Error> {
        let mut wanted = keys
            .iter()
            .map(|key| {
                let request =
                    DeleteRequest::builder().set_key(Some(client::key(key.clone()))).build()?;
                Ok(WriteRequest::builder().delete_request(request).build())
            })
            .collect::<Result<Vec<_>, BuildError>>()
            .map_err(Error::internal)?;
        let mut backoff = Backoff::new(&self.entropy);
        loop {
            let call = self.client.batch_write_item().request_items(&self.table, wanted);
            let output = self.ask(|| call.clone().send()).await?;
            wanted = output.unprocessed_items.unwrap_or_default().into_values().flatten().collect();
            if wanted.is_empty() {
                return Ok(());
            }
            backoff.wait().await?;
        }
    }
}
