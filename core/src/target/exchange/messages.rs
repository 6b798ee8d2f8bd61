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
            reason: format!(
                "is not a tool call in the form of {}; pass the call as the provider sent it",
                self.provider().call_form()
            ),
        })?;
        sent.wire_name = name::truncate_name(&sent.wire_name).into_owned();
        Ok(sent)
    }

    /// Writes the provider's message for a result, or for an error of [`error_for_model`].
    pub fn answer(self, sent: &ProviderCall, outcome: Result<Value, Value>) -> Value {
        self.provider().write_result(sent, outcome)
    }
}

/// Writes an error for a model: code, message, details and next step. Stack traces and internals are left out.
pub fn error_for_model(code: &str, message: &str, details: &Value) -> Value {
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
        ("INVALID_PARAMS", _) => "Correct the arguments as the problems say, then call again.",
        ("UNKNOWN_TOOL", _) => "Call one of the tools that you have, by its exact name.",
        ("RATE_LIMITED" | "BUSY" | "CIRCUIT_OPEN" | "UPSTREAM_DOWN", _) | (_, Some(429 | 503)) => {
            "Continue with something else, and call again later."
        }
        ("UPSTREAM_FAILED", _) if details.get("mayHaveRun") == Some(&Value::Bool(false)) => {
            "A call with the same arguments will most likely fail again."
        }
        ("TIMEOUT" | "CANCELLED" | "UPSTREAM_FAILED", _) => {
            "The call may have taken effect: check that before you call again."
        }
        ("MISSING_CONTEXT" | "AUTH_FAILED" | "ADDRESS_FORBIDDEN", _) | (_, Some(401 | 403)) => {
            "Other arguments do not help: tell the user that access is missing."
        }
        ("APPROVAL_REQUIRED", _) => {
            "Nothing was done. Tell the user what you want to do, and that a person has to approve this call first."
        }
        ("APPROVAL_REJECTED", _) => {
            "Nothing was done. A person said no: do not make this call again unchanged, and tell the user."
        }
        ("INPUT_REQUIRED", _) => {
            "The tool asks a person something: tell the user, and do not call it again without an answer."
        }
        ("IDEMPOTENCY_MISMATCH", _) => {
            "An earlier call used this idempotency key with other arguments: do not repeat it."
        }
        ("OUTPUT_INVALID", _) => {
            "The tool did run, and is at fault: do not repeat a call that changes something, and tell the user."
        }
        ("RESPONSE_TOO_LARGE", _) => "Ask for less: a filter, a page, fewer fields.",
        (_, Some(404 | 410)) => "Nothing exists under these arguments: search for the right ones first.",
        (_, Some(400 | 409 | 412 | 422)) => "The API refused the arguments: its body has the reason.",
        ("TOOL_FAILED" | "HTTP_FAILED", _) => "A call with the same arguments will most likely fail again.",
        _ => return None,
    })
}
