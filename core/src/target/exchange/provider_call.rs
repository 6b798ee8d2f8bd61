//! Provider call: a tool call as a provider delivers it, and its arguments as a JSON object.

use serde_json::{Map, Value};

use crate::error::{Error, Problem, Result, not_an_object};

/// One tool call as a provider delivers it.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderCall {
    /// The id that the result must carry.
    pub id: Option<String>,
    /// The tool name that the provider knows.
    pub wire_name: String,
    /// The arguments: an object, or a string that holds one.
    pub arguments: Value,
}

impl ProviderCall {
    /// The arguments as a JSON object. An empty string means no arguments.
    ///
    /// # Errors
    /// `INVALID_PARAMS` for arguments that are not a JSON object.
    pub fn map(&self) -> Result<Map<String, Value>> {
        let value = match &self.arguments {
            Value::String(text) if text.trim().is_empty() => Value::Null,
            Value::String(text) => {
                serde_json::from_str(text).map_err(|error| self.refuse(&reason(&error)))?
            }
            value => value.clone(),
        };
        match value {
            Value::Object(map) => Ok(map),
            Value::Null => Ok(Map::new()),
            other => Err(self.refuse(&not_an_object(&other))),
        }
    }

    fn refuse(&self, reason: &str) -> Error {
        let problems = vec![Problem::at("", format!("arguments are not a JSON object: {reason}"))];
        Error::InvalidParams { tool: self.wire_name.clone(), problems }
    }
}

fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if text.starts_with("recursion limit") {
        "they are nested deeper than 127 levels; send a flatter object".to_owned()
    } else {
        text
    }
}
