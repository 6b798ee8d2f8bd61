//! Errors: the one place where an error of the core becomes a JavaScript error.

use napi_derive::napi;
use serde_json::{Value, json};
use toolrack_core::error::{Error, RaisedError, truncate_bytes};

/// Prefix of the JSON in the message of a native error. `js/error.js` turns it into a `ToolrackError`. Thrown and
/// rejected native errors both carry only a message safely.
const MARK: &str = "toolrack:";

/// Converts an error into a native error.
pub fn to_js(error: &Error) -> napi::Error {
    napi::Error::from_reason(format!("{MARK}{}", to_json(error)))
}

/// Writes the message of an error that JavaScript raises; `data` is the code with the data of the message, as JSON.
#[napi(catch_unwind)]
pub fn error_message(data: String) -> napi::Result<String> {
    let raised = serde_json::from_str::<RaisedError>(&data);
    raised.map(RaisedError::message).map_err(|error| to_js(&Error::Internal { reason: error.to_string() }))
}

/// The error of a call on a revision that is not the newest any more. `js/border/error.ts` knows it by this message.
pub fn superseded() -> napi::Error {
    napi::Error::from_reason(format!("{MARK}superseded"))
}

/// Limits for a message and for each text of the details, in bytes: documents and options have texts of any length. The
/// body of a failed response is below both.
const LONGEST_MESSAGE: usize = 8 * 1024;
const LONGEST_TEXT: usize = 32 * 1024;

/// Writes an error as JSON: code, message and details, all truncated.
pub fn to_json(error: &Error) -> Value {
    let (mut message, mut details) = (error.to_string(), error.details());
    cut(&mut message, LONGEST_MESSAGE);
    bound(&mut details);
    json!({"code": error.code().as_str(), "message": message, "details": details})
}

fn bound(value: &mut Value) {
    match value {
        Value::String(text) => cut(text, LONGEST_TEXT),
        Value::Array(items) => items.iter_mut().for_each(bound),
        Value::Object(members) => members.values_mut().for_each(bound),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn cut(text: &mut String, most: usize) {
    if text.len() > most {
        text.truncate(truncate_bytes(text, most).len());
        text.push('…');
    }
}
