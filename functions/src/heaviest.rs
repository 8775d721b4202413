//! The heaviest of everything that an answer can show, for the tests of what fits into one.

use std::collections::BTreeMap;
use std::fmt::Debug;

use jiff::Timestamp;
use serde::Serialize;
use shared::domain::attribute::Attribute;
use shared::domain::code::Code;
use shared::domain::event::{Event, EventData, EventType, GroupEvent, Joined};
use shared::domain::group::{Group, Settings};
use shared::domain::membership::{Application, Block, Invitation, Member};
use shared::domain::role::{self, RoleId, RoleName, Roles};
use shared::domain::user::{Account, User};
use shared::operations::users::profile::Profile;

/// What Lambda takes from a function, in bytes.
pub const LAMBDA: usize = 6_291_556;

/// More than status, headers, punctuation, PlayFab's envelope and a cursor need of that.
pub const WRAPPING: usize = 8192;

/// What it weighs in what a function answers to API Gateway: JSON, as a text in JSON.
pub fn weight(answer: &impl Serialize) -> usize {
    let body = serde_json::to_string(answer).unwrap();
    serde_json::to_string(&body).unwrap().len() - "\"\"".len()
}

/// Fails the test where an answer outgrows what is promised to fit, or is so light that it is not the heaviest.
#[track_caller]
pub fn assert_fits(answer: &impl Serialize, at_least: usize) {
    let weight = weight(answer);
    assert!(weight + WRAPPING <= LAMBDA, "{weight} bytes");
    assert!(weight >= at_least, "{weight} bytes are not what it was");
}

/// The heaviest text of a type that takes so many characters or bytes.
pub fn text<T: TryFrom<String> + Serialize>(length: usize) -> T {
    let signs = ["\"", "\\", "\u{10348}", "\u{800}", "é", "\u{1}", "a"];
    let texts = signs
        .iter()
        .flat_map(|sign| [1, 2, 3, 4].into_iter().map(|bytes| sign.repeat(length / bytes)));
    let valid = texts.filter_map(|text| T::try_from(text).ok());
    valid.max_by_key(weight).unwrap()
}

/// The longest id.
pub fn id<T: TryFrom<i64, Error: Debug>>() -> T {
    i64::from(i32::MAX).try_into().unwrap()
}

/// A time like any other, which is as long as any other.
pub fn time() -> Timestamp {
    Timestamp::from_millisecond(1_767_323_045_678).unwrap()
}

/// A user.
pub fn user() -> User {
    let host = "@h";
    let address: Vec<String> = ["\"", "é", "a"]
        .iter()
        .map(|sign| format!("{}{host}", sign.repeat((254 - host.len()) / sign.len())))
        .collect();
    let valid = address.into_iter().filter_map(|text| text.try_into().ok());
    User {
        user_id: id(),
        username: text(64),
        email: valid.max_by_key(weight),
        credits: i64::MIN,
        score: i64::MIN,
        revocations: 0,
        erased_at: None,
    }
}

/// The same, as somebody sees it who may read the address.
pub fn profile() -> Profile {
    Profile { user: user(), shows_email: true }
}

/// The same, who is told about themselves.
pub fn account() -> Account {
    let User { user_id, username, email, credits, score, revocations, erased_at: _ } = user();
    Account {
        user_id,
        username,
        email,
        password_hash: None,
        credits,
        score,
        number_of_logins: u32::MAX,
        created_at: time(),
        last_login: time(),
        revocations,
        banned_at: None,
    }
}

/// A group with as many roles as there may be.
pub fn group() -> Group {
    let settings = Settings {
        group_type: text(64),
        max_group_size: u32::MAX,
        can_auto_join: false,
        is_invite_only: false,
        searchable: false,
        admins_only_can_create_attributes: false,
        description: text(500),
        reapply_after: u32::MAX,
    };
    Group {
        group_id: id(),
        group_name: text(100),
        settings,
        roles: roles()
            .into_iter()
            .map(|id| (id, text::<RoleName>(100)))
            .collect::<BTreeMap<_, _>>(),
        admin_role: roles().pop_first().unwrap(),
        member_role: roles().pop_last().unwrap(),
        profile_version: u32::MAX,
        role_changes: u32::MAX,
        joins: u32::MAX,
        member_count: u32::MAX,
        admin_count: u32::MAX,
        attribute_count: u32::MAX,
        public_count: u32::MAX,
        pending_count: u32::MAX,
        demotions: u32::MAX,
        door_entries: u32::MAX,
        demoted_at: Some(time()),
        entered_at: Some(time()),
        block_count: u32::MAX,
        code_count: u32::MAX,
        blocks_end: true,
        name_claimed: true,
        created_at: time(),
        arrived_at: Some(time()),
        directory_shard: u32::MAX,
        seq: u32::MAX,
        deleted_at: None,
    }
}

/// An event that has everything, and more than any has.
pub fn event() -> GroupEvent {
    let data = EventData {
        how: Some(Joined::Application),
        reason: Some(text(500)),
        role_id: roles().pop_first(),
        from_role_id: roles().pop_first(),
        left_ids: vec![id(); 100],
        role_ids: roles().into_iter().collect(),
        role_name: Some(text(100)),
        keys: vec![text(128); 50],
        changes: vec!["admins_only_can_create_attributes".to_owned(); 10],
        successor_id: Some(id()),
        block: true,
        code_id: Some(id()),
        open: Some(false),
    };
    let event = Event::new(EventType::ApplicationCancelled, time(), Some(id()), [id(); 100]);
    GroupEvent { group_id: id(), seq: u32::MAX, event: Event { data, ..event } }
}

/// As many roles as a group may have.
pub fn roles() -> Roles {
    let ids = (0..role::MAX_PER_GROUP).map(|number| format!("{number:064}"));
    ids.map(|id| RoleId::try_from(id).unwrap()).collect()
}

/// A member who holds them all.
pub fn member() -> Member {
    Member { group_id: id(), user_id: id(), roles: roles(), is_admin: true, joined_at: time() }
}

/// An application.
pub fn application() -> Application {
    Application {
        group_id: id(),
        user_id: id(),
        connection_id: id(),
        expires_at: time(),
        message: Some(text(500)),
    }
}

/// An invitation.
pub fn invitation() -> Invitation {
    Invitation {
        group_id: id(),
        user_id: id(),
        inviter_id: Some(id()),
        role_id: roles().pop_first(),
        connection_id: id(),
        expires_at: time(),
    }
}

/// A block.
pub fn block() -> Block {
    Block {
        group_id: id(),
        user_id: id(),
        blocked_at: time(),
        blocked_by: Some(id()),
        reason: Some(text(500)),
        expires_at: Some(time()),
    }
}

/// A code.
pub fn code() -> Code {
    Code {
        group_id: id(),
        code_id: id(),
        code_hash: String::new(),
        uses: u32::MAX,
        max_uses: Some(u32::MAX),
        valid_until: Some(time()),
        role_id: roles().pop_first(),
        note: Some(text(200)),
        is_open: false,
        creator_id: Some(id()),
        created_at: time(),
    }
}

/// An attribute.
pub fn attribute() -> Attribute {
    Attribute {
        group_id: id(),
        attribute_id: id(),
        attribute_key: text(128),
        attribute_value: text(4096),
        creator_id: id(),
        only_can_edit_by_creator: false,
        is_public: false,
    }
}
