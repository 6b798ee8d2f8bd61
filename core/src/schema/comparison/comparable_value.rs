//! JSON value equality as JSON Schema defines it, and short texts of values for messages.

use serde_json::Value;

use super::exact_number;
use crate::json::canonical;

/// Maximum number of characters of a value in a message.
const SHOWN: usize = 80;

/// Returns a text that is equal for values that are equal in JSON Schema: 1 equals 1.0, and key order is
/// irrelevant.
pub fn key(value: &Value) -> String {
    let mut text = Vec::new();
    canonical::write(&plain(value), &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            let whole = exact_number::whole(number).and_then(|whole| i64::try_from(whole).ok());
            whole.map_or_else(|| value.clone(), Value::from)
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(map) => {
            Value::Object(map.iter().map(|(key, held)| (key.clone(), plain(held))).collect())
        }
        other => other.clone(),
    }
}

/// Returns the text of a value for a message, truncated.
pub fn display_value(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
