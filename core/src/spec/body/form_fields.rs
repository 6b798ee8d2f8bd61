//! Fields of a form: which are bytes, and the schema that a model fills in.
//!
//! Bytes and text are both strings among the arguments, and only the schema of the document tells them apart. So the
//! serialization of each field is decided here, once, and not at the call.

use std::cell::Cell;
use std::rc::Rc;

use super::body_schema::BodySchema;
use crate::json::{Arena, HashMap, HashSet, Node, Object, ObjectBuilder};
use crate::schema::{ConvertedSchema, DefinitionId, Dialect, Note, SchemaConverter, kind};
use crate::spec::serialization::media_type::{MediaKind, MediaType};
use crate::spec::serialization::parameter_style::ParameterStyle;
use crate::spec::serialization::value_serialization::FormField;

/// The most references that are followed for one field, and for all fields of a form.
const MOST_LOOKUPS_OF_FIELD: usize = 32;
const MOST_LOOKUPS_OF_FORM: usize = 10_000;
/// Keywords that do not restrict a value.
const ANNOTATION_KEYWORDS: [&str; 6] =
    ["title", "description", "examples", "default", "deprecated", "$comment"];

/// The schema of a form, as the document declares it.
pub struct FormSchema<'s, 'l, 'a> {
    /// Resolves references.
    pub schemas: &'s SchemaConverter<'l, 'a>,
    /// The dialect of the document that declares the form.
    pub dialect: Dialect,
    /// The media type of the body.
    pub media: &'s MediaType,
    /// JSON pointer of the form, for notes.
    pub pointer: &'s str,
}

impl<'a> FormSchema<'_, '_, 'a> {
    /// Completes a shared schema: the same one where nothing changes, or where the body is no form.
    pub fn complete_shared(
        &self,
        schema: Rc<BodySchema<'a>>,
        fields: Vec<FormField>,
    ) -> (Rc<BodySchema<'a>>, Vec<FormField>) {
        if !matches!(self.media.kind, MediaKind::Form | MediaKind::Multipart) {
            return (schema, Vec::new());
        }
        let (converted, fields) = self.complete(schema.converted.clone(), fields);
        let is_same = converted.schema.is_same_node(schema.converted.schema)
            && converted.notes == schema.converted.notes;
        (if is_same { schema } else { Rc::new(BodySchema::new(converted)) }, fields)
    }

    /// Finds the fields that are bytes and makes the schema one of arguments: bytes become base64, and a field that is sent
    /// as XML or another text becomes that text.
    fn complete(
        &self,
        mut converted: ConvertedSchema<'a>,
        mut fields: Vec<FormField>,
    ) -> (ConvertedSchema<'a>, Vec<FormField>) {
        let Node::Object(object) = converted.schema else { return (converted, fields) };
        let (schema, reaches) = (converted.schema, std::mem::take(&mut converted.reaches));
        let reader = self.reader(&fields);
        let names = reader.names_of_bytes(Reaching { schema, reaches: &reaches });
        let bytes: HashSet<&str> = names.iter().copied().collect();
        let own = object.get("properties").and_then(Node::as_object);
        let mut properties = ObjectBuilder::with_capacity(own.map_or(0, Object::len));
        for (name, property) in own.into_iter().flat_map(Object::iter) {
            let property = Reaching { schema: property, reaches: &reaches };
            let (shown, note) = self.argument_of(&reader, name, property, bytes.contains(name));
            converted.notes.extend(note);
            properties.push(name, shown);
        }
        for name in names.iter().filter(|name| own.is_none_or(|own| own.get(name).is_none())) {
            let base64 = Node::map(&[("contentEncoding", Node::String("base64"))], reader.arena());
            properties.push(name, base64);
        }
        if own.is_some() || !properties.is_empty() {
            let properties = match own {
                Some(own) => properties.finish_like(own, reader.arena()),
                None => properties.finish(reader.arena()),
            };
            let mut whole = ObjectBuilder::from_object(object);
            whole.set("properties", properties);
            converted.schema = whole.finish_like(object, reader.arena());
        }
        let undeclared = names.iter().filter(|name| !reader.declared.contains_key(*name));
        let undeclared: Vec<_> =
            undeclared.map(|name| FormField { bytes: true, ..FormField::by_value(name) }).collect();
        for field in &mut fields {
            field.bytes = bytes.contains(&*field.name);
        }
        fields.extend(undeclared);
        converted.reaches = reaches;
        (converted, fields)
    }

    /// The schema of one field as an argument, and the note of what changes.
    fn argument_of(
        &self,
        reader: &FormReader<'_, '_, 'a>,
        name: &str,
        property: Reaching<'_, 'a>,
        is_bytes: bool,
    ) -> (Node<'a>, Option<Note>) {
        if is_bytes {
            let note = is_untyped(property.schema).then(|| {
                let message =
                    format!("\"{name}\" has no type, which is bytes here; they are given as base64");
                Note::new(kind::OAS_BINARY, self.pointer, message)
            });
            return (reader.mark_base64(property), note);
        }
        let media = reader.declared.get(name).and_then(|field| field.wire.media_type.as_ref());
        let media = media.filter(|media| media.kind == MediaKind::Text);
        let Some((media, text)) =
            media.and_then(|media| Some((media, reader.as_text(property, &media.name)?)))
        else {
            return (property.schema, None);
        };
        let message = format!("\"{name}\" is given as one text of {}", media.name);
        (text, Some(Note::new(kind::BODY_AS_TEXT, self.pointer, message)))
    }

    fn reader<'f>(&'f self, fields: &'f [FormField]) -> FormReader<'f, 'f, 'a> {
        FormReader {
            schemas: self.schemas,
            lookups: Cell::new(MOST_LOOKUPS_OF_FORM),
            is_untyped_bytes: self.media.kind == MediaKind::Multipart
                && self.dialect == Dialect::JsonSchema202012,
            declared: fields.iter().map(|field| (&*field.name, field)).collect(),
        }
    }
}

/// A schema with the definitions that its references may reach.
#[derive(Clone, Copy)]
struct Reaching<'r, 'a> {
    schema: Node<'a>,
    reaches: &'r [DefinitionId],
}

impl<'a> Reaching<'_, 'a> {
    /// Another schema that reaches the same definitions.
    const fn with(self, schema: Node<'a>) -> Self {
        Self { schema, ..self }
    }
}

/// The names of the fields that are bytes, while they are collected.
#[derive(Default)]
struct ByteFields<'a> {
    /// In the order of the document.
    names: Vec<&'a str>,
    known: HashSet<&'a str>,
    /// References that were followed: they can lead in circles.
    followed: HashSet<&'a str>,
}

/// Reads the fields of one form.
struct FormReader<'r, 'l, 'a> {
    schemas: &'r SchemaConverter<'l, 'a>,
    /// How many references may still be followed.
    lookups: Cell<usize>,
    /// Whether a schema without a type is one of bytes. Source: OpenAPI 3.1.1, "Encoding Object": the row for an absent
    /// `type`.
    is_untyped_bytes: bool,
    /// The fields whose serialization the document declares.
    declared: HashMap<&'r str, &'r FormField>,
}

impl<'a> FormReader<'_, '_, 'a> {
    const fn arena(&self) -> &'a Arena {
        self.schemas.library().arena()
    }

    /// The definition that a schema refers to.
    fn referred(&self, of: Reaching<'_, 'a>) -> Option<Rc<ConvertedSchema<'a>>> {
        let reference = of.schema.text("$ref")?;
        self.lookups.set(self.lookups.get().checked_sub(1)?);
        self.schemas.referenced_schema(reference, of.reaches)
    }

    /// The definition that a schema refers to and none before it did.
    fn referred_first(
        &self,
        of: Reaching<'_, 'a>,
        followed: &mut HashSet<&'a str>,
    ) -> Option<Rc<ConvertedSchema<'a>>> {
        let reference = of.schema.text("$ref")?;
        (followed.len() < MOST_LOOKUPS_OF_FIELD && followed.insert(reference)).then(|| self.referred(of))?
    }

    /// The schema of a field that a media type sends as one text: of it, or of each of its items. `None` where its values
    /// are texts.
    fn as_text(&self, property: Reaching<'_, 'a>, media: &str) -> Option<Node<'a>> {
        let schema = property.schema;
        let items = schema.get("items").filter(|_| schema.text("type") == Some("array"));
        if !self.any(property.with(items.unwrap_or(schema)), is_structured, &mut HashSet::default()) {
            return None;
        }
        let media = Node::String(self.arena().text(media));
        let keywords = [("type", Node::String("string")), ("contentMediaType", media)];
        let text = Node::map(&keywords, self.arena());
        let (Some(_), Node::Object(list)) = (items, schema) else { return Some(text) };
        let mut list = ObjectBuilder::from_object(list);
        list.set("items", text);
        Some(list.finish(self.arena()))
    }

    /// The names of all properties that are bytes, in the branches of unions too.
    fn names_of_bytes(&self, of: Reaching<'_, 'a>) -> Vec<&'a str> {
        let mut found = ByteFields::default();
        self.collect_bytes(of, &mut found);
        found.names
    }

    fn collect_bytes(&self, of: Reaching<'_, 'a>, found: &mut ByteFields<'a>) {
        for (name, property) in of.schema.get("properties").into_iter().flat_map(Node::entries) {
            let is_open = self.declared.get(name).map(|field| &field.wire).is_none_or(|wire| {
                wire.style == ParameterStyle::Content
                    && wire.media_type.as_ref().is_none_or(|media| media.kind == MediaKind::Bytes)
            });
            let is_bytes = (is_open && self.is_untyped_bytes(property))
                || self.any(of.with(property), is_raw_bytes, &mut HashSet::default());
            if is_bytes && found.known.insert(name) {
                found.names.push(name);
            }
        }
        for branch in branches(of.schema) {
            self.collect_bytes(of.with(branch), found);
        }
        if let Some(to) = self.referred_first(of, &mut found.followed) {
            self.collect_bytes(Reaching { schema: to.schema, reaches: &to.reaches }, found);
        }
    }

    /// Whether a value, or an item of it, is bytes for want of a type.
    fn is_untyped_bytes(&self, schema: Node<'_>) -> bool {
        self.is_untyped_bytes && is_untyped(schema.get("items").unwrap_or(schema))
    }

    /// Whether a test holds for a schema, for its items, or for a branch of either.
    fn any(&self, of: Reaching<'_, 'a>, test: fn(Node<'_>) -> bool, followed: &mut HashSet<&'a str>) -> bool {
        test(of.schema)
            || branches(of.schema).any(|branch| self.any(of.with(branch), test, followed))
            || of.schema.get("items").is_some_and(|items| self.any(of.with(items), test, followed))
            || self.referred_first(of, followed).is_some_and(|to| {
                self.any(Reaching { schema: to.schema, reaches: &to.reaches }, test, followed)
            })
    }

    /// The schema of bytes, marked as base64.
    fn mark_base64(&self, of: Reaching<'_, 'a>) -> Node<'a> {
        let Node::Object(object) = of.schema else { return of.schema };
        let mut marked = ObjectBuilder::from_object(object);
        let refers = self.referred(of).is_some_and(|to| is_raw_bytes(to.schema));
        if is_raw_bytes(of.schema) || (self.is_untyped_bytes && is_untyped(of.schema)) {
            marked.set_if_absent("type", Node::String("string"));
            marked.set("contentEncoding", Node::String("base64"));
        } else if refers {
            marked.set("contentEncoding", Node::String("base64"));
        }
        for keyword in UNION_KEYWORDS {
            if let Some(Node::Array(branches)) = object.get(keyword) {
                let branches: Vec<_> =
                    branches.iter().map(|branch| self.mark_base64(of.with(*branch))).collect();
                marked.set(keyword, Node::list(&branches, self.arena()));
            }
        }
        if let Some(items) = object.get("items") {
            marked.set("items", self.mark_base64(of.with(items)));
        }
        marked.finish_like(object, self.arena())
    }
}

const UNION_KEYWORDS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// The branches of `allOf`, `anyOf` and `oneOf`.
fn branches(schema: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    UNION_KEYWORDS.into_iter().filter_map(move |keyword| schema.get(keyword)).flat_map(Node::items)
}

fn is_structured(schema: Node<'_>) -> bool {
    matches!(schema.text("type"), Some("object" | "array")) || schema.get("properties").is_some()
}

/// Whether a schema is one of raw bytes: its media type is no text, and it has no encoding. `format: binary` and
/// `type: file` have become that. A schema with an encoding (`format: byte`) is text: the API wants it encoded.
pub fn is_raw_bytes(schema: Node<'_>) -> bool {
    let media = schema.text("contentMediaType").map(MediaType::parse);
    media.is_some_and(|media| media.kind == MediaKind::Bytes) && schema.get("contentEncoding").is_none()
}

fn is_untyped(schema: Node<'_>) -> bool {
    schema
        .as_object()
        .is_some_and(|map| map.iter().all(|(keyword, _)| ANNOTATION_KEYWORDS.contains(&keyword)))
}
