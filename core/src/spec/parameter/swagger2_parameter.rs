//! Parameters of Swagger 2.0: the schema stands among the keys of the parameter, and body and form fields are parameters.
//! Source: Swagger 2.0, "Parameter Object".

use std::rc::Rc;

use super::openapi3_parameter::{
    note_reserved_header, note_unknown_place, read_name_and_place, read_required,
};
use super::operation_parameter::{DeclaredParameter, Parameter, ParameterUse};
use super::parameter_text::{describe_schema, notes_of_hidden_text};
use crate::error::Result;
use crate::json::pointer;
use crate::schema::{ConvertedSchema, DocumentSet, LocatedNode, Note, SchemaConverter, kind};
use crate::spec::serialization::parameter_in::ParameterIn;
use crate::spec::serialization::parameter_style::ParameterStyle;
use crate::spec::serialization::value_serialization::ValueSerialization;
use crate::spec::toolrack_extension::ToolrackExtension;

/// The places of Swagger 2.0.
const PLACES: &str = "path, query, header, body, formData";

/// Reads one parameter.
pub fn read_parameter<'a>(
    schemas: &SchemaConverter<'_, 'a>,
    located: &LocatedNode<'a>,
) -> Result<DeclaredParameter<'a>> {
    let library = schemas.library();
    let pointer = library.display_location(located.location);
    let (name, written) = match read_name_and_place(&pointer, located.node) {
        Ok(named) => named,
        Err(problem) => return Ok(DeclaredParameter::Ignored(problem)),
    };
    if written == "body" || written == "formData" {
        return Ok(DeclaredParameter::Body(*located));
    }
    let Some(place) = ParameterIn::parse(written)
        .filter(|place| *place != ParameterIn::QueryString && *place != ParameterIn::Cookie)
    else {
        return Ok(DeclaredParameter::Ignored(note_unknown_place(&pointer, name, written, PLACES)));
    };
    if let Some(problem) = note_reserved_header(name, place, &pointer) {
        return Ok(DeclaredParameter::Ignored(problem));
    }
    let mut converted = convert_value(schemas, located)?;
    let (wire, serialization_note) = read_serialization(library, located, place);
    let (required, required_note) = read_required(located.node, place, &pointer);
    converted.notes.extend(serialization_note.into_iter().chain(required_note));
    schemas.check_evaluation_cost(&converted)?;
    let parameter = Parameter::new(ParameterUse { name, place, wire, required }, converted, &pointer);
    let extension = ToolrackExtension::read(located, library);
    let says_required = located.node.flag("required");
    Ok(DeclaredParameter::Parameter(Rc::new(Parameter { says_required, extension, ..parameter })))
}

/// Converts the schema of a parameter. Publishers who mix the versions write `schema`; it counts where there is no `type`.
pub fn convert_value<'a>(
    schemas: &SchemaConverter<'_, 'a>,
    located: &LocatedNode<'a>,
) -> Result<ConvertedSchema<'a>> {
    let mut converted = match located.key("schema").filter(|_| located.node.get("type").is_none()) {
        Some(schema) => schemas.convert_schema(&schema)?,
        None => schemas.convert_parameter(located)?,
    };
    let library = schemas.library();
    converted.notes.extend(notes_of_hidden_text(
        library,
        located.node,
        &library.display_location(located.location),
    ));
    converted.schema = describe_schema(converted.schema, located.node.text("description"), library.arena());
    Ok(converted)
}

/// The serialization that `collectionFormat` declares, with a note where OpenAPI 3 or the place has none such. Default: csv.
pub fn read_serialization(
    library: &DocumentSet<'_>,
    located: &LocatedNode<'_>,
    place: ParameterIn,
) -> (ValueSerialization, Option<Note>) {
    let in_query = place == ParameterIn::Query;
    let note = |kind, message: String| {
        Some(Note::new(
            kind,
            pointer::push(&library.display_location(located.location), "collectionFormat"),
            message,
        ))
    };
    let plain = ValueSerialization::plain;
    match located.node.text("collectionFormat") {
        Some("multi") if in_query => (plain(ParameterStyle::Form, true), None),
        Some("ssv") if in_query => (plain(ParameterStyle::SpaceDelimited, false), None),
        Some("pipes") if in_query => (plain(ParameterStyle::PipeDelimited, false), None),
        Some("tsv") if in_query => {
            let message = "members are parted by tabs, for which OpenAPI 3 has no style".to_owned();
            (plain(ParameterStyle::TabDelimited, false), note(kind::SWAGGER_TSV_NO_OAS3_STYLE, message))
        }
        None | Some("csv") => (plain(ParameterStyle::default_of(place), false), None),
        Some(other) => {
            let message = format!("\"{other}\" is no collectionFormat in {}; csv is taken", place.as_str());
            (plain(ParameterStyle::default_of(place), false), note(kind::STYLE_REPLACED, message))
        }
    }
}
