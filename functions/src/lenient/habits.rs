//! How the clients of a dialect spell the names of fields.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What the clients of one dialect do besides what all clients do.
#[derive(Debug)]
pub struct Habits {
    /// Whether they write a field's name in another case.
    pub ignores_case: bool,
    /// Fields that they send along and that no endpoint needs: where an endpoint does not know them, they are ignored.
    pub ignored_fields: &'static [&'static str],
}

impl Habits {
    /// The fields by the names under which an endpoint that knows these knows them, without what is to be ignored. Of several
    /// spellings of a name the right one counts, and of wrong ones that say the same the first; others are the same field twice,
    /// which is refused.
    ///
    /// It passes the fields once: a stranger may send thousands.
    pub(super) fn named<'v>(
        &self,
        known: &'static [&'static str],
        fields: &'v Map<String, Value>,
    ) -> impl Iterator<Item = (&'v str, &'v Value)> {
        let mut misspelt = BTreeMap::new();
        fields.iter().filter_map(move |(key, value)| {
            let is_name = |name: &&&str| self.is_spelt(key, name);
            let Some(name) = known.iter().find(is_name).copied() else {
                return (!self.ignored_fields.contains(&key.as_str()))
                    .then_some((key.as_str(), value));
            };
            let counts = name == key
                || !fields.contains_key(name) && misspelt.insert(name, value) != Some(value);
            counts.then_some((name, value))
        })
    }

    /// Whether a key is a spelling of that name.
    pub(super) fn is_spelt(&self, key: &str, name: &str) -> bool {
        key == name || self.ignores_case && key.eq_ignore_ascii_case(name)
    }

    /// The key under which the field `name` stands among `fields`.
    pub(super) fn key(&self, name: &str, fields: &Map<String, Value>) -> Option<String> {
        match fields.contains_key(name) {
            true => Some(name.to_owned()),
            false => fields.keys().find(|key| self.is_spelt(key, name)).cloned(),
        }
    }
}
