//! The body of an operation's request.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Value, json};

use super::arguments::{Argument, Location};
use super::media::{Kind, Media};
use super::parameter::describe;
use super::style::{Style, Wire};
use super::{OperationSite, swagger2};
use crate::error::{Error, Result};
use crate::json::{Node, pointer};
use crate::schema::{Converted, Converter, Dialect, Note, Place, Property, Spot, kind};

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
    pub schema: Rc<BodySchema>,
    /// How the parts of a form are written, where the document says it.
    pub parts: Vec<(String, Wire)>,
}

/// The schema of a body, and what it would be spread over arguments.
#[derive(Debug)]
pub struct BodySchema {
    /// The schema.
    pub converted: Converted,
    spread: OnceCell<Spread>,
}

/// A property of a body and the argument that it is.
pub type Spread = Vec<(Property, Arc<Argument>)>;

impl BodySchema {
    /// A schema.
    pub const fn new(converted: Converted) -> Self {
        Self { converted, spread: OnceCell::new() }
    }

    /// Its properties as arguments.
    pub fn spread(&self) -> &Spread {
        self.spread.get_or_init(|| {
            let schema = &self.converted.schema;
            let required = schema.get("required").and_then(Value::as_array);
            let is_required =
                |name: &str| required.is_some_and(|names| names.iter().any(|one| one.as_str() == Some(name)));
            let properties = schema.get("properties").and_then(Value::as_object);
            let one = |(name, held): (&String, &Value)| {
                let property = Property::new(name.as_str(), held, is_required(name));
                let (name, pointer) = (Arc::clone(&property.name), pointer::push("", name));
                let location = Location::BodyProperty { name: Arc::clone(&name), pointer, part: None };
                (property, Arc::new(Argument { name, group: None, location }))
            };
            properties.into_iter().flatten().map(one).collect()
        })
    }
}

/// The body schemas that operations share.
pub type Shared = RefCell<HashMap<Rc<Place>, Rc<BodySchema>>>;

/// The body of an operation, where it has one. `listed` is what Swagger 2.0 says of it among the parameters.
pub fn body<'a>(
    schemas: &Converter<'_, 'a>,
    root: &Spot<'a>,
    site: &OperationSite<'a>,
    listed: &[Spot<'a>],
    shared: &Shared,
) -> Result<Option<Body>> {
    let library = schemas.library();
    if library.dialect(site.spot.place.document) == Dialect::Swagger20 {
        return swagger2::body(schemas, root, site, listed, shared);
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
    let schema = match entry.key("schema") {
        Some(schema) => of_schema(schemas, &schema, shared)?,
        None => Rc::new(BodySchema::new(Converted { schema: json!({}), ..Converted::default() })),
    };
    let parts = entry.key("encoding").map(|encoding| parts(&encoding)).unwrap_or_default();
    let description = spot.node.text("description").map(ToOwned::to_owned);
    let pointer = pointer::push(&format!("{place}/content"), written);
    Ok(Some(Body::new(media, spot.node.flag("required"), description, schema, parts, &pointer)))
}

/// The schema of a body. A bare reference is followed, so that the properties of what it names can become arguments.
pub fn of_schema<'a>(
    schemas: &Converter<'_, 'a>,
    schema: &Spot<'a>,
    shared: &Shared,
) -> Result<Rc<BodySchema>> {
    let is_bare = schema.node.as_object().is_some_and(|map| map.len() == 1);
    let ignores_siblings = !schemas.library().dialect(schema.place.document).keeps_siblings();
    if schema.node.get("$ref").is_some() && (is_bare || ignores_siblings) {
        let target = schemas.library().follow(schema.clone())?;
        if let Some(known) = shared.borrow().get(&target.place) {
            return Ok(Rc::clone(known));
        }
        let converted = Rc::new(BodySchema::new(schemas.convert(&target)?));
        shared.borrow_mut().insert(target.place, Rc::clone(&converted));
        Ok(converted)
    } else {
        schemas.convert(schema).map(|converted| Rc::new(BodySchema::new(converted)))
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
        schema: Rc<BodySchema>,
        parts: Vec<(String, Wire)>,
        pointer: &str,
    ) -> Self {
        if media.kind == Kind::Json {
            return Self { media, required, description, schema, parts };
        }
        let mut converted = schema.converted.clone();
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
        let schema = Rc::new(BodySchema::new(converted));
        Self { media, required, description, schema, parts }
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
