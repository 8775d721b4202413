//! The permission matrix: what can be done, and what somebody must be to do it.
//!
//! Decisions check the requirement against what was read, and rest on it; operations that only read check it alike.
//! The game itself, by its secret key, meets every requirement within its own game.

use strum::{EnumIter, IntoStaticStr};

use crate::domain::actor::Actor;
use crate::domain::membership::Member;

/// Everything that can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, IntoStaticStr)]
pub enum Action {
    /// Make a game.
    CreateGame,
    /// List the games.
    ListGames,
    /// Replace a game's token or secret key.
    RotateGameKeys,
    /// Let nobody into a game, or everybody again.
    DisableGame,
    /// Delete a game with everything in it.
    DeleteGame,
    /// Tell a game's groups with all that is in them.
    ExportGame,
    /// Take groups in from elsewhere.
    ImportGroups,
    /// Look at everything in a group.
    InspectGroup,
    /// Set right what a group counts.
    RepairGroup,
    /// Look at everything about a user.
    InspectUser,
    /// Let a user into the game no more, or again.
    BanUser,
    /// Give a user another password.
    SetPassword,
    /// Make a user's tokens void.
    RevokeTokens,
    /// Tell everything that is stored about a user.
    ExportUser,
    /// Take a user out of all groups, and forget who they are.
    EraseUser,
    /// Write what happened into the histories of groups, and remove what deleted ones leave behind.
    RelayEvents,
    /// Check a game's id and token.
    VerifyGame,
    /// List what the game's store sells.
    ListStoreItems,
    /// Become a user of a game.
    SignUp,
    /// Get a token.
    SignIn,
    /// Exchange credentials, or a token, for a token.
    GetToken,
    /// Find out whom a token stands for.
    ValidateToken,
    /// Read a user.
    GetUser,
    /// Create a group.
    CreateGroup,
    /// List groups.
    ListGroups,
    /// Read a group and its members.
    GetGroup,
    /// Read a group's pending applications and invitations.
    ListPending,
    /// Change a group's settings.
    UpdateGroup,
    /// Delete a group.
    DeleteGroup,
    /// Ask to join, or join at once where that is allowed.
    ApplyToGroup,
    /// Invite somebody else.
    InviteToGroup,
    /// Accept or decline an application.
    AnswerApplication,
    /// Accept or decline an invitation.
    AnswerInvitation,
    /// Take one's own application back.
    CancelApplication,
    /// Take an invitation back.
    CancelInvitation,
    /// Leave.
    LeaveGroup,
    /// Remove and block a member.
    RemoveMember,
    /// Make a member an admin.
    MakeAdmin,
    /// Make an admin a plain member.
    RemoveAdmin,
    /// Read a group's attributes.
    ListAttributes,
    /// Create an attribute.
    CreateAttribute,
    /// Change an attribute's value.
    EditAttribute,
    /// Delete an attribute.
    DeleteAttribute,
    /// Read what happened in a group; what is for admins is left out for others.
    ListEvents,
    /// List who is blocked.
    ListBlocks,
    /// Let a blocked user back in.
    UnblockMember,
    /// Block somebody, member or not.
    BlockEntity,
    /// Read who is in a group, and in which roles.
    ListMembers,
    /// Read the groups of a user.
    ListMembership,
    /// Create a role.
    CreateRole,
    /// Rename a role.
    UpdateRole,
    /// Delete a role.
    DeleteRole,
    /// Give roles to members, or take roles from them.
    ChangeRoles,
    /// Make somebody a member without asking them.
    AddMembers,
    /// Say which role makes admins.
    ChangeAdminRole,
    /// Create a code that lets people in.
    CreateCode,
    /// Read which codes there are, without what is told to let people in.
    ListCodes,
    /// Open or close a code.
    UpdateCode,
    /// Delete a code.
    DeleteCode,
    /// Become a member by a code.
    RedeemCode,
    /// Have events sent to the game's server.
    CreateWebhook,
    /// List a game's webhooks.
    ListWebhooks,
    /// Read a webhook.
    GetWebhook,
    /// Change a webhook.
    UpdateWebhook,
    /// Delete a webhook.
    DeleteWebhook,
    /// Send a test to a webhook.
    TestWebhook,
    /// Read how deliveries went.
    ListDeliveries,
    /// Send a group's events to a webhook once more.
    ReplayWebhook,
    /// Send what is on its way to webhooks.
    DeliverWebhook,
}

impl Action {
    /// Whether it changes anything that is stored.
    pub const fn is_write(self) -> bool {
        match self {
            Self::VerifyGame
            | Self::ListStoreItems
            | Self::GetToken
            | Self::ValidateToken
            | Self::GetUser
            | Self::ListGroups
            | Self::GetGroup
            | Self::ListPending
            | Self::ListAttributes
            | Self::ListBlocks
            | Self::ListCodes
            | Self::ListEvents
            | Self::ListMembers
            | Self::ListMembership
            | Self::ListWebhooks
            | Self::GetWebhook
            | Self::ListDeliveries
            | Self::ListGames
            | Self::InspectGroup
            | Self::InspectUser
            | Self::ExportGame
            | Self::ExportUser => false,
            Self::CreateGame
            | Self::RotateGameKeys
            | Self::DisableGame
            | Self::DeleteGame
            | Self::ImportGroups
            | Self::RepairGroup
            | Self::BanUser
            | Self::SetPassword
            | Self::RevokeTokens
            | Self::EraseUser
            | Self::RelayEvents
            | Self::SignUp
            | Self::SignIn
            | Self::CreateGroup
            | Self::UpdateGroup
            | Self::DeleteGroup
            | Self::ApplyToGroup
            | Self::InviteToGroup
            | Self::AnswerApplication
            | Self::AnswerInvitation
            | Self::CancelApplication
            | Self::CancelInvitation
            | Self::LeaveGroup
            | Self::RemoveMember
            | Self::MakeAdmin
            | Self::RemoveAdmin
            | Self::CreateAttribute
            | Self::EditAttribute
            | Self::DeleteAttribute
            | Self::UnblockMember
            | Self::BlockEntity
            | Self::CreateRole
            | Self::UpdateRole
            | Self::DeleteRole
            | Self::ChangeRoles
            | Self::AddMembers
            | Self::ChangeAdminRole
            | Self::CreateCode
            | Self::UpdateCode
            | Self::DeleteCode
            | Self::RedeemCode
            | Self::CreateWebhook
            | Self::UpdateWebhook
            | Self::DeleteWebhook
            | Self::TestWebhook
            | Self::ReplayWebhook
            | Self::DeliverWebhook => true,
        }
    }
}

/// What somebody must be to do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
pub enum Requirement {
    /// Whoever IAM lets invoke the function.
    Operator,
    /// Anyone who names a game and, where it is a secret, knows its token.
    Anyone,
    /// Any user of the game.
    User,
    /// A member of the group.
    Member,
    /// A member of the group; only an admin where the group says so.
    MemberUnlessAdminsOnly,
    /// The attribute's creator, and others as far as creator and group allow (`domain::attribute`).
    Editor,
    /// The attribute's creator while a member, and every admin.
    CreatorOrAdmin,
    /// A member who holds the group's admin role.
    Admin,
    /// The user who applied.
    Applicant,
    /// The user who is invited.
    Invitee,
    /// The game itself, by its secret key.
    Title,
}

/// The matrix.
pub const fn requirement(action: Action) -> Requirement {
    match action {
        Action::CreateGame
        | Action::ListGames
        | Action::RotateGameKeys
        | Action::DisableGame
        | Action::DeleteGame
        | Action::ExportGame
        | Action::ImportGroups
        | Action::InspectGroup
        | Action::RepairGroup
        | Action::InspectUser
        | Action::BanUser
        | Action::SetPassword
        | Action::RevokeTokens
        | Action::ExportUser
        | Action::EraseUser
        | Action::RelayEvents
        | Action::DeliverWebhook => Requirement::Operator,
        Action::VerifyGame | Action::ListStoreItems | Action::SignUp | Action::SignIn => {
            Requirement::Anyone
        }
        Action::GetToken
        | Action::GetUser
        | Action::CreateGroup
        | Action::ListGroups
        | Action::GetGroup
        | Action::ListMembership
        | Action::ApplyToGroup
        | Action::RedeemCode => Requirement::User,
        Action::LeaveGroup | Action::ListAttributes | Action::ListEvents | Action::ListMembers => {
            Requirement::Member
        }
        Action::CreateAttribute => Requirement::MemberUnlessAdminsOnly,
        Action::EditAttribute => Requirement::Editor,
        Action::DeleteAttribute => Requirement::CreatorOrAdmin,
        Action::ListPending
        | Action::UpdateGroup
        | Action::DeleteGroup
        | Action::InviteToGroup
        | Action::AnswerApplication
        | Action::CancelInvitation
        | Action::RemoveMember
        | Action::MakeAdmin
        | Action::RemoveAdmin
        | Action::ListBlocks
        | Action::UnblockMember
        | Action::BlockEntity
        | Action::CreateRole
        | Action::UpdateRole
        | Action::DeleteRole
        | Action::ChangeRoles
        | Action::CreateCode
        | Action::ListCodes
        | Action::UpdateCode
        | Action::DeleteCode => Requirement::Admin,
        Action::AddMembers
        | Action::ChangeAdminRole
        | Action::ValidateToken
        | Action::CreateWebhook
        | Action::ListWebhooks
        | Action::GetWebhook
        | Action::UpdateWebhook
        | Action::DeleteWebhook
        | Action::TestWebhook
        | Action::ListDeliveries
        | Action::ReplayWebhook => Requirement::Title,
        Action::CancelApplication => Requirement::Applicant,
        Action::AnswerInvitation => Requirement::Invitee,
    }
}

/// Whether an action is for the user alone whom it is about: the applicant or the invitee.
pub const fn is_for_its_subject(action: Action) -> bool {
    matches!(requirement(action), Requirement::Applicant | Requirement::Invitee)
}

/// Whether the actor, whose membership of the group that is, may do that in it.
pub fn allows(actor: Actor, action: Action, me: Option<&Member>) -> bool {
    allows_standing(actor, action, me.map(|me| me.is_admin))
}

/// The same of an actor who is a member and an admin or not, or no member.
pub fn allows_standing(actor: Actor, action: Action, is_admin: Option<bool>) -> bool {
    match requirement(action) {
        _ if actor.is_title() => true,
        Requirement::Anyone | Requirement::User => true,
        Requirement::Member
        | Requirement::MemberUnlessAdminsOnly
        | Requirement::Editor
        | Requirement::CreatorOrAdmin => is_admin.is_some(),
        Requirement::Admin => is_admin == Some(true),
        Requirement::Applicant
        | Requirement::Invitee
        | Requirement::Title
        | Requirement::Operator => false,
    }
}
