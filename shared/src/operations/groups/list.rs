//! List groups: those that are searchable, and the caller's own, by folded name, then id.
//!
//! The directory's shards and the caller's memberships are read side by side, then the groups themselves. The index
//! holds keys only, so that joining and leaving cost nothing there.
//!
//! All of these reads are eventually consistent: for a moment, usually well below a second, a page may miss a group that was
//! just created or renamed, and show one that was just deleted or hidden.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures_util::future::{try_join, try_join_all};
use serde::Deserialize;

use crate::Call;
use crate::domain::group::{Admission, GroupSummary};
use crate::domain::ids::GroupId;
use crate::domain::name::GroupType;
use crate::domain::text::{fold, line};
use crate::error::{Error, Refusal};
use crate::store::cursor;
use crate::store::keys::{self, Key};
use crate::store::range::Range;

/// Which groups are listed, of those that there are to be seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only names that begin so, compared folded; at most 100 characters.
    pub query: Option<String>,
    /// Only groups of that type, compared folded.
    pub group_type: Option<GroupType>,
    /// Only groups that let in whoever asks, or only others.
    pub is_open: Option<bool>,
    /// Only groups with room for another member, or only others.
    pub has_room: Option<bool>,
    /// Whose groups.
    pub whose: Whose,
}

/// Whose groups are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Whose {
    /// All that there are to be seen.
    #[default]
    Anybodys,
    /// Those that the caller is in.
    Mine,
    /// Those that the caller is not in.
    Others,
}

impl Filter {
    /// How the folded names begin.
    fn prefix(&self) -> Result<String, Refusal> {
        match self.query.as_deref().map(str::trim) {
            None | Some("") => Ok(String::new()),
            Some(query) => line(query, MAX_QUERY)
                .map(|query| fold(&query))
                .map_err(|problem| Refusal::invalid("query", problem)),
        }
    }

    /// What a cursor is issued for, so that it is taken with the same filter alone.
    fn scope(&self) -> Result<String, Refusal> {
        let prefix = self.prefix()?;
        let group_type = self.group_type.as_ref().map(GroupType::folded);
        if *self == (Self { query: self.query.clone(), ..Self::default() }) {
            return Ok(prefix);
        }
        Ok(format!("{:?}", (prefix, group_type, self.is_open, self.has_room, self.whose)))
    }

    /// Whether a group is listed, which is the caller's or not.
    fn takes(&self, group: &GroupSummary, is_mine: bool) -> bool {
        let settings = &group.settings;
        let is_wanted =
            |group_type: &GroupType| group_type.folded() == settings.group_type.folded();
        self.group_type.as_ref().is_none_or(is_wanted)
            && self.is_open.is_none_or(|open| open == (settings.admission() == Admission::AtOnce))
            && self.has_room.is_none_or(|room| room == group.has_room())
            && match self.whose {
                Whose::Anybodys => true,
                Whose::Mine => is_mine,
                Whose::Others => !is_mine,
            }
    }
}

/// Which part of the list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Which groups.
    pub filter: Filter,
    /// 1 to 100; by default 100, for clients that do not know of pages.
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// The most groups on a page.
pub const MAX_LIMIT: u32 = 100;
const MAX_QUERY: usize = 100;

/// A group of the list.
#[derive(Debug)]
pub struct Listed {
    /// As it is or was a moment ago.
    pub group: GroupSummary,
    /// The sort key by which it was listed. The index may have its former name still.
    sort: String,
}

/// Lists groups. The cursor is there only where there is more; a page that is filtered may be shorter than its limit, or empty,
/// and not the last one all the same.
pub async fn list_groups(
    call: &Call<'_>,
    page: Page,
) -> Result<(Vec<Listed>, Option<String>), Error> {
    let limit = limit(page.limit)?;
    let filter = &page.filter;
    let (prefix, scope) = (filter.prefix()?, filter.scope()?);
    let after = match &page.cursor {
        None => None,
        Some(cursor) => Some(cursor::after(&call.app.keys, call.game(), &scope, cursor)?),
    };
    let (mut listed, mine) = match filter.whose {
        Whose::Mine => (BTreeMap::new(), my_groups(call).await?),
        Whose::Anybodys | Whose::Others => {
            let listed = directory(call, &prefix, after.as_deref(), limit + 1);
            try_join(listed, my_groups(call)).await?
        }
    };
    // One entry more than fits tells that there is more; its group is for the next page to read.
    let is_cut = listed.len() > limit;
    if is_cut {
        listed.pop_last();
    }
    let read_to = listed.last_key_value().filter(|_| is_cut).map(|(sort, _)| sort.clone());
    // Whether one's own groups are hidden, and where they stand, is in their rows alone.
    let own = mine.iter().filter(|_| filter.whose != Whose::Others);
    let mut groups = read(call, listed.values().chain(own)).await?;

    let mut found = BTreeMap::new();
    for (sort, id) in listed {
        let is_mine = mine.contains(&id);
        let shown = |group: &GroupSummary| {
            (group.settings.searchable || is_mine)
                && filter.takes(group, is_mine)
                // The index may still have the name that it had before.
                && keys::directory_sort(&group.group_name, id).starts_with(&prefix)
        };
        if let Some(group) = groups.remove(&id).filter(shown) {
            found.insert(sort, group);
        }
    }
    // What is left are one's own groups that the directory does not list here: most of them are listed on other pages, the
    // others are hidden, or so new that the index does not have them yet.
    for group in groups.into_values() {
        let sort = keys::directory_sort(&group.group_name, group.group_id);
        let is_behind = after.as_ref().is_none_or(|after| sort > *after);
        let is_in_reach = read_to.as_ref().is_none_or(|last| sort <= *last);
        if sort.starts_with(&prefix) && is_behind && is_in_reach && filter.takes(&group, true) {
            found.insert(sort, group);
        }
    }

    let last_shown = match found.len() > limit {
        true => found.keys().nth(limit - 1).cloned(),
        false => read_to,
    };
    let next = last_shown.map(|last| cursor::issue(&call.app.keys, call.game(), &scope, &last));
    let groups = found.into_iter().take(limit).map(|(sort, group)| Listed { group, sort });
    Ok((groups.collect(), next.transpose()?))
}

/// The cursor of the page that begins behind what was listed by that filter: for a page that ends early.
pub fn cursor_behind(call: &Call<'_>, filter: &Filter, listed: &Listed) -> Result<String, Error> {
    cursor::issue(&call.app.keys, call.game(), &filter.scope()?, &listed.sort)
}

/// A cursor further on, by a drawn number of groups below `most`. `in_reach` groups behind it are to be looked at, so where not so many
/// more follow, it is moved by those alone: none is passed over without need.
///
/// It costs less than a page: keys alone are read, of one shard, which has its share of all names.
pub async fn cursor_further_on(
    call: &Call<'_>,
    filter: &Filter,
    cursor: String,
    most: usize,
    in_reach: usize,
) -> Result<String, Error> {
    let scope = filter.scope()?;
    let after = cursor::after(&call.app.keys, call.game(), &scope, &cursor)?;
    let shards = call.app.limits.directory_shards.get() as usize;
    let share = most.div_ceil(shards);
    let entries = entries(call, 0, &filter.prefix()?, Some(&after), share).await?;
    let choices = match entries.len() < share {
        true => (entries.len() * shards).saturating_sub(in_reach).div_ceil(shards) + 1,
        false => share,
    };
    let passed = call.app.entropy.below(choices)?;
    match passed.checked_sub(1).and_then(|last| entries.get(last)) {
        None => Ok(cursor),
        Some(last) => cursor::issue(&call.app.keys, call.game(), &scope, &last.directory_sk),
    }
}

fn limit(limit: Option<u32>) -> Result<usize, Refusal> {
    match limit.unwrap_or(MAX_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit as usize),
        _ => Err(Refusal::invalid("limit", "must be a whole number from 1 to 100")),
    }
}

/// What is read of the directory.
#[derive(Deserialize)]
struct Entry {
    directory_sk: String,
}

/// What is read of a membership.
#[derive(Deserialize)]
struct Membership {
    group_id: GroupId,
}

/// The first `limit` groups of the directory behind `after`, by sort key.
async fn directory(
    call: &Call<'_>,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<BTreeMap<String, GroupId>, Error> {
    let shards = 0..call.app.limits.directory_shards.get();
    let shards = shards.map(|shard| entries(call, shard, prefix, after, limit));
    let mut entries = BTreeMap::new();
    for Entry { directory_sk } in try_join_all(shards).await?.into_iter().flatten() {
        let group = keys::directory_group(&directory_sk)
            .ok_or_else(|| Error::internal("a directory entry names no group"))?;
        entries.insert(directory_sk, group);
    }
    Ok(entries.into_iter().take(limit).collect())
}

/// The first `limit` entries behind `after` of one shard of the directory.
async fn entries(
    call: &Call<'_>,
    shard: u32,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Entry>, Error> {
    let partition = keys::directory_partition(call.game(), shard);
    let range = Range::behind(partition, after.unwrap_or(prefix), prefix).of(keys::DIRECTORY);
    call.app.store.query_keys(range.first(limit as i32)).await
}

/// The groups that the caller is in, up to the limit of one answer.
async fn my_groups(call: &Call<'_>) -> Result<HashSet<GroupId>, Error> {
    let Some(user) = call.caller.acting_user() else { return Ok(HashSet::new()) };
    let partition = keys::user_partition(call.game(), user);
    let most = i32::try_from(call.app.limits.groups_of_user).map_err(Error::internal)?;
    let range = Range::prefix(partition, keys::MEMBER).of(keys::BY_USER).first(most);
    let members: Vec<Membership> = call.app.store.query_keys(range).await?;
    Ok(members.into_iter().map(|member| member.group_id).collect())
}

/// The groups that exist among these, as they are or were a moment ago.
async fn read(
    call: &Call<'_>,
    ids: impl Iterator<Item = &GroupId>,
) -> Result<HashMap<GroupId, GroupSummary>, Error> {
    let keys = ids.map(|id| Key::group(call.game(), *id)).collect();
    let groups: Vec<GroupSummary> = call.app.store.get_all_eventually(keys).await?;
    let groups = groups.into_iter().filter(GroupSummary::is_live);
    Ok(groups.map(|group| (group.group_id, group)).collect())
}
