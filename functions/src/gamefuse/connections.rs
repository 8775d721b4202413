//! `/api/v3/group_connections`: applications, invitations, and what members do to each other.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::domain::ids::{ConnectionId, GroupId, UserId};
use shared::domain::name::Username;
use shared::operations::apply_to_group::{Wish, apply_to_group};
use shared::operations::connection::{
    Answer, Connected, Crossing, answer_connection, cancel_connection,
};
use shared::operations::invite_to_group::{find_user, invite_to_group};
use shared::operations::leave_group::leave_group;
use shared::operations::make_admin::make_admin;
use shared::operations::profile;
use shared::operations::remove_member::remove_member;
use shared::{App, Error, Refusal};

use super::endpoint::Endpoint;
use super::error;
use super::wire::{ConnectionObject, Message, Status};

/// `POST /api/v3/group_connections`
pub struct CreateGroupConnection;

/// Who is to be connected to which group: oneself, which asks to join, or somebody else, which invites.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateGroupConnectionRequest {
    group_id: GroupId,
    user_id: Option<UserId>,
    /// Names an invited user in place of `user_id`.
    username: Option<Username>,
    action_type: Option<ActionType>,
    /// Clients say who invites, which the token says already.
    inviter_id: Option<UserId>,
    /// Clients say which status they hope for; the group's settings decide.
    #[serde(rename = "status")]
    _status: Option<HopedFor>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ActionType {
    Join,
    JoinRequest,
    Invite,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum HopedFor {
    Pending,
    Accepted,
}

impl CreateGroupConnectionRequest {
    /// Whom it is about, as far as that is said and makes sense.
    async fn subject(&self, app: &App, caller: &Caller) -> Result<UserId, Error> {
        let me = caller.user()?;
        if self.inviter_id.is_some_and(|inviter| inviter != me) {
            return Err(Refusal::invalid("inviter_id", "must be your own id").into());
        }
        let subject = match (&self.username, self.user_id) {
            (None, None) => me,
            (None, Some(id)) => id,
            (Some(name), None) => find_user(app, caller, name).await?,
            (Some(_), Some(_)) => {
                let problem = "must not be given together with user_id";
                return Err(Refusal::invalid("username", problem).into());
            }
        };
        match self.action_type {
            Some(ActionType::Join | ActionType::JoinRequest) if subject != me => {
                Err(Refusal::invalid("user_id", "must be your own id to join").into())
            }
            Some(ActionType::Invite) if subject == me => {
                Err(Refusal::invalid("user_id", "must be somebody else's id to invite").into())
            }
            Some(_) | None => Ok(subject),
        }
    }

    /// What is wanted of a group that one asks to join oneself.
    fn wish(&self) -> Wish {
        match self.action_type {
            Some(ActionType::Join) => Wish::Join,
            Some(ActionType::JoinRequest | ActionType::Invite) | None => Wish::Ask,
        }
    }
}

impl Endpoint for CreateGroupConnection {
    type Caller = Caller;
    type Request = CreateGroupConnectionRequest;
    type Response = ConnectionObject;

    const RESOURCE: &'static str = "group_connection";

    async fn call(
        app: &App,
        caller: Caller,
        request: CreateGroupConnectionRequest,
    ) -> Result<ConnectionObject, Error> {
        let group = request.group_id;
        let user = request.subject(app, &caller).await?;
        let connect = async {
            match Some(user) == caller.acting_user() {
                true => apply(app, &caller, group, user, request.wish()).await,
                false => invite(app, &caller, group, user).await,
            }
        };
        let (connected, profile) = profile::beside(connect, app, &caller, user).await?;
        let (id, status) = connected;
        Ok(ConnectionObject::new(id, status, caller.user()?, group, profile))
    }
}

async fn apply(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
    wish: Wish,
) -> Result<(ConnectionId, Status), Error> {
    match apply_to_group(app, caller, group, user, wish).await? {
        Connected::Member(id) => Ok((id, Status::Accepted)),
        Connected::Pending(application) => Ok((application.connection_id, Status::Pending)),
        Connected::AlreadyPending(_) => Err(Refusal::AlreadyApplied.into()),
    }
}

async fn invite(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
) -> Result<(ConnectionId, Status), Error> {
    match invite_to_group(app, caller, group, user, None, Crossing::Accept).await? {
        Connected::Member(id) => Ok((id, Status::Accepted)),
        Connected::Pending(invitation) => Ok((invitation.connection_id, Status::Pending)),
        Connected::AlreadyPending(_) => Err(Refusal::AlreadyInvited.into()),
    }
}

/// `PUT /api/v3/group_connections/{id}`
pub struct UpdateGroupConnection;

/// An answer to an application or an invitation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateGroupConnectionRequest {
    id: ConnectionId,
    status: Decision,
    /// Always `update`.
    #[serde(rename = "action_type")]
    _action_type: Option<String>,
    /// Clients say what they believe the connection to be, and some say `invite` of everything.
    #[serde(rename = "connection_type")]
    _connection_type: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Accepted,
    Declined,
}

/// The connection as it is then.
#[derive(Serialize)]
pub struct UpdateGroupConnectionResponse {
    id: ConnectionId,
    status: Status,
}

impl Endpoint for UpdateGroupConnection {
    type Caller = Caller;
    type Request = UpdateGroupConnectionRequest;
    type Response = UpdateGroupConnectionResponse;

    const RESOURCE: &'static str = "group_connection";

    /// The seed answers 422 to a caller who may not decide.
    fn status(refusal: &Refusal) -> StatusCode {
        if *refusal == Refusal::NotAuthorized {
            return StatusCode::UNPROCESSABLE_ENTITY;
        }
        error::status(refusal)
    }

    async fn call(
        app: &App,
        caller: Caller,
        request: UpdateGroupConnectionRequest,
    ) -> Result<UpdateGroupConnectionResponse, Error> {
        let (answer, status) = match request.status {
            Decision::Accepted => (Answer::Accept, Status::Accepted),
            Decision::Declined => (Answer::Decline, Status::Declined),
        };
        answer_connection(app, &caller, request.id, answer).await?;
        Ok(UpdateGroupConnectionResponse { id: request.id, status })
    }
}

/// `DELETE /api/v3/group_connections/cancel/{id}`
pub struct CancelGroupConnection;

/// Which application or invitation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelGroupConnectionRequest {
    id: ConnectionId,
}

impl Endpoint for CancelGroupConnection {
    type Caller = Caller;
    type Request = CancelGroupConnectionRequest;
    type Response = Message;

    const RESOURCE: &'static str = "group_connection";

    async fn call(
        app: &App,
        caller: Caller,
        request: CancelGroupConnectionRequest,
    ) -> Result<Message, Error> {
        cancel_connection(app, &caller, request.id).await?;
        Ok(Message::new("Group connection cancelled"))
    }
}

/// `DELETE /api/v3/group_connections/leave/{group_id}`
pub struct LeaveGroup;

/// Which group.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveGroupRequest {
    group_id: GroupId,
}

impl Endpoint for LeaveGroup {
    type Caller = Caller;
    type Request = LeaveGroupRequest;
    type Response = Message;

    const RESOURCE: &'static str = "group_connection";

    async fn call(app: &App, caller: Caller, request: LeaveGroupRequest) -> Result<Message, Error> {
        leave_group(app, caller.game(), caller.user()?, request.group_id).await?;
        Ok(Message::new("You have left the group"))
    }
}

/// Which member of which group: `user_id` from the path, `group_id` from the body.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupMemberRequest {
    user_id: UserId,
    group_id: GroupId,
}

/// `PUT /api/v3/group_connections/remove_member/{user_id}`
pub struct RemoveGroupMember;

impl Endpoint for RemoveGroupMember {
    type Caller = Caller;
    type Request = GroupMemberRequest;
    type Response = Message;

    const RESOURCE: &'static str = "group_connection";

    async fn call(
        app: &App,
        caller: Caller,
        request: GroupMemberRequest,
    ) -> Result<Message, Error> {
        remove_member(app, &caller, request.group_id, request.user_id).await?;
        Ok(Message::new("Member removed"))
    }
}

/// `PUT /api/v3/group_connections/make_admin/{user_id}`
pub struct MakeGroupAdmin;

impl Endpoint for MakeGroupAdmin {
    type Caller = Caller;
    type Request = GroupMemberRequest;
    type Response = Message;

    const RESOURCE: &'static str = "group_connection";

    async fn call(
        app: &App,
        caller: Caller,
        request: GroupMemberRequest,
    ) -> Result<Message, Error> {
        make_admin(app, &caller, request.group_id, request.user_id).await?;
        Ok(Message::new("Member is an admin"))
    }
}
