//! The fields of a form: how each is written, and which of them are bytes.
//!
//! What is written is decided here, by the document: bytes and text are both texts among the arguments, and only the
//! schema tells them apart.

use std::cell::Cell;
use std::collections::HashSet;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::In;
use super::media::{Kind, Media};
use super::style::{Style, Wire};
use crate::json::Node;
use crate::schema::{Converted, Converter, DefinitionId, Dialect, Note, Spot, kind};

/// References that are followed to find out what one field is, and what all fields of a form are.
const LOOKUPS_OF_ONE: usize = 32;
const LOOKUPS: usize = 10_000;
/// Keywords that say nothing of what a value is.
const ANNOTATIONS: [&str; 6] = ["title", "description", "examples", "default", "deprecated", "$comment"];

/// How one field of a form is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// As in a query, or with [`Style::Content`] as its media type says; without one, by its value.
    #[serde(flatten)]
    pub wire: Wire,
    /// Whether a text stands for the bytes that it is the base64 of.
    #[serde(skip_serializing_if = "is_false")]
    pub bytes: bool,
}

impl Field {
    fn by_value(name: &str) -> Self {
        Self { name: name.to_owned(), wire: Wire::plain(Style::Content, false), bytes: false }
    }
}

/// What a map of Encoding Objects says of each field. Source: OpenAPI 3.1.1 and 3.2.0, "Encoding Object": any of `style`,
/// `explode` and `allowReserved` overrules `contentType`. For 3.0 they are nothing to multipart, but where they are all
/// that is said, publishers mean them (Stripe).
pub fn encoding(encoding: Option<&Spot<'_>>, kind: Kind, dialect: Dialect) -> Vec<Field> {
    let overrules = kind == Kind::Form || dialect != Dialect::OpenApi30;
    let field = |(name, node): (&str, Node<'_>)| {
        // Several are a choice (`image/png, image/jpeg`); the first is as good as any. `*/*` says nothing.
        let first = node.text("contentType").and_then(|types| types.split(',').next()).map(str::trim);
        let media =
            first.filter(|first| !["", "*", "*/*", "application/*"].contains(first)).map(Media::parse);
        let has_style = ["style", "explode", "allowReserved"].iter().any(|key| node.get(key).is_some());
        if !has_style || (media.is_some() && !overrules) {
            let wire = Wire { media_type: media, ..Wire::plain(Style::Content, false) };
            return Field { wire, ..Field::by_value(name) };
        }
        let style = node.text("style").and_then(Style::parse).filter(|style| style.fits(In::Query));
        let style = style.unwrap_or(Style::Form);
        let explode = node.get("explode").and_then(Node::as_bool).unwrap_or(style == Style::Form);
        let wire = Wire { allow_reserved: node.flag("allowReserved"), ..Wire::plain(style, explode) };
        Field { wire, ..Field::by_value(name) }
    };
    match kind {
        Kind::Form | Kind::Multipart => {
            encoding.iter().flat_map(|spot| spot.node.entries()).map(field).collect()
        }
        _ => Vec::new(),
    }
}

/// Finds the fields that are bytes and makes the schema of a form one of arguments: bytes are base64, and what a field
/// sends as XML or another text is that text.
pub fn complete(
    schemas: &Converter<'_, '_>,
    dialect: Dialect,
    media: &Media,
    mut fields: Vec<Field>,
    converted: &mut Converted,
    pointer: &str,
) -> Vec<Field> {
    if !matches!(media.kind, Kind::Form | Kind::Multipart) {
        return Vec::new();
    }
    let is_untyped_bytes = media.kind == Kind::Multipart && dialect == Dialect::JsonSchema202012;
    let reader = Reader { schemas, lookups: Cell::new(LOOKUPS), is_untyped_bytes };
    let Converted { schema, reaches, notes, .. } = converted;
    let mut names = Vec::new();
    reader.fields_of_bytes(schema, reaches, &fields, &mut names, &mut HashSet::new());
    let Value::Object(root) = schema else { return fields };
    for name in &names {
        match fields.iter_mut().find(|field| field.name == *name) {
            Some(field) => field.bytes = true,
            None => fields.push(Field { bytes: true, ..Field::by_value(name) }),
        }
        let properties = root.entry("properties").or_insert_with(|| json!({}));
        match properties.get_mut(name) {
            Some(property) => {
                if property.as_object().is_some_and(is_untyped) {
                    let message =
                        format!("\"{name}\" has no type, which is bytes here; they are given as base64");
                    notes.push(Note::new(kind::OAS_BINARY, pointer, message));
                }
                reader.mark(property, reaches);
            }
            None => properties[name] = json!({"contentEncoding": "base64"}),
        }
    }
    let texts = fields.iter().filter(|field| !field.bytes).filter_map(|field| {
        let media = field.wire.media_type.as_ref().filter(|media| media.kind == Kind::Text)?;
        Some((&field.name, &media.name))
    });
    for (name, media) in texts {
        let Some(property) = root.get_mut("properties").and_then(|all| all.get_mut(name)) else { continue };
        let is_list =
            property.get("type").is_some_and(|kind| kind == "array") && property.get("items").is_some();
        let value = if is_list { &mut property["items"] } else { property };
        if reader.any(value, reaches, is_structured, &mut HashSet::new()) {
            *value = json!({"type": "string", "contentMediaType": media});
            let message = format!("\"{name}\" is given as one text of {media}");
            notes.push(Note::new(kind::BODY_AS_TEXT, pointer, message));
        }
    }
    fields
}

struct Reader<'r, 'l, 'a> {
    schemas: &'r Converter<'l, 'a>,
    /// How many references may still be followed.
    lookups: Cell<usize>,
    /// Whether a schema that says nothing is one of bytes. Source: OpenAPI 3.1.1, "Encoding Object": the table's row for
    /// an absent `type`.
    is_untyped_bytes: bool,
}

impl Reader<'_, '_, '_> {
    /// What a schema refers to.
    fn referred(&self, schema: &Map<String, Value>, reaches: &[DefinitionId]) -> Option<Converted> {
        let reference = schema.get("$ref")?.as_str()?;
        self.lookups.set(self.lookups.get().checked_sub(1)?);
        self.schemas.referred(reference, reaches)
    }

    /// What a schema refers to that no other one before it did: references can lead in circles.
    fn referred_first(
        &self,
        schema: &Map<String, Value>,
        reaches: &[DefinitionId],
        seen: &mut HashSet<String>,
    ) -> Option<Converted> {
        let reference = schema.get("$ref")?.as_str()?;
        (seen.len() < LOOKUPS_OF_ONE && seen.insert(reference.to_owned()))
            .then(|| self.referred(schema, reaches))?
    }

    /// The names of all properties that are bytes, of the branches of a union too.
    fn fields_of_bytes(
        &self,
        schema: &Value,
        reaches: &[DefinitionId],
        fields: &[Field],
        names: &mut Vec<String>,
        seen: &mut HashSet<String>,
    ) {
        let Value::Object(schema) = schema else { return };
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let said = fields.iter().find(|field| field.name == *name).map(|field| &field.wire);
            let is_open = said.is_none_or(|wire| {
                wire.style == Style::Content
                    && wire.media_type.as_ref().is_none_or(|media| media.kind == Kind::Bytes)
            });
            let is_bytes = (is_open && self.is_untyped_bytes(property))
                || self.any(property, reaches, is_raw, &mut HashSet::new());
            if is_bytes && !names.contains(name) {
                names.push(name.clone());
            }
        }
        for branch in branches(schema) {
            self.fields_of_bytes(branch, reaches, fields, names, seen);
        }
        if let Some(to) = self.referred_first(schema, reaches, seen) {
            self.fields_of_bytes(&to.schema, &to.reaches, fields, names, seen);
        }
    }

    /// Whether a value, or an item of it, is bytes for want of a type.
    fn is_untyped_bytes(&self, schema: &Value) -> bool {
        let item = schema.get("items").unwrap_or(schema);
        self.is_untyped_bytes && item.as_object().is_some_and(is_untyped)
    }

    /// Whether something is true of a value, of an item of it, or of a branch of one.
    fn any(
        &self,
        schema: &Value,
        reaches: &[DefinitionId],
        test: fn(&Map<String, Value>) -> bool,
        seen: &mut HashSet<String>,
    ) -> bool {
        let Value::Object(schema) = schema else { return false };
        test(schema)
            || branches(schema).any(|branch| self.any(branch, reaches, test, seen))
            || schema.get("items").is_some_and(|items| self.any(items, reaches, test, seen))
            || self
                .referred_first(schema, reaches, seen)
                .is_some_and(|to| self.any(&to.schema, &to.reaches, test, seen))
    }

    /// Says of bytes that they are base64.
    fn mark(&self, schema: &mut Value, reaches: &[DefinitionId]) {
        let Value::Object(schema) = schema else { return };
        let is_named = |to: Converted| to.schema.as_object().is_some_and(is_raw);
        let refers = self.referred(schema, reaches).is_some_and(is_named);
        if is_raw(schema) || (self.is_untyped_bytes && is_untyped(schema)) {
            schema.entry("type").or_insert_with(|| json!("string"));
            schema.insert("contentEncoding".to_owned(), json!("base64"));
        } else if refers {
            schema.insert("contentEncoding".to_owned(), json!("base64"));
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for branch in schema.get_mut(keyword).and_then(Value::as_array_mut).into_iter().flatten() {
                self.mark(branch, reaches);
            }
        }
        if let Some(items) = schema.get_mut("items") {
            self.mark(items, reaches);
        }
    }
}

/// The schemas that a value fulfils all or some of.
fn branches(schema: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let lists = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|keyword| schema.get(keyword)?.as_array());
    lists.flatten()
}

fn is_structured(schema: &Map<String, Value>) -> bool {
    let is_one = schema.get("type").is_some_and(|kind| kind == "object" || kind == "array");
    is_one || schema.contains_key("properties")
}

/// Bytes as they are: of a type that is no text, and not encoded. `format: binary` and `type: file` have become that. A
/// schema with an encoding of its own (`format: byte`) is one of text: the API wants it encoded.
fn is_raw(schema: &Map<String, Value>) -> bool {
    let media = schema.get("contentMediaType").and_then(Value::as_str).map(Media::parse);
    media.is_some_and(|media| media.kind == Kind::Bytes) && !schema.contains_key("contentEncoding")
}

fn is_untyped(schema: &Map<String, Value>) -> bool {
    schema.keys().all(|keyword| ANNOTATIONS.contains(&keyword.as_str()))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}
