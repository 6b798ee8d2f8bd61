//! Model calls: reads a model's call and writes its reply as the message of its provider. A call that needs nothing of
//! JavaScript is executed in the same crossing.

use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::{Either, PromiseRaw};
use napi::{Env, Result};
use napi_derive::napi;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use toolrack_core::error::{Error, ErrorCode, Result as Outcome};
use toolrack_core::exec::{
    Reply, ReplyContent, ValidatedArguments, approval, check_nesting, context, validate_arguments,
};
use toolrack_core::registry::{RegisteredTool, Snapshot};
use toolrack_core::target::{Attachment, ProviderCall, Target, TargetForm, error_for_model};
use toolrack_core::tool::{CONTEXT_KEYS, Caller, Content, ToolCall, ToolResult};

use crate::convert::{blocking_promise, read_call, reason, time, to_napi};
use crate::snapshot::{NativeSnapshot, call_context, offer_options};
use crate::tool::{ExecutedCall, NativeAnswer};

/// A model's call that has begun in Rust.
#[napi(object, object_from_js = false)]
pub struct NativeIncoming<'env> {
    /// As JSON, see [`NativeSnapshot::respond`].
    pub text: String,
    /// The reply.
    pub answer: PromiseRaw<'env, NativeAnswer>,
}

/// What a model's call needs to begin in Rust: who calls, and how. JavaScript writes it as JSON: reading the members of an
/// object takes longer.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallStart {
    /// Identity of the caller: a [`toolrack_core::tool::CallContext`].
    pub context: Box<RawValue>,
    /// The caller for [`Caller::read`], its tenant under the default metadata key.
    caller: String,
    /// Timeout in ms. Default: that of the tool.
    timeout_ms: Option<f64>,
    /// The idempotency key.
    idempotency_key: Option<String>,
    /// The number for [`crate::registry::NativeRegistry::cancel`].
    number: u32,
    /// Whether arguments of closures are validated.
    pub validates: bool,
    /// Whether a person approved the call.
    pub approved: bool,
}

impl CallStart {
    /// Reads what JavaScript has written.
    pub fn read(text: &str) -> Result<Self> {
        to_napi(serde_json::from_str(text).map_err(|error| unreadable(&error)))
    }
}

#[napi]
impl NativeSnapshot {
    /// Reads a model's call. With `start`, a call that JavaScript has no part in begins, and the arguments of a closure
    /// are validated. `must_be_newest`: see [`crate::calls::Calls::check_revision`].
    ///
    /// The call is JSON: `name` of the tool, its `timeoutMs`, `arguments`, and whether they are `validated`; or a `fault`.
    /// For the reply `id`, `wireName` and `reply`.
    #[napi(catch_unwind)]
    pub fn respond<'env>(
        &self,
        env: &'env Env,
        target: String,
        call: String,
        options: Option<String>,
        must_be_newest: bool,
        start: Option<String>,
    ) -> Result<Either<String, NativeIncoming<'env>>> {
        let core = self.core()?;
        self.calls.check_revision(core.revision(), must_be_newest)?;
        let form = offer_options(&target, options.as_deref())?.form();
        let (incoming, meant) = self.read_sent(&core, form, &call)?;
        let (tool, arguments) = match meant {
            Ok(meant) => meant,
            Err(error) => return Ok(Either::A(incoming.fault(None, &error))),
        };
        match start {
            Some(start) if !names_identity(&tool, &arguments) => {
                let start = CallStart::read(&start)?;
                self.begin(env, &core, incoming, PreparedCall { tool, arguments, start })
            }
            _ => Ok(Either::A(incoming.planned(&tool, &arguments, false))),
        }
    }
}

/// The tool that a model means, and its arguments.
pub type MeantCall = (Arc<RegisteredTool>, Map<String, Value>);

/// A model's call with its tool.
struct PreparedCall {
    tool: Arc<RegisteredTool>,
    arguments: Map<String, Value>,
    start: CallStart,
}

impl NativeSnapshot {
    /// Reads a model's call, in the form of its target.
    pub fn read_sent(
        &self,
        core: &Snapshot,
        form: TargetForm,
        call: &str,
    ) -> Result<(Incoming, Outcome<MeantCall>)> {
        let mut sent = to_napi(form.target.read(&read_call(call)))?;
        let meant = core.callable_by_model(&sent.wire_name).and_then(|tool| {
            let map = sent.map()?;
            Ok((Arc::clone(tool), tool.arguments(form, map)))
        });
        // A reply does not contain the arguments.
        sent.arguments = Value::Null;
        let reply = self.calls.runner.reply(meant.as_ref().ok().map(|(tool, _)| &**tool), form);
        Ok((Incoming { sent, reply, target: form.target }, meant))
    }

    /// Validates a call. Begins it if Rust executes the tool and knows the caller.
    fn begin<'env>(
        &self,
        env: &'env Env,
        core: &Snapshot,
        incoming: Incoming,
        prepared: PreparedCall,
    ) -> Result<Either<String, NativeIncoming<'env>>> {
        let PreparedCall { tool, arguments, start } = prepared;
        let is_closure = tool.executor.slot().is_some();
        let (runner, tenant_key) = (&self.calls.runner, core.tenant_key(&tool.origin.source));
        let asks_limits = start.idempotency_key.is_some() || runner.limiter.limits_calls_of(&tool);
        let is_ready =
            if is_closure { start.validates } else { !asks_limits || tenant_key == Caller::TENANT_KEY };
        if !is_ready {
            return Ok(Either::A(incoming.planned(&tool, &arguments, false)));
        }
        let caller = call_context(start.context.get())?;
        let validated = context::require_user(&tool, &caller)
            .and_then(|()| check_nesting(&tool, &arguments))
            .and_then(|()| validate_arguments(&tool, arguments, runner.coerce))
            // A closure may have a predicate, and a Standard Schema that refuses the arguments first.
            .and_then(|valid| {
                if !is_closure {
                    approval::require_approved(&tool, start.approved, &valid.arguments)?;
                }
                Ok(valid)
            });
        let ValidatedArguments { arguments, coerced, .. } = match validated {
            Ok(validated) => validated,
            Err(error) => return Ok(Either::A(incoming.fault(Some(tool.name()), &error))),
        };
        if is_closure {
            return Ok(Either::A(incoming.planned(&tool, &arguments, true)));
        }
        let limits = runner.limiter.limits_of(&tool);
        let default = || limits.timeout_ms.map_or(runner.timeout, Duration::from_millis);
        let text = incoming.text(&json!({"name": tool.name(), "timeoutMs": limits.timeout_ms}));
        let call = ToolCall {
            id: None,
            tool: tool.name().to_owned(),
            revision: core.revision(),
            arguments,
            context: caller,
            caller: Some(Caller::read(start.caller)),
            timeout: start.timeout_ms.map_or_else(default, time),
            approved: start.approved,
            idempotency_key: start.idempotency_key,
            limits,
        };
        let executed = ExecutedCall {
            tool,
            call,
            coerced,
            tenant_key: tenant_key.into(),
            number: start.number,
            asked: Some(incoming.model_call()),
            keeps_value: false,
        };
        Ok(Either::B(NativeIncoming { text, answer: executed.begin(env, &self.calls)? }))
    }
}

/// Whether arguments have context keys that the tool does not declare. JavaScript tells of them before anything is done.
fn names_identity(tool: &RegisteredTool, arguments: &Map<String, Value>) -> bool {
    let mut keys = CONTEXT_KEYS.into_iter().zip(tool.own_context_keys());
    keys.any(|(key, own)| !own && arguments.contains_key(key))
}

/// A model's call as JavaScript reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WrittenCall<'c, M> {
    #[serde(flatten)]
    members: &'c M,
    wire_name: &'c str,
    reply: Reply,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'c str>,
}

/// The tool of a call that JavaScript executes.
#[derive(Serialize)]
struct PlannedCall<'c> {
    name: &'c str,
    arguments: &'c Map<String, Value>,
    #[serde(skip_serializing_if = "is_false")]
    validated: bool,
}

/// Why a call cannot be made.
#[derive(Serialize)]
struct RefusedCall<'c> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'c str>,
    fault: Value,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// A model's call that was read.
pub struct Incoming {
    target: Target,
    sent: ProviderCall,
    reply: Reply,
}

impl Incoming {
    /// A call that JavaScript executes.
    pub fn planned(
        &self,
        tool: &RegisteredTool,
        arguments: &Map<String, Value>,
        is_validated: bool,
    ) -> String {
        self.text(&PlannedCall { name: tool.name(), arguments, validated: is_validated })
    }

    /// A call that cannot be made.
    fn fault(&self, name: Option<&str>, error: &Error) -> String {
        self.text(&RefusedCall { name, fault: crate::error::to_json(error) })
    }

    /// Adds what the reply needs.
    fn text(&self, members: &impl Serialize) -> String {
        let ProviderCall { id, wire_name, .. } = &self.sent;
        let written = WrittenCall { members, wire_name, reply: self.reply, id: id.as_deref() };
        // A map of texts and values of JSON.
        serde_json::to_string(&written).unwrap_or_default()
    }

    fn model_call(self) -> ModelCall {
        ModelCall { target: self.target, sent: self.sent, reply: self.reply }
    }
}

/// Results above this size, in bytes, are written on a blocking thread.
const LONG: usize = 1 << 18;

/// A model's call, and how its reply is written.
pub struct ModelCall {
    /// Whose format the reply has.
    pub target: Target,
    /// The call, without its arguments.
    pub sent: ProviderCall,
    /// The rules of the reply.
    pub reply: Reply,
}

impl ModelCall {
    /// Reads the call from JavaScript.
    pub fn read(asked: &str) -> Outcome<Self> {
        let AskedCall { target, id, wire_name, reply } =
            serde_json::from_str(asked).map_err(|error| unreadable(&error))?;
        // A reply does not contain the arguments.
        let sent = ProviderCall { id, wire_name, arguments: Value::Null };
        Ok(Self { target: Target::parse(&target)?, sent, reply })
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
    pub fn answer_outcome(&self, native: &NativeOutcome) -> Outcome<String> {
        let text = if native.outcome.is_empty() { "null" } else { &native.outcome };
        let outcome = match (native.is_ok, serde_json::from_str::<Value>(text)) {
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
        let structured = native.structured.as_deref().map(serde_json::from_str::<Value>).transpose();
        let structured = structured.map_err(|error| unreadable(&error))?;
        let outcome = outcome.map(|value| ReplyContent { value, structured, files: &files });
        Ok(self.reply.write(self.target, &self.sent, outcome).to_string())
    }
}

/// A model's call as [`NativeSnapshot::respond`] described it, with the target of its reply.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AskedCall {
    target: String,
    /// The call id that the reply must repeat.
    id: Option<String>,
    /// The wire name: the tool's name at the provider.
    wire_name: String,
    /// Truncation limit and handling of hidden characters.
    reply: Reply,
}

/// The outcome of a call, as JSON.
pub struct NativeOutcome {
    /// The value, or code, message and details of the error; empty for no value.
    pub outcome: String,
    /// Whether the call succeeded.
    pub is_ok: bool,
    /// The files in the value.
    pub files: Option<String>,
    /// The result as data, where it is another value than the model reads.
    pub structured: Option<String>,
}

/// Writes the reply to a model's call as JSON. The revision of the call may be gone. `asked` is the call, see
/// [`AskedCall`]. All texts are JSON.
#[napi(catch_unwind)]
pub fn answer_call(
    asked: String,
    is_ok: bool,
    outcome: String,
    files: Option<String>,
    structured: Option<String>,
) -> Result<String> {
    let native = NativeOutcome { outcome, is_ok, files, structured };
    to_napi(ModelCall::read(&asked).and_then(|call| call.answer_outcome(&native)))
}

/// Like [`answer_call`], on a blocking thread: for long outcomes.
#[napi(catch_unwind)]
pub fn answer_call_aside(
    env: &Env,
    asked: String,
    is_ok: bool,
    outcome: String,
    files: Option<String>,
    structured: Option<String>,
) -> Result<PromiseRaw<'_, String>> {
    let call = to_napi(ModelCall::read(&asked))?;
    let native = NativeOutcome { outcome, is_ok, files, structured };
    blocking_promise(env, async move { call.answer_outcome(&native) })
}

fn unreadable(error: &serde_json::Error) -> Error {
    Error::Internal { reason: error.to_string() }
}
