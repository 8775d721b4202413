//! Decisions, and the one loop that makes them true: read, decide, commit, answer.
//!
//! An operation reads and decides. What it decides is committed here, under the facts that it rests on; where one of them
//! does not hold any more, the call is read and decided again, until its time is over.

use futures_util::future::join;

use crate::error::{Error, Refusal};
use crate::idempotency::{Kept, KeyedRequest};
use crate::store::Store;
use crate::store::client::BoxFuture;
use crate::store::transaction::{Commit, MAX_WRITES};
use crate::store::write::Write;

/// What a call comes to: an answer, and what must be written for it to be true.
#[must_use]
pub struct Decision<'a, T, E = Error> {
    answer: Answer<'a, T, E>,
    writes: Vec<Write>,
}

enum Answer<'a, T, E> {
    Known(Result<T, E>),
    /// It shows something that has to be read, which may be done while the writes are under way.
    Read(BoxFuture<'a, Result<T, E>>),
}

impl<'a, T, E> Decision<'a, T, E> {
    /// An answer for which nothing has to be written.
    pub fn answer(answer: T) -> Self {
        Self::writing(answer, Vec::new())
    }

    /// An answer that these writes make true.
    pub fn writing(answer: T, writes: Vec<Write>) -> Self {
        Self { answer: Answer::Known(Ok(answer)), writes }
    }

    /// The answer that `answer` makes of this one.
    pub fn map<U>(self, answer: impl FnOnce(T) -> U + Send + 'a) -> Decision<'a, U, E>
    where
        T: Send + 'a,
        E: Send + 'a,
    {
        self.and_then(|it| Ok(answer(it)))
    }

    /// The same, where it may be an error, although what was to be written is written.
    pub fn and_then<U, F>(
        self,
        answer: impl FnOnce(T) -> Result<U, F> + Send + 'a,
    ) -> Decision<'a, U, F>
    where
        T: Send + 'a,
        E: Send + 'a,
        F: From<E>,
    {
        let answer = match self.answer {
            Answer::Known(known) => Answer::Known(known.map_err(F::from).and_then(answer)),
            Answer::Read(read) => {
                Answer::Read(Box::pin(async move { answer(read.await.map_err(F::from)?) }))
            }
        };
        Decision { answer, writes: self.writes }
    }
}

impl<'a, T> Decision<'a, T> {
    /// The answer together with what `read` finds.
    pub fn beside<U>(
        self,
        read: impl Future<Output = Result<U, Error>> + Send + 'a,
    ) -> Decision<'a, (T, U)>
    where
        T: Send + 'a,
    {
        let known = self.answer;
        let read = async move {
            let answer = match known {
                Answer::Known(known) => known?,
                Answer::Read(read) => read.await?,
            };
            Ok((answer, read.await?))
        };
        Decision { answer: Answer::Read(Box::pin(read)), writes: self.writes }
    }
}

impl<T, E> Decision<'_, T, E> {
    /// The refusal, where nothing has to be written for it: then it is one like any other.
    fn unless_refused(self) -> Result<Self, E> {
        match self.answer {
            Answer::Known(Err(refused)) if self.writes.is_empty() => Err(refused),
            answer @ (Answer::Known(_) | Answer::Read(_)) => Ok(Self { answer, ..self }),
        }
    }
}

impl<T, E> Answer<'_, T, E> {
    async fn get(self) -> Result<T, E> {
        match self {
            Self::Known(known) => known,
            Self::Read(read) => read.await,
        }
    }
}

/// How a call is to be settled.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// It is only tried: nothing is written.
    pub is_dry_run: bool,
    /// Its answer is kept under that key, and repeated to whoever asks again.
    pub key: Option<KeyedRequest>,
}

/// The answer to a call that was settled.
#[derive(Debug)]
pub enum Settled<R> {
    /// As it was decided and written.
    Answered(R),
    /// The answer to an earlier call with the same key.
    Replayed(Kept),
}

/// Why there is no answer, in a dialect.
pub trait CallError: From<Error> {
    /// The same with what `map` makes of the error in it.
    #[must_use]
    fn map_error(self, map: impl FnOnce(Error) -> Error) -> Self;
}

impl CallError for Error {
    fn map_error(self, map: impl FnOnce(Error) -> Error) -> Self {
        map(self)
    }
}

/// What is answered in a dialect.
pub trait Reply {
    /// What of it is kept for whoever asks again; nothing where it does not tell of a success.
    fn kept(&self) -> Option<Kept>;
}

/// Settles a call: decides in turns, and commits what is decided. `encode` makes the answer what is sent.
///
/// # Errors
/// Those of deciding; [`Error::Busy`] once the time is over and nothing was done, [`Error::OutcomeUnknown`] where nobody knows;
/// [`Refusal::TooManyAtOnce`] for what one transaction cannot hold, [`Refusal::IdempotencyKeyReused`].
pub async fn settle<'a, T, E: CallError, R: Reply>(
    store: &'a Store,
    terms: &Terms,
    decide: impl Fn(u32) -> BoxFuture<'a, Result<Decision<'a, T, E>, E>>,
    encode: impl Fn(Result<T, E>) -> R,
) -> Result<Settled<R>, E> {
    let mut backoff = store.backoff();
    let mut turn = 0;
    let mut is_in_doubt = false;
    loop {
        let taken = take_turn(store, terms, || decide(turn), &encode, is_in_doubt).await;
        is_in_doubt |= matches!(taken, Ok(Turn::OvertakenInDoubt));
        // Whatever goes wrong behind an attempt that may still arrive, nobody can say that nothing changes.
        let failed = |error: E| if is_in_doubt { error.map_error(Error::in_doubt) } else { error };
        if let Turn::Settled(settled) = taken.map_err(failed)? {
            return Ok(settled);
        }
        if turn > 0 {
            backoff.wait().await.map_err(E::from).map_err(failed)?;
        }
        turn += 1;
    }
}

/// What a turn came to.
enum Turn<R> {
    Settled(Settled<R>),
    /// What was decided does not hold any more.
    Overtaken,
    /// The same, but an attempt was never answered.
    OvertakenInDoubt,
}

/// Decides once, and commits what is decided.
async fn take_turn<'a, T, E: CallError, R: Reply>(
    store: &'a Store,
    terms: &Terms,
    decide: impl FnOnce() -> BoxFuture<'a, Result<Decision<'a, T, E>, E>>,
    encode: impl Fn(Result<T, E>) -> R,
    is_in_doubt: bool,
) -> Result<Turn<R>, E> {
    let key = terms.key.as_ref();
    if let Some(kept) = look_up(key, store).await? {
        return Ok(Turn::Settled(Settled::Replayed(kept)));
    }
    let Decision { answer, mut writes } = match decide().await.and_then(Decision::unless_refused) {
        Ok(decision) => decision,
        // It may be refused because the same request has been answered since.
        Err(refused) => {
            let kept = look_up(key, store).await?;
            return kept.map(|kept| Turn::Settled(Settled::Replayed(kept))).ok_or(refused);
        }
    };
    // What has to be kept under a key keeps an earlier attempt from being carried out.
    if is_in_doubt && writes.is_empty() && key.is_none() {
        return Err(Error::OutcomeUnknown.into());
    }
    if writes.len() + usize::from(key.is_some()) > MAX_WRITES {
        return Err(Error::from(Refusal::TooManyAtOnce).into());
    }
    let (committed, reply) = if key.is_some() || terms.is_dry_run {
        // An answer is kept together with what makes it true, so it has to be known before.
        let reply = encode(answer.get().await);
        let Some(kept) = reply.kept() else {
            return match is_in_doubt {
                true => Err(Error::OutcomeUnknown.into()),
                false => Ok(Turn::Settled(Settled::Answered(reply))),
            };
        };
        writes.extend(key.map(|key| key.keep(kept)).transpose()?);
        if terms.is_dry_run {
            return Ok(Turn::Settled(Settled::Answered(reply)));
        }
        (store.commit(writes).await, reply)
    } else {
        let is_write = !writes.is_empty();
        let (committed, answer) = join(commit(store, writes), answer.get()).await;
        // What is written is written, whether there was time to read the rest of the answer or not.
        let failed =
            |error: E| if is_write { error.map_error(Error::after_a_write) } else { error };
        (committed, encode(answer.map_err(failed)))
    };
    Ok(match committed? {
        Commit::Done => Turn::Settled(Settled::Answered(reply)),
        Commit::Changed => Turn::Overtaken,
        Commit::ChangedInDoubt => Turn::OvertakenInDoubt,
    })
}

/// Settles a call that is made in no dialect: what is decided is what is answered.
///
/// # Errors
/// Those of [`settle`].
pub async fn carry_out<'a, T>(
    store: &'a Store,
    is_dry_run: bool,
    decide: impl Fn(u32) -> BoxFuture<'a, Result<Decision<'a, T>, Error>>,
) -> Result<T, Error> {
    let terms = Terms { is_dry_run, key: None };
    match settle(store, &terms, decide, Told).await? {
        Settled::Answered(Told(answer)) => answer,
        Settled::Replayed(_) => Err(Error::internal("an answer was kept under no key")),
    }
}

/// An answer that is kept for nobody.
struct Told<T>(Result<T, Error>);

impl<T> Reply for Told<T> {
    fn kept(&self) -> Option<Kept> {
        None
    }
}

/// The answer that was kept under the key, where there is a key.
async fn look_up(key: Option<&KeyedRequest>, store: &Store) -> Result<Option<Kept>, Error> {
    match key {
        Some(key) => key.look_up(store).await,
        None => Ok(None),
    }
}

/// Commits what there is to be written.
async fn commit(store: &Store, writes: Vec<Write>) -> Result<Commit, Error> {
    if writes.is_empty() { Ok(Commit::Done) } else { store.commit(writes).await }
}
