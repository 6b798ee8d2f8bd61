//! What faults say beside their message.

use serde::Serialize;
use serde_json::{Map, Value};

/// One thing that is wrong at one place of a definition, a document or the arguments of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Problem {
    /// Where, as a JSON pointer (RFC 6901). Empty for the whole value.
    pub pointer: String,
    /// What is wrong, for people and models.
    pub message: String,
    /// What would have been right, where that can be said in a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What was there instead, shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub got: Option<String>,
}

impl Problem {
    /// A problem that is told by its message alone.
    pub fn at(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into(), expected: None, got: None }
    }
}

/// Why a gate refuses a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GateRefusal {
    /// The gate.
    pub gate: String,
    /// The tool that it is about; the whole change where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// Why, for people.
    pub reason: String,
}

/// What a failed tool said of its failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The name of the error's class, `Error` where it had none.
    pub name: String,
    /// Its message.
    pub message: String,
    /// Its `code`, where it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether its message is meant for the model that made the call.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub for_model: bool,
    /// Its stack, where it had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// What it says it comes from, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Box<Self>>,
}

/// What an API answered when it did not answer with a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpAnswer {
    /// The HTTP status code.
    pub status: u16,
    /// The headers that say how to go on: when to try again, what is missing, where it is instead.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub headers: Map<String, Value>,
    /// The body: JSON where it is JSON, text otherwise, shortened to [`HttpAnswer::BODY_LIMIT`] bytes.
    pub body: Value,
    /// What it says of itself in a line. It is part of the message.
    #[serde(skip)]
    pub reason: Option<String>,
}

impl HttpAnswer {
    /// How much of a failed answer's body goes into the error, in bytes.
    pub const BODY_LIMIT: usize = 16 * 1024;
}
