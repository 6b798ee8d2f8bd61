//! The body of an operation of Swagger 2.0.

use std::rc::Rc;

use crate::error::Result;
use crate::json::{HashMap, Members, Node};
use crate::schema::{Converted, Converter, Dialect, Note, Spot, kind};
use crate::spec::body::request_body::{BodySchema, BodyTarget, RequestBody, SharedBodySchemas};
use crate::spec::body::{form_fields, request_body};
use crate::spec::operation_site::OperationSite;
use crate::spec::parameter::openapi3_parameter::{head, hidden};
use crate::spec::parameter::parameter_lists::{BodyParameter, twice};
use crate::spec::parameter::swagger2_parameter::{value, wire};
use crate::spec::serialization::media_type::{MediaKind, MediaType};
use crate::spec::serialization::parameter_in::ParameterIn;
use crate::spec::serialization::value_serialization::FormField;
use crate::spec::toolrack_extension::ToolrackExtension;

/// The body of an operation: the one parameter in `body`, or all in `formData`. `listed` has those of the operation before
/// those of the path item.
pub fn body<'a>(
    schemas: &Converter<'_, 'a>,
    root: &Spot<'a>,
    site: &OperationSite<'a>,
    listed: &[BodyParameter<'a>],
    shared: &SharedBodySchemas<'a>,
    notes: &mut Vec<Note>,
) -> Result<Option<RequestBody<'a>>> {
    let mut parts: Vec<(&str, &str, &BodyParameter<'a>)> = Vec::new();
    let mut known: HashMap<(&str, &str), &BodyParameter<'a>> = HashMap::default();
    let mut has_body = false;
    for part in listed {
        let Ok((name, place)) = head(&part.pointer, part.spot.node) else { continue };
        let place = if place == "body" { "body" } else { "formData" };
        match known.get(&(name, place)) {
            // The operation's own comes before the path item's.
            Some(twin) if part.is_item && !twin.is_item => {}
            None if place != "body" || !has_body => {
                has_body |= place == "body";
                known.insert((name, place), part);
                parts.push((name, place, part));
            }
            _ => notes.push(twice(part.pointer.clone(), name, place)),
        }
    }
    if has_body && parts.len() > 1 {
        one_body(schemas, root, site, &mut parts, notes);
    }
    match parts.as_slice() {
        [] => Ok(None),
        [(_, "body", whole)] => of_parameter(schemas, root, site, &whole.spot, (shared, notes)).map(Some),
        fields => {
            let fields: Vec<_> = fields.iter().map(|(name, _, part)| (*name, part.spot)).collect();
            of_fields(schemas, root, site, &fields).map(Some)
        }
    }
}

/// Keeps the body or the fields of a form, where an operation has both: a request has one of them. What the operation
/// consumes decides, and the body where it says nothing.
fn one_body<'a>(
    schemas: &Converter<'_, 'a>,
    root: &Spot<'a>,
    site: &OperationSite<'a>,
    parts: &mut Vec<(&'a str, &'static str, &BodyParameter<'a>)>,
    notes: &mut Vec<Note>,
) {
    let consumes = consumes(schemas, root, site);
    let chosen = MediaType::choose(consumes.into_iter()).map(|(_, media)| media.kind);
    let kept =
        if matches!(chosen, Some(MediaKind::Form | MediaKind::Multipart)) { "formData" } else { "body" };
    parts.retain(|(name, place, part)| {
        if *place != kept {
            let message = format!("a request has a body or the fields of a form: \"{name}\" is left out");
            notes.push(Note::new(kind::PARAMETER_UNUSABLE, part.pointer.clone(), message));
        }
        *place == kept
    });
}

/// `consumes` of the operation, else of its document, else of the first.
fn consumes<'a>(schemas: &Converter<'_, 'a>, root: &Spot<'a>, site: &OperationSite<'a>) -> Vec<&'a str> {
    let document = schemas.library().root(site.spot.place.document);
    let own = [&site.spot, &document, root].into_iter().find_map(|holder| holder.node.get("consumes"));
    own.into_iter().flat_map(Node::items).filter_map(Node::as_str).collect()
}

fn of_parameter<'a>(
    schemas: &Converter<'_, 'a>,
    root: &Spot<'a>,
    site: &OperationSite<'a>,
    spot: &Spot<'a>,
    (shared, notes): (&SharedBodySchemas<'a>, &mut Vec<Note>),
) -> Result<RequestBody<'a>> {
    let consumes = consumes(schemas, root, site);
    let media = match MediaType::choose(consumes.into_iter()) {
        Some((written, media)) => {
            request_body::replaced(&site.pointer, written, &media, notes);
            media
        }
        None => MediaType::parse(""),
    };
    let required = spot.node.flag("required");
    let schema = match spot.key("schema") {
        Some(schema) => request_body::of_schema(schemas, &schema, shared)?,
        // `type` without `schema` is what many generators write.
        None if spot.node.get("type").is_some() => Rc::new(BodySchema::new(schemas.convert_parameter(spot)?)),
        None => Rc::new(BodySchema::new(Converted::anything(schemas.library().arena()))),
    };
    let pointer = schemas.library().show(spot.place);
    notes.extend(hidden(schemas.library(), spot.node, &pointer));
    let description = spot.node.text("description");
    let (schema, fields) =
        request_body::of_form(schemas, Dialect::Swagger20, &media, Vec::new(), schema, &pointer);
    let body =
        RequestBody::new(media, required, description, schema, fields, &pointer, schemas.library().arena());
    let extension =
        ToolrackExtension::of(spot, schemas.library()).map(|extension| (BodyTarget::Whole, extension));
    Ok(RequestBody { extensions: extension.into_iter().collect(), ..body })
}

fn of_fields<'a>(
    schemas: &Converter<'_, 'a>,
    root: &Spot<'a>,
    site: &OperationSite<'a>,
    fields: &[(&'a str, Spot<'a>)],
) -> Result<RequestBody<'a>> {
    let values: Vec<_> = fields.iter().map(|(_, spot)| value(schemas, spot)).collect::<Result<_>>()?;
    let has_file = values.iter().any(|value| {
        form_fields::is_raw(value.schema) || value.schema.get("items").is_some_and(form_fields::is_raw)
    });
    let consumes: Vec<MediaType> = consumes(schemas, root, site).into_iter().map(MediaType::parse).collect();
    let of_kind = |kind: MediaKind| consumes.iter().find(|media| media.kind == kind).cloned();
    let multipart =
        || of_kind(MediaKind::Multipart).unwrap_or_else(|| MediaType::parse("multipart/form-data"));
    let media = match of_kind(MediaKind::Form) {
        Some(form) if !has_file => form,
        None if !has_file && of_kind(MediaKind::Multipart).is_none() => {
            MediaType::parse("application/x-www-form-urlencoded")
        }
        _ => multipart(),
    };
    let arena = schemas.library().arena();
    let (mut properties, mut required, mut wires) = (Members::default(), Vec::new(), Vec::new());
    let (mut converted, mut extensions) = (Converted::default(), Vec::new());
    for ((name, spot), mut field) in fields.iter().zip(values) {
        let extension = ToolrackExtension::of(spot, schemas.library());
        extensions.extend(extension.map(|extension| (BodyTarget::Field(name), extension)));
        // In a form `multi` and the other formats mean what they mean in a query.
        let wire = wire(schemas, spot, ParameterIn::Query, &mut field.notes);
        if spot.node.flag("required") {
            required.push(Node::String(name));
        }
        converted.notes.extend(field.notes);
        converted.reaches.extend(field.reaches);
        properties.push(name, field.schema);
        wires.push(FormField { name: (*name).to_owned(), wire, bytes: false });
    }
    let is_required = !required.is_empty();
    let mut schema = Members::default();
    schema.push("type", Node::String("object"));
    schema.push("properties", properties.finish(arena));
    if is_required {
        schema.push("required", Node::list(&required, arena));
    }
    converted.schema = schema.finish(arena);
    let schema = Rc::new(BodySchema::new(converted));
    let (schema, fields) =
        request_body::of_form(schemas, Dialect::Swagger20, &media, wires, schema, &site.pointer);
    let body = RequestBody::new(media, is_required, None, schema, fields, &site.pointer, arena);
    Ok(RequestBody { extensions, ..body })
}
