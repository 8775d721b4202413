//! Deeds: what can be done, what its answer shows, and which dialects have it.

/// A role's id.
pub type Role = &'static str;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Makes a group, which takes the place of the one in the slot.
    Create {
        name: &'static str,
        open: bool,
        size: u32,
    },
    Delete,
    Apply,
    /// GameFuse's `join`: at once, or not at all.
    Join,
    /// Joins whatever open group has room.
    AutoJoin,
    /// PlayFab's application beside an invitation.
    ApplyApart,
    /// Into a role, or into whatever is the member role.
    Invite(Option<Role>),
    AcceptApplication,
    DropApplication,
    AcceptInvitation,
    DropInvitation,
    Leave,
    /// GameFuse's removal, which blocks.
    Remove,
    /// GameFuse's removal without a block.
    Spare,
    /// PlayFab's removal, which does not block.
    Expel,
    MakeAdmin,
    RemoveAdmin,
    AddRole(Role),
    TakeRole(Role),
    Shift([Role; 2]),
    Block,
    /// GameFuse's block, which removes: for so many hours, or without an end.
    ShutOut(Option<u8>),
    Unblock,
    CreateRole(Role, &'static str),
    RenameRole(Role, &'static str),
    DeleteRole(Role),
    SetAdminRole(Role),
    SetMemberRole(Role),
    /// Says who gets in: anybody at once, nobody but the invited, and those who went only after so many hours.
    Settle {
        open: bool,
        invite_only: bool,
        wait: u8,
    },
    Resize(u32),
    /// Says whether only admins create attributes.
    Reserve(bool),
    /// Says what others read of the group, and whether it is listed.
    Describe {
        words: &'static str,
        listed: bool,
    },
    Rename(&'static str),
    SetAttribute {
        key: &'static str,
        value: u8,
        open: bool,
        public: bool,
    },
    /// GameFuse's `modify_attribute`: another value for one that is there.
    ModifyAttribute {
        key: &'static str,
        value: u8,
    },
    /// Gives all keys that value in one request.
    SetAttributes(u8),
    DeleteAttribute(&'static str),
    /// Makes an invite code, for so many uses and hours, where there is an end to them.
    CreateCode {
        uses: Option<u8>,
        hours: Option<u8>,
        role: Option<Role>,
    },
    /// Opens or closes the code that was made last, as far as clients know.
    SetCode(bool),
    DeleteCode,
    /// Joins by that code.
    Redeem,
    /// Reads a group in full.
    Read,
    /// PlayFab's GetGroup.
    ReadProfile,
    ReadRoles,
    /// PlayFab's IsMember, perhaps of a role.
    ReadMember(Option<Role>),
    ReadApplications,
    ReadInvitations,
    ReadBlocks,
    /// Whether one user is blocked.
    ReadBlock,
    ReadCodes,
    ReadAttributes,
    ReadHistory,
    /// One's own groups, by an index that lags.
    ReadOwn,
    /// What of one's own is pending, by the index that lags, too.
    ReadOpportunities,
    /// All groups, by another one.
    ReadDirectory,
    /// The operator's `repair-group`, which finds nothing wrong.
    Repair,
    /// Lets all who are under way end, and so many hours pass.
    Wait(u16),
}

/// What the answer to a deed shows of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// What is said of it in a line.
    Group,
    /// All that is in it.
    Page,
    /// Its name and roles.
    Profile,
    /// The version of that.
    Version,
    Roles,
    /// Whether somebody is a member, or holds that role.
    Member(Option<Role>),
    Applications,
    Invitations,
    Blocks,
    /// Until when one user is blocked.
    Block,
    Codes,
    Attributes,
    /// The attribute of that key.
    Attribute(&'static str),
    /// What its counts are wrong by.
    Differences,
    /// Nothing that could be compared.
    Nothing,
}

impl Deed {
    /// What the answer shows, in GameFuse's dialect or PlayFab's.
    pub fn shows(self, gamefuse: bool) -> Shows {
        match self {
            Self::Read => Shows::Page,
            Self::ReadProfile => Shows::Profile,
            Self::ReadRoles => Shows::Roles,
            Self::ReadMember(role) => Shows::Member(role),
            Self::ReadApplications => Shows::Applications,
            Self::ReadInvitations => Shows::Invitations,
            Self::ReadBlocks => Shows::Blocks,
            Self::ReadBlock => Shows::Block,
            Self::ReadCodes => Shows::Codes,
            Self::ReadAttributes | Self::SetAttributes(_) => Shows::Attributes,
            Self::Repair => Shows::Differences,
            Self::SetAttribute { key, .. } | Self::ModifyAttribute { key, .. } => {
                Shows::Attribute(key)
            }
            Self::Create { .. } | Self::Rename(_) if gamefuse => Shows::Group,
            Self::Settle { .. } | Self::Resize(_) | Self::Reserve(_) | Self::Describe { .. } => {
                Shows::Group
            }
            Self::Create { .. } => Shows::Profile,
            Self::Rename(_)
            | Self::CreateRole(..)
            | Self::RenameRole(..)
            | Self::SetAdminRole(_)
            | Self::SetMemberRole(_) => Shows::Version,
            Self::Delete
            | Self::Apply
            | Self::Join
            | Self::AutoJoin
            | Self::ApplyApart
            | Self::Invite(_)
            | Self::AcceptApplication
            | Self::DropApplication
            | Self::AcceptInvitation
            | Self::DropInvitation
            | Self::Leave
            | Self::Remove
            | Self::Spare
            | Self::Expel
            | Self::MakeAdmin
            | Self::RemoveAdmin
            | Self::AddRole(_)
            | Self::TakeRole(_)
            | Self::Shift(_)
            | Self::Block
            | Self::ShutOut(_)
            | Self::Unblock
            | Self::DeleteRole(_)
            | Self::DeleteAttribute(_)
            | Self::CreateCode { .. }
            | Self::SetCode(_)
            | Self::DeleteCode
            | Self::Redeem
            | Self::ReadHistory
            | Self::ReadOwn
            | Self::ReadOpportunities
            | Self::ReadDirectory
            | Self::Wait(_) => Shows::Nothing,
        }
    }

    pub fn is_read(self) -> bool {
        matches!(
            self,
            Self::Read
                | Self::ReadProfile
                | Self::ReadRoles
                | Self::ReadMember(_)
                | Self::ReadApplications
                | Self::ReadInvitations
                | Self::ReadBlocks
                | Self::ReadBlock
                | Self::ReadCodes
                | Self::ReadAttributes
                | Self::ReadHistory
                | Self::ReadDirectory
                | Self::Repair
        ) || self.reads_own()
    }

    /// Whether it reads the caller's own memberships, or what is pending for them, from an index.
    pub fn reads_own(self) -> bool {
        matches!(self, Self::ReadOwn | Self::ReadOpportunities)
    }

    /// Whether it can be done to several people in one request.
    pub fn is_for_several(self) -> bool {
        matches!(self, Self::Expel | Self::AddRole(_) | Self::TakeRole(_) | Self::Shift(_))
    }

    /// Whether GameFuse's dialect has nothing like it.
    pub fn is_playfab_only(self) -> bool {
        matches!(
            self,
            Self::ApplyApart
                | Self::Invite(Some(_))
                | Self::Expel
                | Self::AddRole(_)
                | Self::TakeRole(_)
                | Self::Shift(_)
                | Self::Block
                | Self::CreateRole(..)
                | Self::RenameRole(..)
                | Self::DeleteRole(_)
                | Self::SetAdminRole(_)
                | Self::SetMemberRole(_)
                | Self::ReadProfile
                | Self::ReadRoles
                | Self::ReadMember(_)
                | Self::ReadApplications
                | Self::ReadInvitations
                | Self::ReadOpportunities
                | Self::Repair
        )
    }

    /// Whether PlayFab's dialect has nothing like it.
    pub fn is_gamefuse_only(self) -> bool {
        matches!(
            self,
            Self::Join
                | Self::AutoJoin
                | Self::Remove
                | Self::Spare
                | Self::ShutOut(_)
                | Self::MakeAdmin
                | Self::RemoveAdmin
                | Self::Settle { .. }
                | Self::Resize(_)
                | Self::Reserve(_)
                | Self::Describe { .. }
                | Self::SetAttribute { .. }
                | Self::ModifyAttribute { .. }
                | Self::SetAttributes(_)
                | Self::DeleteAttribute(_)
                | Self::CreateCode { .. }
                | Self::SetCode(_)
                | Self::DeleteCode
                | Self::Redeem
                | Self::Read
                | Self::ReadBlock
                | Self::ReadCodes
                | Self::ReadAttributes
                | Self::ReadHistory
                | Self::ReadDirectory
        )
    }
}
