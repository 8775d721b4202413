//! Each kind of row: what it is called, and where it is stored.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::attribute::{Attribute, PublicAttribute};
use crate::domain::belonging::Joins;
use crate::domain::code::Code;
use crate::domain::delivery::Delivery;
use crate::domain::door::Door;
use crate::domain::event::GroupEvent;
use crate::domain::game::Game;
use crate::domain::group::{Group, GroupSummary};
use crate::domain::ids::{GameId, GroupId, UserId};
use crate::domain::membership::{Connection, Member, MemberSummary, Membership};
use crate::domain::person::Person;
use crate::domain::user::{Access, Account, User, UserWithLogins};
use crate::domain::webhook::{Receiver, Webhook};
use crate::error::Error;
use crate::store::keys::{self, Key};
use crate::store::rows::{Row, View};

fn by_user(game: GameId, kind: &str, group: GroupId, user: UserId) -> Vec<(&'static str, String)> {
    vec![
        ("by_user_pk", keys::user_partition(game, user)),
        ("by_user_sk", keys::by_user_sort(kind, group)),
    ]
}

impl View for Game {
    const KIND: &'static str = "game";
}

impl Row for Game {
    fn key(&self, _game: GameId) -> Key {
        Key::game(self.game_id)
    }

    /// In the directory of groups there is a partition for games, which operators list.
    fn index_keys(&self, _game: GameId) -> Vec<(&'static str, String)> {
        vec![
            ("directory_pk", keys::GAMES.to_owned()),
            ("directory_sk", keys::games_sort(self.game_id)),
        ]
    }
}

impl View for Account {
    const KIND: &'static str = "user";
}

impl View for User {
    const KIND: &'static str = Account::KIND;
}

impl View for Access {
    const KIND: &'static str = Account::KIND;
}

impl View for Person {
    const KIND: &'static str = Account::KIND;
}

impl View for UserWithLogins {
    const KIND: &'static str = Account::KIND;
}

impl Row for Account {
    fn key(&self, game: GameId) -> Key {
        Key::user(game, self.user_id)
    }
}

impl View for Group {
    const KIND: &'static str = "group";
}

impl Row for Group {
    fn key(&self, game: GameId) -> Key {
        Key::group(game, self.group_id)
    }

    fn index_keys(&self, game: GameId) -> Vec<(&'static str, String)> {
        // The sort key is always there, the partition key only while the group is listed: a row without it is in no index.
        [("directory_sk", keys::directory_sort(&self.group_name, self.group_id))]
            .into_iter()
            .chain(self.directory_partition(game).map(|partition| ("directory_pk", partition)))
            .collect()
    }
}

impl Group {
    /// The partition of the directory that lists it, while it is listed.
    pub(in crate::store) fn directory_partition(&self, game: GameId) -> Option<String> {
        let is_listed = self.settings.searchable && self.is_live();
        is_listed.then(|| keys::directory_partition(game, self.directory_shard))
    }
}

impl View for GroupSummary {
    const KIND: &'static str = Group::KIND;
}

impl View for Member {
    const KIND: &'static str = "member";
}

impl View for MemberSummary {
    const KIND: &'static str = Member::KIND;
}

impl Row for Member {
    fn key(&self, game: GameId) -> Key {
        Key::member(game, self.group_id, self.user_id)
    }

    fn index_keys(&self, game: GameId) -> Vec<(&'static str, String)> {
        by_user(game, keys::MEMBER, self.group_id, self.user_id)
    }
}

/// A door is in the index of its user only while something in it is pending for the user to see.
impl View for Door {
    const KIND: &'static str = "door";
}

impl Row for Door {
    fn key(&self, game: GameId) -> Key {
        Key::door(game, self.group_id, self.user_id)
    }

    fn index_keys(&self, game: GameId) -> Vec<(&'static str, String)> {
        match self.has_pending() {
            true => by_user(game, keys::PENDING, self.group_id, self.user_id),
            false => Vec::new(),
        }
    }

    fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at()
    }
}

impl View for Attribute {
    const KIND: &'static str = "attribute";
}

impl Row for Attribute {
    fn key(&self, game: GameId) -> Key {
        Key::attribute(game, self.group_id, &self.attribute_key)
    }
}

impl View for Membership {
    const KIND: &'static str = Member::KIND;
}

impl View for Joins {
    const KIND: &'static str = "joins";
}

impl Row for Joins {
    fn key(&self, game: GameId) -> Key {
        Key::joins(game, self.user_id)
    }
}

impl View for PublicAttribute {
    const KIND: &'static str = "public_attribute";
}

impl Row for PublicAttribute {
    fn key(&self, game: GameId) -> Key {
        Key::public_attribute(game, self.group_id, &self.attribute_key)
    }
}

impl View for Code {
    const KIND: &'static str = "code";
}

impl Row for Code {
    fn key(&self, game: GameId) -> Key {
        Key::code(game, self.group_id, &self.code_hash)
    }

    fn expires_at(&self) -> Option<Timestamp> {
        self.forgotten_at()
    }
}

impl View for GroupEvent {
    const KIND: &'static str = "event";
}

impl Row for GroupEvent {
    fn key(&self, game: GameId) -> Key {
        Key::event(game, self.group_id, self.seq)
    }
}

impl View for Connection {
    const KIND: &'static str = "connection";
}

impl Row for Connection {
    fn key(&self, game: GameId) -> Key {
        Key::connection(game, self.connection_id)
    }
}

impl View for Webhook {
    const KIND: &'static str = "webhook";
}

impl View for Receiver {
    const KIND: &'static str = Webhook::KIND;
}

impl Row for Webhook {
    fn key(&self, game: GameId) -> Key {
        Key::webhook(game, self.webhook_id)
    }
}

/// How many webhooks a game has.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct WebhookCount {
    pub webhook_count: u32,
}

impl View for WebhookCount {
    const KIND: &'static str = "webhook_count";
}

impl View for Delivery {
    const KIND: &'static str = "delivery";
}

impl Row for Delivery {
    fn key(&self, game: GameId) -> Key {
        Key::delivery(game, self.webhook_id, self.sent_at.as_millisecond(), &self.message_id)
    }
}

/// What holds the place of a group that is arriving, until all of it is there: as a row of another kind, so that for everybody
/// there is no such group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Arriving {
    pub group_id: GroupId,
    /// Tells what is arriving from everything else.
    pub digest: String,
    /// Since when. It has the name under which every write to a group looks whether the group still is there.
    #[serde(rename = "deleted_at", with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub begun_at: Timestamp,
}

impl View for Arriving {
    const KIND: &'static str = "arriving_group";
}

impl Row for Arriving {
    fn key(&self, game: GameId) -> Key {
        Key::group(game, self.group_id)
    }
}

/// A claim to a name: whoever puts the row first has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claim {
    /// The name is in the key alone.
    #[serde(skip)]
    key: Key,
    /// The id of the user or group that has the name.
    holder: u32,
}

impl Claim {
    /// A claim at `key` for `holder`.
    pub fn new(key: Key, holder: impl Into<u32>) -> Self {
        Self { key, holder: holder.into() }
    }

    /// Whose it is.
    pub fn holder<Id>(&self) -> Result<Id, Error>
    where
        Id: TryFrom<i64, Error: std::error::Error + Send + Sync + 'static>,
    {
        i64::from(self.holder).try_into().map_err(Error::internal)
    }
}

impl View for Claim {
    const KIND: &'static str = "claim";
}

impl Row for Claim {
    fn key(&self, _game: GameId) -> Key {
        self.key.clone()
    }
}

/// An address from which somebody has signed in to an account; both are in the key alone.
#[derive(Debug, Clone, Deserialize)]
pub struct KnownAddress {
    /// The second at which it is forgotten.
    #[serde(with = "jiff::fmt::serde::timestamp::second::required")]
    pub expires_at: Timestamp,
}

impl View for KnownAddress {
    const KIND: &'static str = "known_address";
}
