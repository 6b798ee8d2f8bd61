//! Reads the request body of an operation in any version of OpenAPI.

use std::rc::Rc;

use super::body_context::{BodyContext, ReadBody};
use super::body_schema::{BodySchema, follow_bare_reference};
use super::form_fields::FormSchema;
use super::request_body::{RequestBody, note_replaced_media_type};
use super::swagger2_body::Swagger2Body;
use crate::error::{Error, Result};
use crate::json::{Node, pointer};
use crate::schema::{ConvertedSchema, Dialect, LocatedNode, Note, kind};
use crate::spec::parameter::parameter_lists::BodyParameter;
use crate::spec::parameter::parameter_text::notes_of_hidden_text;
use crate::spec::serialization::form_encoding::read_form_encoding;
use crate::spec::serialization::media_type::MediaType;

impl<'a> BodyContext<'_, '_, 'a> {
    /// Reads the body, where the operation has one. `listed` is what Swagger 2.0 declares of it among the parameters.
    pub fn read_body(&self, listed: &[BodyParameter<'a>]) -> Result<ReadBody<'a>> {
        if self.schemas.library().dialect(self.site.operation.location.document) == Dialect::Swagger20 {
            return Swagger2Body::new(self).read(listed);
        }
        let Some(located) =
            self.site.operation.key("requestBody").filter(|located| located.node != Node::Null)
        else {
            // Publishers mix the versions: a body among the parameters of OpenAPI 3 is taken as meant.
            let message = "OpenAPI 3 has a body under \"requestBody\"; it is taken as meant here";
            let mut notes: Vec<Note> = listed
                .iter()
                .map(|part| Note::new(kind::BODY_IN_PARAMETERS, part.pointer.clone(), message))
                .collect();
            let (body, more) = Swagger2Body::new(self).read(listed)?;
            notes.extend(more);
            return Ok((body, notes));
        };
        let message = "an operation with a \"requestBody\" has no other body; this one is left out";
        let mut notes: Vec<Note> = listed
            .iter()
            .map(|part| Note::new(kind::PARAMETER_UNUSABLE, part.pointer.clone(), message))
            .collect();
        let (body, more) = self.read_request_body(located)?;
        notes.extend(more);
        Ok((body, notes))
    }

    /// Reads a Request Body Object of OpenAPI 3.
    fn read_request_body(&self, located: LocatedNode<'a>) -> Result<ReadBody<'a>> {
        let library = self.schemas.library();
        let located = library.follow_references(located)?;
        let place = library.display_location(located.location);
        let Some(content) = located.key("content").filter(|content| content.node.as_object().is_some())
        else {
            let reason = "a request body needs a map \"content\"".to_owned();
            return Err(Error::InvalidSpec { pointer: place.into_owned(), reason });
        };
        let names = content.node.entries().map(|(written, _)| written);
        let Some((written, media)) = MediaType::choose(names) else {
            let note = Note::new(kind::BODY_WITHOUT_MEDIA_TYPE, place, "a body of no media type is not sent");
            return Ok((None, vec![note]));
        };
        let Some(entry) = content.key(written) else { return Ok((None, Vec::new())) };
        let entry = library.follow_references(entry)?;
        let mut notes = self.note_unused_media_types(&content, written, &media);
        let pointer = pointer::push(&library.display_location(content.location), written);
        notes.extend(note_replaced_media_type(&pointer, written, &media));
        let schema = match entry.key("schema") {
            Some(schema) => BodySchema::convert_shared(self.schemas, &schema, self.shared)?,
            None => Rc::new(BodySchema::new(ConvertedSchema::allow_all(library.arena()))),
        };
        notes.extend(notes_of_hidden_text(library, located.node, &place));
        let pointer = pointer::push(&format!("{place}/content"), written);
        let dialect = library.dialect(entry.location.document);
        let fields = read_form_encoding(entry.key("encoding").as_ref(), media.kind, dialect);
        let form = FormSchema { schemas: self.schemas, dialect, media: &media, pointer: &pointer };
        let (schema, fields) = form.complete_shared(schema, fields);
        let (required, description) = (located.node.flag("required"), located.node.text("description"));
        let body = RequestBody { media, required, description, schema, fields, extensions: Vec::new() };
        Ok((Some(body.with_schema_of_media(&pointer, library.arena())), notes))
    }

    /// Notes the media types that are not sent and whose schema differs from that of the one that is.
    fn note_unused_media_types(
        &self,
        content: &LocatedNode<'a>,
        chosen: &str,
        media: &MediaType,
    ) -> Vec<Note> {
        let library = self.schemas.library();
        // The schema of a media type, and whether it is written inline rather than behind a `$ref`.
        let schema_of = |written: &str| -> Option<(LocatedNode<'a>, bool)> {
            let schema = library.follow_references(content.key(written)?).ok()?.key("schema")?;
            let is_inline = schema.node.get("$ref").is_none();
            Some((follow_bare_reference(library, schema).unwrap_or(schema), is_inline))
        };
        let entries = content.node.entries().map(|(written, _)| written);
        let others: Vec<&str> = entries.filter(|written| *written != chosen).collect();
        if others.is_empty() {
            return Vec::new();
        }
        let own = schema_of(chosen);
        // What thousands of references lead to is not compared value by value each time.
        let is_same = |(other, is_inline): (LocatedNode<'a>, bool)| {
            let is_equal = |own: &LocatedNode<'a>| {
                own.location == other.location || (is_inline && own.node == other.node)
            };
            own.as_ref().is_some_and(|(own, _)| is_equal(own))
        };
        let differs = |written: &&str| schema_of(written).is_some_and(|other| !is_same(other));
        let to_note = |written: &str| {
            let pointer = pointer::push(&library.display_location(content.location), written);
            let message = format!("the body is sent as {}", media.name);
            Note::new(kind::BODY_MEDIA_TYPE_UNUSED, pointer, message)
        };
        others.into_iter().filter(differs).map(to_note).collect()
    }
}
