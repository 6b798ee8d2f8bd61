//! A value as its media type writes it, and forms: `a=1&b=2`.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::escape::Escape;
use super::{binary, style};
use crate::spec::{Field, MediaKind, Style, Wire};

/// The text of a value that is written as its media type says.
pub fn of_wire<'v>(wire: &Wire, value: &'v Value) -> Cow<'v, str> {
    match (wire.media_type.as_ref().map(|media| media.kind), value) {
        (Some(MediaKind::Json), value) => value.to_string().into(),
        (Some(MediaKind::Form), Value::Object(members)) => form(members, &wire.fields).into(),
        (_, value) => style::text(value),
    }
}

/// What the document says of a field.
pub fn field<'f>(fields: &'f [Field], name: &str) -> Option<&'f Field> {
    fields.iter().find(|field| field.name == name)
}

/// What goes by itself under the name of a field: each item of a list, or all of anything else. Source: OpenAPI 3.2.0,
/// "Encoding By Name".
pub fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        other => std::slice::from_ref(other),
    }
}

/// A map as HTML forms are sent. Null is a field that is not there; bytes stay base64, since a form is text.
pub fn form(members: &Map<String, Value>, fields: &[Field]) -> String {
    let pairs = members.iter().flat_map(|(name, value)| {
        let value = &*binary::without_files(value);
        let field = field(fields, name);
        let (wire, is_bytes) = (field.map(|field| &field.wire), field.is_some_and(|field| field.bytes));
        match wire {
            Some(wire) if wire.style != Style::Content => {
                let escape = if wire.allow_reserved { Escape::ReservedQuery } else { Escape::Form };
                style::pairs(wire, name, value, escape)
            }
            wire => {
                let text = |item| wire.map_or_else(|| style::text(item), |wire| of_wire(wire, item));
                let present = items(value).iter().filter(|item| !item.is_null());
                let pair = |text: &str| {
                    let text = if is_bytes { binary::as_base64(text) } else { text.into() };
                    (Escape::Form.text(name).into_owned(), Escape::Form.text(&text).into_owned())
                };
                present.map(|item| pair(&text(item))).collect()
            }
        }
    });
    pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
