//! The one place where a fault of the core becomes a JavaScript error.

use serde_json::json;
use toolrack_core::error::Error;

/// What stands before the JSON of a fault in the message of a native error. `js/error.js` reads it and makes a
/// `ToolrackError` of it; both doors, the one that throws and the one that rejects, carry nothing but a message safely.
const MARK: &str = "toolrack:";

/// A fault as a native error.
pub fn to_js(error: &Error) -> napi::Error {
    napi::Error::from_reason(format!("{MARK}{}", to_json(error)))
}

/// A fault as JSON: code, message and details.
pub fn to_json(error: &Error) -> serde_json::Value {
    json!({"code": error.code().as_str(), "message": error.to_string(), "details": error.details()})
}
