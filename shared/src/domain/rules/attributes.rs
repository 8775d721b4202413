//! Creating, changing and deleting a group's attributes.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::domain::actor::Actor;
use crate::domain::attribute::{
    Attribute, AttributeKey, AttributeValue, Creator, MAX_PER_GROUP, MAX_PER_REQUEST, MAX_PUBLIC,
    Standing, can_create,
};
use crate::domain::event::EventType;
use crate::domain::fact::Fact;
use crate::domain::ids::{AttributeId, UserId};
use crate::domain::membership::Member;
use crate::domain::permissions::Action;
use crate::domain::plan::{Change, Decided, Plan};
use crate::domain::scene::{Context, Scene};
use crate::error::Refusal;

/// What an attribute is to be.
#[derive(Debug, Clone)]
pub struct NewAttribute {
    /// Which attribute.
    pub key: AttributeKey,
    pub value: AttributeValue,
    /// Whether only the creator may change it; where absent, a new one is protected and an old one stays as it is.
    pub only_can_edit_by_creator: Option<bool>,
    /// Whether everybody may read it; where absent, a new one is for members and an old one stays as it is.
    pub is_public: Option<bool>,
}

impl NewAttribute {
    /// Whether others may change it then who may not now, or the other way about.
    fn changes_protection(&self, before: &Attribute) -> bool {
        self.only_can_edit_by_creator.is_some_and(|flag| flag != before.only_can_edit_by_creator)
    }
}

/// What to do with a key that the group has no attribute for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Create it.
    Create,
    /// Refuse with [`Refusal::AttributeNotFound`].
    Refuse,
}

/// An attribute, and whether the caller may change it.
#[derive(Debug, Clone)]
pub struct VisibleAttribute {
    pub attribute: Attribute,
    /// Whether the caller may change its value.
    pub can_edit: bool,
    /// Whether it comes into being by this call.
    pub is_new: bool,
}

/// What the actor is to the group's attributes.
pub fn standing(actor: Actor, me: Option<&Member>) -> Result<Standing, Refusal> {
    match me {
        _ if actor.is_title() => Ok(Standing::Title),
        Some(member) if member.is_admin => Ok(Standing::Admin),
        Some(_) => Ok(Standing::Member),
        None => Err(Refusal::NotAuthorized),
    }
}

/// The creators of these attributes whose being in the group decides what the actor may do with them as they are.
pub fn protectors<'a>(
    actor: Actor,
    standing: Standing,
    attributes: impl Iterator<Item = &'a Attribute>,
) -> BTreeSet<UserId> {
    attributes.filter_map(|attribute| attribute.protector(actor.user(), standing, false)).collect()
}

/// The same of those attributes of a scene that are to be changed, and of what is to become of them.
pub fn protectors_of_changed(
    scene: &Scene,
    actor: Actor,
    standing: Standing,
    wanted: &[NewAttribute],
) -> BTreeSet<UserId> {
    let protector = |wanted: &NewAttribute| {
        let before = scene.attributes.get(&wanted.key)?;
        before.protector(actor.user(), standing, wanted.changes_protection(before))
    };
    wanted.iter().filter_map(protector).collect()
}

/// Refuses no, too many or repeated keys.
pub fn check_request(wanted: &[NewAttribute]) -> Result<(), Refusal> {
    if !(1..=MAX_PER_REQUEST).contains(&wanted.len()) {
        return Err(Refusal::invalid("attributes", "must have 1 to 50 entries"));
    }
    let keys: HashSet<_> = wanted.iter().map(|wanted| wanted.key.as_str()).collect();
    if keys.len() < wanted.len() {
        return Err(Refusal::invalid("attributes", "must not name a key twice"));
    }
    Ok(())
}

/// Creates or changes attributes and tells what they are then, in the order of the request. For each that does not exist yet
/// an id was drawn.
pub fn put(
    scene: &Scene,
    context: &Context<'_>,
    wanted: &[NewAttribute],
    missing: Missing,
    drawn: &BTreeMap<AttributeKey, AttributeId>,
) -> Result<Decided<Vec<VisibleAttribute>>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::EditAttribute)?;
    let standing = standing(context.actor, scene.me(context.actor))?;
    plan.facts.insert(Fact::SameAttributeSetting);
    let admins_only = scene.group.settings.admins_only_can_create_attributes;
    let mut answer = Vec::new();
    for wanted in wanted {
        let before = scene.attributes.get(&wanted.key);
        let gone =
            before.and_then(|before| gone_protector(scene, context, standing, before, wanted));
        let creator = if gone.is_some() { Creator::Gone } else { Creator::Present };
        if let Some(gone) = gone {
            plan.insist_on_outsider(gone);
        }
        let attribute = match before {
            Some(before) => changed(context, standing, creator, admins_only, before, wanted)?,
            None if missing == Missing::Refuse => return Err(Refusal::AttributeNotFound),
            None => created(scene, context, standing, wanted, drawn)?,
        };
        answer.push(VisibleAttribute {
            can_edit: attribute.can_edit(context.actor.user(), standing, creator, admins_only),
            attribute: attribute.clone(),
            is_new: before.is_none(),
        });
        let change = Change { before: before.cloned(), after: Some(attribute) };
        plan.attributes.insert(wanted.key.clone(), change);
    }
    let is_new = answer.iter().filter(|attribute| attribute.is_new).count();
    if let Ok(new @ 1..) = u32::try_from(is_new) {
        let room = MAX_PER_GROUP.checked_sub(new).ok_or(Refusal::TooManyAttributes)?;
        if scene.group.attribute_count > room {
            return Err(Refusal::TooManyAttributes);
        }
        plan.facts.insert(Fact::AttributesUpTo(room));
    }
    refuse_too_many_public(&mut plan)?;
    let mut event = context.event(EventType::AttributeSet, []);
    event.data.keys = wanted.iter().map(|wanted| wanted.key.clone()).collect();
    Ok(Decided { answer, plan: Some(plan.finish(context, event)?) })
}

/// Insists that no more attributes are public then than a group may have.
fn refuse_too_many_public(plan: &mut Plan) -> Result<(), Refusal> {
    let is_public = |it: &Option<Attribute>| it.as_ref().is_some_and(|it| it.is_public);
    let changes = plan.attributes.values();
    let new =
        changes.filter(|change| is_public(&change.after) && !is_public(&change.before)).count();
    let Ok(new @ 1..) = u32::try_from(new) else { return Ok(()) };
    let room = MAX_PUBLIC.checked_sub(new).ok_or(Refusal::TooManyPublicAttributes)?;
    if plan.after.public_count > room {
        return Err(Refusal::TooManyPublicAttributes);
    }
    plan.facts.insert(Fact::PublicAttributesUpTo(room));
    Ok(())
}

/// The creator of that attribute, where it matters to the actor that they are in the group no more.
fn gone_protector(
    scene: &Scene,
    context: &Context<'_>,
    standing: Standing,
    before: &Attribute,
    wanted: &NewAttribute,
) -> Option<UserId> {
    let changes_protection = wanted.changes_protection(before);
    let protector = before.protector(context.actor.user(), standing, changes_protection)?;
    (!scene.members.contains_key(&protector)).then_some(protector)
}

fn created(
    scene: &Scene,
    context: &Context<'_>,
    standing: Standing,
    wanted: &NewAttribute,
    drawn: &BTreeMap<AttributeKey, AttributeId>,
) -> Result<Attribute, Refusal> {
    if !can_create(standing, scene.group.settings.admins_only_can_create_attributes) {
        return Err(Refusal::NotAuthorized);
    }
    let is_public = wanted.is_public.unwrap_or(false);
    if is_public && !Attribute::can_publish(standing) {
        return Err(Refusal::NotAuthorized);
    }
    Ok(Attribute {
        group_id: scene.group.group_id,
        attribute_id: *drawn.get(&wanted.key).ok_or(Refusal::AttributeNotFound)?,
        attribute_key: wanted.key.clone(),
        attribute_value: wanted.value.clone(),
        creator_id: context.actor.user().ok_or(Refusal::UserRequired)?,
        only_can_edit_by_creator: wanted.only_can_edit_by_creator.unwrap_or(true),
        is_public,
    })
}

fn changed(
    context: &Context<'_>,
    standing: Standing,
    creator: Creator,
    admins_only: bool,
    before: &Attribute,
    wanted: &NewAttribute,
) -> Result<Attribute, Refusal> {
    let publishes = wanted.is_public.is_some_and(|flag| flag != before.is_public);
    let user = context.actor.user();
    if !before.can_edit(user, standing, creator, admins_only)
        || wanted.changes_protection(before) && !before.can_protect(user, standing, creator)
        || publishes && !Attribute::can_publish(standing)
    {
        return Err(Refusal::NotAuthorized);
    }
    Ok(Attribute {
        attribute_value: wanted.value.clone(),
        only_can_edit_by_creator: wanted
            .only_can_edit_by_creator
            .unwrap_or(before.only_can_edit_by_creator),
        is_public: wanted.is_public.unwrap_or(before.is_public),
        ..before.clone()
    })
}

/// Deletes an attribute: whoever created it may, and every admin, so that what a member leaves behind can be cleared away.
pub fn delete(
    scene: &Scene,
    context: &Context<'_>,
    key: &AttributeKey,
) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::DeleteAttribute)?;
    let standing = standing(context.actor, scene.me(context.actor))?;
    let attribute = scene.attributes.get(key).ok_or(Refusal::AttributeNotFound)?;
    if !attribute.can_delete(context.actor.user(), standing) {
        return Err(Refusal::NotAuthorized);
    }
    let change = Change { before: Some(attribute.clone()), after: None };
    plan.attributes.insert(key.clone(), change);
    let mut event = context.event(EventType::AttributeDeleted, []);
    event.data.keys = vec![key.clone()];
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}
