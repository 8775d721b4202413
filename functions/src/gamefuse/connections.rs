//! `/api/v3/group_connections`: applications, invitations, and whoever joins by a code. What members do stands in `members`.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::auth::secrets::Secret;
use shared::decision::Decision;
use shared::domain::event::Reason;
use shared::domain::ids::{ConnectionId, GroupId, UserId};
use shared::domain::membership::Application;
#[cfg(feature = "schema")]
use shared::domain::name::GroupName;
use shared::domain::name::{GroupType, Username};
use shared::domain::rules::joining::{Connected, Meeting, Wish};
use shared::domain::user::User;
use shared::domain::words::CoverNote;
use shared::operations::codes::{Redeemed, redeem_code};
use shared::operations::connections::answer::{Answer, answer_connection, cancel_connection};
use shared::operations::connections::apply::apply_to_group;
use shared::operations::connections::auto_join::auto_join;
use shared::operations::connections::invite::{Invited, find_user, invite_to_group};
use shared::operations::groups::list::Filter;
use shared::operations::users::profile::Profile;
use shared::{Call, Error, Refusal};

use super::endpoint::Endpoint;
use super::error;
use super::wire::{ConnectionObject, Message, Status, shown};
use crate::lenient::unless_empty;

/// `POST /api/v3/group_connections`
///
/// Joins a group, asks to join it, or invites somebody; `auto_join` joins whatever open, listed group with room there is.
/// Naming nobody, or oneself, is about oneself: an open group (`can_auto_join`) lets in at once, an invite-only one refuses,
/// any other keeps the request until an admin answers. Naming somebody else invites them, which only admins may. A request
/// that meets an invitation, or the other way round, makes a member at once. What is pending is gone after 7 days, unless the
/// deployment says otherwise. With a `code`, the caller is a member of its group at once, also where that is closed or invite
/// only.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateGroupConnection;

/// Who is to be connected to which group: oneself, which asks to join, or somebody else, which invites. Or by which code oneself.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateGroupConnectionRequest {
    /// Which group; needed by all but `auto_join` and codes.
    group_id: Option<GroupId>,
    /// An invite code, as somebody has typed it: who has one joins by it, and needs to say no more.
    #[serde(default, deserialize_with = "unless_empty")]
    code: Option<Secret>,
    /// Who asks or is invited; the caller, where it is absent.
    user_id: Option<UserId>,
    /// Names an invited user in place of `user_id`.
    username: Option<Username>,
    /// What is meant, where the settings leave a choice; `join_request` or `invite`, by who is named, where it is absent.
    action_type: Option<ActionType>,
    /// How the name of the group begins, for `auto_join`.
    #[serde(default, deserialize_with = "unless_empty")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<GroupName>"))]
    query: Option<String>,
    /// The type of the group, for `auto_join`.
    group_type: Option<GroupType>,
    /// What one writes to the group's admins, who read it with the request.
    message: Option<CoverNote>,
    /// Who invites, as some clients say; it must be the caller.
    inviter_id: Option<UserId>,
    /// Which status the client hopes for, as some say; it changes nothing, the group's settings decide.
    #[serde(rename = "status")]
    _status: Option<HopedFor>,
}

/// What is meant by a new connection.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
enum ActionType {
    /// To be a member at once, or refused: no request is kept.
    Join,
    /// To be a member at once where the group is open, and else to ask.
    JoinRequest,
    /// To invite somebody else.
    Invite,
    /// To be a member at once of a group that is open, listed and has room, whichever it is.
    AutoJoin,
}

/// What a client hopes for.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
enum HopedFor {
    /// To ask.
    Pending,
    /// To be a member at once.
    Accepted,
}

impl CreateGroupConnectionRequest {
    /// Whom it is about, as far as that is said and makes sense.
    async fn subject(&self, call: &Call<'_>) -> Result<UserId, Error> {
        let me = call.caller.user()?;
        if self.inviter_id.is_some_and(|inviter| inviter != me) {
            return Err(Refusal::invalid("inviter_id", "must be your own id").into());
        }
        let subject = match (&self.username, self.user_id) {
            (None, None) => me,
            (None, Some(id)) => id,
            (Some(name), None) => find_user(call, name).await?,
            (Some(_), Some(_)) => {
                let problem = "must not be given together with user_id";
                return Err(Refusal::invalid("username", problem).into());
            }
        };
        match self.action_type {
            Some(ActionType::Join | ActionType::JoinRequest | ActionType::AutoJoin)
                if subject != me =>
            {
                Err(Refusal::invalid("user_id", "must be your own id to join").into())
            }
            Some(ActionType::Invite) if subject == me => {
                Err(Refusal::invalid("user_id", "must be somebody else's id to invite").into())
            }
            Some(_) | None => Ok(subject),
        }
    }

    /// The group that is meant.
    fn group(&self) -> Result<GroupId, Refusal> {
        for (name, is_given) in
            [("query", self.query.is_some()), ("group_type", self.group_type.is_some())]
        {
            if is_given {
                return Err(Refusal::invalid(name, "must not be given but to auto_join"));
            }
        }
        self.group_id.ok_or_else(|| Refusal::invalid("group_id", "is required"))
    }

    /// The groups that are looked through where none is named.
    fn filter(&self) -> Result<Filter, Refusal> {
        if self.group_id.is_some() {
            return Err(Refusal::invalid("group_id", "must not be given to auto_join"));
        }
        let Self { query, group_type, .. } = self.clone();
        Ok(Filter { query, group_type, ..Filter::default() })
    }

    /// What is wanted of a group that one asks to join oneself.
    fn wish(&self) -> Wish {
        match self.action_type {
            Some(ActionType::Join | ActionType::AutoJoin) => Wish::Join,
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
        call: Call<'_>,
        request: CreateGroupConnectionRequest,
    ) -> Result<Decision<'_, ConnectionObject>, Error> {
        let me = call.caller.user()?;
        let connected = match (&request.code, request.action_type) {
            (Some(code), _) => redeem(&call, &request, code, request.group_id).await?,
            (None, Some(ActionType::AutoJoin)) => join_any(&call, &request).await?,
            (None, _) => apply_or_invite(&call, &request).await?,
        };
        Ok(connected.map(move |connection| connection.shown_to(&call, me)))
    }
}

/// What came of asking, inviting or a code.
struct Connection {
    id: ConnectionId,
    is_new: bool,
    status: Status,
    group: GroupId,
    /// Whom it is about.
    user: User,
}

impl Connection {
    fn new<P>(
        connected: Connected<P>,
        group: GroupId,
        user: User,
        id: impl FnOnce(&P) -> ConnectionId,
        already: Refusal,
    ) -> Result<Self, Error> {
        let (id, is_new, status) = match connected {
            Connected::Joined(id) => (id, true, Status::Accepted),
            Connected::Accepted(id) => (id, false, Status::Accepted),
            Connected::Pending(pending) => (id(&pending), true, Status::Pending),
            Connected::AlreadyPending(_) => return Err(already.into()),
        };
        Ok(Self { id, is_new, status, group, user })
    }

    /// The connection of somebody who asked.
    fn of_applicant(
        connected: Connected<Application>,
        group: GroupId,
        user: User,
    ) -> Result<Self, Error> {
        Self::new(connected, group, user, |it| it.connection_id, Refusal::AlreadyApplied)
    }

    fn shown_to(self, call: &Call<'_>, me: UserId) -> ConnectionObject {
        let id = shown(self.id, call.is_dry_run && self.is_new);
        ConnectionObject::new(id, self.status, me, self.group, Profile::of(call, self.user, false))
    }
}

/// Joins whatever group there is.
async fn join_any<'a>(
    call: &Call<'a>,
    request: &CreateGroupConnectionRequest,
) -> Result<Decision<'a, Connection>, Error> {
    let user = request.subject(call).await?;
    let found = auto_join(call, user, request.filter()?).await?;
    Ok(found.and_then(|(group, connected, user)| Connection::of_applicant(connected, group, user)))
}

/// About oneself it is an application, about somebody else an invitation.
async fn apply_or_invite<'a>(
    call: &Call<'a>,
    request: &CreateGroupConnectionRequest,
) -> Result<Decision<'a, Connection>, Error> {
    let user = request.subject(call).await?;
    let group = request.group()?;
    if user == call.caller.user()? {
        return apply(call, group, user, request.wish(), request.message.clone()).await;
    }
    if request.message.is_some() {
        return Err(Refusal::invalid("message", "must not be given to invite").into());
    }
    invite(call, group, user).await
}

async fn apply<'a>(
    call: &Call<'a>,
    group: GroupId,
    user: UserId,
    wish: Wish,
    message: Option<CoverNote>,
) -> Result<Decision<'a, Connection>, Error> {
    let applied = apply_to_group(call, group, user, wish, message).await?;
    Ok(applied.and_then(move |(connected, user)| Connection::of_applicant(connected, group, user)))
}

async fn invite<'a>(
    call: &Call<'a>,
    group: GroupId,
    user: UserId,
) -> Result<Decision<'a, Connection>, Error> {
    let invited = invite_to_group(call, group, user, None, Meeting::Accept).await?;
    Ok(invited.and_then(move |Invited { connected, user, .. }| {
        Connection::new(connected, group, user, |it| it.connection_id, Refusal::AlreadyInvited)
    }))
}

/// Whoever has a code joins by it, and nobody else by theirs. Which group that is the code says.
async fn redeem<'a>(
    call: &Call<'a>,
    request: &CreateGroupConnectionRequest,
    code: &Secret,
    group: Option<GroupId>,
) -> Result<Decision<'a, Connection>, Error> {
    let me = call.caller.user()?;
    let invites = request.action_type == Some(ActionType::Invite);
    if invites || request.username.is_some() || request.user_id.is_some_and(|user| user != me) {
        return Err(Refusal::invalid("code", "lets in nobody but yourself").into());
    }
    let redeemed = redeem_code(call, me, code, group).await?;
    Ok(redeemed.map(|Redeemed { connection, group, user }| Connection {
        id: connection,
        is_new: true,
        status: Status::Accepted,
        group,
        user,
    }))
}

/// `PUT /api/v3/group_connections/{id}`
///
/// Accepts or declines a request or an invitation. An admin answers a request, the invited user an invitation. Accepting once
/// more what was accepted succeeds; declining it undoes nothing.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateGroupConnection;

/// An answer to an application or an invitation.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateGroupConnectionRequest {
    /// The connection's id, from the answer that made it or from a list.
    id: ConnectionId,
    /// The answer.
    status: Wanted,
    /// Why not; kept in the group's history, for its admins.
    reason: Option<Reason>,
    /// Always `update`, as some clients say; it changes nothing.
    #[serde(rename = "action_type")]
    _action_type: Option<String>,
    /// What the client believes the connection to be; it changes nothing, since some say `invite` of everything.
    #[serde(rename = "connection_type")]
    _connection_type: Option<String>,
}

/// The answer to a request or an invitation.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
enum Wanted {
    /// Yes.
    Accepted,
    /// No.
    Declined,
}

/// The connection as it is then.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateGroupConnectionResponse {
    /// The connection's id.
    id: ConnectionId,
    /// The answer that was given.
    status: Status,
}

impl Endpoint for UpdateGroupConnection {
    type Caller = Caller;
    type Request = UpdateGroupConnectionRequest;
    type Response = UpdateGroupConnectionResponse;

    const RESOURCE: &'static str = "group_connection";
    const READ_ONLY: &'static [&'static str] =
        &["group", "group_id", "inviter", "inviter_id", "user"];

    /// The seed answers 422 to a caller who may not decide.
    fn status(refusal: &Refusal) -> StatusCode {
        if *refusal == Refusal::NotAuthorized {
            return StatusCode::UNPROCESSABLE_ENTITY;
        }
        error::status(refusal)
    }

    async fn call(
        call: Call<'_>,
        request: UpdateGroupConnectionRequest,
    ) -> Result<Decision<'_, UpdateGroupConnectionResponse>, Error> {
        let (answer, status) = match request.status {
            Wanted::Accepted if request.reason.is_some() => {
                return Err(Refusal::invalid("reason", "must not be given to accept").into());
            }
            Wanted::Accepted => (Answer::Accept, Status::Accepted),
            Wanted::Declined => (Answer::Decline(request.reason), Status::Declined),
        };
        let answered = answer_connection(&call, request.id, answer).await?;
        Ok(answered.map(move |()| UpdateGroupConnectionResponse { id: request.id, status }))
    }
}

/// `DELETE /api/v3/group_connections/cancel/{id}`
///
/// Takes a request or an invitation back. Whoever asked takes back a request, any admin an invitation.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CancelGroupConnection;

/// Which application or invitation.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CancelGroupConnectionRequest {
    /// The connection's id, from the answer that made it or from a list.
    id: ConnectionId,
}

impl Endpoint for CancelGroupConnection {
    type Caller = Caller;
    type Request = CancelGroupConnectionRequest;
    type Response = Message;

    const RESOURCE: &'static str = "group_connection";

    async fn call(
        call: Call<'_>,
        request: CancelGroupConnectionRequest,
    ) -> Result<Decision<'_, Message>, Error> {
        let done = cancel_connection(&call, request.id).await?;
        Ok(done.map(|()| Message::new("Group connection cancelled")))
    }
}
