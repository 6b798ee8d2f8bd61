//! Tool result: what a call returns.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

/// The result of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolResult {
    /// The content.
    pub content: Content,
    /// Status and headers of the API's answer.
    pub http: Option<Box<HttpHead>>,
}

/// The content of a result, in the form in which it came.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A value.
    Value(Value),
    /// JSON text that was checked and not parsed: a long answer is passed on as it came.
    Json(String),
    /// Binary data.
    File(ResultFile),
}

/// Binary data with its media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultFile {
    /// The media type, as the answer gives it.
    pub media_type: String,
    /// The file name, where the answer gives one.
    pub name: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Status and headers of an API's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpHead {
    /// The status code.
    pub status: u16,
    /// The headers that callers may read: names in lower case, in their order.
    pub headers: Vec<(String, String)>,
}

impl ToolResult {
    /// The content as a value; binary data as `{ mediaType, name?, base64 }`.
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
