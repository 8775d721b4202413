//! Rows: how each thing that is stored becomes an item and comes back.
//!
//! A row's struct holds what it says; keys, index keys, `kind` and schema `version` are added here.

mod kinds;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde_aux::serde_introspection::serde_introspect;

use crate::domain::ids::GameId;
use crate::error::Error;
use crate::store::Item;
use crate::store::keys::Key;
pub use kinds::{Arriving, Claim, KnownAddress, WebhookCount};

/// The version of the rows' form that this code writes.
pub(super) const SCHEMA_VERSION: u32 = 3;

/// The attributes by which rows are told apart, which no struct names.
const MARKS: [&str; 2] = ["kind", "version"];

/// Something that is read from one item: a whole row, or a part of it.
pub trait View: DeserializeOwned {
    /// The item's attribute `kind`.
    const KIND: &'static str;
}

/// Something that is stored as one item.
pub trait Row: View + Serialize {
    /// Where it is stored.
    fn key(&self, game: GameId) -> Key;

    /// Its keys in the indexes, as attribute and value.
    fn index_keys(&self, _game: GameId) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// When DynamoDB may delete it, where that follows from what it says and is no attribute of its own.
    fn expires_at(&self) -> Option<Timestamp> {
        None
    }
}

/// The attributes that a read asks for: those that the structs name which are made of it, and what tells rows apart.
#[derive(Debug, Clone)]
pub struct Projection(Vec<&'static str>);

impl Projection {
    /// What `T` names, for what is no row: keys, and entries of an index that has nothing else.
    ///
    /// No attribute has one of DynamoDB's reserved words for a name, so all are named as they are.
    pub(super) fn of<T: DeserializeOwned>() -> Self {
        Self(serde_introspect::<T>().to_vec())
    }

    /// What `V` names, and what every row has: [`take`] tells kinds apart, and rows of another version.
    pub fn rows<V: View>() -> Self {
        Self(MARKS.to_vec()).and::<V>()
    }

    /// The same, and what `V` names.
    pub fn and<V: View>(mut self) -> Self {
        for name in serde_introspect::<V>() {
            if !self.0.contains(name) {
                self.0.push(name);
            }
        }
        self
    }

    /// The projection expression.
    pub(super) fn expression(&self) -> String {
        self.0.join(",")
    }
}

/// The item that stores `row`.
pub fn to_item<R: Row>(game: GameId, row: &R) -> Result<Item, Error> {
    let mut item: Item = serde_dynamo::to_item(row).map_err(Error::internal)?;
    let key = row.key(game);
    let texts = [("pk", key.pk), ("sk", key.sk), ("kind", R::KIND.to_owned())];
    for (name, text) in texts.into_iter().chain(row.index_keys(game)) {
        item.insert(name.to_owned(), AttributeValue::S(text));
    }
    item.insert("version".to_owned(), AttributeValue::N(SCHEMA_VERSION.to_string()));
    if let Some(time) = row.expires_at() {
        item.insert("expires_at".to_owned(), AttributeValue::N(time.as_second().to_string()));
    }
    Ok(item)
}

/// What `T` names of an item that is no row.
pub(super) fn from_keys<T: DeserializeOwned>(item: Item) -> Result<T, Error> {
    deserialize(item.into_iter())
}

/// What `V` names of a row, if the row is of the version that this code knows.
pub(super) fn from_item<V: View>(item: Item) -> Result<V, Error> {
    let version = item.get("version").and_then(|version| version.as_n().ok());
    if version.and_then(|version| version.parse().ok()) != Some(SCHEMA_VERSION) {
        return Err(Error::internal("a row is of a version that this code does not know"));
    }
    deserialize(item.into_iter().filter(|(name, _)| !MARKS.contains(&name.as_str())))
}

/// What `T` names of an item, attribute by attribute: `serde_dynamo::from_item` makes a map of its own of them before.
fn deserialize<T: DeserializeOwned>(
    attributes: impl Iterator<Item = (String, AttributeValue)>,
) -> Result<T, Error> {
    let attributes = attributes.map(|(name, value)| (name, Value(value)));
    T::deserialize(MapDeserializer::new(attributes)).map_err(Error::internal)
}

/// An attribute's value, which serde_dynamo reads.
struct Value(AttributeValue);

impl IntoDeserializer<'_, serde_dynamo::Error> for Value {
    type Deserializer = serde_dynamo::Deserializer;

    fn into_deserializer(self) -> Self::Deserializer {
        serde_dynamo::Deserializer::from_attribute_value(self.0.into())
    }
}

/// Takes what is of one kind out of items of several kinds.
pub fn take<V: View>(items: &mut Vec<Item>) -> Result<Vec<V>, Error> {
    items.extract_if(.., |item| is::<V>(item)).map(from_item).collect()
}

/// Whether an item is of that kind: another one may lie in the place of a group that is arriving.
pub(super) fn is<V: View>(item: &Item) -> bool {
    kind(item) == Some(V::KIND)
}

/// What `V` names of the first item of its kind, which stays.
pub fn view<V: View>(items: &[Item]) -> Result<Option<V>, Error> {
    let item = items.iter().find(|item| is::<V>(item));
    item.cloned().map(from_item).transpose()
}

/// The same of all of its kind.
pub fn views<V: View>(items: &[Item]) -> Result<Vec<V>, Error> {
    items.iter().filter(|item| is::<V>(item)).cloned().map(from_item).collect()
}

fn kind(item: &Item) -> Option<&str> {
    item.get("kind")?.as_s().ok().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::attribute::{Attribute, PublicAttribute};
    use crate::domain::belonging::Joins;
    use crate::domain::code::Code;
    use crate::domain::delivery::Delivery;
    use crate::domain::door::Door;
    use crate::domain::event::GroupEvent;
    use crate::domain::game::Game;
    use crate::domain::group::{Group, GroupSummary};
    use crate::domain::membership::{Connection, Member, MemberSummary, Membership};
    use crate::domain::person::Person;
    use crate::domain::user::{Access, Account, User};
    use crate::domain::webhook::{Receiver, Webhook};

    /// The attributes that `V` is read from; serde tells none of a struct that is flattened or in brackets.
    fn assert_named<V: View>() {
        let Projection(names) = Projection::rows::<V>();
        assert!(names.len() > 2, "a {} is read from nothing", V::KIND);
    }

    #[test]
    fn everything_that_is_read_names_its_attributes() {
        assert_named::<Access>();
        assert_named::<Account>();
        assert_named::<Arriving>();
        assert_named::<Attribute>();
        assert_named::<Claim>();
        assert_named::<Code>();
        assert_named::<Connection>();
        assert_named::<Delivery>();
        assert_named::<Door>();
        assert_named::<Game>();
        assert_named::<Group>();
        assert_named::<GroupEvent>();
        assert_named::<GroupSummary>();
        assert_named::<Joins>();
        assert_named::<KnownAddress>();
        assert_named::<Member>();
        assert_named::<MemberSummary>();
        assert_named::<Membership>();
        assert_named::<Person>();
        assert_named::<PublicAttribute>();
        assert_named::<Receiver>();
        assert_named::<User>();
        assert_named::<Webhook>();
        assert_named::<WebhookCount>();
    }

    #[test]
    fn items_of_several_kinds_are_read_with_their_kind_and_each_name_once() {
        let kinds = Projection::rows::<Door>().and::<Claim>();
        let names = "kind,version,group_id,user_id,applied,invited,blocked,waits,holder";
        assert_eq!(kinds.expression(), names);
    }
}
