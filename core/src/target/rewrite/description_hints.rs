//! Description hints: keywords that the provider does not take, written into the description for the model.

use serde_json::{Map, Value};

/// Appends keywords to the description of their schema, in one line.
pub fn add_keywords(schema: &mut Map<String, Value>, keywords: &[(String, Value)]) {
    if keywords.is_empty() {
        return;
    }
    let hints: Vec<_> = keywords.iter().map(|(keyword, held)| format!("{keyword}: {held}")).collect();
    add_line(schema, &format!("({})", hints.join("; ")));
}

/// Appends the allowed values, where the provider does not take the enum.
pub fn add_allowed_values(schema: &mut Map<String, Value>, values: &[Value]) {
    add_line(schema, &format!("(allowed values: {})", Value::from(values)));
}

/// Appends a line to the description.
pub fn add_line(schema: &mut Map<String, Value>, line: &str) {
    let description = match schema.get("description").and_then(Value::as_str) {
        Some(text) if !text.is_empty() => format!("{text}\n{line}"),
        _ => line.to_owned(),
    };
    schema.insert("description".to_owned(), Value::String(description));
}
