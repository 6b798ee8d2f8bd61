//! The one place where a fault of the core becomes a JavaScript error.

use serde_json::{Value, json};
use toolrack_core::error::{Error, truncate_bytes};

/// What stands before the JSON of a fault in the message of a native error. `js/error.js` reads it and makes a
/// `ToolrackError` of it; both doors, the one that throws and the one that rejects, carry nothing but a message safely.
const MARK: &str = "toolrack:";

/// A fault as a native error.
pub fn to_js(error: &Error) -> napi::Error {
    napi::Error::from_reason(format!("{MARK}{}", to_json(error)))
}

/// How long a message may be, and each text of the details, in bytes: documents and options have texts of any length. The
/// body of a failed answer is below that.
const LONGEST_MESSAGE: usize = 8 * 1024;
const LONGEST_TEXT: usize = 32 * 1024;

/// A fault as JSON: code, message and details, each of them bounded.
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
