//! Parameters and body as the one object that a model fills in, and where in the request each member of it goes.
//!
//! *Flat*: body properties keep their names. A parameter whose name another one or a body property bears becomes
//! `name__location`, counted up until it is free of every name there is. A body is spread over arguments only where that
//! says the same as the body itself; else it is one argument, `body`. *Grouped*: an object for each place, which never
//! collide and cost a level of depth. Nothing is derived back from a name: the map says where each argument goes.

use std::collections::HashSet;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::OperationSite;
use super::body::Body;
use super::media::{Kind, Media};
use super::parameter::{In, Parameter, describe};
use super::style::{Style, Wire};
use crate::error::Result;
use crate::schema::{Converter, Note, Place, kind};

/// How arguments stand side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Shape {
    /// All in one object.
    #[default]
    Flat,
    /// An object for each of path, query, header, cookie and body.
    Grouped,
}

/// The object that an argument stands in, where arguments are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// Path parameters.
    Path,
    /// Query parameters.
    Query,
    /// Header parameters.
    Header,
    /// Cookies.
    Cookie,
}

impl Group {
    /// The name of the object.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    const fn of(place: In) -> Self {
        match place {
            In::Path => Self::Path,
            In::Query | In::QueryString => Self::Query,
            In::Header => Self::Header,
            In::Cookie => Self::Cookie,
        }
    }
}

/// Where one argument goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "to", rename_all = "camelCase")]
pub enum Location {
    /// A parameter.
    Parameter {
        /// Its name on the wire.
        name: String,
        /// Where it goes.
        #[serde(rename = "in")]
        place: In,
        /// How its value is written.
        #[serde(flatten)]
        wire: Wire,
    },
    /// A property of the body.
    BodyProperty {
        /// Its name there.
        name: String,
        /// Its place in the body: a JSON pointer.
        pointer: String,
        /// How it is written in a form, where the document says it.
        #[serde(skip_serializing_if = "Option::is_none")]
        part: Option<Wire>,
    },
    /// The whole body.
    Body,
}

/// One argument and where it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Argument {
    /// Its name in the arguments.
    pub name: String,
    /// The object it stands in, where arguments are grouped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
    /// Where it goes.
    #[serde(flatten)]
    pub location: Location,
}

/// What a model fills in for an operation.
#[derive(Debug)]
pub struct Arguments {
    /// The schema of the argument object, with the definitions it reaches.
    pub schema: Value,
    /// Where each argument goes, in the order of the schema.
    pub map: Vec<Argument>,
    /// How the body is written, where there is one.
    pub body: Option<BodyShape>,
}

/// How a body is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BodyShape {
    /// Its media type.
    pub media_type: Media,
    /// Whether every request has one.
    pub required: bool,
    /// How the parts of a form are written that is one argument.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<(String, Wire)>,
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
    site: &OperationSite<'_>,
    parameters: &[Rc<Parameter>],
    body: Option<Body>,
    shape: Shape,
    notes: &mut Vec<Note>,
) -> Result<Arguments> {
    let mut merged = Merged::default();
    for parameter in parameters {
        merged.reach(&parameter.converted.reaches);
    }
    let body_shape = body.as_ref().map(|body| BodyShape {
        media_type: body.media.clone(),
        required: body.required,
        parts: body.parts.clone(),
    });
    if let Some(body) = &body {
        merged.reach(&body.converted.reaches);
        notes.extend(body.converted.notes.iter().cloned());
    }
    match shape {
        Shape::Flat => merged.flat(site, parameters, body, notes),
        Shape::Grouped => merged.grouped(parameters, body),
    }
    let mut schema = merged.schema;
    let definitions = schemas.definitions(&merged.reaches, notes)?;
    if !definitions.is_empty() {
        schema.members.insert("$defs".to_owned(), Value::Object(definitions));
    }
    Ok(Arguments { schema: schema.finish(), map: merged.map, body: body_shape })
}

fn is_spreadable(body: &Body) -> bool {
    let Some(schema) = body.converted.schema.as_object() else { return false };
    let requires = schema.get("required").and_then(Value::as_array).is_some_and(|names| !names.is_empty());
    let is_object = schema.get("type").is_none_or(|kind| kind == "object");
    is_object
        && matches!(body.media.kind, Kind::Json | Kind::Form | Kind::Multipart)
        && schema
            .get("properties")
            .and_then(Value::as_object)
            .is_some_and(|properties| !properties.is_empty())
        && schema.keys().all(|keyword| SPREADABLE.contains(&keyword.as_str()))
        && schema.get("additionalProperties").is_none_or(|extra| extra == &Value::Bool(false))
        && (body.required || !requires)
}

/// The argument's name of each parameter: its own where nothing else bears it.
fn argument_names(
    parameters: &[Rc<Parameter>],
    body_names: &[&str],
    site: &OperationSite<'_>,
    notes: &mut Vec<Note>,
) -> Vec<String> {
    let mut taken: HashSet<String> = body_names.iter().map(|name| (*name).to_owned()).collect();
    let clashes = |parameter: &Parameter| {
        body_names.contains(&parameter.name.as_str())
            || parameters.iter().filter(|other| other.name == parameter.name).count() > 1
    };
    taken.extend(parameters.iter().map(|parameter| parameter.name.clone()));
    let mut name_of = |parameter: &Rc<Parameter>| {
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
        let (own, place) = (&parameter.name, parameter.place.as_str());
        let message = format!("\"{own}\" in {place} is the argument \"{name}\": its name is borne twice");
        notes.push(Note::new(kind::ARG_SUFFIXED, site.pointer.as_str(), message));
        name
    };
    parameters.iter().map(&mut name_of).collect()
}

/// An object schema that grows.
#[derive(Default)]
struct ObjectSchema {
    properties: Map<String, Value>,
    required: Vec<String>,
    members: Map<String, Value>,
}

impl ObjectSchema {
    fn put(&mut self, name: String, schema: Value, required: bool) {
        if required {
            self.required.push(name.clone());
        }
        self.properties.insert(name, schema);
    }

    fn finish(self) -> Value {
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("properties".to_owned(), Value::Object(self.properties));
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), json!(self.required));
        }
        schema.extend(self.members);
        Value::Object(schema)
    }
}

#[derive(Default)]
struct Merged {
    schema: ObjectSchema,
    map: Vec<Argument>,
    reaches: Vec<Rc<Place>>,
}

impl Merged {
    fn flat(
        &mut self,
        site: &OperationSite<'_>,
        parameters: &[Rc<Parameter>],
        body: Option<Body>,
        notes: &mut Vec<Note>,
    ) {
        let spread = body.as_ref().is_some_and(is_spreadable);
        let body_names: Vec<&str> = match &body {
            Some(body) if spread => {
                let properties = body.converted.schema.get("properties").and_then(Value::as_object);
                properties.into_iter().flat_map(Map::keys).map(String::as_str).collect()
            }
            Some(_) => vec!["body"],
            None => Vec::new(),
        };
        let names = argument_names(parameters, &body_names, site, notes);
        for (parameter, name) in parameters.iter().zip(names) {
            self.map.push(Argument { name: name.clone(), group: None, location: location(parameter) });
            self.schema.put(name, parameter.converted.schema.clone(), parameter.required);
        }
        match body {
            Some(body) if spread => self.spread(body),
            Some(body) => {
                if has_properties(&body.converted.schema) {
                    let message = "the body is one argument: spread over several it would say something else";
                    notes.push(Note::new(kind::BODY_WHOLE, site.pointer.as_str(), message));
                }
                self.whole(body);
            }
            None => {}
        }
    }

    fn spread(&mut self, body: Body) {
        let Value::Object(mut schema) = body.converted.schema else { return };
        let required = schema.shift_remove("required").unwrap_or_default();
        let Some(Value::Object(properties)) = schema.shift_remove("properties") else { return };
        for (name, property) in properties {
            let required =
                required.as_array().is_some_and(|names| names.iter().any(|one| *one == name.as_str()));
            let part = body.parts.iter().find(|(known, _)| *known == name).map(|(_, wire)| wire.clone());
            let pointer = crate::json::pointer::push("", &name);
            let location = Location::BodyProperty { name: name.clone(), pointer, part };
            self.map.push(Argument { name: name.clone(), group: None, location });
            self.schema.put(name, property, required);
        }
    }

    fn whole(&mut self, body: Body) {
        let mut schema = body.converted.schema;
        if schema.get("description").is_none() {
            describe(&mut schema, body.description.as_deref());
        }
        self.map.push(Argument { name: "body".to_owned(), group: None, location: Location::Body });
        self.schema.put("body".to_owned(), schema, body.required);
    }

    fn grouped(&mut self, parameters: &[Rc<Parameter>], body: Option<Body>) {
        for group in [Group::Path, Group::Query, Group::Header, Group::Cookie] {
            let mut object = ObjectSchema::default();
            for parameter in parameters.iter().filter(|parameter| Group::of(parameter.place) == group) {
                let (name, location) = (parameter.name.clone(), location(parameter));
                self.map.push(Argument { name: name.clone(), group: Some(group), location });
                object.put(name, parameter.converted.schema.clone(), parameter.required);
            }
            if !object.properties.is_empty() {
                let required = !object.required.is_empty();
                self.schema.put(group.as_str().to_owned(), object.finish(), required);
            }
        }
        if let Some(body) = body {
            self.whole(body);
        }
    }

    fn reach(&mut self, places: &[Rc<Place>]) {
        for place in places {
            if !self.reaches.contains(place) {
                self.reaches.push(Rc::clone(place));
            }
        }
    }
}

fn location(parameter: &Parameter) -> Location {
    let (name, place, wire) = (parameter.name.clone(), parameter.place, parameter.wire.clone());
    Location::Parameter { name, place, wire }
}

fn has_properties(schema: &Value) -> bool {
    ["properties", "allOf", "oneOf", "anyOf"].iter().any(|keyword| schema.get(keyword).is_some())
}

impl Wire {
    /// How a part of a form is written whose document says nothing of it.
    pub const fn of_form() -> Self {
        Self::plain(Style::Form, true)
    }
}
