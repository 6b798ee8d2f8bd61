//! Data of errors beside the message: problems, refusals of gates, failures of tools, answers of APIs, limits of modules.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error_code::ErrorCode;

/// Stands in a message before the value that was there.
pub const GOT: &str = ", got ";

/// What is wrong with arguments that are no object; JSON text of an object gets advice. `js/call/context.ts` says the
/// same of values that do not reach Rust.
pub fn not_an_object(arguments: &Value) -> String {
    let kind = match arguments {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    let is_json_text = arguments.as_str().is_some_and(|text| text.trim_start().starts_with('{'));
    let advice = if is_json_text { ": parse it with JSON.parse and give the object" } else { "" };
    format!("must be an object{GOT}{kind}{advice}")
}

/// A limit of the module graph that a module is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModuleLimit {
    /// The path of the module.
    pub location: String,
    /// What is counted.
    pub what: &'static str,
    /// The limit, in units of `what`.
    pub limit: usize,
    /// What to do next. It is part of the message.
    #[serde(skip)]
    pub advice: &'static str,
}

impl ModuleLimit {
    /// A module of more bytes than the limit.
    pub fn bytes(location: String, limit: usize) -> Self {
        let advice =
            "keep data in a file that the code reads when it runs, or import the code from a package";
        Self { location, what: "size of a module in bytes", limit, advice }
    }

    /// The first module beyond the number of those that a load may have.
    pub fn modules(location: String, limit: usize) -> Self {
        let advice = "load fewer sources at once, or import the code from a package";
        Self { location, what: "number of modules in one load", limit, advice }
    }
}

/// One problem at one place of a definition, a document or the arguments of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Problem {
    /// JSON pointer (RFC 6901) of the place. Empty for the whole value.
    pub pointer: String,
    /// What is wrong, as a person or model reads it.
    pub message: String,
    /// What would be right, where one word says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What was there instead, truncated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub got: Option<String>,
}

impl Problem {
    /// A problem with a message alone.
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into(), expected: None, got: None }
    }

    /// The problem without the value that was there, which may be a secret.
    #[must_use]
    pub fn without_value(mut self) -> Self {
        if self.got.take().is_some()
            && let Some(end) = self.message.find(GOT)
        {
            self.message.truncate(end);
        }
        self
    }
}

/// One problem of a configuration, at one place of its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigProblem {
    /// The name of the file. Empty for an object of a program.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// 1-based line. `None` for an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// 1-based column, in characters. `None` for an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// JSON pointer (RFC 6901) of the place. Empty for the whole file.
    pub pointer: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// The first bad record of an audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BrokenAuditRecord {
    /// The file.
    pub path: String,
    /// The line of the record, from 1.
    pub line: u64,
    /// The number in the record, where it has one.
    pub seq: Option<u64>,
    /// What is wrong and what would be right.
    pub reason: String,
}

/// The reason why a gate refuses a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GateRefusal {
    /// The name of the gate.
    pub gate: String,
    /// The tool that the reason is about. `None` for the whole change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// The reason, as a person reads it.
    pub reason: String,
}

/// The error that a tool or a callback threw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The class name of the error. Default: `Error`.
    pub name: String,
    /// Its message.
    pub message: String,
    /// Its property `code`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether the model that made the call may read the message.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub for_model: bool,
    /// Its stack trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// Its property `cause`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Box<Self>>,
}

/// The answer of an API whose HTTP status says failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpAnswer {
    /// The HTTP status code.
    pub status: u16,
    /// Headers that say how to go on, such as `retry-after`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub headers: Map<String, Value>,
    /// The body, as JSON or as text, truncated to [`HttpAnswer::BODY_LIMIT`] bytes.
    pub body: Value,
    /// A line of the body that says what failed. It is part of the message.
    #[serde(skip)]
    pub reason: Option<String>,
}

impl HttpAnswer {
    /// Truncation limit of the body of a failed answer, in bytes.
    pub const BODY_LIMIT: usize = 16 * 1024;
}

/// An error that another language raised, as the core passes it on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RaisedFault {
    /// Its code.
    #[serde(skip)]
    pub code: ErrorCode,
    /// Its message.
    #[serde(skip)]
    pub message: String,
    /// Its data. Statuses and the audit log need none.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

impl RaisedFault {
    /// An error without data.
    pub fn new(code: ErrorCode, message: String) -> Self {
        Self { code, message, details: Map::new() }
    }
}
