//! The key schema: every key of the table and of its two indexes is built here, and nowhere else.
//!
//! Every partition key begins with the game, so nothing of one game is within reach of a key of another.
//! Parts are separated by `#`, which free text cannot contain, because it is escaped.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use crate::domain::actor::Actor;
use crate::domain::attribute::AttributeKey;
use crate::domain::ids::{ConnectionId, GameId, GroupId, UserId, WebhookId};
use crate::domain::name::{CustomId, GroupName, Username};
use crate::domain::transfer::{LineId, Source};
use crate::domain::user::Email;

/// The index that lists groups by name.
pub const DIRECTORY: &str = "directory";
/// The index that lists what connects a user to groups.
pub const BY_USER: &str = "by_user";

/// A primary key.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The partition.
    pub pk: String,
    /// The place within it.
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    /// A game.
    pub fn game(game: GameId) -> Self {
        Self::new(format!("GAME#{game}"), "GAME")
    }

    /// A user.
    pub fn user(game: GameId, user: UserId) -> Self {
        Self::new(user_partition(game, user), "USER")
    }

    /// The claim to a user name.
    pub fn username(game: GameId, name: &Username) -> Self {
        Self::claim(game, "USERNAME", &name.folded())
    }

    /// The claim to an e-mail address.
    pub fn email(game: GameId, email: &Email) -> Self {
        Self::claim(game, "EMAIL", &email.folded())
    }

    /// The claim to a custom id.
    pub fn custom_id(game: GameId, id: &CustomId) -> Self {
        Self::claim(game, "CUSTOMID", id.as_str())
    }

    /// The claim to a group name.
    pub fn group_name(game: GameId, name: &GroupName) -> Self {
        Self::claim(game, "GROUPNAME", &name.folded())
    }

    /// The claim of what had that id elsewhere to the one that it has here. `#` is in neither of both.
    pub fn user_from(game: GameId, source: &Source, id: &LineId) -> Self {
        Self::new(format!("GAME#{game}#FROM#{}#USER#{id}", source.as_str()), "CLAIM")
    }

    /// The same of a group.
    pub fn group_from(game: GameId, source: &Source, id: &LineId) -> Self {
        Self::new(format!("GAME#{game}#FROM#{}#GROUP#{id}", source.as_str()), "CLAIM")
    }

    fn claim(game: GameId, what: &str, folded: &str) -> Self {
        Self::new(format!("GAME#{game}#{what}#{}", escape(folded)), "CLAIM")
    }

    /// A group.
    pub fn group(game: GameId, group: GroupId) -> Self {
        Self::new(group_partition(game, group), GROUP)
    }

    /// A member of a group.
    pub fn member(game: GameId, group: GroupId, user: UserId) -> Self {
        Self::new(group_partition(game, group), format!("{MEMBER}{user}"))
    }

    /// The door between a group and a user.
    pub fn door(game: GameId, group: GroupId, user: UserId) -> Self {
        Self::new(group_partition(game, group), format!("{DOOR}{user}"))
    }

    /// An attribute of a group.
    pub fn attribute(game: GameId, group: GroupId, key: &AttributeKey) -> Self {
        Self::new(group_partition(game, group), format!("{ATTRIBUTE}{}", escape(key.as_str())))
    }

    /// What everybody may read of a public attribute.
    pub fn public_attribute(game: GameId, group: GroupId, key: &AttributeKey) -> Self {
        Self::new(group_partition(game, group), format!("{PUBLIC}{}", escape(key.as_str())))
    }

    /// A code of a group, by the hash that is kept of it.
    pub fn code(game: GameId, group: GroupId, hash: &str) -> Self {
        Self::new(group_partition(game, group), format!("{CODE}{hash}"))
    }

    /// The groups of a user, where their number is bounded.
    pub fn joins(game: GameId, user: UserId) -> Self {
        Self::new(user_partition(game, user), "JOINS")
    }

    /// The counter of guesses of a user at codes, in one window of time.
    pub fn guesses_at_codes(game: GameId, user: UserId, window: i64) -> Self {
        Self::new(user_partition(game, user), format!("GUESSES#{window}"))
    }

    /// An event of a group. It has its place in another partition: what reads a group does not read its history.
    pub fn event(game: GameId, group: GroupId, seq: u32) -> Self {
        Self::new(events_partition(game, group), event_sort(seq))
    }

    /// The counter of guesses at an account's password from one network address, in one window of time.
    ///
    /// Accounts and addresses are named by fingerprints here, since an address is nobody's to read.
    pub fn guesses_from(game: GameId, account: &str, address: &str, window: i64) -> Self {
        Self::new(guesses_partition(game, account), format!("FROM#{address}#{window}"))
    }

    /// The counter of guesses at an account's password from all addresses that it does not know.
    pub fn guesses_of_strangers(game: GameId, account: &str, window: i64) -> Self {
        Self::new(guesses_partition(game, account), format!("STRANGERS#{window}"))
    }

    /// An address from which somebody has signed in to an account.
    pub fn known_address(game: GameId, account: &str, address: &str) -> Self {
        Self::new(guesses_partition(game, account), format!("KNOWN#{address}"))
    }

    /// The counter of guesses from an address at the passwords of all accounts that do not know it.
    pub fn guesses_at_address(game: GameId, address: &str, window: i64) -> Self {
        Self::new(format!("GAME#{game}#ADDRESS#{address}"), format!("GUESSES#{window}"))
    }

    /// The answer that is kept for whoever repeats a request with that idempotency key.
    pub fn kept_answer(game: GameId, actor: Actor, key: &str) -> Self {
        let caller = match actor {
            Actor::User(user) => format!("USER#{user}"),
            Actor::Title(None) => "TITLE".to_owned(),
            Actor::Title(Some(user)) => format!("TITLE#{user}"),
        };
        Self::new(format!("GAME#{game}#{caller}#IDEMPOTENCY#{}", escape(key)), "ANSWER")
    }

    /// What is counted about a game's webhooks.
    pub fn webhooks(game: GameId) -> Self {
        Self::new(webhooks_partition(game), "WEBHOOKS")
    }

    /// A webhook.
    pub fn webhook(game: GameId, webhook: WebhookId) -> Self {
        Self::new(webhooks_partition(game), format!("{WEBHOOK}{webhook}"))
    }

    /// What was sent to a webhook at that millisecond: the same however often it is tried.
    pub fn delivery(game: GameId, webhook: WebhookId, sent_at: i64, message_id: &str) -> Self {
        let sort = format!("{DELIVERY}{sent_at:015}#{}", escape(message_id));
        Self::new(deliveries_partition(game, webhook), sort)
    }

    /// A connection.
    pub fn connection(game: GameId, connection: ConnectionId) -> Self {
        Self::new(format!("GAME#{game}#CONNECTION#{connection}"), "CONNECTION")
    }
}

/// The sort key of a group's own row.
pub const GROUP: &str = "GROUP";
/// What a member's sort key begins with.
pub const MEMBER: &str = "MEMBER#";
/// What a door's sort key begins with: it sorts before the group and its members, so that one query reads the roster with or
/// without what is pending.
pub const DOOR: &str = "DOOR#";
/// What the sort key in `by_user` begins with of a door in which something is pending: behind the memberships, so that where there
/// are more than an answer shows, it shows the memberships.
pub const PENDING: &str = "PENDING#";
/// What a code's sort key begins with: as attributes, codes sort before what a group's page shows.
pub const CODE: &str = "CODE#";
/// What an attribute's sort key begins with.
pub const ATTRIBUTE: &str = "ATTRIBUTE#";

/// What the sort key begins with of what everybody may read: it sorts behind the members, so that a group in full is one range.
pub const PUBLIC: &str = "PUBLIC#";

fn guesses_partition(game: GameId, account: &str) -> String {
    format!("GAME#{game}#GUESSES#{account}")
}

/// The partition that holds a group and everything in it.
pub fn group_partition(game: GameId, group: GroupId) -> String {
    format!("GAME#{game}#GROUP#{group}")
}

/// What the sort key of an event begins with.
pub const EVENT: &str = "EVENT#";

/// The partition that holds a group's history.
pub fn events_partition(game: GameId, group: GroupId) -> String {
    format!("GAME#{game}#EVENTS#{group}")
}

/// The sort key of an event. Its place is padded, so that it sorts as a number.
pub fn event_sort(seq: u32) -> String {
    format!("{EVENT}{seq:010}")
}

/// What a webhook's sort key begins with.
pub const WEBHOOK: &str = "WEBHOOK#";
/// What a delivery's sort key begins with.
pub const DELIVERY: &str = "DELIVERY#";

/// The partition that holds a game's webhooks.
pub fn webhooks_partition(game: GameId) -> String {
    format!("GAME#{game}#WEBHOOKS")
}

/// The partition that holds what was sent to a webhook, the oldest first.
pub fn deliveries_partition(game: GameId, webhook: WebhookId) -> String {
    format!("GAME#{game}#DELIVERIES#{webhook}")
}

/// The game and group that a partition belongs to, if it is a group's.
pub fn parse_group_partition(pk: &str) -> Option<(GameId, GroupId)> {
    let (game, group) = pk.strip_prefix("GAME#")?.split_once("#GROUP#")?;
    Some((game.parse().ok()?, group.parse().ok()?))
}

/// The partition of `by_user` that lists what connects a user to groups.
pub fn user_partition(game: GameId, user: UserId) -> String {
    // Made for each user of a group in full; the machinery of `format!` would take most of it.
    let [game, user] = [u32::from(game), u32::from(user)].map(|id| id.to_string());
    ["GAME#", &game, "#USER#", &user].concat()
}

/// The sort key in `by_user`: by kind, then group.
pub fn by_user_sort(kind: &str, group: GroupId) -> String {
    format!("{kind}{group}")
}

/// One shard of the directory.
pub fn directory_partition(game: GameId, shard: u32) -> String {
    format!("GAME#{game}#DIRECTORY#{shard}")
}

/// The partition of the directory that lists all games.
pub const GAMES: &str = "GAMES";

/// The sort key there: the id, padded, so that it sorts as a number.
pub fn games_sort(game: GameId) -> String {
    format!("{:010}", game.get())
}

/// What the partitions begin with of everything in a game, but for its own row.
pub fn game_prefix(game: GameId) -> String {
    format!("GAME#{game}#")
}

/// What the partitions begin with of all groups in a game.
pub fn groups_prefix(game: GameId) -> String {
    format!("{}GROUP#", game_prefix(game))
}

/// The shard that is to list a new group: ids are random, so a remainder is as good as a hash.
pub fn directory_shard(group: GroupId, shards: NonZeroU32) -> u32 {
    group.get() % shards
}

/// The sort key in the directory: by folded name, then id.
///
/// The two are separated by a control character, which sorts before everything that a name can contain:
/// with `#`, "wolf pack" would come before "wolf". The id is padded, so that it sorts as a number.
pub fn directory_sort(name: &GroupName, group: GroupId) -> String {
    format!("{}\u{1f}{:010}", name.folded(), group.get())
}

/// The group that a directory entry stands for.
pub fn directory_group(sort: &str) -> Option<GroupId> {
    i64::from(sort.rsplit_once('\u{1f}')?.1.parse::<u32>().ok()?).try_into().ok()
}

/// `text` without the separator.
fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: String) -> Option<AttributeKey> {
        AttributeKey::try_from(text).ok()
    }

    proptest! {
        #[test]
        fn different_attribute_keys_have_different_keys_without_a_separator(
            one in "[#%a2345 ]{1,12}",
            other in "[#%a2345 ]{1,12}",
        ) {
            let (Some(one), Some(other)) = (key(one), key(other)) else { return Ok(()) };
            let game = GameId::try_from(1)?;
            let group = GroupId::try_from(2)?;
            let keys = [&one, &other].map(|key| Key::attribute(game, group, key));
            prop_assert_eq!(keys[0] == keys[1], one == other);
            prop_assert_eq!(keys[0].sk.matches('#').count(), 1);
        }

        #[test]
        fn the_directory_sorts_by_folded_name_then_id(
            one in "[a-c !#~]{1,4}", other in "[a-c !#~]{1,4}", first in 1..=i64::from(u32::MAX / 2),
            second in 1..=i64::from(u32::MAX / 2),
        ) {
            let names = [one, other].map(GroupName::try_from);
            let [Ok(one), Ok(other)] = names else { return Ok(()) };
            let ids = [GroupId::try_from(first)?, GroupId::try_from(second)?];
            prop_assert_eq!(
                directory_sort(&one, ids[0]).cmp(&directory_sort(&other, ids[1])),
                (one.folded(), ids[0]).cmp(&(other.folded(), ids[1]))
            );
            prop_assert_eq!(directory_group(&directory_sort(&one, ids[0])), Some(ids[0]));
        }
    }
}
