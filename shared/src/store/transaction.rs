//! Guarded transactions: all of the writes or none, each under the facts that it rests on.
//!
//! A condition that fails means one thing: something has changed since it was read.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    CancellationReason, ConditionCheck, Delete, Put, TransactWriteItem, Update,
};

use crate::error::Error;
use crate::store::call::{Failed, attempt, fault};
use crate::store::client;
use crate::store::retry::Backoff;
use crate::store::table::Store;
use crate::store::write::{Verb, Write};

/// The most writes that DynamoDB takes in one transaction.
pub const MAX_WRITES: usize = 100;

/// What came of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Commit {
    /// All of it was written.
    Done,
    /// Nothing was: a condition did not hold any more.
    Changed,
    /// The same, but an earlier attempt was never answered: it may still arrive, when the condition holds again.
    ChangedInDoubt,
}

impl Store {
    /// Writes all of these, or nothing.
    ///
    /// # Errors
    /// [`Error::Busy`] once the request's time is over and nothing was done, [`Error::OutcomeUnknown`] where nobody knows.
    pub async fn commit(&self, writes: Vec<Write>) -> Result<Commit, Error> {
        if writes.len() > MAX_WRITES {
            return Err(Error::internal("a transaction has more writes than DynamoDB takes"));
        }
        let items = writes.into_iter().map(|write| transact_item(self.table(), write));
        self.transact(items.collect::<Result<_, _>>()?).await
    }

    /// The same, where somebody else is welcome to have been faster.
    ///
    /// # Errors
    /// Those of [`Store::commit`].
    pub async fn commit_unless_changed(&self, writes: Vec<Write>) -> Result<(), Error> {
        match self.commit(writes).await? {
            Commit::Done | Commit::Changed | Commit::ChangedInDoubt => Ok(()),
        }
    }

    /// A transaction is sent until it is known what came of it, always under the same token: DynamoDB remembers for ten minutes, which
    /// is longer than any request takes, which tokens it has committed, and does so once. An attempt that was never
    /// answered may still arrive, whatever later ones are told, unless they are told that it was committed: who is refused then,
    /// or has nothing left to do, is told that nobody knows.
    fn transact(
        &self,
        items: Vec<TransactWriteItem>,
    ) -> client::BoxFuture<'_, Result<Commit, Error>> {
        Box::pin(async move {
            let token = u128::from_be_bytes(self.entropy().bytes()?);
            let call = self
                .client()
                .transact_write_items()
                .client_request_token(format!("{token:032x}"))
                .set_transact_items(Some(items));
            let mut backoff = Backoff::new(self.entropy());
            let mut is_in_doubt = false;
            loop {
                match attempt(call.clone().send()).await {
                    Ok(_) => return Ok(Commit::Done),
                    Err(Failed::TurnedAway) => {}
                    Err(Failed::Unanswered) => is_in_doubt = true,
                    Err(Failed::Refused(error)) => {
                        if is_changed(&error)? {
                            return Ok(if is_in_doubt {
                                Commit::ChangedInDoubt
                            } else {
                                Commit::Changed
                            });
                        }
                    }
                }
                backoff.wait().await.map_err(|error| match is_in_doubt {
                    true => error.after_a_write(),
                    false => error,
                })?;
            }
        })
    }
}

/// Whether a transaction was cancelled because a condition did not hold; otherwise another attempt may succeed.
fn is_changed(error: &SdkError<TransactWriteItemsError>) -> Result<bool, Error> {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
        error.as_service_error()
    else {
        return Err(fault(error));
    };
    let reasons = cancelled.cancellation_reasons();
    let code = |wanted: &[&str]| {
        reasons.iter().filter_map(CancellationReason::code).any(|code| wanted.contains(&code))
    };
    if code(&["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]) {
        return Ok(false);
    }
    if code(&["ConditionalCheckFailed"]) {
        return Ok(true);
    }
    Err(fault(error))
}

fn transact_item(table: &str, write: Write) -> Result<TransactWriteItem, Error> {
    let (expression, condition) = (write.expression(), write.condition());
    let (names, values) = (filled(write.names), filled(write.values));
    /// The four kinds have no type in common, but all of this.
    macro_rules! guarded {
        ($builder:expr) => {
            $builder
                .table_name(table)
                .set_condition_expression(condition)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values)
                .build()
                .map_err(Error::internal)?
        };
    }
    let key = |key| Some(client::key(key));
    let item = TransactWriteItem::builder();
    Ok(match write.verb {
        Verb::Put(row) => item.put(guarded!(Put::builder().set_item(Some(row)))),
        Verb::Update => item.update(guarded!(
            Update::builder().set_key(key(write.key)).set_update_expression(expression)
        )),
        Verb::Delete => item.delete(guarded!(Delete::builder().set_key(key(write.key)))),
        Verb::Check => {
            item.condition_check(guarded!(ConditionCheck::builder().set_key(key(write.key))))
        }
    }
    .build())
}

/// The map, or nothing where it is empty: DynamoDB refuses an empty one.
pub(super) fn filled<T>(map: HashMap<String, T>) -> Option<HashMap<String, T>> {
    Some(map).filter(|map| !map.is_empty())
}
