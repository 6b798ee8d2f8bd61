//! The request body of Swagger 2.0: one parameter in `body`, or all parameters in `formData`.

use std::rc::Rc;

use super::body_context::{BodyContext, ReadBody};
use super::body_schema::BodySchema;
use super::form_fields::{FormSchema, is_raw_bytes};
use super::request_body::{BodyTarget, RequestBody, note_replaced_media_type};
use crate::error::Result;
use crate::json::{HashMap, Node, ObjectBuilder};
use crate::schema::{ConvertedSchema, Dialect, LocatedNode, Note, kind};
use crate::spec::parameter::openapi3_parameter::read_name_and_place;
use crate::spec::parameter::parameter_lists::{BodyParameter, note_duplicate};
use crate::spec::parameter::parameter_text::notes_of_hidden_text;
use crate::spec::parameter::swagger2_parameter::{convert_value, read_serialization};
use crate::spec::serialization::media_type::{MediaKind, MediaType};
use crate::spec::serialization::parameter_in::ParameterIn;
use crate::spec::serialization::value_serialization::FormField;
use crate::spec::toolrack_extension::ToolrackExtension;

/// Reads a body of Swagger 2.0.
pub struct Swagger2Body<'r, 's, 'l, 'a> {
    context: &'r BodyContext<'s, 'l, 'a>,
}

/// A body parameter with its name and its place, `body` or `formData`.
type NamedPart<'p, 'a> = (&'a str, &'static str, &'p BodyParameter<'a>);

impl<'r, 's, 'l, 'a> Swagger2Body<'r, 's, 'l, 'a> {
    /// A reader for the operation of a context.
    pub const fn new(context: &'r BodyContext<'s, 'l, 'a>) -> Self {
        Self { context }
    }

    /// Reads the body, where the operation has one. `listed` has the parameters of the operation before those of the path
    /// item.
    pub fn read(&self, listed: &[BodyParameter<'a>]) -> Result<ReadBody<'a>> {
        let (mut parts, mut notes) = unique_parts(listed);
        if parts.len() > 1 && parts.iter().any(|(_, place, _)| *place == "body") {
            notes.extend(self.keep_body_or_form(&mut parts));
        }
        let (body, more) = match parts.as_slice() {
            [] => (None, Vec::new()),
            [(_, "body", whole)] => self.read_body_parameter(&whole.located)?,
            fields => {
                let fields: Vec<_> = fields.iter().map(|(name, _, part)| (*name, part.located)).collect();
                (Some(self.read_form(&fields)?), Vec::new())
            }
        };
        notes.extend(more);
        Ok((body, notes))
    }

    /// Keeps the body or the fields of a form where an operation has both: a request has one of them. What the operation
    /// consumes decides; the body where it says nothing.
    fn keep_body_or_form(&self, parts: &mut Vec<NamedPart<'_, 'a>>) -> Vec<Note> {
        let chosen = MediaType::choose(self.consumes().into_iter()).map(|(_, media)| media.kind);
        let is_form = matches!(chosen, Some(MediaKind::Form | MediaKind::Multipart));
        let kept = if is_form { "formData" } else { "body" };
        let mut notes = Vec::new();
        parts.retain(|(name, place, part)| {
            if *place != kept {
                let message = format!("a request has a body or the fields of a form: \"{name}\" is left out");
                notes.push(Note::new(kind::PARAMETER_UNUSABLE, part.pointer.clone(), message));
            }
            *place == kept
        });
        notes
    }

    /// `consumes` of the operation, else of its document, else of the first document.
    fn consumes(&self) -> Vec<&'a str> {
        let BodyContext { schemas, root, site, .. } = *self.context;
        let document = schemas.library().root(site.operation.location.document);
        let own =
            [&site.operation, &document, root].into_iter().find_map(|holder| holder.node.get("consumes"));
        own.into_iter().flat_map(Node::items).filter_map(Node::as_str).collect()
    }

    /// Reads the one parameter in `body`.
    fn read_body_parameter(&self, located: &LocatedNode<'a>) -> Result<ReadBody<'a>> {
        let BodyContext { schemas, site, shared, .. } = *self.context;
        let library = schemas.library();
        let mut notes = Vec::new();
        let media = match MediaType::choose(self.consumes().into_iter()) {
            Some((written, media)) => {
                notes.extend(note_replaced_media_type(&site.pointer, written, &media));
                media
            }
            None => MediaType::parse(""),
        };
        let schema = match located.key("schema") {
            Some(schema) => BodySchema::convert_shared(schemas, &schema, shared)?,
            // Many generators write `type` without `schema`.
            None if located.node.get("type").is_some() => {
                Rc::new(BodySchema::new(schemas.convert_parameter(located)?))
            }
            None => Rc::new(BodySchema::new(ConvertedSchema::allow_all(library.arena()))),
        };
        let pointer = library.display_location(located.location);
        notes.extend(notes_of_hidden_text(library, located.node, &pointer));
        let form = FormSchema { schemas, dialect: Dialect::Swagger20, media: &media, pointer: &pointer };
        let (schema, fields) = form.complete_shared(schema, Vec::new());
        let extension =
            ToolrackExtension::read(located, library).map(|extension| (BodyTarget::Whole, extension));
        let body = RequestBody {
            media,
            required: located.node.flag("required"),
            description: located.node.text("description"),
            schema,
            fields,
            extensions: extension.into_iter().collect(),
        };
        Ok((Some(body.with_schema_of_media(&pointer, library.arena())), notes))
    }

    /// Reads the fields of a form.
    fn read_form(&self, fields: &[(&'a str, LocatedNode<'a>)]) -> Result<RequestBody<'a>> {
        let BodyContext { schemas, site, .. } = *self.context;
        let library = schemas.library();
        let values: Vec<_> =
            fields.iter().map(|(_, located)| convert_value(schemas, located)).collect::<Result<_>>()?;
        let media = self.form_media(&values);
        let (mut properties, mut required, mut serializations) =
            (ObjectBuilder::default(), Vec::new(), Vec::new());
        let (mut converted, mut extensions) = (ConvertedSchema::default(), Vec::new());
        for ((name, located), field) in fields.iter().zip(values) {
            let extension = ToolrackExtension::read(located, library);
            extensions.extend(extension.map(|extension| (BodyTarget::Field(name), extension)));
            // In a form `multi` and the other formats mean what they mean in a query.
            let (wire, note) = read_serialization(library, located, ParameterIn::Query);
            if located.node.flag("required") {
                required.push(Node::String(name));
            }
            converted.notes.extend(field.notes.into_iter().chain(note));
            converted.reaches.extend(field.reaches);
            properties.push(name, field.schema);
            serializations.push(FormField { name: (*name).to_owned(), wire, bytes: false });
        }
        let is_required = !required.is_empty();
        let mut schema = ObjectBuilder::default();
        schema.push("type", Node::String("object"));
        schema.push("properties", properties.finish(library.arena()));
        if is_required {
            schema.push("required", Node::list(&required, library.arena()));
        }
        converted.schema = schema.finish(library.arena());
        let pointer = &site.pointer;
        let form = FormSchema { schemas, dialect: Dialect::Swagger20, media: &media, pointer };
        let (schema, fields) = form.complete_shared(Rc::new(BodySchema::new(converted)), serializations);
        let body =
            RequestBody { media, required: is_required, description: None, schema, fields, extensions };
        Ok(body.with_schema_of_media(pointer, library.arena()))
    }

    /// The media type of a form: multipart where a field is a file.
    fn form_media(&self, values: &[ConvertedSchema<'a>]) -> MediaType {
        let is_file = |value: &ConvertedSchema<'_>| {
            is_raw_bytes(value.schema) || value.schema.get("items").is_some_and(is_raw_bytes)
        };
        let has_file = values.iter().any(is_file);
        let consumes: Vec<MediaType> = self.consumes().into_iter().map(MediaType::parse).collect();
        let of_kind = |kind: MediaKind| consumes.iter().find(|media| media.kind == kind).cloned();
        match of_kind(MediaKind::Form) {
            Some(form) if !has_file => form,
            None if !has_file && of_kind(MediaKind::Multipart).is_none() => {
                MediaType::parse("application/x-www-form-urlencoded")
            }
            _ => of_kind(MediaKind::Multipart).unwrap_or_else(|| MediaType::parse("multipart/form-data")),
        }
    }
}

/// The body parameters, each once, with a note for each duplicate. Those of the operation override those of the path item.
fn unique_parts<'p, 'a>(listed: &'p [BodyParameter<'a>]) -> (Vec<NamedPart<'p, 'a>>, Vec<Note>) {
    let (mut parts, mut notes) = (Vec::new(), Vec::new());
    let mut known: HashMap<(&str, &str), &BodyParameter<'a>> = HashMap::default();
    let mut has_body = false;
    for part in listed {
        let Ok((name, place)) = read_name_and_place(&part.pointer, part.located.node) else { continue };
        let place = if place == "body" { "body" } else { "formData" };
        match known.get(&(name, place)) {
            Some(twin) if part.is_item && !twin.is_item => {}
            None if place != "body" || !has_body => {
                has_body |= place == "body";
                known.insert((name, place), part);
                parts.push((name, place, part));
            }
            _ => notes.push(note_duplicate(part.pointer.clone(), name, place)),
        }
    }
    (parts, notes)
}
