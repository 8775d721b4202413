//! What a message to a webhook says: an event as a history shows it, and of which group.

use serde::Serialize;
use shared::Error;
use shared::domain::delivery::Subject;
use shared::domain::event::EventData;
use shared::domain::ids::{GameId, UserId};

/// An event, as it is sent. A test has zeros for the group and the place.
#[derive(Serialize)]
struct Message<'s> {
    #[serde(rename = "type")]
    event_type: &'static str,
    at: String,
    group_id: u32,
    seq: u32,
    actor_id: Option<UserId>,
    user_ids: &'s [UserId],
    data: &'s EventData,
}

/// The same with its game, for a bus, which gets the events of all.
#[derive(Serialize)]
struct Detail<'s> {
    game_id: GameId,
    #[serde(flatten)]
    message: Message<'s>,
}

/// The body of a message.
///
/// # Errors
/// [`Error::Internal`] never, since nothing in it cannot be written.
pub fn body(subject: &Subject) -> Result<String, Error> {
    let nothing = EventData::default();
    serde_json::to_string(&message(subject, &nothing)).map_err(Error::internal)
}

/// What an event of a game says to a bus.
///
/// # Errors
/// [`Error::Internal`] never, since nothing in it cannot be written.
pub fn detail(game_id: GameId, subject: &Subject) -> Result<String, Error> {
    let nothing = EventData::default();
    let message = message(subject, &nothing);
    serde_json::to_string(&Detail { game_id, message }).map_err(Error::internal)
}

fn message<'s>(subject: &'s Subject, nothing: &'s EventData) -> Message<'s> {
    let event = match subject {
        Subject::Event(event) => Some(&event.event),
        Subject::Test(_) => None,
    };
    Message {
        event_type: subject.type_name(),
        at: format!("{:.3}", subject.at()),
        group_id: subject.group().map_or(0, u32::from),
        seq: subject.seq().unwrap_or_default(),
        actor_id: event.and_then(|event| event.actor_id),
        user_ids: event.map_or(&[], |event| &event.user_ids),
        data: event.map_or(nothing, |event| &event.data),
    }
}
