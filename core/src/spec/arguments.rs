//! Parameters and body as the one object that a model fills in, and where in the request each member of it goes.
//!
//! Body properties keep their names. A parameter whose name another one or a body property bears becomes
//! `name__location`, counted up until it is free of every name there is. Nothing is derived back from a name: the map
//! says where each argument goes. A body is spread over arguments only where that says the same as the body itself;
//! else it is one argument, `body`.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::body::Body;
use super::parameter::{In, Parameter, Style};
use crate::error::Result;
use crate::schema::{Converter, Note, Path};

/// Where one argument goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "to", rename_all = "camelCase")]
pub enum Location {
    /// A parameter.
    Parameter {
        /// Its name on the wire.
        name: String,
        /// Where it goes.
        place: In,
        /// How its value is written.
        style: Style,
        /// Whether each member of a list or map is written by itself.
        explode: bool,
    },
    /// A property of the JSON body.
    BodyProperty {
        /// Its name there.
        name: String,
    },
    /// The whole body.
    Body,
}

/// One argument and where it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Argument {
    /// Its name in the arguments.
    pub name: String,
    /// Where it goes.
    pub location: Location,
}

/// What a model fills in for an operation.
#[derive(Debug)]
pub struct Arguments {
    /// The schema of the argument object, with the definitions it reaches.
    pub schema: Value,
    /// Where each argument goes, in the order of the schema.
    pub map: Vec<Argument>,
}

/// Keywords of a body that stay true when its properties stand beside other arguments.
const SPREADABLE: [&str; 11] = [
    "type",
    "properties",
    "required",
    "additionalProperties",
    "title",
    "description",
    "examples",
    "default",
    "deprecated",
    "$comment",
    "readOnly",
];

/// Merges the parameters and the body of an operation.
pub fn merge(
    schemas: &Converter<'_, '_>,
    parameters: &[Parameter<'_, '_>],
    body: Option<&Body>,
    notes: &mut Vec<Note>,
) -> Result<Arguments> {
    let mut merged = Merged::default();
    let spread = body.filter(|body| is_spreadable(body));
    let body_names: Vec<&str> = match (body, spread) {
        (_, Some(body)) => properties(&body.converted.schema).map(|(name, _)| name).collect(),
        (Some(_), None) => vec!["body"],
        (None, None) => Vec::new(),
    };
    let names = argument_names(parameters, &body_names);
    for (parameter, name) in parameters.iter().zip(names) {
        let mut schema = match &parameter.schema {
            Some((node, place)) => {
                let converted = schemas.convert(node, &Path::at(place))?;
                merged.reach(converted.reaches);
                notes.extend(converted.notes);
                converted.schema
            }
            None => Parameter::any_text(),
        };
        describe(&mut schema, parameter.description.as_deref());
        let location = Location::Parameter {
            name: parameter.name.clone(),
            place: parameter.place,
            style: parameter.style,
            explode: parameter.explode,
        };
        merged.put(name, schema, parameter.required, location);
    }
    if let Some(body) = body {
        merged.reach(body.converted.reaches.clone());
        notes.extend(body.converted.notes.iter().cloned());
        merged.body(body, spread.is_some());
    }
    merged.finish(schemas, notes)
}

fn is_spreadable(body: &Body) -> bool {
    let Some(schema) = body.converted.schema.as_object() else { return false };
    let requires = schema.get("required").and_then(Value::as_array).is_some_and(|names| !names.is_empty());
    let is_object = schema.get("type").is_none_or(|kind| kind == "object");
    is_object
        && schema
            .get("properties")
            .and_then(Value::as_object)
            .is_some_and(|properties| !properties.is_empty())
        && schema.keys().all(|keyword| SPREADABLE.contains(&keyword.as_str()))
        && schema.get("additionalProperties").is_none_or(|extra| extra == &Value::Bool(false))
        && (body.required || !requires)
}

fn properties(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let map = schema.get("properties").and_then(Value::as_object);
    map.into_iter().flatten().map(|(name, property)| (name.as_str(), property))
}

/// The argument's name of each parameter: its own where nothing else bears it.
fn argument_names(parameters: &[Parameter<'_, '_>], body_names: &[&str]) -> Vec<String> {
    let mut taken: HashSet<String> = body_names.iter().map(|name| (*name).to_owned()).collect();
    let clashes = |parameter: &Parameter<'_, '_>| {
        body_names.contains(&parameter.name.as_str())
            || parameters.iter().filter(|other| other.name == parameter.name).count() > 1
    };
    taken.extend(parameters.iter().map(|parameter| parameter.name.clone()));
    let name_of = |parameter: &Parameter<'_, '_>| {
        if !clashes(parameter) {
            return parameter.name.clone();
        }
        let base = format!("{}__{}", parameter.name, parameter.place.as_str());
        let mut name = base.clone();
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{base}_{number}");
            number += 1;
        }
        name
    };
    parameters.iter().map(name_of).collect()
}

/// The parameter's description, where its schema has none of its own. A bare reference stays bare.
fn describe(schema: &mut Value, description: Option<&str>) {
    if let (Value::Object(schema), Some(description)) =
        (schema, description.filter(|text| !text.trim().is_empty()))
    {
        schema.insert("description".to_owned(), json!(description));
    }
}

#[derive(Default)]
struct Merged {
    properties: Map<String, Value>,
    required: Vec<String>,
    map: Vec<Argument>,
    reaches: Vec<String>,
}

impl Merged {
    fn put(&mut self, name: String, schema: Value, required: bool, location: Location) {
        if required {
            self.required.push(name.clone());
        }
        self.properties.insert(name.clone(), schema);
        self.map.push(Argument { name, location });
    }

    fn body(&mut self, body: &Body, spread: bool) {
        let schema = &body.converted.schema;
        if !spread {
            let mut schema = schema.clone();
            if schema.get("description").is_none() {
                describe(&mut schema, body.description.as_deref());
            }
            self.put("body".to_owned(), schema, body.required, Location::Body);
            return;
        }
        let required = schema.get("required").and_then(Value::as_array);
        for (name, property) in properties(schema) {
            let required = required.is_some_and(|names| names.iter().any(|one| one == name));
            self.put(
                name.to_owned(),
                property.clone(),
                required,
                Location::BodyProperty { name: name.to_owned() },
            );
        }
    }

    fn reach(&mut self, places: Vec<String>) {
        for place in places {
            if !self.reaches.contains(&place) {
                self.reaches.push(place);
            }
        }
    }

    fn finish(self, schemas: &Converter<'_, '_>, notes: &mut Vec<Note>) -> Result<Arguments> {
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("properties".to_owned(), Value::Object(self.properties));
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), json!(self.required));
        }
        let definitions = schemas.definitions(&self.reaches, notes)?;
        if !definitions.is_empty() {
            schema.insert("$defs".to_owned(), Value::Object(definitions));
        }
        Ok(Arguments { schema: Value::Object(schema), map: self.map })
    }
}
