//! One conditional write: what to do to an item, and what must hold for it.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::domain::game::OldSecret;
use crate::domain::ids::GameId;
use crate::domain::role::{RoleId, RoleName, Roles};
use crate::domain::webhook::WebhookTypes;
use crate::error::Error;
use crate::store::Item;
use crate::store::keys::Key;
use crate::store::rows::{self, Row, View};

/// A write with its condition. Expressions name attributes as they are: none has one of DynamoDB's reserved words for a name.
#[derive(Debug)]
pub struct Write {
    pub(super) verb: Verb,
    pub(super) key: Key,
    set: Vec<String>,
    add: Vec<String>,
    remove: Vec<String>,
    conditions: Vec<String>,
    /// What every `:name` of the expressions stands for.
    pub(super) values: HashMap<String, AttributeValue>,
    /// What every `#alias` of the expressions stands for.
    pub(super) names: HashMap<String, String>,
}

#[derive(Debug)]
pub(super) enum Verb {
    Put(Item),
    Update,
    Delete,
    Check,
}

/// What an absent item means: the row may be put.
pub const ABSENT: &str = "attribute_not_exists(pk)";
/// What a present item means.
pub const PRESENT: &str = "attribute_exists(pk)";
/// Of a user's row that is there: that it still says who they are.
pub const NOT_ERASED: &str = "attribute_not_exists(erased_at)";

impl Write {
    fn new(verb: Verb, key: Key) -> Self {
        Self {
            verb,
            key,
            set: Vec::new(),
            add: Vec::new(),
            remove: Vec::new(),
            conditions: Vec::new(),
            values: HashMap::new(),
            names: HashMap::new(),
        }
    }

    /// Puts `row` in place of whatever lies there.
    pub fn put<R: Row>(game: GameId, row: &R) -> Result<Self, Error> {
        Ok(Self::new(Verb::Put(rows::to_item(game, row)?), row.key(game)))
    }

    /// Changes the item at `key`, as is said next.
    pub fn update(key: Key) -> Self {
        Self::new(Verb::Update, key)
    }

    /// Changes the item at `key`, or makes it as a row of that kind, as is said next.
    pub fn upsert<V: View>(key: Key) -> Self {
        Self::update(key).set("kind", V::KIND).set("version", rows::SCHEMA_VERSION)
    }

    /// Sets an attribute, or a part of one, where `attribute` is a path.
    pub fn set(mut self, attribute: &str, value: impl Into<Value>) -> Self {
        let name = format!("new_{}", attribute.replace('.', "_"));
        self.set.push(format!("{attribute} = :{name}"));
        self.value(&name, value)
    }

    /// Sets an attribute of a new row, which is put as a whole.
    pub fn with(mut self, attribute: &str, value: impl Into<Value>) -> Self {
        if let Verb::Put(row) = &mut self.verb {
            row.insert(attribute.to_owned(), value.into().0);
        }
        self
    }

    /// Adds the difference between `before` and `after` to a number, if there is one.
    pub fn shift(mut self, attribute: &str, before: u32, after: u32) -> Self {
        let difference = after.wrapping_sub(before).cast_signed();
        let (sign, by) = match difference.cmp(&0) {
            Ordering::Equal => return self,
            Ordering::Greater => ('+', difference.unsigned_abs()),
            Ordering::Less => ('-', difference.unsigned_abs()),
        };
        self.set.push(format!("{attribute} = {attribute} {sign} :{attribute}_by"));
        self.value(&format!("{attribute}_by"), by)
    }

    /// Adds to a number, which is zero where it is absent.
    pub fn add(mut self, attribute: &str, difference: i32) -> Self {
        self.add.push(format!("{attribute} :{attribute}_by"));
        let number = AttributeValue::N(difference.to_string());
        self.values.insert(format!(":{attribute}_by"), number);
        self
    }

    /// Removes an attribute.
    pub fn remove(mut self, attribute: &str) -> Self {
        self.remove.push(attribute.to_owned());
        self
    }

    /// Deletes the item at `key`.
    pub fn delete(key: Key) -> Self {
        Self::new(Verb::Delete, key)
    }

    /// Changes nothing, and insists on its condition.
    pub fn check(key: Key) -> Self {
        Self::new(Verb::Check, key)
    }

    /// Insists on `condition`, besides those already given.
    pub fn when(mut self, condition: impl Into<String>) -> Self {
        self.conditions.push(condition.into());
        self
    }

    /// Insists that an attribute, or a part of one, has that value.
    pub fn when_is(self, attribute: &str, value: impl Into<Value>) -> Self {
        let name = format!("is_{}", attribute.replace('.', "_"));
        self.when(format!("{attribute} = :{name}")).value(&name, value)
    }

    /// Says what `:name` in the expressions stands for.
    pub fn value(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(format!(":{name}"), value.into().0);
        self
    }

    /// Says what `#alias` in the expressions stands for.
    pub fn name(mut self, alias: &str, attribute: impl Into<String>) -> Self {
        self.names.insert(format!("#{alias}"), attribute.into());
        self
    }

    /// Where it writes.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The condition expression: all conditions together.
    pub(super) fn condition(&self) -> Option<String> {
        match self.conditions.as_slice() {
            [] => None,
            [condition] => Some(condition.clone()),
            conditions => Some(format!("({})", conditions.join(") AND ("))),
        }
    }

    /// The update expression.
    pub(super) fn expression(&self) -> Option<String> {
        let clause = |verb: &str, parts: &[String]| {
            (!parts.is_empty()).then(|| format!("{verb} {}", parts.join(", ")))
        };
        let clauses =
            [clause("SET", &self.set), clause("ADD", &self.add), clause("REMOVE", &self.remove)];
        let clauses: Vec<_> = clauses.into_iter().flatten().collect();
        (!clauses.is_empty()).then(|| clauses.join(" "))
    }
}

/// A value in an expression.
pub struct Value(AttributeValue);

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self(AttributeValue::N(number.to_string()))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self(AttributeValue::Bool(flag))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self(AttributeValue::S(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self(AttributeValue::S(text))
    }
}

impl From<&Roles> for Value {
    fn from(roles: &Roles) -> Self {
        Self(AttributeValue::Ss(roles.iter().cloned().map(String::from).collect()))
    }
}

impl From<&BTreeMap<RoleId, RoleName>> for Value {
    fn from(names: &BTreeMap<RoleId, RoleName>) -> Self {
        let entry = |(id, name): (&RoleId, &RoleName)| {
            (id.as_str().to_owned(), AttributeValue::S(name.as_str().to_owned()))
        };
        Self(AttributeValue::M(names.iter().map(entry).collect()))
    }
}

impl From<&OldSecret> for Value {
    fn from(old: &OldSecret) -> Self {
        let Self(valid_until) = Seconds(old.valid_until).into();
        let fields = [("hash", AttributeValue::S(old.hash.clone())), ("valid_until", valid_until)];
        Self(AttributeValue::M(fields.map(|(name, value)| (name.to_owned(), value)).into()))
    }
}

impl From<&WebhookTypes> for Value {
    fn from(types: &WebhookTypes) -> Self {
        let names: Vec<String> = types.clone().into();
        Self(AttributeValue::L(names.into_iter().map(AttributeValue::S).collect()))
    }
}

/// A time in whole seconds, as in `expires_at`.
pub struct Seconds(pub Timestamp);

impl From<Seconds> for Value {
    fn from(Seconds(time): Seconds) -> Self {
        Self(AttributeValue::N(time.as_second().to_string()))
    }
}

impl From<AttributeValue> for Value {
    fn from(value: AttributeValue) -> Self {
        Self(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self(AttributeValue::B(Blob::new(bytes)))
    }
}

/// A time in milliseconds, as in `deleted_at`.
pub struct Milliseconds(pub Timestamp);

impl From<Milliseconds> for Value {
    fn from(Milliseconds(time): Milliseconds) -> Self {
        Self(AttributeValue::N(time.as_millisecond().to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_and_conditions_are_put_together() {
        let write = Write::update(Key::default())
            .shift("count_of", 1, 2)
            .shift("rest_of", 3, 1)
            .shift("same_of", 5, 5)
            .shift("late_of", 0, u32::MAX)
            .set("b.d", "x")
            .remove("c")
            .when(PRESENT)
            .when_is("e.f", true);
        assert_eq!(
            write.expression().unwrap(),
            "SET count_of = count_of + :count_of_by, rest_of = rest_of - :rest_of_by, late_of = late_of - :late_of_by, b.d = :new_b_d REMOVE c"
        );
        assert_eq!(write.condition().unwrap(), "(attribute_exists(pk)) AND (e.f = :is_e_f)");
    }
}
