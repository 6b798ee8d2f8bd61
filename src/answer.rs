//! What a model is told of its call, in its provider's words.

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use serde_json::Value;
use toolrack_core::error::{Error, ErrorCode, Result as Outcome};
use toolrack_core::exec::{Reply, ReplyContent};
use toolrack_core::target::{Attachment, ProviderCall, Target, fault};
use toolrack_core::tool::{Content, ToolResult};

use crate::door::{hand, promise_of_labour, reason};

/// A longer result, in bytes, is answered on a thread of its own.
const LONG: usize = 1 << 18;

/// A call as a model made it, and how it is answered.
pub struct ModelCall {
    target: Target,
    sent: ProviderCall,
    reply: Reply,
}

impl ModelCall {
    /// Reads the call as JavaScript hands it over.
    pub fn read(asked: &NativeModelCall) -> Outcome<Self> {
        let target = Target::parse(&asked.target)?;
        let (id, wire_name) = (asked.id.clone(), asked.wire_name.clone());
        let reply = serde_json::from_str(&asked.reply).map_err(|error| unreadable(&error))?;
        // An answer says nothing of the arguments.
        Ok(Self { target, sent: ProviderCall { id, wire_name, arguments: Value::Null }, reply })
    }

    /// Whether it takes long to answer a result: most of it is left out, or looked through for hidden characters.
    pub fn takes_long(result: &ToolResult) -> bool {
        match &result.content {
            Content::Json(text) | Content::Value(Value::String(text)) => text.len() > LONG,
            Content::File(file) => file.bytes.len() > LONG,
            Content::Value(Value::Array(_) | Value::Object(_)) => true,
            Content::Value(_) => false,
        }
    }

    /// The provider's answer to a result, as JSON.
    pub fn answer(&self, result: ToolResult) -> String {
        self.reply.write_result(self.target, &self.sent, result).to_string()
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
        let outcome = outcome.map(|value| ReplyContent { value, files: &files });
        Ok(self.reply.write(self.target, &self.sent, outcome).to_string())
    }
}

/// What is answered of a call that a model made: what [`crate::snapshot::NativeSnapshot::incoming`] said of it.
#[napi(object)]
pub struct NativeModelCall {
    /// The target.
    pub target: String,
    /// The id that the answer must carry.
    pub id: Option<String>,
    /// The name under which the provider knows the tool.
    pub wire_name: String,
    /// How long the answer may be, and what becomes of hidden characters; as JSON.
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
