//! Deliveries: an event on its way to a webhook, how often it is tried, and what has come of it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use crate::domain::event::GroupEvent;
use crate::domain::ids::{GameId, GroupId, WebhookId};
use crate::domain::webhook::Webhook;

/// How long is waited after each attempt that has failed, about three days in all: what Standard Webhooks recommends.
const WAITS: [SignedDuration; 9] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];

/// How long is waited at least once that many attempts have failed; nothing where it is given up.
pub fn wait_after(attempts: u32) -> Option<SignedDuration> {
    WAITS.get(attempts.checked_sub(1)? as usize).copied()
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// An event of a group.
    Event(Box<GroupEvent>),
    /// A test, which says nothing but when it was asked for.
    Test(#[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")] Timestamp),
}

impl Subject {
    /// The name of its type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Event(event) => event.event.event_type.name(),
            Self::Test(_) => "webhook.test",
        }
    }

    /// The group that it is about, if it is about one.
    pub fn group(&self) -> Option<GroupId> {
        match self {
            Self::Event(event) => Some(event.group_id),
            Self::Test(_) => None,
        }
    }

    /// Its place in the group's history, if it has one.
    pub fn seq(&self) -> Option<u32> {
        match self {
            Self::Event(event) => Some(event.seq),
            Self::Test(_) => None,
        }
    }

    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match self {
            Self::Event(event) => event.event.at,
            Self::Test(at) => *at,
        }
    }
}

/// Something on its way to a webhook: what the queue holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parcel {
    pub game_id: GameId,
    pub webhook_id: WebhookId,
    pub subject: Subject,
    /// When it was sent off: an event with the commit that it tells of, what is sent once more when that was asked for.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub sent_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is to be tried.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub due_at: Timestamp,
}

impl Parcel {
    /// An event that has just happened. It is the same parcel however often the event is told.
    pub fn of_event(game_id: GameId, webhook: &Webhook, event: GroupEvent) -> Self {
        let at = event.event.at;
        Self::new(game_id, webhook, Subject::Event(event.into()), at)
    }

    /// Something that is sent at that time.
    pub fn new(game_id: GameId, webhook: &Webhook, subject: Subject, sent_at: Timestamp) -> Self {
        let webhook_id = webhook.webhook_id;
        Self { game_id, webhook_id, subject, sent_at, attempts: 0, due_at: sent_at }
    }

    /// Names the message to its receiver: the same however often it is sent, and no other has it. A group's id may be another
    /// group's later, hence the time.
    pub fn message_id(&self) -> String {
        let Self { game_id, webhook_id, subject, .. } = self;
        let at = subject.at().as_millisecond();
        match subject {
            Subject::Event(event) => {
                let GroupEvent { group_id, seq, .. } = &**event;
                format!("msg_{game_id}_{webhook_id}_{group_id}_{seq}_{at}")
            }
            Subject::Test(_) => format!("msg_{game_id}_{webhook_id}_test_{at}"),
        }
    }

    /// The same, to be tried once more after an attempt has failed at `now`; nothing where that was the last one. `share`,
    /// from 0 to 1, says by which part of a tenth the wait is stretched, so that not all come back at once.
    pub fn again(mut self, now: Timestamp, share: f64) -> Option<Self> {
        let wait = wait_after(self.attempts)?.mul_f64(1.0 + share / 10.0);
        let due_at = now.checked_add(wait).ok()?;
        self.due_at = Timestamp::from_millisecond(due_at.as_millisecond()).ok()?;
        Some(self)
    }
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum DeliveryStatus {
    /// The receiver has taken it: it answered 2xx.
    Delivered,
    /// It is tried again later.
    Waiting,
    /// It is tried no more.
    GivenUp,
}

impl DeliveryStatus {
    /// Its name.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Why an attempt has failed that was not answered, or by what is no answer of its receiver's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Problem {
    /// The receiver has answered, and not with 2xx.
    Refused,
    /// It has answered that it is elsewhere, which is not followed.
    Redirected,
    /// Nothing was answered in time.
    TimedOut,
    /// The host's name stands for no address.
    NameNotFound,
    /// The host is no machine of the public Internet.
    AddressNotPublic,
    /// Nothing listens there, or the connection broke.
    NotConnected,
    /// The receiver's certificate is not trusted, or it speaks no TLS.
    NotTrusted,
    /// What was answered is not HTTP.
    NotHttp,
}

/// What has come of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The status that was answered, if one was.
    pub answered: Option<u16>,
    /// Why it has failed, if it has.
    pub problem: Option<Problem>,
}

impl Attempt {
    /// An answer of that status.
    pub fn answered(status: u16) -> Self {
        let problem = match status {
            200..=299 => None,
            300..=399 => Some(Problem::Redirected),
            _ => Some(Problem::Refused),
        };
        Self { answered: Some(status), problem }
    }

    /// No answer.
    pub fn failed(problem: Problem) -> Self {
        Self { answered: None, problem: Some(problem) }
    }

    /// Whether the receiver says that it is gone for good.
    pub fn is_gone(&self) -> bool {
        self.answered == Some(410)
    }
}

/// A delivery as it is kept for whoever asks how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub webhook_id: WebhookId,
    pub message_id: String,
    pub event_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u32>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub sent_at: Timestamp,
    pub delivery_status: DeliveryStatus,
    pub attempts: u32,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub attempted_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub due_at: Option<Timestamp>,
    /// When it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl Delivery {
    /// How long it is kept after its last attempt.
    const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

    /// What has come of the latest attempt at a parcel, and when it is tried again, if it is.
    pub fn of(
        parcel: &Parcel,
        attempt: Attempt,
        now: Timestamp,
        due_at: Option<Timestamp>,
    ) -> Self {
        let delivery_status = match (attempt.problem, due_at) {
            (None, _) => DeliveryStatus::Delivered,
            (Some(_), Some(_)) => DeliveryStatus::Waiting,
            (Some(_), None) => DeliveryStatus::GivenUp,
        };
        let until = due_at.unwrap_or(now);
        Self {
            webhook_id: parcel.webhook_id,
            message_id: parcel.message_id(),
            event_type: parcel.subject.type_name().to_owned(),
            group_id: parcel.subject.group(),
            seq: parcel.subject.seq(),
            sent_at: parcel.sent_at,
            delivery_status,
            attempts: parcel.attempts,
            attempted_at: now,
            answered: attempt.answered,
            problem: attempt.problem,
            due_at,
            expires_at: until.checked_add(Self::LIFETIME).unwrap_or(until),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_is_tried_ten_times_in_about_three_days() {
        let waits: SignedDuration = (1..10).filter_map(wait_after).sum();
        assert_eq!((waits.as_hours(), wait_after(0), wait_after(10)), (75, None, None));
    }
}
