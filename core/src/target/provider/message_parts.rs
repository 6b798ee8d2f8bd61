//! Parts of provider messages: results as text, lists of content parts, name and schema of a tool.

use serde_json::{Value, json};

use crate::target::check::definition_check::ToolParts;

/// A result as text: a string as it is, any other value as JSON.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Creates an object. The values are moved, because schemas are large.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// Finds the parts of a tool under the keys that most providers use. `own` is the part of `whole` that has them.
pub fn parts<'s>(whole: &'s Value, own: &'s Value, schema: &str) -> ToolParts<'s> {
    let text = |key: &str| own.get(key).and_then(Value::as_str);
    ToolParts {
        whole,
        name: text("name").unwrap_or_default(),
        description: text("description"),
        schema: own.get(schema),
    }
}

/// A list of message parts: the text, if any, then the files.
pub fn text_before(kind: &str, text: Option<String>, files: Vec<Value>) -> Value {
    let text = text.map(|text| json!({"type": kind, "text": text}));
    text.into_iter().chain(files).collect()
}
