//! The body of an operation's request.

use serde_json::{Value, json};

use super::media::{Kind, Media};
use super::parameter::describe;
use super::style::{Style, Wire};
use super::{OperationSite, swagger2};
use crate::error::{Error, Result};
use crate::json::{Node, pointer};
use crate::schema::{Converted, Converter, Dialect, Note, Spot, kind};

/// A body.
#[derive(Debug)]
pub struct Body {
    /// The media type to send.
    pub media: Media,
    /// Whether every request has one.
    pub required: bool,
    /// What it is for.
    pub description: Option<String>,
    /// Its schema.
    pub converted: Converted,
    /// How the parts of a form are written, where the document says it.
    pub parts: Vec<(String, Wire)>,
}

/// The body of an operation, where it has one.
pub fn body<'a>(
    schemas: &Converter<'_, 'a>,
    root: &Spot<'a>,
    site: &OperationSite<'a>,
) -> Result<Option<Body>> {
    let library = schemas.library();
    if library.dialect(site.spot.place.document) == Dialect::Swagger20 {
        return swagger2::body(schemas, root, site);
    }
    let Some(spot) = site.spot.key("requestBody").filter(|spot| spot.node != Node::Null) else {
        return Ok(None);
    };
    let spot = library.follow(spot)?;
    let place = library.show(&spot.place);
    let Some(content) = spot.key("content").filter(|content| content.node.as_object().is_some()) else {
        let reason = "a request body needs a map \"content\"".to_owned();
        return Err(Error::InvalidSpec { pointer: place, reason });
    };
    let Some((written, media)) = Media::choose(content.node.entries().map(|(written, _)| written)) else {
        return Ok(None);
    };
    let Some(entry) = content.key(written) else { return Ok(None) };
    let entry = library.follow(entry)?;
    let converted = match entry.key("schema") {
        Some(schema) => of_schema(schemas, &schema)?,
        None => Converted { schema: json!({}), ..Converted::default() },
    };
    let parts = entry.key("encoding").map(|encoding| parts(&encoding)).unwrap_or_default();
    let description = spot.node.text("description").map(ToOwned::to_owned);
    let pointer = pointer::push(&format!("{place}/content"), written);
    Ok(Some(Body::new(media, spot.node.flag("required"), description, converted, parts, &pointer)))
}

/// The schema of a body. A bare reference is followed, so that the properties of what it names can become arguments.
pub fn of_schema<'a>(schemas: &Converter<'_, 'a>, schema: &Spot<'a>) -> Result<Converted> {
    let is_bare = schema.node.as_object().is_some_and(|map| map.len() == 1);
    let ignores_siblings = !schemas.library().dialect(schema.place.document).keeps_siblings();
    if schema.node.get("$ref").is_some() && (is_bare || ignores_siblings) {
        schemas.convert(&schemas.library().follow(schema.clone())?)
    } else {
        schemas.convert(schema)
    }
}

/// How the parts of a form are written. Source: OpenAPI 3.1.1, "Encoding Object".
fn parts(encoding: &Spot<'_>) -> Vec<(String, Wire)> {
    let part = |node: Node<'_>| {
        let style = node.text("style").and_then(Style::parse);
        let explode = node.get("explode").and_then(Node::as_bool);
        Wire {
            style: style.unwrap_or(Style::Form),
            explode: explode.unwrap_or(style.is_none_or(|style| style == Style::Form)),
            allow_reserved: node.flag("allowReserved"),
            // Several are a choice (`image/png, image/jpeg`); the first is as good as any.
            media_type: node.text("contentType").and_then(|types| types.split(',').next()).map(Media::parse),
        }
    };
    encoding.node.entries().map(|(name, node)| (name.to_owned(), part(node))).collect()
}

impl Body {
    /// A body. What is no JSON and no form is one text; bytes in it are base64.
    pub fn new(
        media: Media,
        required: bool,
        description: Option<String>,
        mut converted: Converted,
        parts: Vec<(String, Wire)>,
        pointer: &str,
    ) -> Self {
        match media.kind {
            Kind::Json => {}
            Kind::Form | Kind::Multipart => {
                let properties = converted.schema.get_mut("properties").and_then(Value::as_object_mut);
                for (_, property) in properties.into_iter().flatten() {
                    base_64(property);
                }
            }
            Kind::Text => {
                if !is_text(&converted.schema) {
                    let message = format!("the body is given as one text of {}", media.name);
                    converted.notes.push(Note::new(kind::BODY_AS_TEXT, pointer, message));
                    converted.reaches.clear();
                    converted.schema = json!({"type": "string", "contentMediaType": media.name});
                }
            }
            Kind::Bytes => {
                let message = format!("the bytes of {} are given as base64", media.name);
                converted.notes.push(Note::new(kind::OAS_BINARY, pointer, message));
                converted.reaches.clear();
                let description = converted.schema.get("description").cloned();
                converted.schema =
                    json!({"type": "string", "contentEncoding": "base64", "contentMediaType": media.name});
                describe(&mut converted.schema, description.as_ref().and_then(Value::as_str));
            }
        }
        Self { media, required, description, converted, parts }
    }
}

fn is_text(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "string")
}

/// Bytes in a form are an argument: base64 says how JSON holds them.
fn base_64(property: &mut Value) {
    if let Some(items) = property.get_mut("items") {
        base_64(items);
    }
    if let Value::Object(schema) = property
        && schema.contains_key("contentMediaType")
        && !schema.contains_key("contentEncoding")
    {
        schema.insert("contentEncoding".to_owned(), json!("base64"));
    }
}
