//! The body of an operation's request.

use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Value, json};

use super::arguments::{Argument, Location};
use super::form::{self, Field};
use super::media::{Kind, Media};
use super::parameter::{BodyPart, describe};
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
    /// How the fields of a form are written, as far as the document says it.
    pub fields: Vec<Field>,
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
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            let required: HashSet<&str> = required.filter_map(Value::as_str).collect();
            let properties = schema.get("properties").and_then(Value::as_object);
            let one = |(name, held): (&String, &Value)| {
                let property = Property::new(name.as_str(), held, required.contains(name.as_str()));
                let (name, pointer) = (Arc::clone(&property.name), pointer::push("", name));
                let location = Location::BodyProperty { name: Arc::clone(&name), pointer };
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
    listed: &[BodyPart<'a>],
    shared: &Shared,
    notes: &mut Vec<Note>,
) -> Result<Option<Body>> {
    let library = schemas.library();
    if library.dialect(site.spot.place.document) == Dialect::Swagger20 {
        return swagger2::body(schemas, root, site, listed, shared, notes);
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
        notes.push(Note::new(kind::BODY_WITHOUT_MEDIA_TYPE, place, "a body of no media type is not sent"));
        return Ok(None);
    };
    let Some(entry) = content.key(written) else { return Ok(None) };
    let entry = library.follow(entry)?;
    let schema = match entry.key("schema") {
        Some(schema) => of_schema(schemas, &schema, shared)?,
        None => Rc::new(BodySchema::new(Converted { schema: json!({}), ..Converted::default() })),
    };
    let description = spot.node.text("description").map(ToOwned::to_owned);
    let pointer = pointer::push(&format!("{place}/content"), written);
    let dialect = library.dialect(entry.place.document);
    let fields = form::encoding(entry.key("encoding").as_ref(), media.kind, dialect);
    let (schema, fields) = of_form(schemas, dialect, &media, fields, schema, &pointer);
    Ok(Some(Body::new(media, spot.node.flag("required"), description, schema, fields, &pointer)))
}

/// The schema of a body. A bare reference is followed, so that the properties of what it names can become arguments.
pub fn of_schema<'a>(
    schemas: &Converter<'_, 'a>,
    schema: &Spot<'a>,
    shared: &Shared,
) -> Result<Rc<BodySchema>> {
    let library = schemas.library();
    let mut schema = schema.clone();
    let mut seen = Vec::new();
    while let Some(target) = library.target(&schema)? {
        let is_bare = schema.node.as_object().is_some_and(|map| map.len() == 1);
        let counts_alone = is_bare || !library.dialect(schema.place.document).keeps_siblings();
        if !counts_alone || seen.contains(&target.place) {
            break;
        }
        seen.push(Rc::clone(&target.place));
        schema = target;
    }
    if seen.is_empty() {
        return whole(schemas, &schema);
    }
    if let Some(known) = shared.borrow().get(&schema.place) {
        return Ok(Rc::clone(known));
    }
    let converted = whole(schemas, &schema)?;
    shared.borrow_mut().insert(schema.place, Rc::clone(&converted));
    Ok(converted)
}

fn whole<'a>(schemas: &Converter<'_, 'a>, schema: &Spot<'a>) -> Result<Rc<BodySchema>> {
    let converted = schemas.convert(schema)?;
    schemas.check(&converted)?;
    Ok(Rc::new(BodySchema::new(converted)))
}

/// The schema of a form as one of arguments, and how its fields are written.
pub fn of_form(
    schemas: &Converter<'_, '_>,
    dialect: Dialect,
    media: &Media,
    fields: Vec<Field>,
    schema: Rc<BodySchema>,
    pointer: &str,
) -> (Rc<BodySchema>, Vec<Field>) {
    if !matches!(media.kind, Kind::Form | Kind::Multipart) {
        return (schema, Vec::new());
    }
    let mut converted = schema.converted.clone();
    let fields = form::complete(schemas, dialect, media, fields, &mut converted, pointer);
    (Rc::new(BodySchema::new(converted)), fields)
}

impl Body {
    /// A body. What is no JSON and no form is one text, or bytes as base64.
    pub fn new(
        media: Media,
        required: bool,
        description: Option<String>,
        schema: Rc<BodySchema>,
        fields: Vec<Field>,
        pointer: &str,
    ) -> Self {
        if matches!(media.kind, Kind::Json | Kind::Form | Kind::Multipart) {
            return Self { media, required, description, schema, fields };
        }
        let mut converted = schema.converted.clone();
        match media.kind {
            Kind::Json | Kind::Form | Kind::Multipart => {}
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
        Self { media, required, description, schema, fields }
    }
}

fn is_text(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "string")
}
