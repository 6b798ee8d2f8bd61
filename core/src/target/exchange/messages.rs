//! Provider messages: reads a call, writes a result, and writes an error that a model can act on.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::targets::Target;
use crate::tool::name;

impl Target {
    /// Reads one call in the provider's format.
    ///
    /// # Errors
    /// `INVALID_OPTIONS` for a value in another format: the caller passed it, not the model.
    pub fn read(self, call: &Value) -> Result<ProviderCall> {
        let sent = self.provider().read_call(call);
        let mut sent = sent.ok_or_else(|| Error::InvalidOptions {
            option: "call".to_owned(),
            reason: format!("is no tool call of the form of {}", self.provider().call_form()),
        })?;
        sent.wire_name = name::truncate_name(&sent.wire_name).into_owned();
        Ok(sent)
    }

    /// Writes the provider's message for a result, or for an error of [`fault`].
    pub fn answer(self, sent: &ProviderCall, outcome: Result<Value, Value>) -> Value {
        self.provider().write_result(sent, outcome)
    }
}

/// Writes an error for a model: code, message, details and next step. Stack traces and internals are left out.
pub fn fault(code: &str, message: &str, details: &Value) -> Value {
    let mut error = json!({"code": code, "message": message});
    for key in ["problems", "nearest", "retryAfterMs", "status", "body"] {
        if let Some(detail) = details.get(key) {
            error[key] = detail.clone();
        }
    }
    if let Some(next) = next_step(code, details) {
        error["next"] = json!(next);
    }
    json!({"error": error})
}

/// The next step for a model after an error.
fn next_step(code: &str, details: &Value) -> Option<&'static str> {
    let status = details.get("status").and_then(Value::as_u64);
    Some(match (code, status) {
        ("INVALID_PARAMS", _) => "Mend the arguments as the problems say, and call again.",
        ("UNKNOWN_TOOL", _) => "Call a tool that you were given, by its exact name.",
        ("RATE_LIMITED" | "BUSY" | "CIRCUIT_OPEN", _) | (_, Some(429 | 503)) => {
            "Go on with something else, and call again later."
        }
        ("TIMEOUT" | "CANCELLED", _) => "It may have been done all the same: look before you call it again.",
        ("MISSING_CONTEXT" | "AUTH_FAILED" | "ADDRESS_FORBIDDEN", _) | (_, Some(401 | 403)) => {
            "Arguments cannot mend this: tell the user that access is missing."
        }
        ("IDEMPOTENCY_MISMATCH", _) => {
            "The same call was made with other arguments before: do not repeat it."
        }
        ("RESPONSE_TOO_LARGE", _) => "Ask for less: a filter, a page, fewer fields.",
        (_, Some(404 | 410)) => "There is nothing under these arguments: look for the right ones first.",
        (_, Some(400 | 409 | 412 | 422)) => "The API refused the arguments for the reason in its body.",
        ("TOOL_FAILED" | "HTTP_FAILED", _) => {
            "Calling again with the same arguments will most likely fail too."
        }
        _ => return None,
    })
}
