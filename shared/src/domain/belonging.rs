//! To which groups a player belongs, where a deployment bounds how many there may be.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::ids::{GroupId, UserId};

/// The groups that a player has joined, as stored: no less than the player is in. Those that the player has left, or that are
/// gone, stay in it until there is no room for another one and somebody looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joins {
    pub user_id: UserId,
    pub group_ids: BTreeSet<GroupId>,
    /// How often the player has joined one, and so whether they have since a plan was made.
    pub joins: u32,
}

/// What is known of a player's groups.
#[derive(Debug, Clone)]
pub struct Belonging {
    /// As it is stored, if it is.
    pub stored: Option<Joins>,
    /// The groups that the player is in, and maybe more.
    pub groups: BTreeSet<GroupId>,
}

impl Belonging {
    /// How many groups the player may be in besides that one.
    pub fn besides(&self, group: GroupId) -> usize {
        self.groups.iter().filter(|other| **other != group).count()
    }

    /// What is stored once the player is in that group, too.
    pub fn and(&self, user: UserId, group: GroupId) -> Joins {
        let mut group_ids = self.groups.clone();
        group_ids.insert(group);
        let joins = self.stored.as_ref().map_or(0, |stored| stored.joins) + 1;
        Joins { user_id: user, group_ids, joins }
    }
}
