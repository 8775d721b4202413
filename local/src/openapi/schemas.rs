//! The schemas of one dialect's types, each under a name that tells the dialect.

use functions::dialect::Dialect;
use functions::schema::{Described, Description, Generators};
use schemars::schema_for;
use serde_json::{Map, Value, json};
use shared::domain::group::Settings;
use shared::limits::Limits;

const FOLDER: &str = "#/components/schemas/";

/// The schemas of one dialect's types.
pub struct Schemas<'l> {
    dialect: Dialect,
    limits: &'l Limits,
    /// What each setting of a group is: said once, in the domain.
    settings: Value,
    generators: Generators,
    bodies: Map<String, Value>,
}

impl<'l> Schemas<'l> {
    /// None yet.
    pub fn new(dialect: Dialect, limits: &'l Limits) -> Self {
        let settings = schema_for!(Settings).to_value()["properties"].take();
        Self { dialect, limits, settings, generators: Generators::default(), bodies: Map::new() }
    }

    /// What a route takes and answers.
    pub fn describe(&mut self, described: &Described) -> Description {
        let mut description = (described.describe)(&mut self.generators);
        drop_null(&mut description.request);
        self.finish_one(&mut description.request);
        self.finish_one(&mut description.response);
        description
    }

    /// Keeps what a body is under that name, and refers to it.
    pub fn keep(&mut self, name: &str, body: Value) -> Value {
        let name = format!("{:?}{name}", self.dialect);
        let reference = json!({ "$ref": format!("{FOLDER}{name}") });
        self.bodies.insert(name, body);
        reference
    }

    /// All of them, by name.
    pub fn finish(mut self) -> Map<String, Value> {
        let [mut requests, mut all] = std::mem::take(&mut self.generators).definitions();
        requests.values_mut().for_each(drop_null);
        all.values_mut().for_each(drop_null_where_absent);
        // Of what is read and written alike, the request's schema says what is true of both: it demands less.
        all.extend(requests);
        let mut finished = std::mem::take(&mut self.bodies);
        for (name, mut schema) in all {
            self.finish_one(&mut schema);
            finished.insert(format!("{:?}{name}", self.dialect), schema);
        }
        finished
    }

    /// Puts in what types alone do not say: the dialect, settings of groups, and limits of the deployment.
    fn finish_one(&self, schema: &mut Value) {
        each(schema, &mut |schema| {
            take_only_choice(schema, "oneOf");
            if schema.get("default").is_some_and(Value::is_null) {
                schema.remove("default");
            }
            if schema.get("format").is_some_and(|format| format == "uint32") {
                schema.entry("maximum").or_insert_with(|| u32::MAX.into());
            }
            if let Some(Value::String(reference)) = schema.get_mut("$ref") {
                *reference = reference.replace(FOLDER, &format!("{FOLDER}{:?}", self.dialect));
            }
            if let Some(Value::Object(properties)) = schema.get_mut("properties") {
                self.say_settings(properties);
            }
        });
    }

    /// Says what each setting of a group is, where these are the properties of one: other things have a description, too.
    fn say_settings(&self, properties: &mut Map<String, Value>) {
        let Some(settings) = self.settings.as_object() else { return };
        if !settings.keys().all(|name| properties.contains_key(name)) {
            return;
        }
        for (name, setting) in settings {
            properties[name]["description"] = setting["description"].clone();
        }
        properties["max_group_size"]["maximum"] = self.limits.group_size.into();
    }
}

/// Drops what says that a field may be null: in requests that is a way to leave it out, and not the canonical one.
fn drop_null(schema: &mut Value) {
    each(schema, &mut |schema| {
        let null = Value::from("null");
        if let Some(Value::Array(types)) = schema.get_mut("type") {
            types.retain(|kind| *kind != null);
            if let [kind] = types.as_slice() {
                let kind = kind.clone();
                schema.insert("type".to_owned(), kind);
            }
        }
        if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
            choices.retain(|choice| choice["type"] != null);
        }
        take_only_choice(schema, "anyOf");
    });
}

/// Puts a choice of one into the place of the choice; what the whole says goes before what it says of itself.
fn take_only_choice(schema: &mut Map<String, Value>, keyword: &str) {
    let Some(Value::Array(choices)) = schema.get(keyword) else { return };
    let [Value::Object(choice)] = choices.as_slice() else { return };
    let mut only = choice.clone();
    schema.remove(keyword);
    only.append(schema);
    *schema = only;
}

/// The same of the fields of answers that may be absent: where there is nothing to tell they are, and never null.
fn drop_null_where_absent(schema: &mut Value) {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if !required.contains(&name.as_str().into()) {
            drop_null(property);
        }
    }
}

/// Does that to a schema and to all schemas in it.
fn each(schema: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match schema {
        Value::Object(fields) => {
            change(fields);
            fields.values_mut().for_each(|field| each(field, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each(item, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
