//! The tokens by which a transaction that is sent again is recognised, for ten minutes, as DynamoDB does. The engine has
//! this, too, but looks through all tokens at each transaction, so that it slows down with every write.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use dynoxide::DynoxideError;
use dynoxide::actions::transact_write_items::TransactWriteItem;
use tokio::time::Instant;

/// How long a token is remembered.
const WINDOW: Duration = Duration::from_secs(600);

/// What was answered to the transactions of the last ten minutes.
#[derive(Default)]
pub struct Tokens {
    known: HashMap<String, (u64, String)>,
    by_age: VecDeque<(Instant, String)>,
}

impl Tokens {
    /// What was answered to the transaction with that token, if it was carried out.
    ///
    /// # Errors
    /// [`DynoxideError`] where that was another transaction.
    pub fn answer(&mut self, token: &str, items: u64) -> Result<Option<String>, DynoxideError> {
        while let Some((_, oldest)) =
            self.by_age.pop_front_if(|(carried_out, _)| carried_out.elapsed() >= WINDOW)
        {
            self.known.remove(&oldest);
        }
        match self.known.get(token) {
            None => Ok(None),
            Some((known, answer)) if *known == items => Ok(Some(answer.clone())),
            Some(_) => Err(DynoxideError::IdempotentParameterMismatchException(
                "The token was sent with another transaction".to_owned(),
            )),
        }
    }

    /// Remembers what was answered.
    pub fn remember(&mut self, token: String, items: u64, answer: String) {
        self.by_age.push_back((Instant::now(), token.clone()));
        self.known.insert(token, (items, answer));
    }
}

/// What tells one transaction from another, whatever the order of the fields of an item.
///
/// # Errors
/// [`serde_json::Error`] where the items are no JSON.
pub fn fingerprint(items: &[TransactWriteItem]) -> Result<u64, serde_json::Error> {
    let mut hasher = DefaultHasher::new();
    serde_json::to_value(items)?.hash(&mut hasher);
    Ok(hasher.finish())
}
