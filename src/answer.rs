//! What a model is told of its call, in its provider's words.

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use serde_json::Value;
use toolrack_core::error::{Error, ErrorCode, Result as Outcome};
use toolrack_core::exec::Reply;
use toolrack_core::target::{Attachment, Sent, Target, fault};
use toolrack_core::tool::ToolResult;

use crate::door::{hand, promise_of_labour, read_call, reason};

/// A call as a model made it, and how it is answered.
pub struct ModelCall {
    target: Target,
    sent: Sent,
    reply: Reply,
}

impl ModelCall {
    /// Reads the call as JavaScript hands it over.
    pub fn read(asked: &NativeModelCall) -> Outcome<Self> {
        let target = Target::parse(&asked.target)?;
        let sent = target.read(&read_call(&asked.call))?;
        let reply = serde_json::from_str(&asked.reply).map_err(|error| unreadable(&error))?;
        Ok(Self { target, sent, reply })
    }

    /// The provider's answer to a result, as JSON.
    pub fn answer(&self, result: ToolResult) -> String {
        self.reply.to_result(self.target, &self.sent, result).to_string()
    }

    /// The same for an outcome as JavaScript tells it.
    fn answer_outcome(&self, told: &NativeOutcome) -> Outcome<String> {
        let text = if told.outcome.is_empty() { "null" } else { &told.outcome };
        let outcome = match (told.ok, serde_json::from_str::<Value>(text)) {
            (true, Ok(value)) => Ok(value),
            (false, Ok(error)) => {
                let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
                Err(fault(text("code"), text("message"), &error["details"]))
            }
            (_, Err(error)) => {
                let message = format!("the result of \"{}\" {}", self.sent.wire_name, reason(&error));
                Err(fault(ErrorCode::ToolFailed.as_str(), &message, &Value::Null))
            }
        };
        let files = told.files.as_deref().map(serde_json::from_str::<Vec<Attachment>>).transpose();
        let files = files.map_err(|error| unreadable(&error))?.unwrap_or_default();
        Ok(self.reply.to(self.target, &self.sent, outcome, &files).to_string())
    }
}

/// A call that a model made, and how it is answered.
#[napi(object)]
pub struct NativeModelCall {
    /// The target.
    pub target: String,
    /// The call as the provider handed it over, as JSON.
    pub call: String,
    /// How it is answered: what [`crate::snapshot::NativeSnapshot::incoming`] said, as JSON.
    pub reply: String,
}

/// What a call came to.
#[napi(object)]
pub struct NativeOutcome {
    /// Whether it is a value.
    pub ok: bool,
    /// The value, or code, message and details of the fault; as JSON.
    pub outcome: String,
    /// The files that came with the value, as JSON.
    pub files: Option<String>,
}

/// The provider's answer to its call, as JSON. The revision may be gone.
#[napi(catch_unwind)]
pub fn answer_call(asked: NativeModelCall, told: NativeOutcome) -> Result<String> {
    hand(ModelCall::read(&asked).and_then(|call| call.answer_outcome(&told)))
}

/// The same on a thread of its own: for a long outcome, which takes long to cut.
#[napi(catch_unwind)]
pub fn answer_call_aside(
    env: &Env,
    asked: NativeModelCall,
    told: NativeOutcome,
) -> Result<PromiseRaw<'_, String>> {
    let call = hand(ModelCall::read(&asked))?;
    promise_of_labour(env, async move { call.answer_outcome(&told) })
}

fn unreadable(error: &serde_json::Error) -> Error {
    Error::Internal { reason: error.to_string() }
}
