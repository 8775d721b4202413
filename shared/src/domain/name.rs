//! The names that people give to groups, games and themselves.

use crate::domain::text::{line, lines, name};

lines! {
    /// What a client signs in with instead of a password: 1 to 100 characters, compared as they are but for blanks around them.
    CustomId(100, line);
    /// A game's name: 1 to 100 characters.
    GameName(100, name);
    /// A group's name: 1 to 100 characters.
    GroupName(100, name);
    /// A group's type, free text such as `Public`: 1 to 64 characters.
    GroupType(64, name);
    /// A user's name, unique within the game in its folded form: 1 to 64 characters.
    Username(64, name);
}

impl GroupName {
    /// What stands for a name that nobody has read.
    pub(super) fn unknown() -> Self {
        Self("?".to_owned())
    }
}

impl Default for GroupType {
    fn default() -> Self {
        Self("Public".to_owned())
    }
}
