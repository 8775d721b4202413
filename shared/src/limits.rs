//! What a deployment decides: sizes, lifetimes, whether group names are unique and who is shown addresses.

use std::num::NonZeroU32;

use jiff::SignedDuration;

/// The deployment's limits.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest `max_group_size`, and its default.
    pub group_size: u32,
    /// The most applications and invitations that are pending in one group, taken together.
    pub pending: u32,
    /// The most users whom one group blocks.
    pub blocks: u32,
    /// The most codes that one group has, whether they still let people in or not.
    pub codes: u32,
    /// The most groups that one player is in; 0 for any number.
    pub groups_per_player: u32,
    /// The most webhooks of one game.
    pub webhooks: u32,
    /// Whether webhooks may be at an address of this machine, and unencrypted there: for development.
    pub local_webhooks: bool,
    /// The most memberships, applications and invitations of one user that a list shows, taken together.
    pub groups_of_user: u32,
    /// Over how many shards the directory of a game's groups is spread.
    pub directory_shards: NonZeroU32,
    /// The most bytes of an answer's body, counted as Lambda counts them: quotes and backslashes twice.
    pub answer: usize,
    /// How long an application stays pending.
    pub application_lifetime: SignedDuration,
    /// How long an invitation stays pending.
    pub invitation_lifetime: SignedDuration,
    /// Whether every group of a game claims its name.
    pub unique_group_names: bool,
    /// Whether the members of a group are shown each other's e-mail addresses.
    pub show_emails: bool,
}

impl Limits {
    /// The largest `group_size` of a deployment: a group in full must fit into one answer.
    pub const GROUP_SIZE: u32 = 2000;

    /// The largest `groups_per_player` of a deployment: they are in one row, and all looked at before somebody is refused.
    pub const GROUPS_PER_PLAYER: u32 = 100;

    /// The most shards of a deployment: every page of groups reads them all.
    pub const DIRECTORY_SHARDS: u32 = 16;

    /// The longest that a group can let somebody wait before they ask again, in seconds: a year.
    pub const REAPPLY_AFTER: u32 = 365 * 24 * 3600;

    /// How long a token is valid.
    pub const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

    /// How long a connection's id stays known after what it stood for is gone.
    pub const CONNECTION_AFTERLIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

    /// How long a code stays known after it has expired, so that whoever comes too late is told so.
    pub const CODE_AFTERLIFE: SignedDuration = SignedDuration::from_hours(30 * 24);

    /// The most bytes of a request's body.
    pub const BODY: usize = 256 * 1024;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            group_size: 1000,
            pending: 1000,
            blocks: 2000,
            codes: 100,
            groups_per_player: 0,
            webhooks: 10,
            local_webhooks: false,
            groups_of_user: 1000,
            directory_shards: NonZeroU32::MIN,
            // Lambda takes 6,291,556 bytes from a function; status, headers and punctuation need some of them.
            answer: 6_280_000,
            application_lifetime: SignedDuration::from_hours(7 * 24),
            invitation_lifetime: SignedDuration::from_hours(7 * 24),
            unique_group_names: false,
            show_emails: false,
        }
    }
}
