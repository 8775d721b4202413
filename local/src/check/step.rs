//! Steps: who does what to whom, through which dialect. A play is a list of them.

use super::deed::{Deed, Role};

/// How many people there are. Each is a number, and their ids are in the same order.
pub const USERS: usize = 6;

/// What people are called.
pub const PEOPLE: [&str; USERS] = ["ada", "bob", "cy", "dot", "eve", "fay"];

/// How many groups are played in at a time.
pub const SLOTS: usize = 3;

/// The roles that groups have or may get.
pub const ROLES: [Role; 3] = ["admins", "members", "officers"];

/// What roles are called by those who make or rename one.
pub const ROLE_NAMES: [&str; 3] = ["Officers", "Elders", "Members"];

/// What groups say of themselves.
pub const WORDS: [&str; 2] = ["", "Onward"];

/// What groups are called, so few that their names collide.
pub const NAMES: [&str; 4] = ["Wolves", "Bears", "Hawks", "Foxes"];

/// The keys of attributes.
pub const KEYS: [&str; 2] = ["motto", "level"];

/// Who does what to whom, in the group of which slot. Nobody is the title, which speaks PlayFab where GameFuse needs a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its number, which it keeps when others are left out.
    pub id: usize,
    pub by: Option<usize>,
    pub deed: Deed,
    pub to: usize,
    /// Whom else, in the same request.
    pub with: Option<usize>,
    pub slot: usize,
    pub gamefuse: bool,
    /// It is only tried.
    pub is_dry_run: bool,
    /// It has an idempotency key.
    pub is_keyed: bool,
    /// It is that step once more: the same request, with the same key.
    pub again: Option<usize>,
}

/// Which groups a list is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    All,
    Open,
    HasRoom,
    /// Those whose names begin so.
    Called(&'static str),
    /// Those of which the caller is a member.
    Mine,
}

impl Step {
    /// Whom it is about, in the order of their ids.
    pub fn people(&self) -> impl Iterator<Item = usize> + use<> {
        let other = self.with.filter(|with| *with != self.to);
        let (before, after) = (other.filter(|it| *it < self.to), other.filter(|it| *it > self.to));
        before.into_iter().chain([self.to]).chain(after)
    }

    /// What those are called whom it is about.
    pub fn names(&self) -> String {
        self.people().map(|user| PEOPLE[user]).collect::<Vec<_>>().join(" and ")
    }

    /// Whether it is about nobody but whoever does it.
    pub fn is_about_oneself(&self) -> bool {
        self.by.is_some_and(|me| self.people().eq([me]))
    }

    /// The number of the step that was the first with this request.
    pub fn first(&self) -> usize {
        self.again.unwrap_or(self.id)
    }

    /// What is written with an application, or with a refusal of one.
    pub fn message(&self) -> Option<String> {
        let is_written = self.gamefuse && self.first().is_multiple_of(3);
        is_written.then(|| format!("Words of step {}", self.first()))
    }

    /// Whether it is to be done only at the version of the group that the client knows.
    pub fn expects_version(&self) -> bool {
        let can_say_so = matches!(
            self.deed,
            Deed::Rename(_) | Deed::RenameRole(..) | Deed::SetAdminRole(_) | Deed::SetMemberRole(_)
        );
        can_say_so && !self.gamefuse && self.first().is_multiple_of(2)
    }

    /// Which groups are asked for.
    pub fn filter(&self) -> Filter {
        match self.first() % 5 {
            1 => Filter::Open,
            2 => Filter::HasRoom,
            3 if self.by.is_some() => Filter::Mine,
            4 => Filter::Called(&NAMES[self.first() % NAMES.len()][..2]),
            _ => Filter::All,
        }
    }

    /// How many groups are asked for at a time.
    pub fn page(&self) -> u32 {
        if self.first().is_multiple_of(3) { 2 } else { 100 }
    }
}
