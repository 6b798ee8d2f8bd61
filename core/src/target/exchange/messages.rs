//! What a model asked for, and what it gets back.

use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::target::exchange::provider_call::ProviderCall;
use crate::target::targets::Target;
use crate::tool::name;

impl Target {
    /// Reads one call of the provider's answer. A value that is none is the caller's mistake, not the model's.
    pub fn read(self, call: &Value) -> Result<ProviderCall> {
        let sent = self.provider().read_call(call);
        let mut sent = sent.ok_or_else(|| Error::InvalidOptions {
            option: "call".to_owned(),
            reason: format!("is no tool call of the form of {}", self.provider().call_form()),
        })?;
        sent.wire_name = name::truncate_name(&sent.wire_name).into_owned();
        Ok(sent)
    }

    /// What the provider takes as the answer to a call: the result, or what went wrong in words that a model can act on.
    pub fn answer(self, sent: &ProviderCall, outcome: Result<Value, Value>) -> Value {
        self.provider().write_result(sent, outcome)
    }
}

/// A fault in words for a model: what it is, what would have been right, and what to do next. Stacks and internals stay here.
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

/// What a model can do about a fault.
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
