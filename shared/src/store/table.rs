//! The table: its reads, and the removal of what nobody can see any more. Everything else is written by transactions.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::types::{AttributeValue, DeleteRequest, KeysAndAttributes, WriteRequest};
use futures_util::future::try_join_all;

use crate::entropy::Entropy;
use crate::error::Error;
use crate::store::Item;
use crate::store::client::{self, BoxFuture};
use crate::store::keys::Key;
use crate::store::retry::Backoff;
use crate::store::rows::{self, Row};

/// The table of one deployment.
pub struct Store {
    client: Client,
    table: String,
    entropy: Entropy,
}

/// What to read of a partition.
#[derive(Debug, Clone)]
pub struct Range {
    index: Option<&'static str>,
    pk: String,
    condition: &'static str,
    values: Vec<(&'static str, String)>,
    limit: Option<i32>,
}

impl Range {
    /// All of a partition of the table.
    pub fn partition(pk: String) -> Self {
        Self { index: None, pk, condition: "#pk = :pk", values: Vec::new(), limit: None }
    }

    /// What begins with `prefix` in a partition of the table.
    pub fn prefix(pk: String, prefix: &str) -> Self {
        Self {
            condition: "#pk = :pk AND begins_with(#sk, :prefix)",
            values: vec![(":prefix", prefix.to_owned())],
            ..Self::partition(pk)
        }
    }

    /// What sorts from `first` to `last`, both included, in a partition of the table.
    pub fn between(pk: String, first: &str, last: &str) -> Self {
        Self {
            condition: "#pk = :pk AND #sk BETWEEN :first AND :last",
            values: vec![(":first", first.to_owned()), (":last", last.to_owned())],
            ..Self::partition(pk)
        }
    }

    /// The same of an index.
    pub fn of(self, index: &'static str) -> Self {
        Self { index: Some(index), ..self }
    }

    /// Only the first so many items.
    pub fn first(self, limit: i32) -> Self {
        Self { limit: Some(limit), ..self }
    }
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

    /// The row at `key`, as it is at this moment.
    pub async fn get<R: Row>(&self, key: Key) -> Result<Option<R>, Error> {
        self.get_item(key).await?.map(rows::from_item).transpose()
    }

    fn get_item(&self, key: Key) -> BoxFuture<'_, Result<Option<Item>, Error>> {
        Box::pin(async move {
            let output = self
                .client
                .get_item()
                .table_name(&self.table)
                .set_key(Some(client::key(&key)))
                .consistent_read(true)
                .send()
                .await
                .map_err(client::fault)?;
            Ok(output.item)
        })
    }

    /// The rows of one kind at these keys, in no order; those that are not there are left out.
    pub async fn get_all<R: Row>(&self, keys: Vec<Key>) -> Result<Vec<R>, Error> {
        rows::take(&mut self.get_items(keys).await?)
    }

    /// The items at these keys, as they are at this moment, in no order; those that are not there are left out.
    ///
    /// More than 100 keys, the most that DynamoDB takes, are read side by side.
    pub fn get_items(&self, mut keys: Vec<Key>) -> BoxFuture<'_, Result<Vec<Item>, Error>> {
        Box::pin(async move {
            keys.sort_by(|one, other| (&one.pk, &one.sk).cmp(&(&other.pk, &other.sk)));
            keys.dedup();
            let batches = keys.chunks(100).map(|keys| self.get_batch(keys));
            Ok(try_join_all(batches).await?.into_iter().flatten().collect())
        })
    }

    async fn get_batch(&self, keys: &[Key]) -> Result<Vec<Item>, Error> {
        let mut wanted: Vec<Item> = keys.iter().map(client::key).collect();
        let mut found = Vec::new();
        let mut backoff = Backoff::new(&self.entropy);
        loop {
            let request = KeysAndAttributes::builder()
                .set_keys(Some(wanted))
                .consistent_read(true)
                .build()
                .map_err(Error::internal)?;
            let output = self
                .client
                .batch_get_item()
                .request_items(&self.table, request)
                .send()
                .await
                .map_err(client::fault)?;
            found.extend(output.responses.unwrap_or_default().into_values().flatten());
            let unread = output.unprocessed_keys.unwrap_or_default().into_values();
            wanted = unread.flat_map(|request| request.keys).collect();
            if wanted.is_empty() {
                return Ok(found);
            }
            backoff.wait().await?;
        }
    }

    /// The items of a range, in the order of their sort keys. Of the table they are as at this moment; an index may lag.
    pub fn query(&self, range: Range) -> BoxFuture<'_, Result<Vec<Item>, Error>> {
        Box::pin(async move {
            let (pk, sk) = match range.index {
                None => ("pk".to_owned(), "sk".to_owned()),
                Some(index) => (format!("{index}_pk"), format!("{index}_sk")),
            };
            let mut items = Vec::new();
            let mut after = None;
            loop {
                let mut query = self
                    .client
                    .query()
                    .table_name(&self.table)
                    .set_index_name(range.index.map(str::to_owned))
                    .consistent_read(range.index.is_none())
                    .key_condition_expression(range.condition)
                    .expression_attribute_names("#pk", &pk)
                    .expression_attribute_values(":pk", AttributeValue::S(range.pk.clone()))
                    .set_limit(range.limit)
                    .set_exclusive_start_key(after);
                if range.condition.contains("#sk") {
                    query = query.expression_attribute_names("#sk", &sk);
                }
                for (name, value) in &range.values {
                    query =
                        query.expression_attribute_values(*name, AttributeValue::S(value.clone()));
                }
                let output = query.send().await.map_err(client::fault)?;
                items.extend(output.items.unwrap_or_default());
                after = output.last_evaluated_key;
                let enough = range.limit.is_some_and(|limit| items.len() >= limit as usize);
                if after.is_none() || enough {
                    return Ok(items);
                }
            }
        })
    }

    /// The keys of the items of a range of the table.
    pub async fn query_keys(&self, range: Range) -> Result<Vec<Key>, Error> {
        self.query(range).await?.iter().map(client::key_of).collect()
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
                let request = DeleteRequest::builder().set_key(Some(client::key(key))).build()?;
                Ok(WriteRequest::builder().delete_request(request).build())
            })
            .collect::<Result<Vec<_>, BuildError>>()
            .map_err(Error::internal)?;
        let mut backoff = Backoff::new(&self.entropy);
        loop {
            let output = self
                .client
                .batch_write_item()
                .request_items(&self.table, wanted)
                .send()
                .await
                .map_err(client::fault)?;
            wanted = output.unprocessed_items.unwrap_or_default().into_values().flatten().collect();
            if wanted.is_empty() {
                return Ok(());
            }
            backoff.wait().await?;
        }
    }
}
