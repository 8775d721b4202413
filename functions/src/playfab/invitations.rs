//! InviteToGroup, the answers to invitations, and what awaits an entity.

use serde::{Deserialize, Serialize};
use shared::Call;
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::membership::ConnectionKind;
use shared::domain::role::RoleId;
use shared::domain::rules::joining::{Connected, Meeting};
use shared::domain::rules::pending::{Pending, Withdrawal};
use shared::operations::connections::answer::{accept, remove};
use shared::operations::connections::invite::{Invited, invite_to_group};
use shared::operations::connections::list::{
    InvitationWithRole, list_invitations, list_opportunities,
};

use super::applications::pending;
use super::endpoint::Endpoint;
use super::error::PlayFabError;
use super::members::EntityRequest;
use super::wire::{
    Empty, EntityKey, GroupApplication, GroupEntityRequest, GroupInvitation, GroupRequest,
};

/// `POST /Group/InviteToGroup`
///
/// Invites a player into a group. Only admins may. While an invitation is pending, that one is answered. Who has applied is a
/// member at once, which is told by OutstandingApplicationAcceptedInstead. An invitation is gone after 7 days, unless the
/// deployment says otherwise.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InviteToGroup;

/// Who is invited into which role, and what becomes of an outstanding application.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InviteToGroupRequest {
    /// Which group.
    group: EntityKey,
    /// Who is invited.
    entity: EntityKey,
    /// The role that accepting gives; the group's member role of that moment, where it is absent.
    role_id: Option<RoleId>,
    /// Whether an application is accepted in place of inviting. True, where it is absent; false invites all the same.
    auto_accept_outstanding_application: Option<bool>,
}

impl Endpoint for InviteToGroup {
    type Caller = Caller;
    type Request = InviteToGroupRequest;
    type Response = GroupInvitation;

    async fn call(
        call: Call<'_>,
        request: InviteToGroupRequest,
    ) -> Result<Decision<'_, GroupInvitation, PlayFabError>, PlayFabError> {
        let (group, user) = (request.group.group()?, request.entity.user("Entity")?);
        // By default both sides' wishes meet.
        let meets = request.auto_accept_outstanding_application.unwrap_or(true);
        let meeting = if meets { Meeting::Accept } else { Meeting::Leave };
        let role = request.role_id.as_ref();
        let invited = invite_to_group(&call, group, user, role, meeting).await?;
        Ok(invited.and_then(move |Invited { connected, member_role, .. }| match connected {
            Connected::Pending(invitation) | Connected::AlreadyPending(invitation) => {
                let role = invitation.role_id.clone().unwrap_or(member_role);
                Ok(GroupInvitation::new(&call.caller, invitation, role))
            }
            Connected::Joined(_) | Connected::Accepted(_) => {
                Err(PlayFabError::ApplicationAcceptedInstead)
            }
        }))
    }
}

/// `POST /Group/AcceptGroupInvitation`
///
/// Accepts an invitation. The invited player may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AcceptGroupInvitation;

/// Who accepts; by default the caller.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AcceptGroupInvitationRequest {
    /// Which group.
    group: EntityKey,
    /// Who accepts; the caller, where it is absent. Only the title may name somebody else.
    entity: Option<EntityKey>,
}

impl Endpoint for AcceptGroupInvitation {
    type Caller = Caller;
    type Request = AcceptGroupInvitationRequest;
    type Response = Empty;

    async fn call(
        call: Call<'_>,
        request: AcceptGroupInvitationRequest,
    ) -> Result<Decision<'_, Empty, PlayFabError>, PlayFabError> {
        let pending = Pending {
            kind: ConnectionKind::Invitation,
            group: request.group.group()?,
            user: EntityKey::user_or_caller(request.entity.as_ref(), &call.caller)?,
            connection: None,
        };
        Ok(accept(&call, pending).await?.and_then(Empty::answer))
    }
}

/// `POST /Group/RemoveGroupInvitation`
///
/// Removes an invitation: the invited player declines it, an admin takes it back.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RemoveGroupInvitation;

impl Endpoint for RemoveGroupInvitation {
    type Caller = Caller;
    type Request = GroupEntityRequest;
    type Response = Empty;

    async fn call(
        call: Call<'_>,
        request: GroupEntityRequest,
    ) -> Result<Decision<'_, Empty, PlayFabError>, PlayFabError> {
        let pending = pending(ConnectionKind::Invitation, &request)?;
        // The invited entity declines it, everyone else takes it back.
        let how = match call.caller.acting_user() == Some(pending.user) {
            true => Withdrawal::Declined,
            false => Withdrawal::Cancelled,
        };
        Ok(remove(&call, pending, how).await?.and_then(Empty::answer))
    }
}

/// `POST /Group/ListGroupInvitations`
///
/// Lists a group's pending invitations, all of them. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupInvitations;

/// A group's pending invitations.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupInvitationsResponse {
    /// Who is invited by whom, and until when it is pending.
    invitations: Vec<GroupInvitation>,
}

fn invitations(caller: &Caller, found: Vec<InvitationWithRole>) -> Vec<GroupInvitation> {
    found.into_iter().map(|(found, role)| GroupInvitation::new(caller, found, role)).collect()
}

impl Endpoint for ListGroupInvitations {
    type Caller = Caller;
    type Request = GroupRequest;
    type Response = ListGroupInvitationsResponse;

    async fn call(
        call: Call<'_>,
        request: GroupRequest,
    ) -> Result<Decision<'_, ListGroupInvitationsResponse, PlayFabError>, PlayFabError> {
        let found = list_invitations(&call, request.group.group()?).await?;
        let invitations = invitations(&call.caller, found);
        Ok(Decision::answer(ListGroupInvitationsResponse { invitations }))
    }
}

/// `POST /Group/ListMembershipOpportunities`
///
/// Lists what awaits an answer for a player: their applications and invitations. Of others the lists are empty, but for the title.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListMembershipOpportunities;

/// What awaits an answer for an entity.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListMembershipOpportunitiesResponse {
    /// The player's applications, which admins answer.
    applications: Vec<GroupApplication>,
    /// The invitations that the player answers.
    invitations: Vec<GroupInvitation>,
}

impl Endpoint for ListMembershipOpportunities {
    type Caller = Caller;
    type Request = EntityRequest;
    type Response = ListMembershipOpportunitiesResponse;

    async fn call(
        call: Call<'_>,
        request: EntityRequest,
    ) -> Result<Decision<'_, ListMembershipOpportunitiesResponse, PlayFabError>, PlayFabError> {
        let (applications, invited) =
            match EntityKey::user_or_title(request.entity.as_ref(), &call.caller)? {
                Some(user) => list_opportunities(&call, user).await?,
                None => (Vec::new(), Vec::new()),
            };
        Ok(Decision::answer(ListMembershipOpportunitiesResponse {
            applications: applications.into_iter().map(GroupApplication::from).collect(),
            invitations: invitations(&call.caller, invited),
        }))
    }
}
