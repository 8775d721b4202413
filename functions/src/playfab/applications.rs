//! ApplyToGroup, and the answers to applications.

use serde::{Deserialize, Serialize};
use shared::App;
use shared::auth::caller::Caller;
use shared::domain::membership::ConnectionKind;
use shared::operations::apply_to_group::{Wish, apply_to_group};
use shared::operations::connection::Connected;
use shared::operations::list_pending::list_applications;
use shared::operations::pending::{Pending, accept, remove};
use shared::permissions::Action;

use super::endpoint::Endpoint;
use super::error::Failure;
use super::wire::{Empty, EntityKey, GroupApplication, GroupEntityRequest, GroupRequest};

/// `POST /Group/ApplyToGroup`
pub struct ApplyToGroup;

/// Who asks to join, and what becomes of an outstanding invitation.
#[derive(Deserialize)]
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
        app: &App,
        caller: Caller,
        request: ApplyToGroupRequest,
    ) -> Result<GroupApplication, Failure> {
        let group = request.group.group()?;
        let user = EntityKey::user_or_caller(request.entity.as_ref(), &caller)?;
        // By default both sides' wishes meet.
        let meets = request.auto_accept_outstanding_invite.unwrap_or(true);
        let wish = if meets { Wish::Ask } else { Wish::Apply };
        match apply_to_group(app, &caller, group, user, wish).await? {
            Connected::Pending(application) | Connected::AlreadyPending(application) => {
                Ok(application.into())
            }
            // An open group is a standing invitation to everybody.
            Connected::Member(_) => Err(Failure::InvitationAcceptedInstead),
        }
    }
}

/// What of that kind is pending between the group and the entity that a request names.
pub(super) fn pending(
    kind: ConnectionKind,
    request: &GroupEntityRequest,
) -> Result<Pending, Failure> {
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
        app: &App,
        caller: Caller,
        request: GroupEntityRequest,
    ) -> Result<Empty, Failure> {
        accept(app, &caller, pending(ConnectionKind::Application, &request)?).await?;
        Ok(Empty {})
    }
}

/// `POST /Group/RemoveGroupApplication`
pub struct RemoveGroupApplication;

impl Endpoint for RemoveGroupApplication {
    type Caller = Caller;
    type Request = GroupEntityRequest;
    type Response = Empty;

    async fn call(
        app: &App,
        caller: Caller,
        request: GroupEntityRequest,
    ) -> Result<Empty, Failure> {
        let pending = pending(ConnectionKind::Application, &request)?;
        // The applicant takes it back, everyone else declines it.
        let action = match caller.acting_user() == Some(pending.user) {
            true => Action::CancelApplication,
            false => Action::AnswerApplication,
        };
        remove(app, &caller, action, pending).await?;
        Ok(Empty {})
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
        app: &App,
        caller: Caller,
        request: GroupRequest,
    ) -> Result<ListGroupApplicationsResponse, Failure> {
        let applications = list_applications(app, &caller, request.group.group()?).await?;
        let applications = applications.into_iter().map(GroupApplication::from).collect();
        Ok(ListGroupApplicationsResponse { applications })
    }
}
