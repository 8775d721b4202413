//! ApplyToGroup, and the answers to applications.

use serde::{Deserialize, Serialize};
use shared::Call;
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::membership::ConnectionKind;
use shared::domain::rules::joining::{Connected, Wish};
use shared::domain::rules::pending::{Pending, Withdrawal};
use shared::operations::connections::answer::{accept, remove};
use shared::operations::connections::apply::apply_to_group;
use shared::operations::connections::list::list_applications;

use super::endpoint::Endpoint;
use super::error::PlayFabError;
use super::wire::{Empty, EntityKey, GroupApplication, GroupEntityRequest, GroupRequest};

/// `POST /Group/ApplyToGroup`
pub struct ApplyToGroup;

/// Who asks to join, and what becomes of an outstanding invitation.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ApplyToGroupRequest {
    group: EntityKey,
    entity: Option<EntityKey>,
    auto_accept_outstanding_invite: Option<bool>,
}

impl Endpoint for ApplyToGroup {
    type Caller = Caller;
    type Request = ApplyToGroupRequest;
    type Response = GroupApplication;

    async fn call(
        call: Call<'_>,
        request: ApplyToGroupRequest,
    ) -> Result<Decision<'_, GroupApplication, PlayFabError>, PlayFabError> {
        let group = request.group.group()?;
        let user = EntityKey::user_or_caller(request.entity.as_ref(), &call.caller)?;
        // By default both sides' wishes meet.
        let meets = request.auto_accept_outstanding_invite.unwrap_or(true);
        let wish = if meets { Wish::Ask } else { Wish::Apply };
        let applied = apply_to_group(&call, group, user, wish).await?;
        Ok(applied.and_then(|(connected, _)| match connected {
            Connected::Pending(application) | Connected::AlreadyPending(application) => {
                Ok(application.into())
            }
            // An open group is a standing invitation to everybody.
            Connected::Joined(_) | Connected::Accepted(_) => {
                Err(PlayFabError::InvitationAcceptedInstead)
            }
        }))
    }
}

/// What of that kind is pending between the group and the entity that a request names.
pub(super) fn pending(
    kind: ConnectionKind,
    request: &GroupEntityRequest,
) -> Result<Pending, PlayFabError> {
    Ok(Pending {
        kind,
        group: request.group.group()?,
        user: request.entity.user("Entity")?,
        connection: None,
    })
}

/// `POST /Group/AcceptGroupApplication`
pub struct AcceptGroupApplication;

impl Endpoint for AcceptGroupApplication {
    type Caller = Caller;
    type Request = GroupEntityRequest;
    type Response = Empty;

    async fn call(
        call: Call<'_>,
        request: GroupEntityRequest,
    ) -> Result<Decision<'_, Empty, PlayFabError>, PlayFabError> {
        let accepted = accept(&call, pending(ConnectionKind::Application, &request)?).await?;
        Ok(accepted.and_then(Empty::answer))
    }
}

/// `POST /Group/RemoveGroupApplication`
pub struct RemoveGroupApplication;

impl Endpoint for RemoveGroupApplication {
    type Caller = Caller;
    type Request = GroupEntityRequest;
    type Response = Empty;

    async fn call(
        call: Call<'_>,
        request: GroupEntityRequest,
    ) -> Result<Decision<'_, Empty, PlayFabError>, PlayFabError> {
        let pending = pending(ConnectionKind::Application, &request)?;
        // The applicant takes it back, everyone else declines it.
        let how = match call.caller.acting_user() == Some(pending.user) {
            true => Withdrawal::Cancelled,
            false => Withdrawal::Declined,
        };
        Ok(remove(&call, pending, how).await?.and_then(Empty::answer))
    }
}

/// `POST /Group/ListGroupApplications`
pub struct ListGroupApplications;

/// A group's pending applications.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListGroupApplicationsResponse {
    applications: Vec<GroupApplication>,
}

impl Endpoint for ListGroupApplications {
    type Caller = Caller;
    type Request = GroupRequest;
    type Response = ListGroupApplicationsResponse;

    async fn call(
        call: Call<'_>,
        request: GroupRequest,
    ) -> Result<Decision<'_, ListGroupApplicationsResponse, PlayFabError>, PlayFabError> {
        let applications = list_applications(&call, request.group.group()?).await?;
        let applications = applications.into_iter().map(GroupApplication::from).collect();
        Ok(Decision::answer(ListGroupApplicationsResponse { applications }))
    }
}
