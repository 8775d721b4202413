//! Events on their way to webhooks: from the relay into the queue, out of it into an attempt, and what is written about that.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::domain::delivery::{Attempt, Delivery, DeliveryStatus, Parcel};
use crate::domain::event::GroupEvent;
use crate::domain::ids::{GameId, WebhookId};
use crate::domain::webhook::{Disabled, Receiver};
use crate::error::Error;
use crate::operations::webhooks::list::list_webhooks;
use crate::outbox::queue::Place;
use crate::store::keys::Key;
use crate::store::rows::{self, Projection};
use crate::store::transaction::Commit;
use crate::store::write::{ABSENT, Write};
use crate::{App, Call};

/// Hands events of one game over to the queue, one parcel for each webhook that wants one. Events that are told twice make the
/// same parcels twice, and their messages have the same ids.
///
/// Which webhooks a game has is looked up no more often than [`Outbox`](crate::outbox::Outbox) says, so a new webhook hears of
/// what happens that much later at most.
pub async fn send_off(app: &App, game: GameId, events: &[GroupEvent]) -> Result<(), Error> {
    let now = app.now();
    let webhooks = match app.outbox.known_webhooks(game, now) {
        Some(known) => known,
        None => app.outbox.learn_webhooks(game, list_webhooks(app, game).await?, now),
    };
    let parcels: Vec<_> = events
        .iter()
        .flat_map(|event| {
            let wanting = webhooks.iter().filter(|webhook| webhook.wants(event.event.event_type));
            wanting.map(|webhook| Parcel::of_event(game, webhook, event.clone()))
        })
        .collect();
    app.outbox.queue.send(&parcels, now, app.store.backoff()).await
}

/// Hands over what somebody has asked for, unless they only try. What the queue did not answer it may have taken.
pub(super) async fn send_as_asked(call: &Call<'_>, parcels: &[Parcel]) -> Result<(), Error> {
    if call.is_dry_run {
        return Ok(());
    }
    let sent = call.app.outbox.queue.send(parcels, call.now, call.app.store.backoff()).await;
    sent.map_err(Error::after_a_write)
}

/// The receivers of parcels, those that are there and want to be sent something.
pub type Receivers = BTreeMap<(GameId, WebhookId), Receiver>;

/// The messages that have arrived already, each with the time at which it was sent off.
pub type Arrived = BTreeSet<(String, Timestamp)>;

/// Reads to whom parcels go, and which of them have arrived already: those are not to be sent again.
pub async fn look_up(app: &App, parcels: &[Parcel]) -> Result<(Receivers, Arrived), Error> {
    let mut receivers = Receivers::new();
    let mut arrived = Arrived::new();
    let mut games: Vec<_> = parcels.iter().map(|parcel| parcel.game_id).collect();
    games.sort_unstable();
    games.dedup();
    for game in games {
        let of_game = parcels.iter().filter(|parcel| parcel.game_id == game);
        let keys = of_game.flat_map(|parcel| {
            let (webhook, message) = (parcel.webhook_id, parcel.message_id());
            let sent_at = parcel.sent_at.as_millisecond();
            [Key::webhook(game, webhook), Key::delivery(game, webhook, sent_at, &message)]
        });
        let kinds = Projection::rows::<Receiver>().and::<Delivery>();
        let mut items = app.store.get_items(keys.collect(), kinds).await?;
        let found = rows::take::<Receiver>(&mut items)?.into_iter();
        let enabled = found.filter(|receiver| receiver.disabled_because.is_none());
        receivers.extend(enabled.map(|receiver| ((game, receiver.webhook_id), receiver)));
        let earlier = rows::take::<Delivery>(&mut items)?.into_iter();
        let done = earlier.filter(|it| it.delivery_status == DeliveryStatus::Delivered);
        arrived.extend(done.map(|delivery| (delivery.message_id, delivery.sent_at)));
    }
    Ok((receivers, arrived))
}

/// Settles what has come of an attempt: the parcel is sent off once more where it has failed, or given up after the last time,
/// and what came of it is kept for the game's server to read. A receiver that is gone is sent nothing any more.
pub async fn settle(
    app: &App,
    mut parcel: Parcel,
    receiver: &Receiver,
    attempt: Attempt,
) -> Result<(), Error> {
    let is_over = attempt.is_gone() && disable(app, parcel.game_id, receiver).await?;
    let now = app.now();
    parcel.attempts += 1;
    let again = match attempt.problem {
        Some(_) if !is_over => parcel.clone().again(now, share(app)?),
        Some(_) | None => None,
    };
    let due_at = again.as_ref().map(|again| again.due_at);
    let delivery = Delivery::of(&parcel, attempt, now, due_at);
    // Before it is told, since this must not be lost.
    let queue = &app.outbox.queue;
    match again {
        Some(again) => queue.send(&[again], now, app.store.backoff()).await?,
        None if attempt.problem.is_some() && !is_over => {
            queue.send_to(Place::GivenUp, &[parcel.clone()], now, app.store.backoff()).await?;
        }
        None => {}
    }
    keep(app, parcel.game_id, &delivery).await
}

/// Sends nothing to a receiver any more, and tells whether that is so: a webhook that has just been changed may be elsewhere.
async fn disable(app: &App, game: GameId, receiver: &Receiver) -> Result<bool, Error> {
    let Receiver { webhook_id, revision, .. } = receiver;
    let write = Write::update(Key::webhook(game, *webhook_id))
        .set("disabled_because", Disabled::Gone.name())
        .shift("revision", *revision, revision + 1)
        .when_is("revision", *revision);
    match app.store.commit(vec![write]).await? {
        Commit::Done => Ok(true),
        Commit::Changed | Commit::ChangedInDoubt => {
            let key = Key::webhook(game, *webhook_id);
            let there = app.store.get_all::<Receiver>(vec![key]).await?;
            Ok(there.iter().all(|receiver| receiver.disabled_because.is_some()))
        }
    }
}

/// Keeps what came of an attempt, unless more is known: copies of a parcel may be on their way, and calls that nobody waits for.
/// What has arrived is told to have, and no failure in the place of a later attempt's.
async fn keep(app: &App, game: GameId, delivery: &Delivery) -> Result<(), Error> {
    let write = Write::put(game, delivery)?;
    app.store
        .put(match delivery.delivery_status {
            DeliveryStatus::Delivered => write,
            DeliveryStatus::Waiting | DeliveryStatus::GivenUp => write
                .when(format!(
                    "{ABSENT} OR (delivery_status <> :delivered AND attempts <= :attempts)"
                ))
                .value("delivered", DeliveryStatus::Delivered.name())
                .value("attempts", delivery.attempts),
        })
        .await
}

/// A random number from 0 to 1.
fn share(app: &App) -> Result<f64, Error> {
    Ok(f64::from(u16::from_be_bytes(app.entropy.bytes()?)) / f64::from(u16::MAX))
}
