//! `/api/v3/groups/{id}/codes`: ours, invite codes. Who has one joins by it in `connections`.

#[cfg(feature = "schema")]
use std::num::NonZeroU32;

use http::StatusCode;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::code::{Code, MAX_SECONDS, MAX_USES, Note};
use shared::domain::ids::{CodeId, GroupId, UserId};
use shared::domain::role::RoleId;
use shared::operations::codes::{NewCode, create_code, delete_code, list_codes, update_code};
use shared::{Call, Error};

use super::endpoint::Endpoint;
use super::parameters::from_one_to;
use super::wire::{Message, shown};

/// `POST /api/v3/groups/{id}/codes`
///
/// Creates an invite code: whoever sends it to create-group-connection is a member at once, also of a closed or invite-only
/// group, but never beyond a block or the group's size. Only admins may. The code is told here alone. A group has at most 100.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateGroupCode;

/// What the code is good for.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateGroupCodeRequest {
    /// The group's id.
    id: GroupId,
    /// How many it may let in: from 1 to 10,000. Any number, where it is absent.
    #[cfg_attr(feature = "schema", schemars(with = "Option<NonZeroU32>", extend("maximum" = MAX_USES)))]
    max_uses: Option<i64>,
    /// In how many seconds it expires: from 1 to a year. It does not, where it is absent.
    #[cfg_attr(feature = "schema", schemars(with = "Option<NonZeroU32>", extend("maximum" = MAX_SECONDS)))]
    expires_in: Option<i64>,
    /// The role that it gives; the group's member role of that moment, where it is absent.
    role_id: Option<RoleId>,
    /// A note for the group's admins.
    note: Option<Note>,
}

/// A new code, and what lets people in.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateGroupCodeResponse {
    /// What to give out: 20 letters and digits that can be read aloud, in groups of four. Case, dashes and blanks do not matter
    /// when it is typed, nor whether O or 0, I, L or 1. It is kept as a hash, so nobody is told it again. Empty in a dry run.
    code: String,
    #[serde(flatten)]
    object: CodeObject,
}

/// A code, without what lets people in.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CodeObject {
    /// The id to open, close or delete it by; 0 in a dry run of its creation.
    id: u32,
    /// How many it has let in.
    uses: u32,
    /// How many it may let in; null for any number.
    max_uses: Option<u32>,
    /// When it expires, or has: RFC 3339, in UTC, on the second; null where it does not.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    expires_at: Option<String>,
    /// The role that it gives; null for the group's member role of that moment.
    role_id: Option<RoleId>,
    /// What the group's admins have noted about it.
    note: Option<Note>,
    /// Whether it lets people in, as long as it is not expired or used up.
    open: bool,
    /// Who created it; null where the game did.
    creator_id: Option<UserId>,
}

impl CodeObject {
    fn new(code: Code, is_unknown: bool) -> Self {
        Self {
            id: shown(code.code_id, is_unknown),
            uses: code.uses,
            max_uses: code.max_uses,
            expires_at: code.valid_until.map(|end| format!("{end:.0}")),
            role_id: code.role_id,
            note: code.note,
            open: code.is_open,
            creator_id: code.creator_id,
        }
    }
}

impl Endpoint for CreateGroupCode {
    type Caller = Caller;
    type Request = CreateGroupCodeRequest;
    type Response = CreateGroupCodeResponse;

    const RESOURCE: &'static str = "code";
    const SUCCESS: StatusCode = StatusCode::CREATED;

    async fn call(
        call: Call<'_>,
        request: CreateGroupCodeRequest,
    ) -> Result<Decision<'_, CreateGroupCodeResponse>, Error> {
        let seconds = from_one_to(MAX_SECONDS, request.expires_in, "expires_in")?;
        let new = NewCode {
            max_uses: from_one_to(MAX_USES, request.max_uses, "max_uses")?.map(u32::from),
            lifetime: seconds.map(|seconds| SignedDuration::from_secs(seconds.get().into())),
            role_id: request.role_id,
            note: request.note,
        };
        let created = create_code(&call, request.id, new).await?;
        Ok(created.map(move |(code, invite)| CreateGroupCodeResponse {
            code: if call.is_dry_run { String::new() } else { invite.tell() },
            object: CodeObject::new(code, call.is_dry_run),
        }))
    }
}

/// `GET /api/v3/groups/{id}/codes`
///
/// Lists a group's codes, without what lets people in. Only admins may. A code that has expired is listed for 30 days more.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupCodes;

/// Which group.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupCodesRequest {
    /// The group's id.
    id: GroupId,
}

/// The group's codes, the oldest first.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupCodesResponse {
    /// The group's codes, the oldest first.
    codes: Vec<CodeObject>,
}

impl From<Vec<Code>> for ListGroupCodesResponse {
    fn from(codes: Vec<Code>) -> Self {
        Self { codes: codes.into_iter().map(|code| CodeObject::new(code, false)).collect() }
    }
}

impl Endpoint for ListGroupCodes {
    type Caller = Caller;
    type Request = ListGroupCodesRequest;
    type Response = ListGroupCodesResponse;

    const RESOURCE: &'static str = "group";

    async fn call(
        call: Call<'_>,
        request: ListGroupCodesRequest,
    ) -> Result<Decision<'_, ListGroupCodesResponse>, Error> {
        Ok(Decision::answer(list_codes(&call, request.id).await?.into()))
    }
}

/// `PATCH /api/v3/groups/{id}/codes/{code_id}`
///
/// Opens or closes a code: a closed one lets nobody in until it is opened again. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateGroupCode;

/// Whether a code is to let people in.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateGroupCodeRequest {
    /// The group's id.
    id: GroupId,
    /// The code's id, from the answer that made it or from the list.
    code_id: CodeId,
    /// Whether it is to let people in.
    open: bool,
}

impl Endpoint for UpdateGroupCode {
    type Caller = Caller;
    type Request = UpdateGroupCodeRequest;
    type Response = CodeObject;

    const RESOURCE: &'static str = "code";
    const READ_ONLY: &'static [&'static str] = &["uses"];

    async fn call(
        call: Call<'_>,
        request: UpdateGroupCodeRequest,
    ) -> Result<Decision<'_, CodeObject>, Error> {
        let updated = update_code(&call, request.id, request.code_id, request.open).await?;
        Ok(updated.map(|code| CodeObject::new(code, false)))
    }
}

/// `DELETE /api/v3/groups/{id}/codes/{code_id}`
///
/// Deletes a code. Whom it has let in stays. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteGroupCode;

/// Which code.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteGroupCodeRequest {
    /// The group's id.
    id: GroupId,
    /// The code's id, from the answer that made it or from the list.
    code_id: CodeId,
}

impl Endpoint for DeleteGroupCode {
    type Caller = Caller;
    type Request = DeleteGroupCodeRequest;
    type Response = Message;

    const RESOURCE: &'static str = "code";

    async fn call(
        call: Call<'_>,
        request: DeleteGroupCodeRequest,
    ) -> Result<Decision<'_, Message>, Error> {
        let deleted = delete_code(&call, request.id, request.code_id).await?;
        Ok(deleted.map(|()| Message::new("Code deleted")))
    }
}
