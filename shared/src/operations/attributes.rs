//! Create, change, delete and list attributes.

use std::collections::BTreeMap;
use std::iter::once;

use futures_util::future::try_join;

use crate::Call;
use crate::decision::Decision;
use crate::domain::attribute::{Attribute, AttributeKey, Creator};
use crate::domain::ids::{AttributeId, GroupId};
use crate::domain::membership::MemberSummary;
use crate::domain::rules::attributes::{
    self, Missing, NewAttribute, VisibleAttribute, check_request, protectors,
    protectors_of_changed, standing,
};
use crate::domain::scene::Scene;
use crate::error::Error;
use crate::operations::drift;
use crate::operations::scene::{Reads, decide, decide_on};
use crate::store::keys::{self, Key};
use crate::store::range::Range;

/// Creates or changes attributes, all that a request names or none, and tells what they are then, in the order of the request.
pub async fn put_attributes<'a>(
    call: &Call<'a>,
    group: GroupId,
    wanted: &[NewAttribute],
    missing: Missing,
) -> Result<Decision<'a, Vec<VisibleAttribute>>, Error> {
    check_request(wanted)?;
    let reads = Reads::of(call, group).attributes(call, wanted.iter().map(|wanted| &wanted.key));
    let mut scene = reads.read(call).await?;
    let actor = call.caller.actor();
    let standing = standing(actor, scene.me(actor))?;
    let protectors = protectors_of_changed(&scene, actor, standing, wanted);
    if !protectors.is_empty() {
        // Whether somebody still protects what they created: nobody does who is gone.
        scene = reads.members(protectors).read(call).await?;
    }
    let drawn = draw_ids(call, &scene, wanted)?;
    decide_on(call, scene, |scene, context| {
        attributes::put(scene, context, wanted, missing, &drawn)
    })
    .await
}

/// An id for each attribute that does not exist yet.
fn draw_ids(
    call: &Call<'_>,
    scene: &Scene,
    wanted: &[NewAttribute],
) -> Result<BTreeMap<AttributeKey, AttributeId>, Error> {
    let new = wanted.iter().filter(|wanted| !scene.attributes.contains_key(&wanted.key));
    new.map(|wanted| Ok((wanted.key.clone(), call.app.entropy.id()?))).collect()
}

/// Deletes the attribute with that key.
pub async fn delete_attribute<'a>(
    call: &Call<'a>,
    group: GroupId,
    key: &AttributeKey,
) -> Result<Decision<'a, ()>, Error> {
    let reads = Reads::of(call, group).attributes(call, once(key));
    decide(call, None, reads, |scene, context| attributes::delete(scene, context, key)).await
}

/// Lists a group's attributes by key.
pub async fn list_attributes(
    call: &Call<'_>,
    group: GroupId,
) -> Result<Vec<VisibleAttribute>, Error> {
    let partition = keys::group_partition(call.game(), group);
    let reads = Reads::of(call, group);
    let attributes = call.app.store.query::<Attribute>(Range::prefix(partition, keys::ATTRIBUTE));
    let (scene, attributes) = try_join(reads.read(call), attributes).await?;
    let actor = call.caller.actor();
    let standing = standing(actor, scene.me(actor))?;
    drift::check_attributes(&scene.group, &attributes);
    let mut gone = protectors(actor, standing, attributes.iter());
    let keys = gone.iter().map(|user| Key::member(call.game(), group, *user)).collect();
    for member in call.app.store.get_all::<MemberSummary>(keys).await? {
        gone.remove(&member.user_id);
    }
    let admins_only = scene.group.settings.admins_only_can_create_attributes;
    let visible = |attribute: Attribute| {
        let is_gone = gone.contains(&attribute.creator_id);
        let creator = if is_gone { Creator::Gone } else { Creator::Present };
        VisibleAttribute {
            can_edit: attribute.can_edit(actor.user(), standing, creator, admins_only),
            attribute,
            is_new: false,
        }
    };
    Ok(attributes.into_iter().map(visible).collect())
}
