//! Model replies: writes the result of a model's call as the message of its provider.

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use serde_json::Value;
use toolrack_core::error::{Error, ErrorCode, Result as Outcome};
use toolrack_core::exec::{Reply, ReplyContent};
use toolrack_core::target::{Attachment, ProviderCall, Target, error_for_model};
use toolrack_core::tool::{Content, ToolResult};

use crate::convert::{blocking_promise, reason, to_napi};

/// Results above this size, in bytes, are written on a blocking thread.
const LONG: usize = 1 << 18;

/// A model's call, and how its reply is written.
pub struct ModelCall {
    target: Target,
    sent: ProviderCall,
    reply: Reply,
}

impl ModelCall {
    /// Reads the call from JavaScript.
    pub fn read(asked: &NativeModelCall) -> Outcome<Self> {
        let target = Target::parse(&asked.target)?;
        let (id, wire_name) = (asked.id.clone(), asked.wire_name.clone());
        let reply = serde_json::from_str(&asked.reply).map_err(|error| unreadable(&error))?;
        // A reply does not contain the arguments.
        Ok(Self { target, sent: ProviderCall { id, wire_name, arguments: Value::Null }, reply })
    }

    /// Whether writing the reply takes long: a long result is truncated, and all of it is scanned for hidden
    /// characters.
    pub fn takes_long(result: &ToolResult) -> bool {
        match &result.content {
            Content::Json(text) | Content::Value(Value::String(text)) => text.len() > LONG,
            Content::File(file) => file.bytes.len() > LONG,
            Content::Value(Value::Array(_) | Value::Object(_)) => true,
            Content::Value(_) => false,
        }
    }

    /// Writes the reply of a result as JSON.
    pub fn answer(&self, result: ToolResult) -> String {
        self.reply.write_result(self.target, &self.sent, result).to_string()
    }

    /// Writes the reply of an outcome that comes from JavaScript.
    fn answer_outcome(&self, native: &NativeOutcome) -> Outcome<String> {
        let text = if native.outcome.is_empty() { "null" } else { &native.outcome };
        let outcome = match (native.ok, serde_json::from_str::<Value>(text)) {
            (true, Ok(value)) => Ok(value),
            (false, Ok(error)) => {
                let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
                Err(error_for_model(text("code"), text("message"), &error["details"]))
            }
            (_, Err(error)) => {
                let message = format!("the result of \"{}\" {}", self.sent.wire_name, reason(&error));
                Err(error_for_model(ErrorCode::ToolFailed.as_str(), &message, &Value::Null))
            }
        };
        let files = native.files.as_deref().map(serde_json::from_str::<Vec<Attachment>>).transpose();
        let files = files.map_err(|error| unreadable(&error))?.unwrap_or_default();
        let outcome = outcome.map(|value| ReplyContent { value, files: &files });
        Ok(self.reply.write(self.target, &self.sent, outcome).to_string())
    }
}

/// A model's call as [`crate::snapshot::NativeSnapshot::incoming`] described it.
#[napi(object)]
pub struct NativeModelCall {
    /// The target.
    pub target: String,
    /// The call id that the reply must repeat.
    pub id: Option<String>,
    /// The wire name: the tool's name at the provider.
    pub wire_name: String,
    /// Truncation limit and handling of hidden characters, as JSON.
    pub reply: String,
}

/// The outcome of a call.
#[napi(object)]
pub struct NativeOutcome {
    /// Whether the call succeeded.
    pub ok: bool,
    /// The value, or code, message and details of the error, as JSON.
    pub outcome: String,
    /// The files in the value, as JSON.
    pub files: Option<String>,
}

/// Writes the reply to a model's call as JSON. The revision of the call may be gone.
#[napi(catch_unwind)]
pub fn answer_call(asked: NativeModelCall, native: NativeOutcome) -> Result<String> {
    to_napi(ModelCall::read(&asked).and_then(|call| call.answer_outcome(&native)))
}

/// Like [`answer_call`], on a blocking thread: for long outcomes.
#[napi(catch_unwind)]
pub fn answer_call_aside(
    env: &Env,
    asked: NativeModelCall,
    native: NativeOutcome,
) -> Result<PromiseRaw<'_, String>> {
    let call = to_napi(ModelCall::read(&asked))?;
    blocking_promise(env, async move { call.answer_outcome(&native) })
}

fn unreadable(error: &serde_json::Error) -> Error {
    Error::Internal { reason: error.to_string() }
}
