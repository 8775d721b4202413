//! Send a group's events to a webhook once more.

use futures_util::future::try_join;

use super::get::get_webhook;
use super::sending::send_as_asked;
use crate::Call;
use crate::domain::delivery::{Parcel, Subject};
use crate::domain::ids::{GroupId, WebhookId};
use crate::error::{Error, Refusal};
use crate::operations::events::{Excerpt, list};

/// The most events of a history that are looked at in one call.
pub const MOST: usize = 100;

/// What was sent once more.
#[derive(Debug, Clone, Copy)]
pub struct Replayed {
    /// How many events: those of the types that the webhook is sent.
    pub sent: usize,
    /// Up to where the history was looked through, where the next call goes on.
    pub last_seq: u32,
}

/// Sends the events of a group's history that follow the place `after`, as messages with the ids that they had before.
///
/// # Errors
/// [`Refusal::WebhookNotFound`], [`Refusal::WebhookDisabled`], [`Refusal::GroupNotFound`].
pub async fn replay_webhook(
    call: &Call<'_>,
    id: WebhookId,
    group: GroupId,
    after: u32,
) -> Result<Replayed, Error> {
    let excerpt = Excerpt { after, limit: MOST, types: Vec::new(), user: None };
    let (webhook, (events, last_seq)) =
        try_join(get_webhook(call, id), list(call, group, &excerpt)).await?;
    if webhook.disabled_because.is_some() {
        return Err(Refusal::WebhookDisabled.into());
    }
    let wanted = events.into_iter().filter(|event| webhook.wants(event.event.event_type));
    let parcels: Vec<_> = wanted
        .map(|event| Parcel::new(call.game(), &webhook, Subject::Event(event.into()), call.now))
        .collect();
    send_as_asked(call, &parcels).await?;
    Ok(Replayed { sent: parcels.len(), last_seq })
}
