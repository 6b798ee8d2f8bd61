//! Merges parameters and body into one argument object.
//!
//! *Flat*: body properties keep their names. A parameter whose name is taken becomes `name__location`, counted up until it is
//! free. A body is spread over arguments only where that says the same as the body itself; else it is the argument `body`.
//! *Grouped*: an object for each location, so that names never collide, at the cost of a level of depth.

use std::rc::Rc;
use std::sync::Arc;

use super::operation_site::OperationSite;
use crate::error::Result;
use crate::json::{Arena, HashMap, HashSet, Node};
use crate::schema::{DefinitionClosure, DefinitionId, Note, Property, SchemaConverter, kind};
use crate::spec::arguments::argument_object::{
    Argument, ArgumentGroup, ArgumentLocation, ArgumentShape, Arguments, BODY_ARGUMENT, BodyEncoding,
};
use crate::spec::body::request_body::{BodyTarget, RequestBody};
use crate::spec::parameter::operation_parameter::Parameter;
use crate::spec::parameter::parameter_text::describe_schema;
use crate::spec::serialization::media_type::MediaKind;
use crate::spec::toolrack_extension::ToolrackExtension;

/// Keywords of a body that stay true when its properties stand beside other arguments.
const SPREADABLE_KEYWORDS: [&str; 11] = [
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

/// The inputs of an operation.
pub struct OperationInputs<'i, 'a> {
    /// The parameters.
    pub parameters: &'i [Rc<Parameter>],
    /// The body.
    pub body: Option<RequestBody<'a>>,
}

impl OperationInputs<'_, '_> {
    /// Merges parameters and body into arguments of a shape, with the notes of what changes.
    pub fn merge(
        self,
        schemas: &SchemaConverter<'_, '_>,
        site: &OperationSite<'_>,
        shape: ArgumentShape,
    ) -> Result<(Arguments, Vec<Note>)> {
        let mut merge = ArgumentMerge::default();
        for parameter in self.parameters {
            merge.reach(&parameter.reaches);
        }
        if let Some(body) = &self.body {
            merge.reach(&body.schema.converted.reaches);
            merge.notes.extend(body.schema.converted.notes.iter().cloned());
        }
        match shape {
            ArgumentShape::Flat => merge.merge_flat(site, self.parameters, self.body.as_ref()),
            ArgumentShape::Grouped => merge.merge_grouped(self.parameters, self.body.as_ref()),
        }
        let ArgumentMerge { properties, map, extensions, reaches, mut notes, .. } = merge;
        let DefinitionClosure { definitions, notes: of_definitions } = schemas.definitions(&reaches)?;
        notes.extend(of_definitions.iter().cloned());
        let body = self.body.map(|body| BodyEncoding {
            media_type: body.media,
            required: body.required,
            fields: body.fields,
        });
        Ok((Arguments { properties, definitions, map, body, extensions, spellings: None }, notes))
    }
}

/// Whether the properties of a body can be arguments of their own.
fn is_spreadable(body: &RequestBody<'_>) -> bool {
    let Some(schema) = body.schema.converted.schema.as_object() else { return false };
    let requires = schema.get("required").and_then(Node::as_array).is_some_and(|names| !names.is_empty());
    let is_object = schema.get("type").is_none_or(|kind| kind == Node::String("object"));
    is_object
        && matches!(body.media.kind, MediaKind::Json | MediaKind::Form | MediaKind::Multipart)
        && schema.get("properties").and_then(Node::as_object).is_some_and(|properties| !properties.is_empty())
        && schema.iter().all(|(keyword, _)| SPREADABLE_KEYWORDS.contains(&keyword))
        && schema.get("additionalProperties").is_none_or(|extra| extra == Node::Bool(false))
        && (body.required || !requires)
}

/// The names of parameters whose own name something else has, and a note for each.
fn suffixed_names(parameters: &[Rc<Parameter>], body_names: &[&str]) -> (Vec<Option<String>>, Vec<Note>) {
    let mut all: Vec<&str> =
        parameters.iter().map(|one| one.name()).chain(body_names.iter().copied()).collect();
    all.sort_unstable();
    if all.windows(2).all(|pair| pair[0] != pair[1]) {
        return (vec![None; parameters.len()], Vec::new());
    }
    let mut count: HashMap<&str, usize> = HashMap::default();
    for name in all {
        *count.entry(name).or_default() += 1;
    }
    let (mut made, mut notes): (HashSet<String>, _) = (HashSet::default(), Vec::new());
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
    let names = parameters.iter().map(&mut name_of).collect();
    (names, notes)
}

/// The arguments so far.
#[derive(Default)]
struct ArgumentMerge {
    properties: Vec<Property>,
    map: Vec<Arc<Argument>>,
    /// The definitions that the schemas reach, in their order, each once.
    reaches: Vec<DefinitionId>,
    reached: HashSet<DefinitionId>,
    extensions: Vec<(usize, ToolrackExtension)>,
    notes: Vec<Note>,
}

impl ArgumentMerge {
    /// All arguments side by side.
    fn merge_flat(
        &mut self,
        site: &OperationSite<'_>,
        parameters: &[Rc<Parameter>],
        body: Option<&RequestBody<'_>>,
    ) {
        let spread = body.filter(|body| is_spreadable(body)).map(|body| body.schema.spread());
        let body_names: Vec<&str> = match (&spread, body) {
            (Some(spread), _) => spread.iter().map(|(property, _)| &*property.name).collect(),
            (None, Some(_)) => vec![BODY_ARGUMENT],
            (None, None) => Vec::new(),
        };
        let (names, notes) = suffixed_names(parameters, &body_names);
        self.notes.extend(notes);
        for (parameter, name) in parameters.iter().zip(names) {
            self.keep_extension(parameter);
            match name {
                None => self.push(parameter.property.clone(), Arc::clone(&parameter.argument)),
                Some(name) => {
                    let (name, argument) = (Arc::from(name), &*parameter.argument);
                    let property = Property { name: Arc::clone(&name), ..parameter.property.clone() };
                    self.push(property, Arc::new(Argument { name, ..argument.clone() }));
                }
            }
        }
        match (spread, body) {
            (Some(spread), _) => {
                let extensions = body.map_or(&[][..], |body| &body.extensions);
                for (property, argument) in spread {
                    let own = extensions.iter().find(|(to, _)| *to == BodyTarget::Field(&property.name));
                    self.extensions.extend(own.map(|(_, own)| (self.map.len(), own.clone())));
                    self.push(property.clone(), Arc::clone(argument));
                }
                let whole = extensions.iter().filter(|(to, _)| *to == BodyTarget::Whole);
                self.note_ignored(whole, "the body is spread over arguments");
            }
            (None, Some(body)) => {
                if has_properties(body.schema.converted.schema) {
                    let message = "the body is one argument: spread over several it would say something else";
                    self.notes.push(Note::new(kind::BODY_WHOLE, &*site.pointer, message));
                }
                self.push_body(body);
            }
            (None, None) => {}
        }
    }

    /// An object of arguments for each location.
    fn merge_grouped(&mut self, parameters: &[Rc<Parameter>], body: Option<&RequestBody<'_>>) {
        for group in ArgumentGroup::ALL {
            let members = parameters.iter().filter(|parameter| ArgumentGroup::of(parameter.place) == group);
            let properties: Vec<Property> =
                members.clone().map(|parameter| parameter.property.clone()).collect();
            for parameter in members {
                self.keep_extension(parameter);
                let argument = Argument { group: Some(group), ..(*parameter.argument).clone() };
                self.map.push(Arc::new(argument));
            }
            if !properties.is_empty() {
                let required = properties.iter().any(|property| property.required);
                let schema = Property::object(&properties).into();
                self.properties.push(Property { name: group.as_str().into(), schema, required });
            }
        }
        if let Some(body) = body {
            self.push_body(body);
        }
    }

    fn push(&mut self, property: Property, argument: Arc<Argument>) {
        self.properties.push(property);
        self.map.push(argument);
    }

    /// Adds the argument that is the whole body.
    fn push_body(&mut self, body: &RequestBody<'_>) {
        let own = body.extensions.iter().find(|(to, _)| *to == BodyTarget::Whole);
        self.extensions.extend(own.map(|(_, own)| (self.map.len(), own.clone())));
        let fields = body.extensions.iter().filter(|(to, _)| *to != BodyTarget::Whole);
        self.note_ignored(fields, "the body is one argument");
        let schema = body.schema.converted.schema;
        let description = body.description.filter(|_| schema.get("description").is_none());
        let property = if let Some(description) = description {
            let arena = Arena::new();
            let described = describe_schema(schema, Some(description), &arena);
            Property::new(BODY_ARGUMENT, described, body.required)
        } else {
            let (name, schema) = (BODY_ARGUMENT.into(), Arc::clone(body.schema.text()));
            Property { name, schema, required: body.required }
        };
        let location = ArgumentLocation::Body;
        self.push(property, Arc::new(Argument { name: BODY_ARGUMENT.into(), group: None, location }));
    }

    /// Keeps the extension of the parameter that becomes the next argument.
    fn keep_extension(&mut self, parameter: &Parameter) {
        self.extensions.extend(parameter.extension.clone().map(|extension| (self.map.len(), extension)));
    }

    /// Notes extensions of parts of the body that are no arguments.
    fn note_ignored<'e, 'a: 'e>(
        &mut self,
        extensions: impl Iterator<Item = &'e (BodyTarget<'a>, ToolrackExtension)>,
        reason: &str,
    ) {
        self.notes
            .extend(extensions.map(|(_, extension)| {
                Note::new(kind::EXTENSION_IGNORED, extension.pointer.as_str(), reason)
            }));
    }

    fn reach(&mut self, definitions: &[DefinitionId]) {
        for id in definitions {
            if self.reached.insert(*id) {
                self.reaches.push(*id);
            }
        }
    }
}

fn has_properties(schema: Node<'_>) -> bool {
    ["properties", "allOf", "oneOf", "anyOf"].iter().any(|keyword| schema.get(keyword).is_some())
}
