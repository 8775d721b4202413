//! Rows that are put each by itself: nothing else has to happen with them.

use aws_sdk_dynamodb::operation::put_item::PutItemError;

use crate::domain::ids::GameId;
use crate::error::Error;
use crate::store::call::{Failed, attempt, fault};
use crate::store::client::BoxFuture;
use crate::store::retry::Backoff;
use crate::store::rows::Row;
use crate::store::table::Store;
use crate::store::transaction::filled;
use crate::store::write::{ABSENT, Verb, Write};

impl Store {
    /// Puts `row`, unless there is one in its place, which stays.
    ///
    /// # Errors
    /// [`Error::Busy`] once the request's time is over.
    pub async fn put_new<R: Row>(&self, game: GameId, row: &R) -> Result<(), Error> {
        self.put(Write::put(game, row)?.when(ABSENT)).await
    }

    /// Puts a row, unless its condition does not hold: then what is in its place stays.
    ///
    /// # Errors
    /// [`Error::Busy`] once the request's time is over.
    pub fn put(&self, write: Write) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            let condition = write.condition();
            let (names, values) = (filled(write.names), filled(write.values));
            let Verb::Put(row) = write.verb else {
                return Err(Error::internal("only a row is put by itself"));
            };
            let call = self
                .client()
                .put_item()
                .table_name(self.table())
                .set_item(Some(row))
                .set_condition_expression(condition)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values);
            let mut backoff = Backoff::new(self.entropy());
            loop {
                match attempt(call.clone().send()).await {
                    Ok(_) => return Ok(()),
                    Err(Failed::TurnedAway | Failed::Unanswered) => backoff.wait().await?,
                    Err(Failed::Refused(error)) => {
                        let failure = error.as_service_error();
                        return match failure
                            .is_some_and(PutItemError::is_conditional_check_failed_exception)
                        {
                            true => Ok(()),
                            false => Err(fault(&*error)),
                        };
                    }
                }
            }
        })
    }
}
