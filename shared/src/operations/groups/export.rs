//! Export groups as lines: each as it is at one moment, with everybody whom it names.

use std::collections::BTreeMap;

use crate::App;
use crate::domain::attribute::Attribute;
use crate::domain::code::Code;
use crate::domain::door::Door;
use crate::domain::ids::{GameId, GroupId, UserId};
use crate::domain::membership::Member;
use crate::domain::person::Person;
use crate::domain::transfer::{
    ApplicationLine, AttributeLine, BlockLine, CodeLine, GroupLine, InvitationLine, LineId,
    MemberLine, PersonLine, WaitLine,
};
use crate::error::{Error, Refusal};
use crate::operations::whole::{Whole, read_at_rest};
use crate::store::keys::{self, Key};
use crate::store::meter::is_late;
use crate::store::rows::{self, Projection};

/// The most groups of one call.
pub const GROUPS: usize = 100;

/// The most bytes of its lines: Lambda takes 6,291,556 of an answer, and as many of an order, so that what is exported can be
/// imported.
pub const BYTES: usize = 6_000_000;

/// How many rows are looked at in one go, and how often. A megabyte is as much as DynamoDB looks at.
const ROWS: i32 = 1000;
const PAGES: usize = 50;

/// Some of a game's groups.
#[derive(Debug, Clone, Default)]
pub struct Exported {
    pub lines: Vec<GroupLine>,
    /// Those that fit into no line.
    pub too_large: Vec<GroupId>,
    /// Where to go on; nowhere, where all were told.
    pub next: Option<Key>,
    bytes: usize,
}

/// The groups of a game from there on, in the order of the table, listed or not: which groups there are is in no index.
pub async fn export_game(app: &App, game: GameId, from: Option<Key>) -> Result<Exported, Error> {
    let prefix = keys::groups_prefix(game);
    let mut exported = Exported { next: from, ..Exported::default() };
    for _ in 0..PAGES {
        let scanned = app.store.scan(&prefix, exported.next.clone(), ROWS).await?;
        for key in scanned.keys.into_iter().filter(|key| key.sk == keys::GROUP) {
            match exported.add(app, game, &key).await {
                Ok(true) => exported.next = Some(key),
                Ok(false) => return Ok(exported),
                // What there is, is told; the next call goes on.
                Err(Error::Busy) if exported.has_any() => return Ok(exported),
                Err(error) => return Err(error),
            }
        }
        exported.next = scanned.next;
        if exported.next.is_none() {
            break;
        }
    }
    Ok(exported)
}

/// One group of a game.
pub async fn export_group(app: &App, game: GameId, group: GroupId) -> Result<Exported, Error> {
    let mut exported = Exported::default();
    exported.add(app, game, &Key::group(game, group)).await?;
    match exported.has_any() {
        true => Ok(exported),
        false => Err(Refusal::GroupNotFound.into()),
    }
}

impl Exported {
    fn has_any(&self) -> bool {
        !self.lines.is_empty() || !self.too_large.is_empty()
    }

    /// Adds the group at that key, if there is one and room for it. Tells whether the next one may be looked at.
    async fn add(&mut self, app: &App, game: GameId, key: &Key) -> Result<bool, Error> {
        if self.lines.len() >= GROUPS || self.has_any() && is_late() {
            return Ok(false);
        }
        let Some((_, group)) = keys::parse_group_partition(&key.pk) else { return Ok(true) };
        let whole = match read_at_rest(app, game, group).await {
            Ok(whole) if whole.group.is_live() => whole,
            Ok(_) | Err(Error::Refused(Refusal::GroupNotFound)) => return Ok(true),
            Err(error) => return Err(error),
        };
        let line = line(app, game, whole).await?;
        let text = serde_json::to_string(&line).map_err(Error::internal)?;
        Ok(self.add_line(group, line, text.len()))
    }

    /// Adds a group's line, whose text is so long, if there is room for it. Tells whether the next one may be looked at.
    fn add_line(&mut self, group: GroupId, line: GroupLine, length: usize) -> bool {
        // With what is between two lines.
        let bytes = length + 1;
        if bytes > BYTES {
            self.too_large.push(group);
            return true;
        }
        if self.bytes + bytes > BYTES {
            return false;
        }
        self.bytes += bytes;
        self.lines.push(line);
        true
    }
}

async fn line(app: &App, game: GameId, whole: Whole) -> Result<GroupLine, Error> {
    let now = app.now();
    let group = whole.group;
    let id = |user: UserId| LineId::from(user.get());
    let doors = &whole.doors;
    let applications = doors.iter().filter_map(|door| door.to_application(now));
    let invitations = doors.iter().filter_map(|door| door.to_invitation(now));
    let blocks = doors.iter().filter_map(|door| door.to_block(now));
    let mut line = GroupLine {
        id: group.group_id.get().into(),
        name: group.group_name,
        unique_name: group.name_claimed,
        created_at: Some(group.created_at),
        profile_version: group.profile_version,
        settings: group.settings.into(),
        roles: group.roles,
        admin_role: group.admin_role,
        member_role: group.member_role,
        members: whole.members.into_iter().map(MemberLine::from).collect(),
        applications: applications
            .map(|it| ApplicationLine {
                user: id(it.user_id),
                id: Some(it.connection_id),
                expires_at: Some(it.expires_at),
                message: it.message,
            })
            .collect(),
        invitations: invitations
            .map(|it| InvitationLine {
                user: id(it.user_id),
                id: Some(it.connection_id),
                expires_at: Some(it.expires_at),
                inviter: it.inviter_id.map(id),
                role: it.role_id,
            })
            .collect(),
        blocks: blocks
            .map(|it| BlockLine {
                user: id(it.user_id),
                blocked_at: Some(it.blocked_at),
                blocked_by: it.blocked_by.map(id),
                reason: it.reason,
                expires_at: it.expires_at,
            })
            .collect(),
        waits: doors.iter().filter_map(|door| wait(door, now)).collect(),
        attributes: whole.attributes.into_iter().map(AttributeLine::from).collect(),
        codes: whole.codes.into_iter().filter(|it| it.is_known(now)).map(CodeLine::from).collect(),
        users: Vec::new(),
    };
    line.users = persons(app, game, &line).await?;
    Ok(line)
}

fn wait(door: &Door, now: jiff::Timestamp) -> Option<WaitLine> {
    let expires_at = door.wait(now)?;
    Some(WaitLine { user: door.user_id.get().into(), expires_at })
}

/// What is known of everybody whom the line names.
async fn persons(app: &App, game: GameId, line: &GroupLine) -> Result<Vec<PersonLine>, Error> {
    let mut named: BTreeMap<LineId, PersonLine> = line.persons();
    let keys = named.keys().filter_map(LineId::kept).map(|user| Key::user(game, user));
    let kinds = Projection::rows::<Person>();
    let mut items = app.store.get_items_in_turn(keys.collect(), kinds).await?;
    let known = rows::take::<Person>(&mut items)?;
    named.extend(known.into_iter().map(|person| (person.user_id.get().into(), person.into())));
    Ok(named.into_values().collect())
}

impl From<Member> for MemberLine {
    fn from(member: Member) -> Self {
        let user = member.user_id.get().into();
        Self { user, roles: member.roles, joined_at: Some(member.joined_at) }
    }
}

impl From<Attribute> for AttributeLine {
    fn from(attribute: Attribute) -> Self {
        Self {
            id: Some(attribute.attribute_id),
            key: attribute.attribute_key,
            value: attribute.attribute_value,
            creator: attribute.creator_id.get().into(),
            others_can_edit: !attribute.only_can_edit_by_creator,
            public: attribute.is_public,
        }
    }
}

impl From<Code> for CodeLine {
    fn from(code: Code) -> Self {
        Self {
            id: code.code_id,
            hash: code.code_hash,
            uses: code.uses,
            max_uses: code.max_uses,
            expires_at: code.valid_until,
            role: code.role_id,
            note: code.note,
            open: code.is_open,
            creator: code.creator_id.map(|user| user.get().into()),
            created_at: code.created_at,
        }
    }
}

impl From<Person> for PersonLine {
    fn from(person: Person) -> Self {
        let id = LineId::from(person.user_id.get());
        if person.erased_at.is_some() {
            return Self::unknown(id);
        }
        Self {
            id,
            user_id: None,
            username: Some(person.username),
            email: person.email,
            custom_id: person.custom_id,
            credits: person.credits,
            score: person.score,
            number_of_logins: person.number_of_logins,
            created_at: Some(person.created_at),
            last_login: Some(person.last_login),
            banned_at: person.banned_at,
            ban_reason: person.ban_reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// How many lines of these lengths are told, and how many are too large.
    fn told(lengths: &[usize]) -> (usize, usize) {
        let line = json!({ "id": 7, "name": "Wolves", "members": [] });
        let line: GroupLine = serde_json::from_value(line).unwrap();
        let group = GroupId::try_from(7_i64).unwrap();
        let mut exported = Exported::default();
        for length in lengths {
            if !exported.add_line(group, line.clone(), *length) {
                break;
            }
        }
        (exported.lines.len(), exported.too_large.len())
    }

    #[test]
    fn as_many_lines_are_told_as_an_order_takes() {
        // There is a byte behind each.
        assert_eq!(told(&[BYTES - 1]), (1, 0));
        assert_eq!(told(&[BYTES, 1]), (1, 1));
        assert_eq!(told(&[999, BYTES - 1001, 1]), (2, 0));
        assert_eq!(told(&[999, BYTES - 1000, 1]), (1, 0));
    }
}
