//! The body of a request: arguments as the bytes that its media type makes of them.

use http::HeaderValue;
use serde_json::{Map, Value};

use super::escape::Escape;
use super::multipart::{self, Part};
use super::{binary, style};
use crate::error::Problem;
use crate::json::pointer;
use crate::spec::{BodyEncoding, FormField, MediaKind, MediaType, ParameterStyle};

/// What the arguments give of a body.
#[derive(Debug, Default)]
pub enum Given {
    /// Nothing.
    #[default]
    Nothing,
    /// Some of its properties, an argument each.
    Properties(Map<String, Value>),
    /// All of it: the argument `body`.
    Whole(Value),
}

/// A body, and what it says of itself.
#[derive(Debug)]
pub struct Body {
    /// `Content-Type`.
    pub content_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Given {
    /// Puts a property in.
    pub fn insert(&mut self, name: &str, value: &Value) {
        match self {
            Self::Properties(properties) | Self::Whole(Value::Object(properties)) => {
                properties.insert(name.to_owned(), value.clone());
            }
            _ => *self = Self::Properties(Map::from_iter([(name.to_owned(), value.clone())])),
        }
    }

    /// The body, where there is one: where something is given of it, or every request has one. What cannot be written is
    /// a problem, and then what comes back is not to be sent.
    pub fn write(self, shape: &BodyEncoding, problems: &mut Vec<Problem>) -> Option<Body> {
        let kind = shape.media_type.kind;
        let (value, at) = match self {
            Self::Properties(properties) => (Value::Object(properties), ""),
            // Only JSON can say null.
            Self::Whole(value) if kind == MediaKind::Json || !value.is_null() => (value, "/body"),
            _ if !shape.required => return None,
            _ if matches!(kind, MediaKind::Text | MediaKind::Bytes) => (Value::from(""), ""),
            _ => (Value::Object(Map::new()), ""),
        };
        let mut content_type = match kind {
            MediaKind::Text => with_charset(&shape.media_type),
            _ => shape.media_type.name.clone(),
        };
        let bytes = match (kind, &value) {
            (MediaKind::Json, _) => binary::without_files(&value).to_string().into_bytes(),
            (MediaKind::Form, Value::Object(members)) => style::form(members, &shape.fields).into_bytes(),
            (MediaKind::Multipart, Value::Object(members)) => {
                return Some(FormData::of(members, shape, at, problems).write(&shape.media_type));
            }
            (MediaKind::Form | MediaKind::Multipart, _) => {
                problems.push(Problem::at(at, "is no map, and a form is made of one"));
                Vec::new()
            }
            (MediaKind::Text, Value::String(text)) if binary::is_file(text) => {
                let bytes = decoded(&value, at, problems).bytes;
                if std::str::from_utf8(&bytes).is_err() {
                    shape.media_type.name.clone_into(&mut content_type);
                }
                bytes
            }
            (MediaKind::Text, _) => style::text(&value).into_owned().into_bytes(),
            (MediaKind::Bytes, _) => {
                let given = decoded(&value, at, problems);
                if let Some(media) = binary::media_type(Some(&shape.media_type), given.media_type.as_deref())
                {
                    media.clone_into(&mut content_type);
                }
                given.bytes
            }
        };
        Some(Body { content_type, bytes })
    }
}

/// A media type of text. What is sent is UTF-8, and without a word of it some servers read Latin-1.
fn with_charset(media: &MediaType) -> String {
    let says_it = media.name.to_ascii_lowercase().contains("charset=");
    if says_it { media.name.clone() } else { format!("{}; charset=utf-8", media.name) }
}

fn decoded(value: &Value, at: &str, problems: &mut Vec<Problem>) -> binary::Given {
    binary::decode(&style::text(value)).unwrap_or_else(|wrong| {
        problems.push(Problem::at(at, wrong));
        binary::Given::default()
    })
}

/// The parts of a form that grows. Source: OpenAPI 3.2.0, "Encoding Object".
struct FormData<'f> {
    fields: &'f [FormField],
    parts: Vec<Part>,
    problems: &'f mut Vec<Problem>,
}

impl<'f> FormData<'f> {
    fn of(
        members: &Map<String, Value>,
        shape: &'f BodyEncoding,
        at: &str,
        problems: &'f mut Vec<Problem>,
    ) -> Self {
        let mut form = Self { fields: &shape.fields, parts: Vec::new(), problems };
        for (name, value) in members {
            form.put(name, value, &pointer::push(at, name));
        }
        form
    }

    /// One field: bytes as files, as in a query where the document says how, but that nothing is escaped; else each item
    /// by its media type.
    fn put(&mut self, name: &str, value: &Value, at: &str) {
        let field = style::field(self.fields, name);
        let is_bytes = field.is_some_and(|field| field.bytes);
        let wire = field.map(|field| &field.wire);
        if let Some(wire) = wire.filter(|wire| wire.style != ParameterStyle::Content && !is_bytes) {
            let pairs = style::pairs(wire, name, &binary::without_files(value), Escape::Nothing);
            self.parts.extend(pairs.into_iter().map(|(name, text)| Part {
                name,
                file: None,
                content_type: TEXT.to_owned(),
                content: text.into_bytes(),
            }));
            return;
        }
        let media = wire.and_then(|wire| wire.media_type.as_ref());
        for (i, item) in style::items(value).iter().enumerate().filter(|(_, item)| !item.is_null()) {
            let part = if item.as_str().is_some_and(|text| is_bytes || binary::is_file(text)) {
                let at = if value.is_array() { pointer::push(at, &i.to_string()) } else { at.to_owned() };
                let binary::Given { bytes, media_type, name: file } = decoded(item, &at, self.problems);
                let media = binary::media_type(media, media_type.as_deref()).unwrap_or(BYTES);
                Part {
                    name: name.to_owned(),
                    // Servers take a part for a file by its having a name, not by its type.
                    file: Some(file.unwrap_or_else(|| name.to_owned())),
                    content_type: if HeaderValue::from_str(media).is_ok() { media } else { BYTES }.to_owned(),
                    content: bytes,
                }
            } else {
                let item = &*binary::without_files(item);
                let text = wire.map_or_else(|| style::text(item), |wire| style::of_wire(wire, item));
                Part {
                    name: name.to_owned(),
                    file: None,
                    content_type: content_type(media, item),
                    content: text.into_owned().into_bytes(),
                }
            };
            self.parts.push(part);
        }
    }

    fn write(mut self, media: &MediaType) -> Body {
        // Servers that read a body as it comes (Box, S3) want what is said of a file before the file.
        self.parts.sort_by_key(|part| part.file.is_some());
        let (boundary, bytes) = multipart::write(&self.parts);
        let essence = media.name.split(';').next().unwrap_or_default().trim_end();
        Body { content_type: format!("{essence}; boundary={boundary}"), bytes }
    }
}

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// What a part that is no file says it is: what the document says, where a header can hold that, or what its value is.
fn content_type(media: Option<&MediaType>, item: &Value) -> String {
    match media.filter(|media| HeaderValue::from_str(&media.name).is_ok()) {
        Some(media) if media.kind == MediaKind::Text => with_charset(media),
        Some(media) => media.name.clone(),
        None if matches!(item, Value::Array(_) | Value::Object(_)) => "application/json".to_owned(),
        None => TEXT.to_owned(),
    }
}
