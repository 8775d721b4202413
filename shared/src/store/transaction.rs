//! Guarded transactions: all of the steps or none, each under a condition that says what its failure means.
//!
//! Nothing is checked and then acted on. Where a condition fails, the step says what that means: a refusal, or what to do
//! instead. A step that must look at what stood in the way is handed it by DynamoDB, so no further read is needed.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    CancellationReason, ConditionCheck, Delete, Put, ReturnValuesOnConditionCheckFailure,
    TransactWriteItem, Update,
};

use crate::error::Error;
use crate::store::call::{Failed, attempt, fault};
use crate::store::retry::Backoff;
use crate::store::table::Store;
use crate::store::write::{Verb, Write};
use crate::store::{Item, client};

/// What a failed condition means, told from the item that stood in the way.
type Otherwise<V> = Box<dyn FnOnce(Option<Item>) -> Result<V, Error> + Send>;

/// A write and what it means that its condition fails.
pub struct Step<V> {
    write: Write,
    /// Whether DynamoDB is to hand back the item that stood in the way.
    is_judged: bool,
    otherwise: Otherwise<V>,
}

impl Write {
    /// Under its condition, or else `verdict`.
    pub fn or_else<V: Send + 'static>(self, verdict: impl Into<V>) -> Step<V> {
        let verdict = verdict.into();
        Step { write: self, is_judged: false, otherwise: Box::new(|_| Ok(verdict)) }
    }

    /// Under its condition, or else what `judge` makes of the item that stood in the way.
    pub fn or_judge<V>(
        self,
        judge: impl FnOnce(Option<Item>) -> Result<V, Error> + Send + 'static,
    ) -> Step<V> {
        Step { write: self, is_judged: true, otherwise: Box::new(judge) }
    }

    /// Without a condition.
    pub fn always<V>(self) -> Step<V> {
        let otherwise =
            |_| Err(Error::internal("a write without a condition failed its condition"));
        Step { write: self, is_judged: false, otherwise: Box::new(otherwise) }
    }
}

/// Steps that are taken together. `V` is what a failure can mean; its order is the order of precedence.
pub struct Transaction<V> {
    steps: Vec<Step<V>>,
}

impl<V: Ord + Send> Transaction<V> {
    /// The most steps that DynamoDB takes.
    pub const MAX_STEPS: usize = 100;

    /// The transaction that takes these steps.
    pub fn new(steps: impl IntoIterator<Item = Step<V>>) -> Self {
        Self { steps: steps.into_iter().collect() }
    }

    /// This, and one step more.
    pub fn and(mut self, steps: impl IntoIterator<Item = Step<V>>) -> Self {
        self.steps.extend(steps);
        self
    }

    /// How many steps there are.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether there are no steps.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Takes all steps, or none and tells why.
    ///
    /// # Errors
    /// [`Error::Busy`] once the request's time is over and nothing was done, [`Error::OutcomeUnknown`] where nobody knows.
    pub async fn commit(self, store: &Store) -> Result<Result<(), V>, Error> {
        if self.steps.len() > Self::MAX_STEPS {
            return Err(Error::internal("a transaction has more steps than DynamoDB takes"));
        }
        let (items, otherwise): (Vec<_>, Vec<_>) = self
            .steps
            .into_iter()
            .map(|step| (transact_item(store.table(), step.write, step.is_judged), step.otherwise))
            .unzip();
        let reasons = store.transact(items.into_iter().collect::<Result<_, _>>()?).await?;
        let verdicts = reasons
            .into_iter()
            .zip(otherwise)
            .filter(|(reason, _)| reason.code() == Some("ConditionalCheckFailed"))
            .map(|(reason, otherwise)| otherwise(reason.item));
        Ok(match verdicts.collect::<Result<Vec<_>, _>>()?.into_iter().min() {
            None => Ok(()),
            Some(verdict) => Err(verdict),
        })
    }
}

impl Store {
    /// The reasons against the transaction, or none where it was committed.
    ///
    /// It is sent until it is known what came of it, always under the same token: DynamoDB remembers for ten minutes, which
    /// is longer than any request takes, which tokens it has committed, and does so once. An attempt that was never
    /// answered may still arrive, whatever later ones are told, unless they are told that it was committed.
    pub(super) fn transact(
        &self,
        items: Vec<TransactWriteItem>,
    ) -> client::BoxFuture<'_, Result<Vec<CancellationReason>, Error>> {
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
                    Ok(_) => return Ok(Vec::new()),
                    Err(Failed::TurnedAway) => {}
                    Err(Failed::Unanswered) => is_in_doubt = true,
                    Err(Failed::Refused(error)) => {
                        if let Some(reasons) = reasons(&error)? {
                            return Ok(reasons);
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

/// The reasons of a cancelled transaction, or nothing where another attempt may succeed.
fn reasons(
    error: &SdkError<TransactWriteItemsError>,
) -> Result<Option<Vec<CancellationReason>>, Error> {
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
        return Ok(None);
    }
    if code(&["ConditionalCheckFailed"]) {
        return Ok(Some(reasons.to_vec()));
    }
    Err(fault(error))
}

fn transact_item(table: &str, write: Write, is_judged: bool) -> Result<TransactWriteItem, Error> {
    let (expression, condition) = (write.expression(), write.condition());
    let (names, values) = (filled(write.names), filled(write.values));
    let on_failure = is_judged.then_some(ReturnValuesOnConditionCheckFailure::AllOld);
    /// The four kinds have no type in common, but all of this.
    macro_rules! guarded {
        ($builder:expr) => {
            $builder
                .table_name(table)
                .set_condition_expression(condition)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values)
                .set_return_values_on_condition_check_failure(on_failure)
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
fn filled<T>(map: HashMap<String, T>) -> Option<HashMap<String, T>> {
    Some(map).filter(|map| !map.is_empty())
}
