//! Values: the same or not, and how they are shown.

use serde_json::Value;

use super::exact_number;
use crate::json::canonical;

/// How long a value is shown.
const SHOWN: usize = 80;

/// A text that two values share when JSON Schema calls them equal: 1 is 1.0, the order of keys does not count.
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

/// A value as a message shows it.
pub fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
