//! The body of an operation, in any version of OpenAPI.

use std::rc::Rc;

use crate::error::{Error, Result};
use crate::json::{Node, pointer};
use crate::schema::{Converted, Converter, Dialect, Library, Note, Spot, kind};
use crate::spec::body::request_body::{
    BodySchema, RequestBody, SharedBodySchemas, alone, of_form, of_schema, replaced,
};
use crate::spec::body::{form_fields, swagger2_body};
use crate::spec::operation_site::OperationSite;
use crate::spec::parameter::openapi3_parameter::hidden;
use crate::spec::parameter::parameter_lists::BodyParameter;
use crate::spec::serialization::media_type::MediaType;

/// The body of an operation, where it has one. `listed` is what Swagger 2.0 says of it among the parameters.
pub fn body<'a>(
    schemas: &Converter<'_, 'a>,
    root: &Spot<'a>,
    site: &OperationSite<'a>,
    listed: &[BodyParameter<'a>],
    shared: &SharedBodySchemas<'a>,
    notes: &mut Vec<Note>,
) -> Result<Option<RequestBody<'a>>> {
    let library = schemas.library();
    if library.dialect(site.spot.place.document) == Dialect::Swagger20 {
        return swagger2_body::body(schemas, root, site, listed, shared, notes);
    }
    let Some(spot) = site.spot.key("requestBody").filter(|spot| spot.node != Node::Null) else {
        for part in listed {
            let message = "OpenAPI 3 has a body under \"requestBody\"; it is taken as meant here";
            notes.push(Note::new(kind::BODY_IN_PARAMETERS, part.pointer.clone(), message));
        }
        return swagger2_body::body(schemas, root, site, listed, shared, notes);
    };
    for part in listed {
        let message = "an operation with a \"requestBody\" has no other body; this one is left out";
        notes.push(Note::new(kind::PARAMETER_UNUSABLE, part.pointer.clone(), message));
    }
    let spot = library.follow(spot)?;
    let place = library.show(spot.place);
    let Some(content) = spot.key("content").filter(|content| content.node.as_object().is_some()) else {
        let reason = "a request body needs a map \"content\"".to_owned();
        return Err(Error::InvalidSpec { pointer: place.into_owned(), reason });
    };
    let Some((written, media)) = MediaType::choose(content.node.entries().map(|(written, _)| written)) else {
        notes.push(Note::new(kind::BODY_WITHOUT_MEDIA_TYPE, place, "a body of no media type is not sent"));
        return Ok(None);
    };
    let Some(entry) = content.key(written) else { return Ok(None) };
    let entry = library.follow(entry)?;
    unused(library, &content, written, &media, notes);
    replaced(&pointer::push(&library.show(content.place), written), written, &media, notes);
    let schema = match entry.key("schema") {
        Some(schema) => of_schema(schemas, &schema, shared)?,
        None => Rc::new(BodySchema::new(Converted::anything(library.arena()))),
    };
    notes.extend(hidden(library, spot.node, &place));
    let description = spot.node.text("description");
    let pointer = pointer::push(&format!("{place}/content"), written);
    let dialect = library.dialect(entry.place.document);
    let fields = form_fields::encoding(entry.key("encoding").as_ref(), media.kind, dialect);
    let (schema, fields) = of_form(schemas, dialect, &media, fields, schema, &pointer);
    let body = RequestBody::new(
        media,
        spot.node.flag("required"),
        description,
        schema,
        fields,
        &pointer,
        library.arena(),
    );
    Ok(Some(body))
}

/// Notes the media types that are not sent and whose schema says something else than that of the one that is.
fn unused<'a>(
    library: &Library<'a>,
    content: &Spot<'a>,
    chosen: &str,
    media: &MediaType,
    notes: &mut Vec<Note>,
) {
    // The schema of a media type, and whether it is written inline rather than behind a `$ref`.
    let schema_of = |written: &str| -> Option<(Spot<'a>, bool)> {
        let schema = library.follow(content.key(written)?).ok()?.key("schema")?;
        let is_own = schema.node.get("$ref").is_none();
        Some((alone(library, schema).unwrap_or(schema), is_own))
    };
    let entries = content.node.entries().map(|(written, _)| written);
    let others: Vec<&str> = entries.filter(|written| *written != chosen).collect();
    if others.is_empty() {
        return;
    }
    let own = schema_of(chosen);
    // What thousands of references lead to is not compared value by value each time.
    let is_same = |(other, is_own): (Spot<'a>, bool)| {
        let is_equal = |own: &Spot<'a>| own.place == other.place || (is_own && own.node == other.node);
        own.as_ref().is_some_and(|(own, _)| is_equal(own))
    };
    for written in others {
        if schema_of(written).is_some_and(|other| !is_same(other)) {
            let pointer = pointer::push(&library.show(content.place), written);
            let message = format!("the body is sent as {}", media.name);
            notes.push(Note::new(kind::BODY_MEDIA_TYPE_UNUSED, pointer, message));
        }
    }
}
