//! The body of an operation's request.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use crate::error::{Result, excerpt};
use crate::json::{Arena, HashMap, HashSet, Members, Node, pointer, text};
use crate::schema::{Converted, Converter, Dialect, Library, Note, Place, Property, Spot, kind};
use crate::spec::arguments::argument_object::{Argument, ArgumentLocation};
use crate::spec::body::form_fields;
use crate::spec::parameter::openapi3_parameter::describe;
use crate::spec::serialization::media_type::{MediaKind, MediaType, is_sendable};
use crate::spec::serialization::value_serialization::FormField;
use crate::spec::toolrack_extension::ToolrackExtension;

/// A body.
#[derive(Debug)]
pub struct RequestBody<'a> {
    /// The media type to send.
    pub media: MediaType,
    /// Whether every request has one.
    pub required: bool,
    /// What it is for.
    pub description: Option<&'a str>,
    /// Its schema.
    pub schema: Rc<BodySchema<'a>>,
    /// How the fields of a form are written, as far as the document says it.
    pub fields: Vec<FormField>,
    /// What the document says to toolrack of it and of its fields: Swagger 2.0 has them among the parameters.
    pub extensions: Vec<(BodyTarget<'a>, ToolrackExtension)>,
}

/// What of a body something is said of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyTarget<'a> {
    /// All of it.
    Whole,
    /// A field.
    Field(&'a str),
}

/// The schema of a body, and what it would be spread over arguments.
#[derive(Debug)]
pub struct BodySchema<'a> {
    /// The schema.
    pub converted: Converted<'a>,
    spread: OnceCell<SpreadProperties>,
    text: OnceCell<Arc<str>>,
}

/// A property of a body and the argument that it is.
pub type SpreadProperties = Vec<(Property, Arc<Argument>)>;

impl<'a> BodySchema<'a> {
    /// A schema.
    pub const fn new(converted: Converted<'a>) -> Self {
        Self { converted, spread: OnceCell::new(), text: OnceCell::new() }
    }

    /// The schema as compact JSON.
    pub fn text(&self) -> &Arc<str> {
        self.text.get_or_init(|| text::of(self.converted.schema).into())
    }

    /// Its properties as arguments.
    pub fn spread(&self) -> &SpreadProperties {
        self.spread.get_or_init(|| {
            let schema = self.converted.schema;
            let required = schema.get("required").into_iter().flat_map(Node::items);
            let required: HashSet<&str> = required.filter_map(Node::as_str).collect();
            let properties = schema.get("properties").into_iter().flat_map(Node::entries);
            let one = |(name, held): (&str, Node<'_>)| {
                let property = Property::new(name, held, required.contains(name));
                let (name, pointer) = (Arc::clone(&property.name), pointer::push("", name));
                let location = ArgumentLocation::BodyProperty { name: Arc::clone(&name), pointer };
                (property, Arc::new(Argument { name, group: None, location }))
            };
            properties.map(one).collect()
        })
    }
}

/// The body schemas that operations share.
pub type SharedBodySchemas<'a> = RefCell<HashMap<Place<'a>, Rc<BodySchema<'a>>>>;

/// Notes that what a document says of a body is no media type.
pub fn replaced(pointer: &str, written: &str, media: &MediaType, notes: &mut Vec<Note>) {
    if !is_sendable(written) {
        let message =
            format!("\"{}\" is no media type; the body is sent as {}", excerpt(written), media.name);
        notes.push(Note::new(kind::BODY_MEDIA_TYPE_REPLACED, pointer, message));
    }
}

/// What a schema is that says nothing but a reference: what that leads to. In dialects that keep what stands beside a
/// reference, a schema with more in it is one of its own.
pub fn alone<'a>(library: &Library<'a>, schema: Spot<'a>) -> Result<Spot<'a>> {
    let mut schema = schema;
    let mut seen = Vec::new();
    while let Some(target) = library.target(&schema)? {
        let is_bare = schema.node.as_object().is_some_and(|map| map.len() == 1);
        let counts_alone = is_bare || !library.dialect(schema.place.document).keeps_siblings();
        if !counts_alone || seen.contains(&target.place) {
            break;
        }
        seen.push(target.place);
        schema = target;
    }
    Ok(schema)
}

/// The schema of a body. A bare reference is followed, so that the properties of what it names can become arguments.
pub fn of_schema<'a>(
    schemas: &Converter<'_, 'a>,
    schema: &Spot<'a>,
    shared: &SharedBodySchemas<'a>,
) -> Result<Rc<BodySchema<'a>>> {
    let (written, schema) = (schema.place, alone(schemas.library(), *schema)?);
    if schema.place == written {
        return whole(schemas, &schema);
    }
    if let Some(known) = shared.borrow().get(&schema.place) {
        return Ok(Rc::clone(known));
    }
    let converted = whole(schemas, &schema)?;
    shared.borrow_mut().insert(schema.place, Rc::clone(&converted));
    Ok(converted)
}

fn whole<'a>(schemas: &Converter<'_, 'a>, schema: &Spot<'a>) -> Result<Rc<BodySchema<'a>>> {
    let converted = schemas.convert(schema)?;
    schemas.check(&converted)?;
    Ok(Rc::new(BodySchema::new(converted)))
}

/// The schema of a form as one of arguments, and how its fields are written.
pub fn of_form<'a>(
    schemas: &Converter<'_, 'a>,
    dialect: Dialect,
    media: &MediaType,
    fields: Vec<FormField>,
    schema: Rc<BodySchema<'a>>,
    pointer: &str,
) -> (Rc<BodySchema<'a>>, Vec<FormField>) {
    if !matches!(media.kind, MediaKind::Form | MediaKind::Multipart) {
        return (schema, Vec::new());
    }
    let mut converted = schema.converted.clone();
    let fields = form_fields::complete(schemas, dialect, media, fields, &mut converted, pointer);
    let is_same = converted.schema.is(schema.converted.schema) && converted.notes == schema.converted.notes;
    (if is_same { schema } else { Rc::new(BodySchema::new(converted)) }, fields)
}

impl<'a> RequestBody<'a> {
    /// A body. What is no JSON and no form is one text, or bytes as base64.
    pub fn new(
        media: MediaType,
        required: bool,
        description: Option<&'a str>,
        schema: Rc<BodySchema<'a>>,
        fields: Vec<FormField>,
        pointer: &str,
        arena: &'a Arena,
    ) -> Self {
        if matches!(media.kind, MediaKind::Json | MediaKind::Form | MediaKind::Multipart) {
            return Self { media, required, description, schema, fields, extensions: Vec::new() };
        }
        let mut converted = schema.converted.clone();
        match media.kind {
            MediaKind::Json | MediaKind::Form | MediaKind::Multipart => {}
            MediaKind::Text => {
                if !is_text(converted.schema) {
                    let message = format!("the body is given as one text of {}", media.name);
                    converted.notes.push(Note::new(kind::BODY_AS_TEXT, pointer, message));
                    converted.reaches.clear();
                    converted.schema = text_of(None, &media, arena);
                }
            }
            MediaKind::Bytes => {
                let message = format!("the bytes of {} are given as base64", media.name);
                converted.notes.push(Note::new(kind::OAS_BINARY, pointer, message));
                converted.reaches.clear();
                let description = converted.schema.text("description");
                converted.schema = describe(text_of(Some("base64"), &media, arena), description, arena);
            }
        }
        let schema = Rc::new(BodySchema::new(converted));
        Self { media, required, description, schema, fields, extensions: Vec::new() }
    }
}

fn is_text(schema: Node<'_>) -> bool {
    schema.text("type") == Some("string")
}

/// The schema of a text that is what a media type says.
fn text_of<'a>(encoding: Option<&'a str>, media: &MediaType, arena: &'a Arena) -> Node<'a> {
    let mut schema = Members::default();
    schema.push("type", Node::String("string"));
    if let Some(encoding) = encoding {
        schema.push("contentEncoding", Node::String(encoding));
    }
    schema.push("contentMediaType", Node::String(arena.text(&media.name)));
    schema.finish(arena)
}
