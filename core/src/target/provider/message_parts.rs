//! Parts of provider messages: results as text, lists of content parts, name and schema of a tool.

use serde_json::{Value, json};

use crate::target::check::definition_check::ToolParts;

/// A result as text: texts as they are, all else as JSON.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A map of these members, which are moved into it: schemas are large.
pub fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// The parts of a tool that most targets name the same: `own` holds them, in what `whole` is.
pub fn parts<'s>(whole: &'s Value, own: &'s Value, schema: &str) -> ToolParts<'s> {
    let text = |key: &str| own.get(key).and_then(Value::as_str);
    ToolParts {
        whole,
        name: text("name").unwrap_or_default(),
        description: text("description"),
        schema: own.get(schema),
    }
}

/// A list of message parts: the text, where there is one, and then the files.
pub fn text_before(kind: &str, text: Option<String>, files: Vec<Value>) -> Value {
    let text = text.map(|text| json!({"type": kind, "text": text}));
    text.into_iter().chain(files).collect()
}
