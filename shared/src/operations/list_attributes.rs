//! List a group's attributes, and which of them the caller may change.

use futures_util::future::try_join;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::attribute::Attribute;
use crate::domain::ids::GroupId;
use crate::error::Error;
use crate::operations::attribute_state::{Gone, standing};
use crate::operations::drift;
use crate::operations::guard::group_and_me;
use crate::store::keys;
use crate::store::table::Range;

/// An attribute, and whether the caller may change it.
#[derive(Debug, Clone)]
pub struct VisibleAttribute {
    /// The attribute.
    pub attribute: Attribute,
    /// Whether the caller may change its value.
    pub can_edit: bool,
}

/// Lists a group's attributes by key.
///
/// # Errors
/// [`Refusal::GroupNotFound`](crate::Refusal::GroupNotFound), [`Refusal::NotAuthorized`](crate::Refusal::NotAuthorized).
pub async fn list_attributes(
    app: &App,
    caller: &Caller,
    group: GroupId,
) -> Result<Vec<VisibleAttribute>, Error> {
    let partition = keys::group_partition(caller.game(), group);
    let ((group, me), attributes) = try_join(
        group_and_me(app, caller, group),
        app.store.query::<Attribute>(Range::prefix(partition, keys::ATTRIBUTE)),
    )
    .await?;
    let standing = standing(caller, me.as_ref())?;
    drift::check_attributes(&group, &attributes);
    let admins_only = group.settings.admins_only_can_create_attributes;
    let gone = Gone::among(app, caller, group.group_id, standing, attributes.iter()).await?;
    let visible = |attribute: Attribute| VisibleAttribute {
        can_edit: attribute.can_edit(
            caller.acting_user(),
            standing,
            gone.creator(&attribute),
            admins_only,
        ),
        attribute,
    };
    Ok(attributes.into_iter().map(visible).collect())
}
