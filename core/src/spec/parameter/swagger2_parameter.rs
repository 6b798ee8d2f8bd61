//! Parameters and bodies as Swagger 2.0 declares them: a parameter's schema stands among its own keys, the body is a
//! parameter, and the fields of a form are parameters each.

use std::rc::Rc;

use crate::error::Result;
use crate::schema::{Converted, Converter, Note, Spot, kind};
use crate::spec::parameter::openapi3_parameter::{
    DeclaredParameter, Parameter, below, describe, head, hidden, misplaced, required, reserved,
};
use crate::spec::serialization::parameter_in::ParameterIn;
use crate::spec::serialization::parameter_style::ParameterStyle;
use crate::spec::serialization::value_serialization::ValueSerialization;
use crate::spec::toolrack_extension::ToolrackExtension;

/// The places of Swagger 2.0.
const PLACES: &str = "path, query, header, body, formData";

/// Reads one parameter that is no part of the body.
pub fn declared<'a>(schemas: &Converter<'_, 'a>, spot: &Spot<'a>) -> Result<DeclaredParameter<'a>> {
    let pointer = schemas.library().show(spot.place);
    let (name, written) = match head(&pointer, spot.node) {
        Ok(head) => head,
        Err(fault) => return Ok(DeclaredParameter::Ignored(fault)),
    };
    if written == "body" || written == "formData" {
        return Ok(DeclaredParameter::Body(*spot));
    }
    let Some(place) = ParameterIn::parse(written)
        .filter(|place| *place != ParameterIn::QueryString && *place != ParameterIn::Cookie)
    else {
        return Ok(DeclaredParameter::Ignored(misplaced(&pointer, name, written, PLACES)));
    };
    if let Some(note) = reserved(name, place, &pointer) {
        return Ok(DeclaredParameter::Ignored(note));
    }
    let mut converted = value(schemas, spot)?;
    let wire = wire(schemas, spot, place, &mut converted.notes);
    let required = required(spot.node, place, &pointer, &mut converted.notes);
    schemas.check(&converted)?;
    let parameter = Parameter::new(name, place, required, wire, converted, &pointer);
    let extension = ToolrackExtension::of(spot, schemas.library());
    let says_required = spot.node.flag("required");
    Ok(DeclaredParameter::Parameter(Rc::new(Parameter { says_required, extension, ..parameter })))
}

/// What a parameter says of its value. Publishers who mix the versions write `schema`; that counts where it stands.
pub fn value<'a>(schemas: &Converter<'_, 'a>, spot: &Spot<'a>) -> Result<Converted<'a>> {
    let mut converted = match spot.key("schema").filter(|_| spot.node.get("type").is_none()) {
        Some(schema) => schemas.convert(&schema)?,
        None => schemas.convert_parameter(spot)?,
    };
    let library = schemas.library();
    converted.notes.extend(hidden(library, spot.node, &library.show(spot.place)));
    converted.schema = describe(converted.schema, spot.node.text("description"), library.arena());
    Ok(converted)
}

/// Source: Swagger 2.0, "Parameter Object", `collectionFormat`; csv where none is given.
pub fn wire(
    schemas: &Converter<'_, '_>,
    spot: &Spot<'_>,
    place: ParameterIn,
    notes: &mut Vec<Note>,
) -> ValueSerialization {
    let in_query = place == ParameterIn::Query;
    let pointer = || below(schemas, spot, "collectionFormat");
    match spot.node.text("collectionFormat") {
        Some("multi") if in_query => ValueSerialization::plain(ParameterStyle::Form, true),
        Some("ssv") if in_query => ValueSerialization::plain(ParameterStyle::SpaceDelimited, false),
        Some("pipes") if in_query => ValueSerialization::plain(ParameterStyle::PipeDelimited, false),
        Some("tsv") if in_query => {
            let message = "members are parted by tabs, for which OpenAPI 3 has no style";
            notes.push(Note::new(kind::SWAGGER_TSV_NO_OAS3_STYLE, pointer(), message));
            ValueSerialization::plain(ParameterStyle::TabDelimited, false)
        }
        other => {
            if let Some(other) = other.filter(|other| *other != "csv") {
                let message =
                    format!("\"{other}\" is no collectionFormat in {}; csv is taken", place.as_str());
                notes.push(Note::new(kind::STYLE_REPLACED, pointer(), message));
            }
            ValueSerialization::plain(ParameterStyle::default_of(place), false)
        }
    }
}
