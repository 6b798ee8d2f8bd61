//! The body of a request: arguments as the bytes that its media type makes of them.

use http::HeaderValue;
use serde_json::{Map, Value};

use super::multipart::{self, MultipartPart};
use super::style;
use crate::error::Problem;
use crate::json::pointer;
use crate::spec::{BodyEncoding, FormField, MediaKind, MediaType, ParameterStyle};
use crate::wire::data_url;
use crate::wire::escape::Escape;

/// What the arguments give of a body.
#[derive(Debug, Default)]
pub enum BodyArguments {
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
pub struct EncodedBody {
    /// `Content-Type`.
    pub content_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl BodyArguments {
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
    pub fn encode(self, shape: &BodyEncoding, problems: &mut Vec<Problem>) -> Option<EncodedBody> {
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
            (MediaKind::Json, _) => data_url::without_files(&value).to_string().into_bytes(),
            (MediaKind::Form, Value::Object(members)) => style::form(members, &shape.fields).into_bytes(),
            (MediaKind::Multipart, Value::Object(members)) => {
                return Some(MultipartForm::of(members, shape, at, problems).write(&shape.media_type));
            }
            (MediaKind::Form | MediaKind::Multipart, _) => {
                problems.push(Problem::at(at, "is no map, and a form is made of one"));
                Vec::new()
            }
            (MediaKind::Text, Value::String(text)) if data_url::is_file(text) => {
                let bytes = decoded(&value, at, problems).bytes;
                if std::str::from_utf8(&bytes).is_err() {
                    shape.media_type.name.clone_into(&mut content_type);
                }
                bytes
            }
            (MediaKind::Text, _) => style::text(&value).into_owned().into_bytes(),
            (MediaKind::Bytes, _) => {
                let given = decoded(&value, at, problems);
                if let Some(media) =
                    data_url::media_type(Some(&shape.media_type), given.media_type.as_deref())
                {
                    media.clone_into(&mut content_type);
                }
                given.bytes
            }
        };
        Some(EncodedBody { content_type, bytes })
    }
}

/// A media type of text. What is sent is UTF-8, and without a word of it some servers read Latin-1.
fn with_charset(media: &MediaType) -> String {
    let says_it = media.name.to_ascii_lowercase().contains("charset=");
    if says_it { media.name.clone() } else { format!("{}; charset=utf-8", media.name) }
}

fn decoded(value: &Value, at: &str, problems: &mut Vec<Problem>) -> data_url::ArgumentBytes {
    data_url::decode(&style::text(value)).unwrap_or_else(|wrong| {
        problems.push(Problem::at(at, wrong));
        data_url::ArgumentBytes::default()
    })
}

/// The parts of a form that grows. Source: OpenAPI 3.2.0, "Encoding Object".
struct MultipartForm<'f> {
    fields: &'f [FormField],
    parts: Vec<MultipartPart>,
    problems: &'f mut Vec<Problem>,
}

impl<'f> MultipartForm<'f> {
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
            let pairs = style::pairs(wire, name, &data_url::without_files(value), Escape::Nothing);
            self.parts.extend(pairs.into_iter().map(|(name, text)| MultipartPart {
                name,
                file: None,
                content_type: TEXT.to_owned(),
                content: text.into_bytes(),
            }));
            return;
        }
        let media = wire.and_then(|wire| wire.media_type.as_ref());
        for (i, item) in style::items(value).iter().enumerate().filter(|(_, item)| !item.is_null()) {
            let part = if item.as_str().is_some_and(|text| is_bytes || data_url::is_file(text)) {
                let at = if value.is_array() { pointer::push(at, &i.to_string()) } else { at.to_owned() };
                let data_url::ArgumentBytes { bytes, media_type, name: file } =
                    decoded(item, &at, self.problems);
                let media = data_url::media_type(media, media_type.as_deref()).unwrap_or(BYTES);
                MultipartPart {
                    name: name.to_owned(),
                    // Servers take a part for a file by its having a name, not by its type.
                    file: Some(file.unwrap_or_else(|| name.to_owned())),
                    content_type: if HeaderValue::from_str(media).is_ok() { media } else { BYTES }.to_owned(),
                    content: bytes,
                }
            } else {
                let item = &*data_url::without_files(item);
                let text = wire.map_or_else(|| style::text(item), |wire| style::of_wire(wire, item));
                MultipartPart {
                    name: name.to_owned(),
                    file: None,
                    content_type: content_type(media, item),
                    content: text.into_owned().into_bytes(),
                }
            };
            self.parts.push(part);
        }
    }

    fn write(mut self, media: &MediaType) -> EncodedBody {
        // Servers that read a body as it comes (Box, S3) want what is said of a file before the file.
        self.parts.sort_by_key(|part| part.file.is_some());
        let (boundary, bytes) = multipart::write(&self.parts);
        let essence = media.name.split(';').next().unwrap_or_default().trim_end();
        EncodedBody { content_type: format!("{essence}; boundary={boundary}"), bytes }
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
