//! Description hints: keywords that the provider does not take are written into the description for the model.

use serde_json::{Map, Value};

/// Says keywords in the description of their schema, in one line below what stands there.
pub fn say(schema: &mut Map<String, Value>, keywords: &[(String, Value)]) {
    if keywords.is_empty() {
        return;
    }
    let said: Vec<_> = keywords.iter().map(|(keyword, held)| format!("{keyword}: {held}")).collect();
    add(schema, &format!("({})", said.join("; ")));
}

/// The values that are allowed, where the target takes no enum of them.
pub fn say_values(schema: &mut Map<String, Value>, values: &[Value]) {
    add(schema, &format!("(allowed values: {})", Value::from(values)));
}

/// Adds a line to a description.
pub fn add(schema: &mut Map<String, Value>, line: &str) {
    let description = match schema.get("description").and_then(Value::as_str) {
        Some(text) if !text.is_empty() => format!("{text}\n{line}"),
        _ => line.to_owned(),
    };
    schema.insert("description".to_owned(), Value::String(description));
}
