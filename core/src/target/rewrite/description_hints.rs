//! Description hints: keywords that the provider does not take, written into the description for the model.

use serde_json::{Map, Value};

/// Appends keywords to the description of their schema, in one line.
pub fn say(schema: &mut Map<String, Value>, keywords: &[(String, Value)]) {
    if keywords.is_empty() {
        return;
    }
    let said: Vec<_> = keywords.iter().map(|(keyword, held)| format!("{keyword}: {held}")).collect();
    add(schema, &format!("({})", said.join("; ")));
}

/// Appends the allowed values, where the provider does not take the enum.
pub fn say_values(schema: &mut Map<String, Value>, values: &[Value]) {
    add(schema, &format!("(allowed values: {})", Value::from(values)));
}

/// Appends a line to the description.
pub fn add(schema: &mut Map<String, Value>, line: &str) {
    let description = match schema.get("description").and_then(Value::as_str) {
        Some(text) if !text.is_empty() => format!("{text}\n{line}"),
        _ => line.to_owned(),
    };
    schema.insert("description".to_owned(), Value::String(description));
}
