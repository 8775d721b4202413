//! `/api/v3/groups/{id}/attributes` and what is below it, `add_attribute` and `modify_attribute`.

use http::StatusCode;
use serde::Deserialize;
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::attribute::{AttributeKey, AttributeValue};
use shared::domain::ids::GroupId;
use shared::domain::rules::attributes::{Missing, NewAttribute};
use shared::operations::attributes::{delete_attribute, list_attributes, put_attributes};
use shared::{Call, Error, Refusal};

use super::endpoint::Endpoint;
use super::error;
use super::wire::{AttributeList, AttributeObject, Message};

/// The seed answers 400 to missing or invalid parameters of attributes.
fn status(refusal: &Refusal) -> StatusCode {
    if matches!(refusal, Refusal::MalformedBody(_) | Refusal::InvalidParameter { .. }) {
        return StatusCode::BAD_REQUEST;
    }
    error::status(refusal)
}

/// `GET /api/v3/groups/{id}/attributes`
///
/// Lists a group's attributes. Its members may, at most 100 are there, and all of them are answered.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupAttributes;

/// Which group.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupAttributesRequest {
    /// The group's id.
    id: GroupId,
}

impl Endpoint for ListGroupAttributes {
    type Caller = Caller;
    type Request = ListGroupAttributesRequest;
    type Response = AttributeList;

    const RESOURCE: &'static str = "group";

    fn status(refusal: &Refusal) -> StatusCode {
        status(refusal)
    }

    async fn call(
        call: Call<'_>,
        request: ListGroupAttributesRequest,
    ) -> Result<Decision<'_, AttributeList>, Error> {
        let attributes = list_attributes(&call, request.id).await?.into_iter();
        let object = |attribute| AttributeObject::new(attribute, call.is_dry_run);
        Ok(Decision::answer(attributes.map(object).collect()))
    }
}

/// `POST /api/v3/groups/{id}/add_attribute`
///
/// Creates or changes attributes, all of the request or none. Members may create attributes, only admins where the group's
/// `admins_only_can_create_attributes` says so. A group has at most 100. What is there is changed by its creator; by admins,
/// and by members unless `admins_only_can_create_attributes`, where it is not protected.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddGroupAttributes;

/// Attributes to create or change.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AddGroupAttributesRequest {
    /// The group's id.
    id: GroupId,
    /// What to create or change: up to 50, each key once.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 50)))]
    attributes: Vec<AttributeParameter>,
}

/// An attribute to create or change.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct AttributeParameter {
    /// Its key, unique in the group: compared as it is, but for white space around it.
    key: AttributeKey,
    /// Its value: a text of at most 4,096 bytes. Numbers and truth values are taken as their text.
    value: AttributeValue,
    /// Whether only the creator may change the value, and not even the group's admins. Only the creator says so, or the admins
    /// once the creator is a member no more. True for a new attribute, unless said otherwise.
    only_can_edit_by_creator: Option<bool>,
    /// The same the other way round, by its newer name. Where both are given, they must not contradict each other.
    others_can_edit: Option<bool>,
    /// Whether everybody may read it, member or not; at most 10 of a group are so. Only admins say so. A new attribute is for
    /// members where this is absent, and an old one stays as it is.
    public: Option<bool>,
}

impl TryFrom<AttributeParameter> for NewAttribute {
    type Error = Refusal;

    fn try_from(parameter: AttributeParameter) -> Result<Self, Refusal> {
        let protection = protection(parameter.only_can_edit_by_creator, parameter.others_can_edit)?;
        Ok(Self {
            key: parameter.key,
            value: parameter.value,
            only_can_edit_by_creator: protection,
            is_public: parameter.public,
        })
    }
}

/// The flag under its seed's name, or under its newer name, which says the opposite.
fn protection(
    only_can_edit_by_creator: Option<bool>,
    others_can_edit: Option<bool>,
) -> Result<Option<bool>, Refusal> {
    match (only_can_edit_by_creator, others_can_edit.map(|flag| !flag)) {
        (Some(one), Some(other)) if one != other => {
            Err(Refusal::invalid("others_can_edit", "must not contradict only_can_edit_by_creator"))
        }
        (one, other) => Ok(one.or(other)),
    }
}

impl Endpoint for AddGroupAttributes {
    type Caller = Caller;
    type Request = AddGroupAttributesRequest;
    type Response = AttributeList;

    const RESOURCE: &'static str = "group";

    fn status(refusal: &Refusal) -> StatusCode {
        status(refusal)
    }

    async fn call(
        call: Call<'_>,
        request: AddGroupAttributesRequest,
    ) -> Result<Decision<'_, AttributeList>, Error> {
        let wanted = request.attributes.into_iter().map(NewAttribute::try_from);
        let wanted = wanted.collect::<Result<Vec<_>, _>>()?;
        let put = put_attributes(&call, request.id, &wanted, Missing::Create).await?;
        let object = move |attribute| AttributeObject::new(attribute, call.is_dry_run);
        Ok(put.map(move |put| put.into_iter().map(object).collect()))
    }
}

/// `PATCH /api/v3/groups/{id}/modify_attribute`
///
/// Changes an attribute that is there, by the rules of add_attribute. `POST` with `X-HTTP-Method-Override: PATCH` does the
/// same.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModifyGroupAttribute;

/// An attribute that is there, and its new value.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModifyGroupAttributeRequest {
    /// The group's id.
    id: GroupId,
    /// The attribute's key.
    key: AttributeKey,
    /// Its new value: a text of at most 4,096 bytes. Numbers and truth values are taken as their text.
    value: AttributeValue,
    /// Whether only the creator may change the value, and not even the group's admins. Only the creator says so, or the admins
    /// once the creator is a member no more. It stays as it is where this is absent.
    only_can_edit_by_creator: Option<bool>,
    /// The same the other way round, by its newer name. Where both are given, they must not contradict each other.
    others_can_edit: Option<bool>,
    /// Whether everybody may read it, member or not; at most 10 of a group are so. Only admins say so. It stays as it is where
    /// this is absent.
    public: Option<bool>,
}

impl Endpoint for ModifyGroupAttribute {
    type Caller = Caller;
    type Request = ModifyGroupAttributeRequest;
    type Response = AttributeObject;

    const RESOURCE: &'static str = "group";

    fn status(refusal: &Refusal) -> StatusCode {
        status(refusal)
    }

    async fn call(
        call: Call<'_>,
        request: ModifyGroupAttributeRequest,
    ) -> Result<Decision<'_, AttributeObject>, Error> {
        let protection = protection(request.only_can_edit_by_creator, request.others_can_edit)?;
        let wanted = NewAttribute {
            key: request.key,
            value: request.value,
            only_can_edit_by_creator: protection,
            is_public: request.public,
        };
        let put = put_attributes(&call, request.id, &[wanted], Missing::Refuse).await?;
        Ok(put.and_then(move |put| {
            let attribute = put.into_iter().next().ok_or(Refusal::AttributeNotFound)?;
            Ok(AttributeObject::new(attribute, call.is_dry_run))
        }))
    }
}

/// `DELETE /api/v3/groups/{id}/attributes/{key+}`: ours, since the real service keeps an attribute for ever.
///
/// Deletes an attribute. Its creator may while a member, and every admin, protected or not.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteGroupAttribute;

/// Which attribute. Its key is the rest of the path, slashes and all, since API Gateway decodes a path before it looks for
/// slashes. What a path does not carry unharmed, such as a question mark or two dots, `exact_key` says in its place.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteGroupAttributeRequest {
    /// The group's id.
    id: GroupId,
    /// The attribute's key, percent-encoded; the rest of the path, slashes and all.
    key: AttributeKey,
    /// The key, where a path does not carry it unharmed, as with a question mark or two dots; then the path's does not count.
    // As text, since an empty one is a mistake and not one that is not set: another attribute would be deleted.
    #[cfg_attr(feature = "schema", schemars(with = "Option<AttributeKey>"))]
    exact_key: Option<String>,
}

impl Endpoint for DeleteGroupAttribute {
    type Caller = Caller;
    type Request = DeleteGroupAttributeRequest;
    type Response = Message;

    const RESOURCE: &'static str = "group";

    fn status(refusal: &Refusal) -> StatusCode {
        status(refusal)
    }

    async fn call(
        call: Call<'_>,
        request: DeleteGroupAttributeRequest,
    ) -> Result<Decision<'_, Message>, Error> {
        let key = match request.exact_key {
            None => request.key,
            Some(exact) => AttributeKey::try_from(exact)
                .map_err(|problem| Refusal::invalid("exact_key", problem))?,
        };
        let deleted = delete_attribute(&call, request.id, &key).await?;
        Ok(deleted.map(|()| Message::new("Attribute deleted")))
    }
}
