//! Body encoding: arguments as the bytes of a media type (JSON, form, multipart, text, bytes).

use http::HeaderValue;
use serde_json::{Map, Value};

use super::multipart::{MultipartPart, write_multipart};
use super::style;
use super::style_value::value_text;
use crate::error::Problem;
use crate::json::pointer;
use crate::spec::{BodyEncoding, FormField, MediaKind, MediaType, ParameterStyle};
use crate::wire::data_url::{self, ArgumentBytes};
use crate::wire::escape::Escape;

/// The arguments that make up a body.
#[derive(Debug, Default)]
pub enum BodyArguments {
    /// None.
    #[default]
    Nothing,
    /// Properties of the body, one argument each.
    Properties(Map<String, Value>),
    /// The whole body: the argument `body`.
    Whole(Value),
}

/// A body with its media type.
#[derive(Debug)]
pub struct EncodedBody {
    /// The header `Content-Type`.
    pub content_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl BodyArguments {
    /// Adds a property.
    pub fn insert(&mut self, name: &str, value: &Value) {
        match self {
            Self::Properties(properties) | Self::Whole(Value::Object(properties)) => {
                properties.insert(name.to_owned(), value.clone());
            }
            _ => *self = Self::Properties(Map::from_iter([(name.to_owned(), value.clone())])),
        }
    }

    /// Encodes the body; `None` where no argument is given and the body is optional.
    ///
    /// # Errors
    /// Every problem of the arguments at once.
    pub fn encode(self, encoding: &BodyEncoding) -> Result<Option<EncodedBody>, Vec<Problem>> {
        let kind = encoding.media_type.kind;
        let (value, at) = match self {
            Self::Properties(properties) => (Value::Object(properties), ""),
            // Only JSON has a null.
            Self::Whole(value) if kind == MediaKind::Json || !value.is_null() => (value, "/body"),
            _ if !encoding.required => return Ok(None),
            _ if matches!(kind, MediaKind::Text | MediaKind::Bytes) => (Value::from(""), ""),
            _ => (Value::Object(Map::new()), ""),
        };
        let mut content_type = match kind {
            MediaKind::Text => with_charset(&encoding.media_type),
            _ => encoding.media_type.name.clone(),
        };
        let bytes = match (kind, &value) {
            (MediaKind::Json, _) => data_url::files_as_base64(&value).to_string().into_bytes(),
            (MediaKind::Form, Value::Object(members)) => style::form(members, &encoding.fields).into_bytes(),
            (MediaKind::Multipart, Value::Object(members)) => {
                return encode_multipart(members, encoding, at).map(Some);
            }
            (MediaKind::Form | MediaKind::Multipart, _) => {
                return Err(vec![Problem::at(at, "must be an object, because the body is a form")]);
            }
            (MediaKind::Text, Value::String(text)) if data_url::is_file(text) => {
                let bytes = decode_bytes(&value, at)?.bytes;
                if std::str::from_utf8(&bytes).is_err() {
                    encoding.media_type.name.clone_into(&mut content_type);
                }
                bytes
            }
            (MediaKind::Text, _) => value_text(&value).into_owned().into_bytes(),
            (MediaKind::Bytes, _) => {
                let decoded = decode_bytes(&value, at)?;
                let given = decoded.media_type.as_deref();
                if let Some(media) = data_url::media_type_to_send(Some(&encoding.media_type), given) {
                    media.clone_into(&mut content_type);
                }
                decoded.bytes
            }
        };
        Ok(Some(EncodedBody { content_type, bytes }))
    }
}

/// A text media type with its charset. The body is UTF-8, and without a charset some servers read Latin-1.
fn with_charset(media: &MediaType) -> String {
    let has_charset = media.name.to_ascii_lowercase().contains("charset=");
    if has_charset { media.name.clone() } else { format!("{}; charset=utf-8", media.name) }
}

fn decode_bytes(value: &Value, at: &str) -> Result<ArgumentBytes, Vec<Problem>> {
    data_url::decode(&value_text(value)).map_err(|wrong| vec![Problem::at(at, wrong)])
}

/// Encodes `multipart/form-data`. Source: OpenAPI 3.2.0, "Encoding Object".
fn encode_multipart(
    members: &Map<String, Value>,
    encoding: &BodyEncoding,
    at: &str,
) -> Result<EncodedBody, Vec<Problem>> {
    let (mut parts, mut problems) = (Vec::new(), Vec::new());
    for (name, value) in members {
        for part in field_parts(&encoding.fields, name, value, &pointer::push(at, name)) {
            match part {
                Ok(part) => parts.push(part),
                Err(wrong) => problems.extend(wrong),
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    // Servers that read a body as a stream (Box, S3) want the fields that describe a file before the file.
    parts.sort_by_key(|part| part.file.is_some());
    let (boundary, bytes) = write_multipart(&parts);
    let essence = encoding.media_type.name.split(';').next().unwrap_or_default().trim_end();
    Ok(EncodedBody { content_type: format!("{essence}; boundary={boundary}"), bytes })
}

/// The parts of one field, or the problems of each.
///
/// Bytes become files. A field with a `style` is written as in a query, without escaping. Of any other field each item
/// is a part with its own media type.
fn field_parts(
    fields: &[FormField],
    name: &str,
    value: &Value,
    at: &str,
) -> Vec<Result<MultipartPart, Vec<Problem>>> {
    let field = style::find_field(fields, name);
    let is_bytes = field.is_some_and(|field| field.bytes);
    let wire = field.map(|field| &field.wire);
    if let Some(wire) = wire.filter(|wire| wire.style != ParameterStyle::Content && !is_bytes) {
        let pairs = style::style_pairs(wire, name, &data_url::files_as_base64(value), Escape::Nothing);
        let part = |(name, text): style::Pair| MultipartPart {
            name,
            file: None,
            content_type: TEXT.to_owned(),
            content: text.into_bytes(),
        };
        return pairs.into_iter().map(|pair| Ok(part(pair))).collect();
    }
    let media = wire.and_then(|wire| wire.media_type.as_ref());
    let items = style::form_items(value).iter().enumerate().filter(|(_, item)| !item.is_null());
    items
        .map(|(i, item)| {
            if item.as_str().is_some_and(|text| is_bytes || data_url::is_file(text)) {
                let at = if value.is_array() { pointer::push(at, &i.to_string()) } else { at.to_owned() };
                return Ok(file_part(name, media, decode_bytes(item, &at)?));
            }
            let item = &*data_url::files_as_base64(item);
            let text = wire.map_or_else(|| value_text(item), |wire| style::media_type_text(wire, item));
            Ok(MultipartPart {
                name: name.to_owned(),
                file: None,
                content_type: part_content_type(media, item),
                content: text.into_owned().into_bytes(),
            })
        })
        .collect()
}

fn file_part(name: &str, documented: Option<&MediaType>, content: ArgumentBytes) -> MultipartPart {
    let media = data_url::media_type_to_send(documented, content.media_type.as_deref()).unwrap_or(BYTES);
    MultipartPart {
        name: name.to_owned(),
        // Servers recognize a file by its file name, not by its media type.
        file: Some(content.name.unwrap_or_else(|| name.to_owned())),
        content_type: if HeaderValue::from_str(media).is_ok() { media } else { BYTES }.to_owned(),
        content: content.bytes,
    }
}

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// The media type of a part that is not a file: that of the document, where a header can hold it, else that of the
/// value.
fn part_content_type(media: Option<&MediaType>, item: &Value) -> String {
    match media.filter(|media| HeaderValue::from_str(&media.name).is_ok()) {
        Some(media) if media.kind == MediaKind::Text => with_charset(media),
        Some(media) => media.name.clone(),
        None if matches!(item, Value::Array(_) | Value::Object(_)) => "application/json".to_owned(),
        None => TEXT.to_owned(),
    }
}
