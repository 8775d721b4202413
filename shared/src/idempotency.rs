//! Idempotency keys: the answer to a write is kept with it, so that whoever asks again is told the same, and nothing is
//! written again.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::auth::caller::Caller;
use crate::domain::ids::GameId;
use crate::error::{Error, Refusal};
use crate::store::Store;
use crate::store::keys::Key;
use crate::store::rows::{Row, View};
use crate::store::write::{ABSENT, Seconds, Write};

/// What carries an idempotency key, as refusals name it.
pub const HEADER: &str = "Idempotency-Key";

/// How long an answer is kept.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// The most bytes of an answer that can be kept: an item of DynamoDB has 400 KB, and the rest of it needs a little.
const MAX_BYTES: usize = 400_000;

/// An idempotency key: 1 to 255 visible characters of ASCII.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl TryFrom<&str> for IdempotencyKey {
    type Error = Refusal;

    fn try_from(text: &str) -> Result<Self, Refusal> {
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        match (1..=255).contains(&text.len()) && is_visible {
            true => Ok(Self(text.to_owned())),
            false => {
                let problem = "must be 1 to 255 visible ASCII characters";
                Err(Refusal::invalid(HEADER, problem))
            }
        }
    }
}

/// A request that somebody makes with a key. The same key of somebody else is another one.
#[derive(Debug, Clone)]
pub struct KeyedRequest {
    game: GameId,
    key: Key,
    /// What tells this request from others.
    fingerprint: String,
    now: Timestamp,
}

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub status: u16,
    pub body: String,
}

/// The row of an answer. Its key is in the key alone.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeptAnswer {
    #[serde(skip)]
    key: Key,
    /// `status` is one of DynamoDB's reserved words.
    answer_status: u16,
    answer_body: String,
    fingerprint: String,
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    expires_at: Timestamp,
}

impl View for KeptAnswer {
    const KIND: &'static str = "kept_answer";
}

impl Row for KeptAnswer {
    fn key(&self, _game: GameId) -> Key {
        self.key.clone()
    }
}

impl KeyedRequest {
    /// The request that is made of these parts: its method, its path, its query, its body.
    pub fn new(caller: &Caller, key: &IdempotencyKey, parts: [&[u8]; 4], now: Timestamp) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let fingerprint = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let key = Key::kept_answer(caller.game(), caller.actor(), &key.0);
        Self { game: caller.game(), key, fingerprint, now }
    }

    /// The answer that was kept under the key; nothing where there is none, or no longer.
    ///
    /// # Errors
    /// [`Refusal::IdempotencyKeyReused`] where that was another request.
    pub(crate) async fn look_up(&self, store: &Store) -> Result<Option<Kept>, Error> {
        let kept = store.get::<KeptAnswer>(self.key.clone()).await?;
        // DynamoDB deletes what has expired some time later.
        let Some(kept) = kept.filter(|kept| kept.expires_at > self.now) else { return Ok(None) };
        if kept.fingerprint != self.fingerprint {
            return Err(Refusal::IdempotencyKeyReused.into());
        }
        Ok(Some(Kept { status: kept.answer_status, body: kept.answer_body }))
    }

    /// What keeps an answer, unless one is kept already.
    pub(crate) fn keep(&self, answer: Kept) -> Result<Write, Error> {
        if answer.body.len() > MAX_BYTES {
            let problem = "cannot be used where the answer is that large: ask for less at once";
            return Err(Refusal::invalid(HEADER, problem).into());
        }
        let expires_at = self.now.checked_add(LIFETIME).map_err(Error::internal)?;
        let row = KeptAnswer {
            key: self.key.clone(),
            answer_status: answer.status,
            answer_body: answer.body,
            fingerprint: self.fingerprint.clone(),
            expires_at: Timestamp::from_second(expires_at.as_second()).map_err(Error::internal)?,
        };
        let put = Write::put(self.game, &row)?;
        Ok(put.when(format!("{ABSENT} OR expires_at <= :now")).value("now", Seconds(self.now)))
    }
}
