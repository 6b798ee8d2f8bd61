//! Parameters and body become one argument object.

use std::rc::Rc;
use std::sync::Arc;

use crate::error::Result;
use crate::json::{Arena, HashMap, HashSet, Node};
use crate::schema::{Converter, DefinitionId, Note, Property, kind};
use crate::spec::arguments::argument_object::{
    Argument, ArgumentGroup, ArgumentLocation, ArgumentShape, Arguments, BODY, BodyEncoding,
};
use crate::spec::body::request_body::{BodyTarget, RequestBody};
use crate::spec::operation_site::OperationSite;
use crate::spec::parameter::openapi3_parameter::{Parameter, describe};
use crate::spec::serialization::media_type::MediaKind;
use crate::spec::toolrack_extension::ToolrackExtension;

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
    body: Option<RequestBody<'_>>,
    shape: ArgumentShape,
    notes: &mut Vec<Note>,
) -> Result<Arguments> {
    let mut merged = ArgumentMerge::default();
    for parameter in parameters {
        merged.reach(&parameter.reaches);
    }
    if let Some(body) = &body {
        merged.reach(&body.schema.converted.reaches);
        notes.extend(body.schema.converted.notes.iter().cloned());
    }
    match shape {
        ArgumentShape::Flat => merged.flat(site, parameters, body.as_ref(), notes),
        ArgumentShape::Grouped => merged.grouped(parameters, body.as_ref(), notes),
    }
    let definitions = schemas.definitions(&merged.reaches, notes)?;
    let body = body.map(|body| BodyEncoding {
        media_type: body.media,
        required: body.required,
        fields: body.fields,
    });
    let ArgumentMerge { properties, map, extensions, .. } = merged;
    Ok(Arguments { properties, definitions, map, body, extensions, spellings: None })
}

fn is_spreadable(body: &RequestBody<'_>) -> bool {
    let Some(schema) = body.schema.converted.schema.as_object() else { return false };
    let requires = schema.get("required").and_then(Node::as_array).is_some_and(|names| !names.is_empty());
    let is_object = schema.get("type").is_none_or(|kind| kind == Node::String("object"));
    is_object
        && matches!(body.media.kind, MediaKind::Json | MediaKind::Form | MediaKind::Multipart)
        && schema.get("properties").and_then(Node::as_object).is_some_and(|properties| !properties.is_empty())
        && schema.iter().all(|(keyword, _)| SPREADABLE.contains(&keyword))
        && schema.get("additionalProperties").is_none_or(|extra| extra == Node::Bool(false))
        && (body.required || !requires)
}

/// The argument's name of each parameter that cannot have its own, because something else bears it.
fn argument_names(
    parameters: &[Rc<Parameter>],
    body_names: &[&str],
    notes: &mut Vec<Note>,
) -> Vec<Option<String>> {
    let mut all: Vec<&str> =
        parameters.iter().map(|one| one.name()).chain(body_names.iter().copied()).collect();
    all.sort_unstable();
    if all.windows(2).all(|pair| pair[0] != pair[1]) {
        return vec![None; parameters.len()];
    }
    let mut count: HashMap<&str, usize> = HashMap::default();
    for name in all {
        *count.entry(name).or_default() += 1;
    }
    let mut made: HashSet<String> = HashSet::default();
    let mut name_of = |parameter: &Rc<Parameter>| {
        let (own, place) = (parameter.name(), parameter.place.as_str());
        if count.get(own) == Some(&1) {
            return None;
        }
        let base = format!("{own}__{place}");
        let mut name = base.clone();
        let mut number = 2;
        while count.contains_key(name.as_str()) || !made.insert(name.clone()) {
            name = format!("{base}_{number}");
            number += 1;
        }
        let message = format!("\"{own}\" in {place} is the argument \"{name}\": its name is borne twice");
        notes.push(Note::new(kind::ARG_SUFFIXED, Arc::clone(&parameter.pointer), message));
        Some(name)
    };
    parameters.iter().map(&mut name_of).collect()
}

#[derive(Default)]
struct ArgumentMerge {
    properties: Vec<Property>,
    map: Vec<Arc<Argument>>,
    reaches: Vec<DefinitionId>,
    reached: HashSet<DefinitionId>,
    extensions: Vec<(usize, ToolrackExtension)>,
}

impl ArgumentMerge {
    fn flat(
        &mut self,
        site: &OperationSite<'_>,
        parameters: &[Rc<Parameter>],
        body: Option<&RequestBody<'_>>,
        notes: &mut Vec<Note>,
    ) {
        let spread = body.filter(|body| is_spreadable(body)).map(|body| body.schema.spread());
        let body_names: Vec<&str> = match (&spread, body) {
            (Some(spread), _) => spread.iter().map(|(property, _)| &*property.name).collect(),
            (None, Some(_)) => vec![BODY],
            (None, None) => Vec::new(),
        };
        let names = argument_names(parameters, &body_names, notes);
        for (parameter, name) in parameters.iter().zip(names) {
            self.extend(parameter);
            match name {
                None => self.put(parameter.property.clone(), Arc::clone(&parameter.argument)),
                Some(name) => {
                    let (name, argument) = (Arc::from(name), &*parameter.argument);
                    let property = Property { name: Arc::clone(&name), ..parameter.property.clone() };
                    self.put(property, Arc::new(Argument { name, ..argument.clone() }));
                }
            }
        }
        match (spread, body) {
            (Some(spread), _) => {
                let said = body.map_or(&[][..], |body| &body.extensions);
                for (property, argument) in spread {
                    let own = said.iter().find(|(part, _)| *part == BodyTarget::Field(&property.name));
                    self.extensions.extend(own.map(|(_, own)| (self.map.len(), own.clone())));
                    self.put(property.clone(), Arc::clone(argument));
                }
                ignore(said, |part| part == BodyTarget::Whole, "the body is spread over arguments", notes);
            }
            (None, Some(body)) => {
                if has_properties(body.schema.converted.schema) {
                    let message = "the body is one argument: spread over several it would say something else";
                    notes.push(Note::new(kind::BODY_WHOLE, &*site.pointer, message));
                }
                self.whole(body, notes);
            }
            (None, None) => {}
        }
    }

    fn put(&mut self, property: Property, argument: Arc<Argument>) {
        self.properties.push(property);
        self.map.push(argument);
    }

    fn whole(&mut self, body: &RequestBody<'_>, notes: &mut Vec<Note>) {
        let own = body.extensions.iter().find(|(part, _)| *part == BodyTarget::Whole);
        self.extensions.extend(own.map(|(_, own)| (self.map.len(), own.clone())));
        ignore(&body.extensions, |part| part != BodyTarget::Whole, "the body is one argument", notes);
        let schema = body.schema.converted.schema;
        let description = body.description.filter(|_| schema.get("description").is_none());
        let property = if let Some(description) = description {
            let arena = Arena::new();
            Property::new(BODY, describe(schema, Some(description), &arena), body.required)
        } else {
            let (name, schema) = (BODY.into(), Arc::clone(body.schema.text()));
            Property { name, schema, required: body.required }
        };
        let argument = Argument { name: BODY.into(), group: None, location: ArgumentLocation::Body };
        self.put(property, Arc::new(argument));
    }

    fn grouped(
        &mut self,
        parameters: &[Rc<Parameter>],
        body: Option<&RequestBody<'_>>,
        notes: &mut Vec<Note>,
    ) {
        for group in [ArgumentGroup::Path, ArgumentGroup::Query, ArgumentGroup::Header, ArgumentGroup::Cookie]
        {
            let members = parameters.iter().filter(|parameter| ArgumentGroup::of(parameter.place) == group);
            let properties: Vec<Property> =
                members.clone().map(|parameter| parameter.property.clone()).collect();
            let argument = |parameter: &Rc<Parameter>| {
                Arc::new(Argument { group: Some(group), ..(*parameter.argument).clone() })
            };
            for parameter in members {
                self.extend(parameter);
                self.map.push(argument(parameter));
            }
            if !properties.is_empty() {
                let required = properties.iter().any(|property| property.required);
                let schema = Property::object(&properties).into();
                self.properties.push(Property { name: group.as_str().into(), schema, required });
            }
        }
        if let Some(body) = body {
            self.whole(body, notes);
        }
    }

    /// Keeps what the document says to toolrack of the argument that comes next.
    fn extend(&mut self, parameter: &Parameter) {
        self.extensions.extend(parameter.extension.clone().map(|extension| (self.map.len(), extension)));
    }

    fn reach(&mut self, definitions: &[DefinitionId]) {
        for id in definitions {
            if self.reached.insert(*id) {
                self.reaches.push(*id);
            }
        }
    }
}

/// Tells what the document says to toolrack of parts of the body that are no arguments.
fn ignore(
    said: &[(BodyTarget<'_>, ToolrackExtension)],
    is: impl Fn(BodyTarget<'_>) -> bool,
    reason: &str,
    notes: &mut Vec<Note>,
) {
    for (_, extension) in said.iter().filter(|(part, _)| is(*part)) {
        notes.push(Note::new(kind::EXTENSION_IGNORED, extension.pointer.as_str(), reason));
    }
}

fn has_properties(schema: Node<'_>) -> bool {
    ["properties", "allOf", "oneOf", "anyOf"].iter().any(|keyword| schema.get(keyword).is_some())
}
