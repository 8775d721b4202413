//! Rows that are put each by itself: nothing else has to happen with them.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::domain::ids::GameId;
use crate::error::Error;
use crate::store::Item;
use crate::store::call::{Failed, attempt, fault};
use crate::store::client::BoxFuture;
use crate::store::retry::Backoff;
use crate::store::rows::{self, Row};
use crate::store::table::Store;
use crate::store::write::ABSENT;

impl Store {
    /// Puts `row`, unless there is one in its place, which stays.
    ///
    /// # Errors
    /// [`Error::Busy`] once the request's time is over.
    pub async fn put_new<R: Row>(&self, game: GameId, row: &R) -> Result<(), Error> {
        self.put_item(rows::to_item(game, row)?, ABSENT.to_owned(), None).await
    }

    /// Puts `row` in place of what lies there, unless that has this text for that attribute: then it stays.
    ///
    /// # Errors
    /// [`Error::Busy`] once the request's time is over.
    pub async fn put_unless<R: Row>(
        &self,
        game: GameId,
        row: &R,
        (attribute, text): (&str, &str),
    ) -> Result<(), Error> {
        let condition = format!("{ABSENT} OR {attribute} <> :{attribute}");
        let value = (format!(":{attribute}"), AttributeValue::S(text.to_owned()));
        self.put_item(rows::to_item(game, row)?, condition, Some([value].into())).await
    }

    fn put_item(
        &self,
        item: Item,
        condition: String,
        values: Option<HashMap<String, AttributeValue>>,
    ) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            let call = self
                .client()
                .put_item()
                .table_name(self.table())
                .set_item(Some(item))
                .condition_expression(condition)
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
