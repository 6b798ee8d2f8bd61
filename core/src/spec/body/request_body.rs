//! The request body of an operation, whichever version of OpenAPI declares it.

use std::rc::Rc;

use super::body_schema::BodySchema;
use crate::error::excerpt;
use crate::json::{Arena, Node, ObjectBuilder};
use crate::schema::{Note, kind};
use crate::spec::parameter::parameter_text::describe_schema;
use crate::spec::serialization::media_type::{MediaKind, MediaType, is_sendable};
use crate::spec::serialization::value_serialization::FormField;
use crate::spec::toolrack_extension::ToolrackExtension;

/// A request body.
#[derive(Debug)]
pub struct RequestBody<'a> {
    /// The media type of requests.
    pub media: MediaType,
    /// Whether every request has a body.
    pub required: bool,
    /// Its description.
    pub description: Option<&'a str>,
    /// Its schema.
    pub schema: Rc<BodySchema<'a>>,
    /// Serialization of the fields of a form, as far as the document declares it.
    pub fields: Vec<FormField>,
    /// `x-toolrack` of the body and of its fields, which Swagger 2.0 has among the parameters.
    pub extensions: Vec<(BodyTarget<'a>, ToolrackExtension)>,
}

/// The part of a body that an extension is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyTarget<'a> {
    /// The whole body.
    Whole,
    /// One field of a form.
    Field(&'a str),
}

impl<'a> RequestBody<'a> {
    /// Replaces the schema of a body that is neither JSON nor a form: a model gives it as one text, or as base64.
    /// `pointer` is the place of the body, for the note.
    #[must_use]
    pub fn with_schema_of_media(self, pointer: &str, arena: &'a Arena) -> Self {
        let media = &self.media;
        let own = self.schema.converted.schema;
        let (note, schema) = match media.kind {
            MediaKind::Json | MediaKind::Form | MediaKind::Multipart => return self,
            MediaKind::Text if own.text("type") == Some("string") => return self,
            MediaKind::Text => {
                let message = format!("the body is given as one text of {}", media.name);
                (Note::new(kind::BODY_AS_TEXT, pointer, message), string_schema(None, media, arena))
            }
            MediaKind::Bytes => {
                let message = format!("the bytes of {} are given as base64", media.name);
                let schema = string_schema(Some("base64"), media, arena);
                let schema = describe_schema(schema, own.text("description"), arena);
                (Note::new(kind::OAS_BINARY, pointer, message), schema)
            }
        };
        let mut converted = self.schema.converted.clone();
        converted.notes.push(note);
        converted.reaches.clear();
        converted.schema = schema;
        Self { schema: Rc::new(BodySchema::new(converted)), ..self }
    }
}

/// The note for a media type of the document that is none, and is replaced.
pub fn note_replaced_media_type(pointer: &str, written: &str, media: &MediaType) -> Option<Note> {
    (!is_sendable(written)).then(|| {
        let message =
            format!("\"{}\" is no media type; the body is sent as {}", excerpt(written), media.name);
        Note::new(kind::BODY_MEDIA_TYPE_REPLACED, pointer, message)
    })
}

/// The schema of a text of a media type.
fn string_schema<'a>(encoding: Option<&'a str>, media: &MediaType, arena: &'a Arena) -> Node<'a> {
    let mut schema = ObjectBuilder::default();
    schema.push("type", Node::String("string"));
    if let Some(encoding) = encoding {
        schema.push("contentEncoding", Node::String(encoding));
    }
    schema.push("contentMediaType", Node::String(arena.text(&media.name)));
    schema.finish(arena)
}
