//! `/api/v3/groups/{id}/events`: ours, what has happened in a group.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::event::{EventData, EventType, GroupEvent};
use shared::domain::ids::{GroupId, UserId};
use shared::operations::events::{Excerpt, list};
use shared::{Call, Error, Refusal};
use strum::IntoEnumIterator;

use super::endpoint::Endpoint;

/// The most events of an answer.
pub const MAX_LIMIT: u32 = 100;

/// `GET /api/v3/groups/{id}/events`
pub struct ListGroupEvents;

/// What to read of which group's history.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListGroupEventsRequest {
    id: GroupId,
    after: Option<u32>,
    limit: Option<NonZeroU32>,
    #[serde(rename = "type")]
    types: Option<Types>,
    user_id: Option<UserId>,
}

/// Types of events, separated by commas.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
struct Types(Vec<EventType>);

impl TryFrom<String> for Types {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let names = text.split(',').map(str::trim);
        let types = names.map(str::parse).collect::<Result<_, _>>();
        types.map(Self).map_err(|_| {
            let known: Vec<_> = EventType::iter().map(EventType::name).collect();
            format!("must be some of {}, separated by commas", known.join(", "))
        })
    }
}

/// What happened, the oldest first, and up to where the history was looked through.
#[derive(Serialize)]
pub struct ListGroupEventsResponse {
    events: Vec<EventObject>,
    last_seq: u32,
}

#[derive(Serialize)]
struct EventObject {
    seq: u32,
    #[serde(rename = "type")]
    event_type: EventType,
    at: String,
    actor_id: Option<UserId>,
    user_ids: Vec<UserId>,
    data: EventData,
}

impl Endpoint for ListGroupEvents {
    type Caller = Caller;
    type Request = ListGroupEventsRequest;
    type Response = ListGroupEventsResponse;

    const RESOURCE: &'static str = "group";

    async fn call(
        call: Call<'_>,
        request: ListGroupEventsRequest,
    ) -> Result<Decision<'_, ListGroupEventsResponse>, Error> {
        let limit = request.limit.map_or(MAX_LIMIT, u32::from);
        if limit > MAX_LIMIT {
            let problem = format!("must be a whole number from 1 to {MAX_LIMIT}");
            return Err(Refusal::invalid("limit", problem).into());
        }
        let excerpt = Excerpt {
            after: request.after.unwrap_or_default(),
            limit: limit as usize,
            types: request.types.map(|Types(types)| types).unwrap_or_default(),
            user: request.user_id,
        };
        Ok(Decision::answer(list(&call, request.id, &excerpt).await?.into()))
    }
}

impl From<(Vec<GroupEvent>, u32)> for ListGroupEventsResponse {
    fn from((events, last_seq): (Vec<GroupEvent>, u32)) -> Self {
        Self { events: events.into_iter().map(EventObject::from).collect(), last_seq }
    }
}

impl From<GroupEvent> for EventObject {
    fn from(GroupEvent { seq, event, .. }: GroupEvent) -> Self {
        Self {
            seq,
            event_type: event.event_type,
            at: format!("{:.3}", event.at),
            actor_id: event.actor_id,
            user_ids: event.user_ids,
            data: event.data,
        }
    }
}
