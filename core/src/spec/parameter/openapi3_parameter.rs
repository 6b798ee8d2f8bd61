//! Parameters of OpenAPI 3. Source: OpenAPI 3.0.4, 3.1.1 and 3.2.0, "Parameter Object".

use std::rc::Rc;

use super::operation_parameter::{DeclaredParameter, Parameter, ParameterUse};
use super::parameter_text::{describe_schema, notes_of_hidden_text};
use super::reserved_headers::is_reserved;
use crate::error::{Error, Result, excerpt};
use crate::json::Node;
use crate::schema::{ConvertedSchema, LocatedNode, Note, SchemaConverter, kind};
use crate::spec::serialization::form_encoding::read_form_encoding;
use crate::spec::serialization::media_type::MediaType;
use crate::spec::serialization::parameter_in::ParameterIn;
use crate::spec::serialization::parameter_style::ParameterStyle;
use crate::spec::serialization::value_serialization::ValueSerialization;
use crate::spec::toolrack_extension::ToolrackExtension;

/// Name and place of a parameter. A parameter without them is left out with the note, and the others of its operation stay.
pub fn read_name_and_place<'a>(pointer: &str, node: Node<'a>) -> Result<(&'a str, &'a str), Note> {
    let unusable = |reason: String| Note::new(kind::PARAMETER_UNUSABLE, pointer, reason);
    if node.as_object().is_none() {
        return Err(unusable(format!("a parameter is a map, this is {}", node.kind())));
    }
    match (node.text("name").filter(|name| !name.is_empty()), node.text("in")) {
        (Some(name), Some(place)) => Ok((name, place)),
        // A body is not sent under its name, so it needs none.
        (None, Some("body")) => Ok(("body", "body")),
        (None, _) => Err(unusable("a parameter needs a name; this one is left out".to_owned())),
        (Some(name), None) => {
            let name = excerpt(name);
            Err(unusable(format!("parameter \"{name}\" needs a place (\"in\"); it is left out")))
        }
    }
}

/// The note for a parameter in a place that its version of OpenAPI does not have.
pub fn note_unknown_place(pointer: &str, name: &str, place: &str, places: &str) -> Note {
    let (name, place) = (excerpt(name), excerpt(place));
    let message =
        format!("parameter \"{name}\" is in \"{place}\", which is none of {places}; it is left out");
    Note::new(kind::PARAMETER_UNUSABLE, pointer, message)
}

/// The note for a parameter that is a reserved header.
pub fn note_reserved_header(name: &str, place: ParameterIn, pointer: &str) -> Option<Note> {
    (place == ParameterIn::Header && is_reserved(name)).then(|| {
        let message = format!("the header \"{name}\" is the client's to set");
        Note::new(kind::OAS_HEADER_IGNORED, pointer, message)
    })
}

/// Whether every request has a parameter, with a note where `required` is no boolean. A path parameter is required, though
/// a document may forget to declare it.
pub fn read_required(node: Node<'_>, place: ParameterIn, pointer: &str) -> (bool, Option<Note>) {
    let wrong = node.get("required").filter(|held| !matches!(held, Node::Bool(_) | Node::Null));
    let problem = wrong.map(|other| {
        let message = format!("\"required\" cannot hold {}", other.kind());
        Note::new(kind::KEYWORD_DROPPED, format!("{pointer}/required"), message)
    });
    (place == ParameterIn::Path || node.flag("required"), problem)
}

/// The places of OpenAPI 3.
const PLACES: &str = "path, query, querystring, header, cookie";

/// Reads one parameter.
pub fn read_parameter<'a>(
    schemas: &SchemaConverter<'_, 'a>,
    located: &LocatedNode<'a>,
) -> Result<DeclaredParameter<'a>> {
    let (library, node) = (schemas.library(), located.node);
    let pointer = library.display_location(located.location);
    let (name, written) = match read_name_and_place(&pointer, node) {
        Ok(named) => named,
        Err(problem) => return Ok(DeclaredParameter::Ignored(problem)),
    };
    let Some(place) = ParameterIn::parse(written) else {
        // Publishers mix the versions.
        return Ok(match written {
            "body" | "formData" => DeclaredParameter::Body(*located),
            _ => DeclaredParameter::Ignored(note_unknown_place(&pointer, name, written, PLACES)),
        });
    };
    if let Some(problem) = note_reserved_header(name, place, &pointer) {
        return Ok(DeclaredParameter::Ignored(problem));
    }
    let content = content_of(schemas, located)?;
    if place == ParameterIn::QueryString && content.is_none() {
        let reason = "a parameter in \"querystring\" needs \"content\"".to_owned();
        return Err(Error::InvalidSpec { pointer: pointer.into_owned(), reason });
    }
    let (style, style_note) = match &content {
        Some(_) => (ParameterStyle::Content, None),
        None => read_style(node, place, &pointer),
    };
    let wire = read_serialization(schemas, node, style, content.as_ref());
    let (required, required_note) = read_required(node, place, &pointer);
    let holder = content.as_ref().map_or(located, |(_, content)| content);
    let mut converted = match holder.key("schema") {
        Some(schema) => schemas.convert_schema(&schema)?,
        None => ConvertedSchema::unchanged(Node::map(&[("type", Node::String("string"))], library.arena())),
    };
    converted.notes.extend(style_note.into_iter().chain(required_note));
    converted.notes.extend(notes_of_hidden_text(library, node, &pointer));
    converted.schema = describe_schema(converted.schema, node.text("description"), library.arena());
    schemas.check_evaluation_cost(&converted)?;
    let parameter = Parameter::new(ParameterUse { name, place, wire, required }, converted, &pointer);
    let extension = ToolrackExtension::read(located, library);
    let says_required = node.flag("required");
    Ok(DeclaredParameter::Parameter(Rc::new(Parameter { says_required, extension, ..parameter })))
}

/// The media type and the Media Type Object of a parameter with `content`. The first counts.
fn content_of<'a>(
    schemas: &SchemaConverter<'_, 'a>,
    located: &LocatedNode<'a>,
) -> Result<Option<(MediaType, LocatedNode<'a>)>> {
    let content = located.key("content").and_then(|content| {
        let (written, _) = content.node.entries().next()?;
        Some((MediaType::parse(written), content.key(written)?))
    });
    let Some((media, located)) = content else { return Ok(None) };
    Ok(Some((media, schemas.library().follow_references(located)?)))
}

/// The style of a parameter, with a note where it has none that fits its place.
fn read_style(node: Node<'_>, place: ParameterIn, pointer: &str) -> (ParameterStyle, Option<Note>) {
    let default = ParameterStyle::default_of(place);
    let Some(written) = node.text("style") else { return (default, None) };
    if let Some(style) = ParameterStyle::parse(written).filter(|style| style.fits(place)) {
        return (style, None);
    }
    let message = format!("\"{}\" is no style of a parameter in {}", excerpt(written), place.as_str());
    (default, Some(Note::new(kind::STYLE_REPLACED, format!("{pointer}/style"), message)))
}

/// The serialization of a parameter.
fn read_serialization(
    schemas: &SchemaConverter<'_, '_>,
    node: Node<'_>,
    style: ParameterStyle,
    content: Option<&(MediaType, LocatedNode<'_>)>,
) -> ValueSerialization {
    let fields = content.map(|(media, located)| {
        let dialect = schemas.library().dialect(located.location.document);
        read_form_encoding(located.key("encoding").as_ref(), media.kind, dialect)
    });
    let explode = node.get("explode").and_then(Node::as_bool);
    ValueSerialization {
        style,
        explode: explode.unwrap_or(matches!(style, ParameterStyle::Form | ParameterStyle::Cookie)),
        allow_reserved: node.flag("allowReserved"),
        media_type: content.map(|(media, _)| media.clone()),
        fields: fields.unwrap_or_default(),
    }
}
