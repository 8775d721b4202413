//! Reads requests as real clients write them: whatever can mean one thing is taken.
//!
//! Their encoders know fewer types than JSON does. An empty table of Lua's becomes `[]`, every number of GameMaker's has a
//! fraction, a form knows nothing but text, and some engines write every field, also those that nobody has set. What is
//! taken and what is refused is listed in docs/gamefuse-compatibility.md and docs/playfab-compatibility.md.

mod habits;

use serde::Deserialize;
use serde::de::value::{BorrowedStrDeserializer, Error, MapDeserializer, SeqDeserializer};
use serde::de::{
    DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};
use shared::Refusal;

pub use self::habits::Habits;
use crate::explain::{explain, is_no_text, is_unknown_field};

/// The most fields of a request that are taken for not set: each has the whole request read once more.
const MAX_UNSET: usize = 64;

/// The request that these fields make.
///
/// # Errors
/// [`Refusal::InvalidParameter`] for a field that is missing, unknown, of the wrong type or out of range.
pub fn read<T: DeserializeOwned>(
    fields: Map<String, Value>,
    habits: &'static Habits,
) -> Result<T, Refusal> {
    let mut request = Value::Object(fields);
    drop_empty(&mut request);
    // What was wrong with the fields that were taken for not set.
    let mut unset: Vec<Refusal> = Vec::new();
    loop {
        let (path, message) = match attempt(&request, habits) {
            Ok(request) => return Ok(request),
            Err(failure) => failure,
        };
        let refusal = explain(&path, &message);
        // What nobody knows says nothing, whatever it holds: dropped, a misspelt one would go unnoticed. And nobody leaves a text
        // out by a zero: it would be somebody's role or name that is no text.
        let may_be_unset =
            unset.len() < MAX_UNSET && !is_unknown_field(&message) && !is_no_text(&message);
        if !may_be_unset || !remove_unset(&mut request, &path, habits) {
            let same = |earlier: &&Refusal| field(earlier) == field(&refusal);
            return Err(unset.iter().find(same).cloned().unwrap_or(refusal));
        }
        unset.push(refusal);
    }
}

/// The request, or where and why it is none.
fn attempt<T: DeserializeOwned>(
    request: &Value,
    habits: &'static Habits,
) -> Result<T, (Path, String)> {
    serde_path_to_error::deserialize(Lenient { value: request, habits })
        .map_err(|error| (error.path().clone(), error.inner().to_string()))
}

fn field(refusal: &Refusal) -> Option<&str> {
    if let Refusal::InvalidParameter { field, .. } = refusal { Some(field) } else { None }
}

/// Drops fields that hold nothing, or nothing but such fields, which is how some clients write that they are absent.
fn drop_empty(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.values_mut().for_each(drop_empty);
            fields.retain(|_, value| !is_empty(value));
        }
        Value::Array(items) => items.iter_mut().for_each(drop_empty),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Removes the field at `path`, if it says what clients write for "not set": an empty text, or the number zero.
///
/// Only fields that make no sense as they are come here, so a zero that means something stays.
fn remove_unset(request: &mut Value, path: &Path, habits: &Habits) -> bool {
    let segments: Vec<_> = path.iter().collect();
    let Some((Segment::Map { key }, parents)) = segments.split_last() else { return false };
    let mut place = request;
    for segment in parents {
        let found = match (segment, place) {
            (Segment::Map { key }, Value::Object(fields)) => {
                habits.key(key, fields).and_then(|key| fields.get_mut(&key))
            }
            (Segment::Seq { index }, Value::Array(items)) => items.get_mut(*index),
            _ => None,
        };
        let Some(found) = found else { return false };
        place = found;
    }
    let Some(fields) = place.as_object_mut() else { return false };
    let Some(counted) = habits.key(key, fields) else { return false };
    let Some(value) = fields.get(&counted).filter(|value| is_unset(value)).cloned() else {
        return false;
    };
    // The right spelling counts for all others, and a wrong one for those that say the same.
    let goes = |other: &str, said: &Value| {
        habits.is_spelt(other, key) && (counted == *key || *said == value)
    };
    fields.retain(|other, said| !goes(other, said));
    true
}

/// Whether a value is an empty text, or zero.
fn is_unset(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().is_empty() || whole_text(text) == Some(0),
        Value::Number(_) => whole(value) == Some(0),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

/// The whole number that a value is, written in any way: `50`, `50.0`, `5e1` or `"50"`.
pub fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole_float(number.as_f64()?)),
        Value::String(text) => whole_text(text),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The whole number that a text is.
pub fn whole_text(text: &str) -> Option<i64> {
    let number = float(text)?;
    text.trim().parse().ok().or_else(|| whole_float(number))
}

/// The number that a text is, as near as a float comes to it.
fn float(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    // `parse` alone would take a plus, and words such as `inf`.
    let is_number =
        digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
            && digits.starts_with(|first: char| first.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Whether a value is a whole number, be it that it is larger than can be read.
fn is_whole(value: &Value) -> bool {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => float(text),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    number.is_some_and(|number| number.fract() == 0.0)
}

fn whole_float(number: f64) -> Option<i64> {
    /// From here on, a float no longer tells whole numbers apart.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

/// The truth value that a value is, written in any way: `true`, `1`, `1.0`, `"True"`, `"1"`.
pub fn truth(value: &Value) -> Option<bool> {
    let text = match value {
        Value::Bool(truth) => return Some(*truth),
        Value::String(text) => text.trim(),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => "",
    };
    match whole(value) {
        Some(0) => Some(false),
        Some(1) => Some(true),
        Some(_) => None,
        None if text.eq_ignore_ascii_case("true") => Some(true),
        None if text.eq_ignore_ascii_case("false") => Some(false),
        None => None,
    }
}

/// An id, or a number or text that is none: what that means is said by whoever asked for it, and it never is "not set".
#[derive(Clone, Copy, Debug)]
pub struct IdParameter<I>(Option<I>);

impl<I: Copy> IdParameter<I> {
    /// The id, if it is one.
    pub fn id(self) -> Option<I> {
        self.0
    }
}

impl<'de, I: TryFrom<i64>> Deserialize<'de> for IdParameter<I> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            value @ (Value::Number(_) | Value::String(_)) => {
                Ok(Self(whole(&value).and_then(|number| number.try_into().ok())))
            }
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                Err(serde::de::Error::custom("must be a whole number"))
            }
        }
    }
}

/// Reads a text that is absent where it is empty, for types that would take an empty one and have no use for it.
pub fn unless_empty<'de, D: Deserializer<'de>, T: From<String>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.filter(|text| !text.trim().is_empty()).map(T::from))
}

/// Reads one value leniently.
#[derive(Clone, Copy)]
struct Lenient<'de> {
    value: &'de Value,
    habits: &'static Habits,
}

impl<'de> Lenient<'de> {
    fn of(self, value: &'de Value) -> Self {
        Self { value, ..self }
    }

    /// What the value is, for whoever wanted something else.
    fn unexpected(self) -> Unexpected<'de> {
        match self.value {
            Value::Null => Unexpected::Unit,
            Value::Bool(truth) => Unexpected::Bool(*truth),
            Value::Number(_) => Unexpected::Other("number"),
            Value::String(text) => Unexpected::Str(text),
            Value::Array(_) => Unexpected::Seq,
            Value::Object(_) => Unexpected::Map,
        }
    }
}

impl<'de> IntoDeserializer<'de, Error> for Lenient<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Numbers are read by their value, whatever they are written as.
macro_rules! whole_numbers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match whole(self.value) {
                Some(number) => visitor.visit_i64(number),
                None if is_whole(self.value) => {
                    Err(Error::invalid_value(Unexpected::Other("number"), &visitor))
                }
                None => Err(Error::invalid_type(self.unexpected(), &visitor)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Lenient<'de> {
    type Error = Error;

    whole_numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match truth(self.value) {
            Some(truth) => visitor.visit_bool(truth),
            None => Err(Error::invalid_type(self.unexpected(), &visitor)),
        }
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(truth) => visitor.visit_bool(*truth),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), ..) => visitor.visit_u64(number),
                (None, Some(number), _) => visitor.visit_i64(number),
                (None, None, Some(number)) => visitor.visit_f64(number),
                (None, None, None) => Err(Error::invalid_type(self.unexpected(), &visitor)),
            },
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => {
                visitor.visit_seq(SeqDeserializer::new(items.iter().map(|item| self.of(item))))
            }
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| (name.as_str(), self.of(value)));
                visitor.visit_map(MapDeserializer::new(fields))
            }
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.value {
            Value::Object(fields) => {
                let named = self.habits.named(known, fields);
                visitor.visit_map(MapDeserializer::new(
                    named.map(|(name, value)| (name, self.of(value))),
                ))
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Err(Error::invalid_type(self.unexpected(), &visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Null => visitor.visit_none(),
            Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.value {
            Value::String(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => Err(Error::unknown_variant("", variants)),
        }
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct
        map identifier ignored_any
    }
}

#[cfg(test)]
mod tests;
