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
use crate::store::write::Write;
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
/// and what came of it is kept for the game's server to read: once it has arrived, that stays. A receiver that is gone is sent nothing any more.
pub async fn settle(
    app: &App,
    mut parcel: Parcel,
    receiver: &Receiver,
    attempt: Attempt,
) -> Result<(), Error> {
    let now = app.now();
    parcel.attempts += 1;
    let again = match attempt.problem {
        None => None,
        Some(_) if attempt.is_gone() => None,
        Some(_) => parcel.clone().again(now, share(app)?),
    };
    let due_at = again.as_ref().map(|again| again.due_at);
    let delivery = Delivery::of(&parcel, attempt, now, due_at);
    // First of all, since this must not be lost.
    let queue = &app.outbox.queue;
    match (again, attempt.is_gone()) {
        (Some(again), _) => queue.send(&[again], now, app.store.backoff()).await?,
        (None, true) => disable(app, parcel.game_id, receiver).await?,
        (None, false) if attempt.problem.is_some() => {
            queue.send_to(Place::GivenUp, &[parcel.clone()], now, app.store.backoff()).await?;
        }
        (None, false) => {}
    }
    // Another copy of it may be on its way, and come to less.
    let delivered = ("delivery_status", DeliveryStatus::Delivered.name());
    app.store.put_unless(parcel.game_id, &delivery, delivered).await
}

/// Sends nothing to a receiver any more, unless it has just been changed.
async fn disable(app: &App, game: GameId, receiver: &Receiver) -> Result<(), Error> {
    let Receiver { webhook_id, revision, .. } = receiver;
    let write = Write::update(Key::webhook(game, *webhook_id))
        .set("disabled_because", Disabled::Gone.name())
        .shift("revision", *revision, revision + 1)
        .when_is("revision", *revision);
    app.store.commit_unless_changed(vec![write]).await
}

/// A random number from 0 to 1.
fn share(app: &App) -> Result<f64, Error> {
    Ok(f64::from(u16::from_be_bytes(app.entropy.bytes()?)) / f64::from(u16::MAX))
}
