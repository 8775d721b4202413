//! Themes: what most steps of a round are about, so that what is rare otherwise meets what it could get in the way of.

use super::deed::Deed::{self, *};

/// Kinds of deeds. Only the kind counts: the values here are ignored, and drawn for each step.
#[derive(Debug, Clone, Copy)]
pub struct Theme(&'static [Deed]);

const SETTLE: Deed = Settle { open: false, invite_only: false, wait: 0 };
const CREATE: Deed = Create { name: "", open: false, size: 0 };
const CREATE_CODE: Deed = CreateCode { uses: None, hours: None, role: None };
const SET_ATTRIBUTE: Deed = SetAttribute { key: "", value: 0, open: false, public: false };

const ADMINS: &[Deed] = &[MakeAdmin, RemoveAdmin, AddRole(""), TakeRole(""), Leave, Expel, Apply];
const ATTRIBUTES: &[Deed] = &[
    SET_ATTRIBUTE,
    SET_ATTRIBUTE,
    ModifyAttribute { key: "", value: 0 },
    SetAttributes(0),
    DeleteAttribute(""),
    Reserve(false),
    MakeAdmin,
    RemoveAdmin,
    Leave,
    Apply,
    ReadAttributes,
];
const BLOCKS: &[Deed] = &[
    Block,
    ShutOut(None),
    Unblock,
    Remove,
    Apply,
    Join,
    Invite(None),
    AcceptApplication,
    ReadBlock,
    ReadBlocks,
    Wait(0),
];
const CODES: &[Deed] = &[
    CREATE_CODE,
    SetCode(false),
    DeleteCode,
    Redeem,
    Redeem,
    Redeem,
    Leave,
    Leave,
    ReadCodes,
    Wait(0),
];
const NAMES: &[Deed] = &[
    CREATE,
    Rename(""),
    Rename(""),
    Delete,
    Leave,
    Describe { words: "", listed: false },
    ReadDirectory,
];
// Only an admin invites, so it is drawn more often to happen as often.
const PENDING: &[Deed] = &[
    Apply,
    ApplyApart,
    Invite(None),
    Invite(None),
    Invite(None),
    Invite(None),
    AcceptApplication,
    DropApplication,
    AcceptInvitation,
    DropInvitation,
    Leave,
    ReadApplications,
    ReadInvitations,
    ReadOpportunities,
    Wait(0),
];
const ROLES: &[Deed] = &[
    CreateRole("", ""),
    RenameRole("", ""),
    DeleteRole(""),
    SetAdminRole(""),
    SetMemberRole(""),
    AddRole(""),
    TakeRole(""),
    Shift([""; 2]),
    Invite(None),
    AcceptInvitation,
    MakeAdmin,
    Join,
    Redeem,
    CREATE_CODE,
    ReadMember(None),
];
const ROOM: &[Deed] =
    &[Resize(0), Join, AutoJoin, Apply, AcceptApplication, AcceptInvitation, Leave, AddRole("")];
// Twice but for the hours that pass, so that whoever waits has not waited long enough at once.
const WAITS: &[Deed] = &[
    SETTLE,
    SETTLE,
    Leave,
    Leave,
    Spare,
    Spare,
    Expel,
    Expel,
    Apply,
    Apply,
    Join,
    Join,
    Block,
    Block,
    Unblock,
    Unblock,
    Wait(0),
];

const ALL: [&[Deed]; THEMES as usize] =
    [ADMINS, ATTRIBUTES, BLOCKS, CODES, NAMES, PENDING, ROLES, ROOM, WAITS];

/// How many there are; rounds have them by turns.
pub const THEMES: u64 = 9;

impl Theme {
    /// The theme of the round of that number, where rounds have one.
    pub fn of(round: u64) -> Self {
        Self(ALL[(round % THEMES) as usize])
    }

    /// What the next step is to be like.
    pub fn kinds(self) -> &'static [Deed] {
        self.0
    }
}
