//! What a call came to.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

/// What a tool answered.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolResult {
    /// The answer itself.
    pub content: Content,
    /// What an API said beside it.
    pub http: Option<Box<HttpHead>>,
}

/// An answer in the form that it came in.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A value.
    Value(Value),
    /// A value as JSON text, checked and not taken apart: a long answer is handed on as it came.
    Json(String),
    /// Bytes that are no text.
    File(ResultFile),
}

/// Bytes, and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultFile {
    /// The media type, as it was said.
    pub media_type: String,
    /// The name, where it has one.
    pub name: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The head of an API's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpHead {
    /// The status code.
    pub status: u16,
    /// The headers of interest, names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
}

impl ToolResult {
    /// The answer as a value; bytes as `{ mediaType, name?, base64 }`.
    pub fn into_value(self) -> Value {
        match self.content {
            Content::Value(value) => value,
            Content::Json(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            Content::File(file) => file.to_value(),
        }
    }
}

impl ResultFile {
    fn to_value(&self) -> Value {
        let mut value = json!({"mediaType": self.media_type, "base64": BASE64_STANDARD.encode(&self.bytes)});
        if let Some(name) = &self.name {
            value["name"] = json!(name);
        }
        value
    }
}

impl From<Value> for ToolResult {
    fn from(value: Value) -> Self {
        Self { content: Content::Value(value), http: None }
    }
}
