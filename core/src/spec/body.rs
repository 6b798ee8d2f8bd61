//! The body of an operation's request.

use serde_json::json;

use super::OperationSite;
use crate::error::{Error, Result};
use crate::json::{Node, pointer};
use crate::schema::{Converted, Converter, Path, resolve};

/// A JSON body.
#[derive(Debug)]
pub struct Body {
    /// The media type to send.
    pub media_type: String,
    /// Whether every request has one.
    pub required: bool,
    /// What it is for.
    pub description: Option<String>,
    /// Its schema.
    pub converted: Converted,
}

/// The body of an operation, where it has one. A body that cannot be JSON is not supported.
pub fn body(
    schemas: &Converter<'_, '_>,
    root: &Node<'_>,
    site: &OperationSite<'_, '_>,
) -> Result<Option<Body>> {
    let Some(node) = site.node.get("requestBody") else { return Ok(None) };
    let place = pointer::push(&site.pointer, "requestBody");
    let (place, node) = match node.get("$ref").and_then(Node::as_str) {
        Some(reference) => resolve(root, reference, || pointer::push(&place, "$ref"))?,
        None => (place, node),
    };
    let Some(content) = node.get("content").and_then(Node::as_object) else {
        let reason = "a request body needs a map \"content\"".to_owned();
        return Err(Error::InvalidSpec { pointer: place, reason });
    };
    if content.is_empty() {
        return Ok(None);
    }
    let content_place = pointer::push(&place, "content");
    let Some((media_type, media)) = content.iter().find(|(media_type, _)| is_json(media_type)) else {
        let found: Vec<_> = content.iter().map(|(media_type, _)| media_type).collect();
        return Err(Error::UnsupportedSpec {
            pointer: content_place,
            found: format!("a body of {}", found.join(", ")),
            supported: "JSON bodies",
        });
    };
    let place = pointer::push(&content_place, media_type);
    let converted = match media.get("schema") {
        // A bare reference is followed, so that the properties of what it names can become arguments.
        Some(schema) => match schema.get("$ref").and_then(Node::as_str).filter(|_| is_bare(schema)) {
            Some(reference) => {
                let (place, target) = resolve(root, reference, || format!("{place}/schema/$ref"))?;
                schemas.convert(target, &Path::at(&place))?
            }
            None => schemas.convert(schema, &Path::at(&place).key("schema"))?,
        },
        None => Converted { schema: json!({}), reaches: Vec::new(), notes: Vec::new() },
    };
    Ok(Some(Body {
        media_type: if media_type.contains('*') {
            "application/json".to_owned()
        } else {
            media_type.to_owned()
        },
        required: node.get("required").and_then(Node::as_bool) == Some(true),
        description: node.get("description").and_then(Node::as_str).map(ToOwned::to_owned),
        converted,
    }))
}

fn is_bare(schema: &Node<'_>) -> bool {
    schema.as_object().is_some_and(|map| map.len() == 1)
}

/// Whether a media type is JSON or includes it: `application/json; charset=utf-8`, `application/merge-patch+json`, `*/*`.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json"
        || essence.ends_with("+json")
        || essence == "*/*"
        || essence == "application/*"
}
