//! `/api/v3/groups` and `/api/v3/groups/{id}`.

use std::num::NonZeroU32;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::group::SettingsUpdate;
use shared::domain::ids::GroupId;
use shared::domain::name::{GroupName, GroupType};
use shared::domain::rules::groups::{GroupUpdate, NameClaim};
use shared::domain::words::Description;
#[cfg(feature = "schema")]
use shared::limits::Limits;
use shared::operations::groups::create::create_group;
use shared::operations::groups::delete::delete_group;
use shared::operations::groups::get::{GroupPage, get_group, get_groups};
use shared::operations::groups::list::{
    Filter, Listed, MAX_LIMIT, Page, Whose, cursor_behind, list_groups,
};
use shared::operations::groups::update::update_group;
use shared::operations::users::profile::{self, Profile};
use shared::{Call, Error};

use super::endpoint::Endpoint;
use super::weight;
use super::wire::{FullGroupObject, GroupObject, Message};
use crate::lenient::unless_empty;

/// `POST /api/v3/groups`
///
/// Creates a group, whose first member and admin is the caller.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateGroup;

/// A new group. Clients that have no limit or type to set leave them out.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateGroupRequest {
    /// What it is called. Other groups may be called the same, unless the deployment wants names to be unique.
    name: GroupName,
    group_type: Option<GroupType>,
    max_group_size: Option<NonZeroU32>,
    can_auto_join: Option<bool>,
    is_invite_only: Option<bool>,
    searchable: Option<bool>,
    admins_only_can_create_attributes: Option<bool>,
    description: Option<Description>,
    #[cfg_attr(feature = "schema", schemars(range(max = Limits::REAPPLY_AFTER)))]
    reapply_after: Option<u32>,
}

impl Endpoint for CreateGroup {
    type Caller = Caller;
    type Request = CreateGroupRequest;
    type Response = FullGroupObject;

    const RESOURCE: &'static str = "group";
    const SUCCESS: StatusCode = StatusCode::CREATED;

    async fn call(
        call: Call<'_>,
        request: CreateGroupRequest,
    ) -> Result<Decision<'_, FullGroupObject>, Error> {
        let settings = SettingsUpdate {
            group_type: request.group_type,
            max_group_size: request.max_group_size.map(u32::from),
            can_auto_join: request.can_auto_join,
            is_invite_only: request.is_invite_only,
            searchable: request.searchable,
            admins_only_can_create_attributes: request.admins_only_can_create_attributes,
            description: request.description,
            reapply_after: request.reapply_after,
        };
        let (creator, name) = (call.caller.user()?, request.name);
        let created = create_group(&call, creator, name, settings, NameClaim::AsDeployed).await?;
        Ok(created.beside(profile::user(call, creator)).map(move |(group, creator)| {
            let creator = Profile::of(&call, creator, false);
            FullGroupObject::new(group, creator, call.is_dry_run)
        }))
    }
}

/// The most groups on a page that shows what is in them; fewer where they are large, since all of it must fit into one answer.
const MAX_FULL: u32 = 20;

/// `GET /api/v3/groups`
///
/// Lists the game's groups by name, a page at a time: those that are searchable, and those that the caller is in. A list follows
/// the groups within a moment, usually less than a second. Where it is filtered, a page may have fewer groups than `limit`, or
/// none: only a missing `next_cursor` ends the list.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroups;

/// Which groups, and whether with what is in them.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupsRequest {
    /// How the names of the listed groups begin, in whatever case; a prefix, and no pattern. All groups, where it is absent.
    #[cfg_attr(feature = "schema", schemars(with = "Option<GroupName>"))]
    query: Option<String>,
    /// The most groups of a page: from 1 to 100, which is the default. With `with_full_data` a page has up to 20.
    #[cfg_attr(feature = "schema", schemars(extend("maximum" = MAX_LIMIT, "default" = MAX_LIMIT)))]
    limit: Option<NonZeroU32>,
    /// Where the page begins: `next_cursor` of the page before, with the same `query` and filters.
    #[serde(default, deserialize_with = "unless_empty")]
    cursor: Option<String>,
    /// Only groups of that type, in whatever case.
    group_type: Option<GroupType>,
    /// Only groups that let in whoever asks; with false, only others.
    open: Option<bool>,
    /// Only groups with room for another member; with false, only others.
    has_room: Option<bool>,
    /// Only groups that the caller is in.
    member: Option<Member>,
    /// Whether each group is answered with what is in it, as by get-group. False, where it is absent.
    with_full_data: Option<bool>,
    /// What one revision of the C# client calls `with_full_data`.
    include_members: Option<bool>,
}

/// Whose membership is asked for.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
enum Member {
    /// The caller's.
    Me,
}

/// Groups, and the cursor of the next page where there is one.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupsResponse {
    /// The groups of this page, by name.
    groups: GroupObjects,
    /// Where the next page begins; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Groups, without what is in them or with it.
#[derive(Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
enum GroupObjects {
    /// By default.
    Basic(Vec<GroupObject>),
    /// With `with_full_data`.
    Full(Vec<FullGroupObject>),
}

impl Endpoint for ListGroups {
    type Caller = Caller;
    type Request = ListGroupsRequest;
    type Response = ListGroupsResponse;

    const RESOURCE: &'static str = "group";

    async fn call(
        call: Call<'_>,
        request: ListGroupsRequest,
    ) -> Result<Decision<'_, ListGroupsResponse>, Error> {
        let full = request.with_full_data.or(request.include_members).unwrap_or(false);
        let most = if full { MAX_FULL } else { MAX_LIMIT };
        let limit = request.limit.map_or(MAX_LIMIT, u32::from);
        let limit = if limit > MAX_LIMIT { limit } else { limit.min(most) };
        let filter = Filter {
            query: request.query,
            group_type: request.group_type,
            is_open: request.open,
            has_room: request.has_room,
            whose: request.member.map_or(Whose::Anybodys, |Member::Me| Whose::Mine),
        };
        let page = Page { filter: filter.clone(), limit: Some(limit), cursor: request.cursor };
        let (groups, next_cursor) = list_groups(&call, page).await?;
        if !full {
            let groups = groups.into_iter().map(|listed| listed.group.into()).collect();
            let groups = GroupObjects::Basic(groups);
            return Ok(Decision::answer(ListGroupsResponse { groups, next_cursor }));
        }
        let (pages, ends_behind) = in_full(&call, groups).await?;
        let next_cursor = match ends_behind {
            Some(last) => Some(cursor_behind(&call, &filter, &last)?),
            None => next_cursor,
        };
        let groups = GroupObjects::Full(pages.into_iter().map(FullGroupObject::from).collect());
        Ok(Decision::answer(ListGroupsResponse { groups, next_cursor }))
    }
}

/// As many of these groups in full as surely fit into one answer; and the last one that was looked at, where there is no room for all.
async fn in_full(
    call: &Call<'_>,
    mut listed: Vec<Listed>,
) -> Result<(Vec<GroupPage>, Option<Listed>), Error> {
    let room = call.app.limits.answer;
    // What is too heavy by its counts is not even read; and what was read is weighed too, since a group may have grown.
    let fits = weight::fitting(room, listed.iter().map(|listed| weight::at_most(&listed.group)));
    let is_cut = fits < listed.len();
    listed.truncate(fits);
    let ids: Vec<_> = listed.iter().map(|listed| listed.group.group_id).collect();
    let mut pages = get_groups(call, &ids).await?;
    pages.iter_mut().for_each(|page| weight::trim(room, page));
    let fits = weight::fitting(room, pages.iter().map(weight::of_page));
    let last = match fits < pages.len() {
        true => {
            pages.truncate(fits);
            let last = pages.last().map(|page| page.group.group_id);
            listed.into_iter().find(|listed| Some(listed.group.group_id) == last)
        }
        false => listed.pop().filter(|_| is_cut),
    };
    Ok((pages, last))
}

/// `GET /api/v3/groups/{id}`
///
/// Reads a group with its members. Admins also see who asks to join and who is invited.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetGroup;

/// Which group. It is always answered in full; the flags are what clients send to ask for that.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetGroupRequest {
    /// The group's id.
    id: GroupId,
    /// Whether to answer what is in the group, as some clients say; it is answered always.
    #[serde(rename = "with_full_data")]
    _with_full_data: Option<bool>,
    /// The same, by another name.
    #[serde(rename = "include_members")]
    _include_members: Option<bool>,
}

impl Endpoint for GetGroup {
    type Caller = Caller;
    type Request = GetGroupRequest;
    type Response = FullGroupObject;

    const RESOURCE: &'static str = "group";

    async fn call(
        call: Call<'_>,
        request: GetGroupRequest,
    ) -> Result<Decision<'_, FullGroupObject>, Error> {
        let mut page = get_group(&call, request.id).await?;
        weight::trim(call.app.limits.answer, &mut page);
        Ok(Decision::answer(page.into()))
    }
}

/// `PUT /api/v3/groups/{id}`
///
/// Changes a group's name and settings. Only admins may. What is absent stays.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateGroup;

/// A change to a group: what is absent stays.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(extend("minProperties" = 1)))]
pub struct UpdateGroupRequest {
    /// The group's id.
    id: GroupId,
    /// What it is called from now on.
    name: Option<GroupName>,
    group_type: Option<GroupType>,
    max_group_size: Option<NonZeroU32>,
    can_auto_join: Option<bool>,
    is_invite_only: Option<bool>,
    searchable: Option<bool>,
    admins_only_can_create_attributes: Option<bool>,
    description: Option<Description>,
    #[cfg_attr(feature = "schema", schemars(range(max = Limits::REAPPLY_AFTER)))]
    reapply_after: Option<u32>,
}

impl Endpoint for UpdateGroup {
    type Caller = Caller;
    type Request = UpdateGroupRequest;
    type Response = GroupObject;

    const RESOURCE: &'static str = "group";

    async fn call(
        call: Call<'_>,
        request: UpdateGroupRequest,
    ) -> Result<Decision<'_, GroupObject>, Error> {
        let settings = SettingsUpdate {
            group_type: request.group_type,
            max_group_size: request.max_group_size.map(u32::from),
            can_auto_join: request.can_auto_join,
            is_invite_only: request.is_invite_only,
            searchable: request.searchable,
            admins_only_can_create_attributes: request.admins_only_can_create_attributes,
            description: request.description,
            reapply_after: request.reapply_after,
        };
        let update = GroupUpdate { name: request.name, settings };
        Ok(update_group(&call, request.id, update).await?.map(GroupObject::from))
    }
}

/// `DELETE /api/v3/groups/{id}`
///
/// Deletes a group with everything in it, for good. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteGroup;

/// Which group.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteGroupRequest {
    /// The group's id.
    id: GroupId,
}

impl Endpoint for DeleteGroup {
    type Caller = Caller;
    type Request = DeleteGroupRequest;
    type Response = Message;

    const RESOURCE: &'static str = "group";

    async fn call(
        call: Call<'_>,
        request: DeleteGroupRequest,
    ) -> Result<Decision<'_, Message>, Error> {
        let deleted = delete_group(&call, request.id, NameClaim::AsDeployed).await?;
        Ok(deleted.map(|()| Message::new("Group deleted")))
    }
}
