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
///
/// Applies to a group. While an application is pending, that one is answered. Who is invited, or applies to an open group, is a
/// member at once, which is told by OutstandingInvitationAcceptedInstead. An application is gone after 7 days, unless the
/// deployment says otherwise.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApplyToGroup;

/// Who asks to join, and what becomes of an outstanding invitation.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApplyToGroupRequest {
    /// Which group.
    group: EntityKey,
    /// Who applies; the caller, where it is absent.
    entity: Option<EntityKey>,
    /// Whether an invitation, or an open group, is taken up. True, where it is absent; false makes an application all the same.
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
        let applied = apply_to_group(&call, group, user, wish, None).await?;
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
///
/// Accepts an application: the applicant gets the group's member role. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
///
/// Removes an application: the applicant takes it back, an admin declines it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
///
/// Lists a group's pending applications, all of them. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupApplications;

/// A group's pending applications.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupApplicationsResponse {
    /// Who applied, and until when it is pending.
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
