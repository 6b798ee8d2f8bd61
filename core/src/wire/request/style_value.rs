//! Values of parameters: text of scalars, members of arrays and objects, and their joining by a delimiter.

use std::borrow::Cow;

use serde_json::Value;

use crate::wire::escape::Escape;

/// Whether a value is undefined (RFC 6570, section 2.3): null, or an array or object without members.
pub fn is_undefined(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().all(Value::is_null),
        Value::Object(map) => map.values().all(Value::is_null),
        _ => false,
    }
}

/// Whether a value is an array or an object.
pub fn is_compound(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Object(_))
}

/// A value as text: a string as it is, any other value as JSON.
pub fn value_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.into(),
        other => other.to_string().into(),
    }
}

/// The members of a value in their order, without nulls. Items of an array have no key.
pub fn value_members(value: &Value) -> Vec<(Option<&str>, Cow<'_, str>)> {
    let all: Vec<(Option<&str>, &Value)> = match value {
        Value::Array(items) => items.iter().map(|item| (None, item)).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (Some(key.as_str()), value)).collect(),
        other => vec![(None, other)],
    };
    let present = all.into_iter().filter(|(_, value)| !value.is_null());
    present.map(|(key, value)| (key, value_text(value))).collect()
}

/// Joins members: `a,b` of an array; `k,v,k,v` of an object, or `k=v,k=v` where `explode` is set.
pub fn join_members(
    value: &Value,
    delimiter: (&'static str, &'static str),
    explode: bool,
    escape: Escape,
) -> String {
    let separator = escape.delimiter(delimiter);
    let write = |text: &str| {
        let written = escape.escape_value(text);
        // `allowReserved` keeps commas: one within a member would look like a separator.
        let is_ambiguous = escape != Escape::Nothing && separator == "," && is_compound(value);
        if is_ambiguous { written.replace(',', "%2C") } else { written.into_owned() }
    };
    let written = value_members(value).into_iter().map(|(key, text)| match key {
        Some(key) if explode => format!("{}={}", escape.escape_name(key), write(&text)),
        Some(key) => format!("{}{separator}{}", escape.escape_name(key), write(&text)),
        None => write(&text),
    });
    written.collect::<Vec<_>>().join(separator)
}
