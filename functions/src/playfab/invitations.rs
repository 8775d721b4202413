//! InviteToGroup, the answers to invitations, and what awaits an entity.

use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::domain::membership::ConnectionKind;
use shared::domain::role::RoleId;
use shared::operations::connection::{Connected, Crossing};
use shared::operations::find_group::read_group;
use shared::operations::invite_to_group::invite_to_group;
use shared::operations::list_pending::{InvitationWithRole, list_invitations, list_opportunities};
use shared::operations::pending::{Pending, accept, remove};
use shared::permissions::Action;
use shared::{App, Error};

use super::applications::pending;
use super::endpoint::Endpoint;
use super::error::Failure;
use super::members::EntityRequest;
use super::wire::{
    Empty, EntityKey, GroupApplication, GroupEntityRequest, GroupInvitation, GroupRequest,
};

/// `POST /Group/InviteToGroup`
pub struct InviteToGroup;

/// Who is invited into which role, and what becomes of an outstanding application.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct InviteToGroupRequest {
    group: EntityKey,
    entity: EntityKey,
    role_id: Option<RoleId>,
    auto_accept_outstanding_application: Option<bool>,
}

impl Endpoint for InviteToGroup {
    type Caller = Caller;
    type Request = InviteToGroupRequest;
    type Response = GroupInvitation;

    async fn call(
        app: &App,
        caller: Caller,
        request: InviteToGroupRequest,
    ) -> Result<GroupInvitation, Failure> {
        let (group, user) = (request.group.group()?, request.entity.user("Entity")?);
        // By default both sides' wishes meet.
        let meets = request.auto_accept_outstanding_application.unwrap_or(true);
        let crossing = if meets { Crossing::Accept } else { Crossing::Leave };
        let role = request.role_id.as_ref();
        match invite_to_group(app, &caller, group, user, role, crossing).await? {
            Connected::Pending(invitation) | Connected::AlreadyPending(invitation) => {
                let role = match invitation.role_id.clone() {
                    Some(role) => role,
                    // The invitation stands, whether there is time to tell of it or not.
                    None => {
                        let group = read_group(app, &caller, group).await;
                        group.map_err(Error::after_a_write)?.member_role
                    }
                };
                Ok(GroupInvitation::new(&caller, invitation, role))
            }
            Connected::Member(_) => Err(Failure::ApplicationAcceptedInstead),
        }
    }
}

/// `POST /Group/AcceptGroupInvitation`
pub struct AcceptGroupInvitation;

/// Who accepts; by default the caller.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AcceptGroupInvitationRequest {
    group: EntityKey,
    entity: Option<EntityKey>,
}

impl Endpoint for AcceptGroupInvitation {
    type Caller = Caller;
    type Request = AcceptGroupInvitationRequest;
    type Response = Empty;

    async fn call(
        app: &App,
        caller: Caller,
        request: AcceptGroupInvitationRequest,
    ) -> Result<Empty, Failure> {
        let pending = Pending {
            kind: ConnectionKind::Invitation,
            group: request.group.group()?,
            user: EntityKey::user_or_caller(request.entity.as_ref(), &caller)?,
            connection: None,
        };
        accept(app, &caller, pending).await?;
        Ok(Empty {})
    }
}

/// `POST /Group/RemoveGroupInvitation`
pub struct RemoveGroupInvitation;

impl Endpoint for RemoveGroupInvitation {
    type Caller = Caller;
    type Request = GroupEntityRequest;
    type Response = Empty;

    async fn call(
        app: &App,
        caller: Caller,
        request: GroupEntityRequest,
    ) -> Result<Empty, Failure> {
        let pending = pending(ConnectionKind::Invitation, &request)?;
        // The invited entity declines it, everyone else takes it back.
        let action = match caller.acting_user() == Some(pending.user) {
            true => Action::AnswerInvitation,
            false => Action::CancelInvitation,
        };
        remove(app, &caller, action, pending).await?;
        Ok(Empty {})
    }
}

/// `POST /Group/ListGroupInvitations`
pub struct ListGroupInvitations;

/// A group's pending invitations.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListGroupInvitationsResponse {
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
        app: &App,
        caller: Caller,
        request: GroupRequest,
    ) -> Result<ListGroupInvitationsResponse, Failure> {
        let found = list_invitations(app, &caller, request.group.group()?).await?;
        Ok(ListGroupInvitationsResponse { invitations: invitations(&caller, found) })
    }
}

/// `POST /Group/ListMembershipOpportunities`
pub struct ListMembershipOpportunities;

/// What awaits an answer for an entity.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListMembershipOpportunitiesResponse {
    applications: Vec<GroupApplication>,
    invitations: Vec<GroupInvitation>,
}

impl Endpoint for ListMembershipOpportunities {
    type Caller = Caller;
    type Request = EntityRequest;
    type Response = ListMembershipOpportunitiesResponse;

    async fn call(
        app: &App,
        caller: Caller,
        request: EntityRequest,
    ) -> Result<ListMembershipOpportunitiesResponse, Failure> {
        let (applications, invited) =
            match EntityKey::user_or_title(request.entity.as_ref(), &caller)? {
                Some(user) => list_opportunities(app, &caller, user).await?,
                None => (Vec::new(), Vec::new()),
            };
        Ok(ListMembershipOpportunitiesResponse {
            applications: applications.into_iter().map(GroupApplication::from).collect(),
            invitations: invitations(&caller, invited),
        })
    }
}
