//! `/api/v3/groups/{id}/events`: ours, what has happened in a group.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::event::{EventData, EventType, GroupEvent};
use shared::domain::ids::{GroupId, NotAnId, UserId};
use shared::operations::events::{Excerpt, list};
use shared::{Call, Error, Refusal};
use strum::IntoEnumIterator;

use super::endpoint::Endpoint;
use crate::lenient::IdParameter;

/// The most events of an answer.
pub const MAX_LIMIT: u32 = 100;

/// `GET /api/v3/groups/{id}/events`
///
/// Reads what has happened in a group, the oldest first. Members see what concerns the group, its members, roles and attributes;
/// admins and the game's server also see applications, invitations and blocks. An event is there within a moment, usually less
/// than a second.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupEvents;

/// What to read of which group's history.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupEventsRequest {
    /// The group's id.
    id: GroupId,
    /// The place behind which to begin: 0, the default, is the beginning. With the `last_seq` of an answer, reading goes on.
    after: Option<u32>,
    /// The most events to answer: from 1 to 100, which is the default. Fewer come where others had to be looked through.
    #[cfg_attr(feature = "schema", schemars(extend("maximum" = MAX_LIMIT, "default" = MAX_LIMIT)))]
    limit: Option<NonZeroU32>,
    /// The types of events to answer, separated by commas; all, where it is absent.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>", extend("pattern" = types_pattern())))]
    types: Option<Types>,
    /// Only events that this user caused, or that happened to them.
    // One that is no id would be taken for "not set", and so for everybody's events, where it is 0 or empty.
    #[cfg_attr(feature = "schema", schemars(with = "Option<UserId>"))]
    user_id: Option<IdParameter<UserId>>,
}

/// Types of events, separated by commas.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
struct Types(Vec<EventType>);

/// One or several types, as a pattern of JSON Schema.
#[cfg(feature = "schema")]
fn types_pattern() -> String {
    let known: Vec<_> = EventType::iter().map(|known| known.name().replace('.', r"\.")).collect();
    let known = known.join("|");
    format!("^({known})(,({known}))*$")
}

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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupEventsResponse {
    /// What happened.
    events: Vec<EventObject>,
    /// Up to where the history was looked through: `after` of the next request.
    last_seq: u32,
}

/// Something that happened in a group.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct EventObject {
    /// Its place in the history: the first has 1, and none is left out.
    seq: u32,
    /// What happened.
    #[serde(rename = "type")]
    event_type: EventType,
    /// When: RFC 3339, in UTC, to the millisecond.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    at: String,
    /// Who did it; null where the game did.
    actor_id: Option<UserId>,
    /// To whom it happened.
    user_ids: Vec<UserId>,
    /// What else there is to tell.
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
        let user = request.user_id.map(|user| user.id().ok_or(NotAnId)).transpose();
        let excerpt = Excerpt {
            after: request.after.unwrap_or_default(),
            limit: limit as usize,
            types: request.types.map(|Types(types)| types).unwrap_or_default(),
            user: user.map_err(|problem| Refusal::invalid("user_id", problem))?,
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
