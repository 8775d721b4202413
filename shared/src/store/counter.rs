//! Counters: rows that many raise at the same time, so they are raised by themselves. In a transaction all would have to
//! wait for each other.

use aws_sdk_dynamodb::types::ReturnValue;
use jiff::Timestamp;
use serde::Deserialize;

use crate::error::Error;
use crate::store::client::{self, BoxFuture};
use crate::store::keys::Key;
use crate::store::rows::{self, View};
use crate::store::table::Store;
use crate::store::write::{Seconds, Write};

/// A counter. Where there is no row of it, it stands at zero.
#[derive(Debug, Clone)]
pub struct Counter {
    /// Where it is stored.
    pub key: Key,
    /// When DynamoDB may delete it: nobody looks at it any more.
    pub expires_at: Timestamp,
}

/// What is read of a counter.
#[derive(Deserialize)]
struct Count {
    counted: i64,
}

impl View for Count {
    const KIND: &'static str = "counter";
}

impl Counter {
    /// What counts one back, as a step of a transaction.
    pub fn lower(&self) -> Write {
        self.add(-1)
    }

    fn add(&self, difference: i32) -> Write {
        Write::upsert::<Count>(self.key.clone())
            .set("expires_at", Seconds(self.expires_at))
            .add("counted", difference)
    }
}

impl Store {
    /// Counts one more, and tells how many that makes. Where an answer is lost on the way, it may be counted twice.
    ///
    /// # Errors
    /// [`Error::Busy`] once the request's time is over.
    pub fn raise(&self, counter: &Counter) -> BoxFuture<'_, Result<i64, Error>> {
        self.count(counter.add(1))
    }

    /// Counts one back; where an answer is lost on the way, maybe another.
    ///
    /// # Errors
    /// As for [`Store::raise`].
    pub fn lower(&self, counter: &Counter) -> BoxFuture<'_, Result<i64, Error>> {
        self.count(counter.add(-1))
    }

    fn count(&self, write: Write) -> BoxFuture<'_, Result<i64, Error>> {
        Box::pin(async move {
            let call = self
                .client()
                .update_item()
                .table_name(self.table())
                .set_update_expression(write.expression())
                .set_expression_attribute_values(Some(write.values))
                .set_key(Some(client::key(write.key)))
                .return_values(ReturnValue::UpdatedNew);
            let output = self.ask(|| call.clone().send()).await?;
            let count: Count = rows::from_keys(output.attributes.unwrap_or_default())?;
            Ok(count.counted)
        })
    }
}
