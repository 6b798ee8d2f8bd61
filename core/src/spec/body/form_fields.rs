//! The fields of a form: how each is written, and which of them are bytes.
//!
//! What is written is decided here, by the document: bytes and text are both texts among the arguments, and only the
//! schema tells them apart.

use std::cell::Cell;
use std::rc::Rc;

use crate::json::{Arena, HashMap, HashSet, Members, Node, Object};
use crate::schema::{Converted, Converter, DefinitionId, Dialect, Note, Spot, kind};
use crate::spec::serialization::media_type::{MediaKind, MediaType};
use crate::spec::serialization::parameter_in::ParameterIn;
use crate::spec::serialization::parameter_style::ParameterStyle;
use crate::spec::serialization::value_serialization::{FormField, ValueSerialization};

/// References that are followed to find out what one field is, and what all fields of a form are.
const LOOKUPS_OF_ONE: usize = 32;
const LOOKUPS: usize = 10_000;
/// Keywords that say nothing of what a value is.
const ANNOTATIONS: [&str; 6] = ["title", "description", "examples", "default", "deprecated", "$comment"];

/// What a map of Encoding Objects says of each field. Source: OpenAPI 3.1.1 and 3.2.0, "Encoding Object": any of `style`,
/// `explode` and `allowReserved` overrules `contentType`. For 3.0 they are nothing to multipart, but where they are all
/// that is said, publishers mean them (Stripe).
pub fn encoding(encoding: Option<&Spot<'_>>, kind: MediaKind, dialect: Dialect) -> Vec<FormField> {
    let overrules = kind == MediaKind::Form || dialect != Dialect::OpenApi30;
    let field = |(name, node): (&str, Node<'_>)| {
        // Several are a choice (`image/png, image/jpeg`); the first is as good as any. `*/*` says nothing.
        let first = node.text("contentType").and_then(|types| types.split(',').next()).map(str::trim);
        let media =
            first.filter(|first| !["", "*", "*/*", "application/*"].contains(first)).map(MediaType::parse);
        let has_style = ["style", "explode", "allowReserved"].iter().any(|key| node.get(key).is_some());
        if !has_style || (media.is_some() && !overrules) {
            let wire = ValueSerialization {
                media_type: media,
                ..ValueSerialization::plain(ParameterStyle::Content, false)
            };
            return FormField { wire, ..FormField::by_value(name) };
        }
        let style =
            node.text("style").and_then(ParameterStyle::parse).filter(|style| style.fits(ParameterIn::Query));
        let style = style.unwrap_or(ParameterStyle::Form);
        let explode = node.get("explode").and_then(Node::as_bool).unwrap_or(style == ParameterStyle::Form);
        let wire = ValueSerialization {
            allow_reserved: node.flag("allowReserved"),
            ..ValueSerialization::plain(style, explode)
        };
        FormField { wire, ..FormField::by_value(name) }
    };
    match kind {
        MediaKind::Form | MediaKind::Multipart => {
            encoding.iter().flat_map(|spot| spot.node.entries()).map(field).collect()
        }
        _ => Vec::new(),
    }
}

/// Finds the fields that are bytes and makes the schema of a form one of arguments: bytes are base64, and what a field
/// sends as XML or another text is that text.
pub fn complete<'a>(
    schemas: &Converter<'_, 'a>,
    dialect: Dialect,
    media: &MediaType,
    mut fields: Vec<FormField>,
    converted: &mut Converted<'a>,
    pointer: &str,
) -> Vec<FormField> {
    if !matches!(media.kind, MediaKind::Form | MediaKind::Multipart) {
        return Vec::new();
    }
    let is_untyped_bytes = media.kind == MediaKind::Multipart && dialect == Dialect::JsonSchema202012;
    let reader = FormReader { schemas, lookups: Cell::new(LOOKUPS), is_untyped_bytes };
    let Converted { schema, reaches, notes, .. } = converted;
    let Node::Object(object) = *schema else { return fields };
    let said: HashMap<&str, &FormField> = fields.iter().map(|field| (&*field.name, field)).collect();
    let (mut bytes, mut names) = (HashSet::default(), Vec::new());
    reader.fields_of_bytes(*schema, reaches, &said, &mut HashSet::default(), &mut |name| {
        if bytes.insert(name) {
            names.push(name);
        }
    });
    let own = object.get("properties").and_then(Node::as_object);
    let mut properties = Members::with_capacity(own.map_or(0, Object::len));
    for (name, property) in own.into_iter().flat_map(Object::iter) {
        let media = said.get(name).and_then(|field| field.wire.media_type.as_ref());
        let media = media.filter(|media| media.kind == MediaKind::Text);
        let text = media.and_then(|media| reader.as_text(property, reaches, &media.name));
        let shown = if bytes.contains(name) {
            if is_untyped(property) {
                let message =
                    format!("\"{name}\" has no type, which is bytes here; they are given as base64");
                notes.push(Note::new(kind::OAS_BINARY, pointer, message));
            }
            reader.mark(property, reaches)
        } else if let (Some(media), Some(text)) = (media, text) {
            let message = format!("\"{name}\" is given as one text of {}", media.name);
            notes.push(Note::new(kind::BODY_AS_TEXT, pointer, message));
            text
        } else {
            property
        };
        properties.push(name, shown);
    }
    for name in names.iter().filter(|name| own.is_none_or(|own| own.get(name).is_none())) {
        properties.push(name, Node::map(&[("contentEncoding", Node::String("base64"))], reader.arena()));
    }
    if own.is_some() || !properties.is_empty() {
        let properties = match own {
            Some(own) => properties.finish_like(own, reader.arena()),
            None => properties.finish(reader.arena()),
        };
        let mut whole = Members::of(object);
        whole.put("properties", properties);
        *schema = whole.finish_like(object, reader.arena());
    }
    let unsaid = names.iter().filter(|name| !said.contains_key(*name));
    let unsaid: Vec<_> = unsaid.map(|name| FormField { bytes: true, ..FormField::by_value(name) }).collect();
    for field in &mut fields {
        field.bytes = bytes.contains(&*field.name);
    }
    fields.extend(unsaid);
    fields
}

struct FormReader<'r, 'l, 'a> {
    schemas: &'r Converter<'l, 'a>,
    /// How many references may still be followed.
    lookups: Cell<usize>,
    /// Whether a schema that says nothing is one of bytes. Source: OpenAPI 3.1.1, "Encoding Object": the table's row for
    /// an absent `type`.
    is_untyped_bytes: bool,
}

impl<'a> FormReader<'_, '_, 'a> {
    const fn arena(&self) -> &'a Arena {
        self.schemas.library().arena()
    }

    /// What a schema refers to.
    fn referred(&self, schema: Node<'a>, reaches: &[DefinitionId]) -> Option<Rc<Converted<'a>>> {
        let reference = schema.text("$ref")?;
        self.lookups.set(self.lookups.get().checked_sub(1)?);
        self.schemas.referred(reference, reaches)
    }

    /// What a schema refers to that no other one before it did: references can lead in circles.
    fn referred_first(
        &self,
        schema: Node<'a>,
        reaches: &[DefinitionId],
        seen: &mut HashSet<&'a str>,
    ) -> Option<Rc<Converted<'a>>> {
        let reference = schema.text("$ref")?;
        (seen.len() < LOOKUPS_OF_ONE && seen.insert(reference)).then(|| self.referred(schema, reaches))?
    }

    /// What a field is that a media type sends as one text: it, or each of its items. `None` where its values are texts.
    fn as_text(&self, property: Node<'a>, reaches: &[DefinitionId], media: &str) -> Option<Node<'a>> {
        let items = property.get("items").filter(|_| property.text("type") == Some("array"));
        if !self.any(items.unwrap_or(property), reaches, is_structured, &mut HashSet::default()) {
            return None;
        }
        let media = Node::String(self.arena().text(media));
        let keywords = [("type", Node::String("string")), ("contentMediaType", media)];
        let text = Node::map(&keywords, self.arena());
        let (Some(_), Node::Object(list)) = (items, property) else { return Some(text) };
        let mut list = Members::of(list);
        list.put("items", text);
        Some(list.finish(self.arena()))
    }

    /// Visits the names of all properties that are bytes, of the branches of a union too.
    fn fields_of_bytes(
        &self,
        schema: Node<'a>,
        reaches: &[DefinitionId],
        said: &HashMap<&str, &FormField>,
        seen: &mut HashSet<&'a str>,
        visit: &mut dyn FnMut(&'a str),
    ) {
        for (name, property) in schema.get("properties").into_iter().flat_map(Node::entries) {
            let is_open = said.get(name).map(|field| &field.wire).is_none_or(|wire| {
                wire.style == ParameterStyle::Content
                    && wire.media_type.as_ref().is_none_or(|media| media.kind == MediaKind::Bytes)
            });
            let is_bytes = (is_open && self.is_untyped_bytes(property))
                || self.any(property, reaches, is_raw, &mut HashSet::default());
            if is_bytes {
                visit(name);
            }
        }
        for branch in branches(schema) {
            self.fields_of_bytes(branch, reaches, said, seen, visit);
        }
        if let Some(to) = self.referred_first(schema, reaches, seen) {
            self.fields_of_bytes(to.schema, &to.reaches, said, seen, visit);
        }
    }

    /// Whether a value, or an item of it, is bytes for want of a type.
    fn is_untyped_bytes(&self, schema: Node<'_>) -> bool {
        self.is_untyped_bytes && is_untyped(schema.get("items").unwrap_or(schema))
    }

    /// Whether something is true of a value, of an item of it, or of a branch of one.
    fn any(
        &self,
        schema: Node<'a>,
        reaches: &[DefinitionId],
        test: fn(Node<'_>) -> bool,
        seen: &mut HashSet<&'a str>,
    ) -> bool {
        test(schema)
            || branches(schema).any(|branch| self.any(branch, reaches, test, seen))
            || schema.get("items").is_some_and(|items| self.any(items, reaches, test, seen))
            || self
                .referred_first(schema, reaches, seen)
                .is_some_and(|to| self.any(to.schema, &to.reaches, test, seen))
    }

    /// Bytes that say that they are base64.
    fn mark(&self, schema: Node<'a>, reaches: &[DefinitionId]) -> Node<'a> {
        let Node::Object(object) = schema else { return schema };
        let mut marked = Members::of(object);
        let refers = self.referred(schema, reaches).is_some_and(|to| is_raw(to.schema));
        if is_raw(schema) || (self.is_untyped_bytes && is_untyped(schema)) {
            marked.put_new("type", Node::String("string"));
            marked.put("contentEncoding", Node::String("base64"));
        } else if refers {
            marked.put("contentEncoding", Node::String("base64"));
        }
        for keyword in UNIONS {
            if let Some(Node::Array(branches)) = object.get(keyword) {
                let branches: Vec<_> = branches.iter().map(|branch| self.mark(*branch, reaches)).collect();
                marked.put(keyword, Node::list(&branches, self.arena()));
            }
        }
        if let Some(items) = object.get("items") {
            marked.put("items", self.mark(items, reaches));
        }
        marked.finish_like(object, self.arena())
    }
}

const UNIONS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// The schemas that a value fulfils all or some of.
fn branches(schema: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    UNIONS.into_iter().filter_map(move |keyword| schema.get(keyword)).flat_map(Node::items)
}

fn is_structured(schema: Node<'_>) -> bool {
    matches!(schema.text("type"), Some("object" | "array")) || schema.get("properties").is_some()
}

/// Bytes as they are: of a type that is no text, and not encoded. `format: binary` and `type: file` have become that. A
/// schema with an encoding of its own (`format: byte`) is one of text: the API wants it encoded.
pub fn is_raw(schema: Node<'_>) -> bool {
    let media = schema.text("contentMediaType").map(MediaType::parse);
    media.is_some_and(|media| media.kind == MediaKind::Bytes) && schema.get("contentEncoding").is_none()
}

fn is_untyped(schema: Node<'_>) -> bool {
    schema.as_object().is_some_and(|map| map.iter().all(|(keyword, _)| ANNOTATIONS.contains(&keyword)))
}
