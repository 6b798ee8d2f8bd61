//! Model calls: reads a model's call and writes its reply as the message of its provider. A call that needs nothing of
//! JavaScript is executed in the same crossing.

use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
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

/// A model's call as JavaScript gets it.
#[napi(object, object_from_js = false)]
pub struct NativeIncoming<'env> {
    /// As JSON: `name` of the tool, its `timeoutMs`, `arguments`, and whether they are `validated`; or a `fault`. For the
    /// reply `id`, `wireName` and `reply`.
    pub text: String,
    /// The reply, where Rust executes the call.
    pub answer: Option<PromiseRaw<'env, NativeAnswer>>,
}

/// What a model's call needs to begin in Rust: who calls, and how.
#[napi(object)]
pub struct NativeStart {
    /// Identity of the caller, as JSON.
    pub context: String,
    /// The caller for [`Caller::read`], its tenant under the default metadata key.
    pub caller: String,
    /// Timeout in ms. Default: that of the tool.
    pub timeout_ms: Option<f64>,
    /// The idempotency key.
    pub idempotency_key: Option<String>,
    /// The number for [`crate::registry::NativeRegistry::cancel`].
    pub number: u32,
    /// Whether arguments of closures are validated.
    pub validates: bool,
    /// Whether a person approved the call.
    pub approved: bool,
}

#[napi]
impl NativeSnapshot {
    /// Reads a model's call. With `start`, a call that JavaScript has no part in begins, and the arguments of a closure
    /// are validated. `must_be_newest`: see [`crate::calls::Calls::check_revision`].
    #[napi(catch_unwind)]
    pub fn respond<'env>(
        &self,
        env: &'env Env,
        target: String,
        call: String,
        options: Option<String>,
        must_be_newest: bool,
        start: Option<NativeStart>,
    ) -> Result<NativeIncoming<'env>> {
        let core = self.core()?;
        self.calls.check_revision(core.revision(), must_be_newest)?;
        let form = offer_options(&target, options.as_deref())?.form();
        let (incoming, meant) = self.read_sent(&core, form, &call)?;
        let (tool, arguments) = match meant {
            Ok(meant) => meant,
            Err(error) => return Ok(incoming.fault(None, &error)),
        };
        match start {
            Some(start) if !names_identity(&tool, &arguments) => {
                self.begin(env, &core, incoming, PreparedCall { tool, arguments, start })
            }
            _ => Ok(incoming.planned(&tool, arguments, false)),
        }
    }
}

/// The tool that a model means, and its arguments.
pub type MeantCall = (Arc<RegisteredTool>, Map<String, Value>);

/// A model's call with its tool.
struct PreparedCall {
    tool: Arc<RegisteredTool>,
    arguments: Map<String, Value>,
    start: NativeStart,
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
    ) -> Result<NativeIncoming<'env>> {
        let PreparedCall { tool, arguments, start } = prepared;
        let is_closure = tool.executor.slot().is_some();
        let (runner, tenant_key) = (&self.calls.runner, core.tenant_key(&tool.origin.source));
        let asks_limits = start.idempotency_key.is_some() || runner.limiter.limits_calls_of(&tool);
        let is_ready =
            if is_closure { start.validates } else { !asks_limits || tenant_key == Caller::TENANT_KEY };
        if !is_ready {
            return Ok(incoming.planned(&tool, arguments, false));
        }
        let caller = call_context(&start.context)?;
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
            Err(error) => return Ok(incoming.fault(Some(tool.name()), &error)),
        };
        if is_closure {
            return Ok(incoming.planned(&tool, arguments, true));
        }
        let limits = runner.limiter.limits_of(&tool);
        let default = || limits.timeout_ms.map_or(runner.timeout, Duration::from_millis);
        let text = incoming.text(json!({"name": tool.name(), "timeoutMs": limits.timeout_ms}));
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
        Ok(NativeIncoming { text, answer: Some(executed.begin(env, &self.calls)?) })
    }
}

/// Whether arguments have context keys that the tool does not declare. JavaScript tells of them before anything is done.
fn names_identity(tool: &RegisteredTool, arguments: &Map<String, Value>) -> bool {
    let mut keys = CONTEXT_KEYS.into_iter().zip(tool.own_context_keys());
    keys.any(|(key, own)| !own && arguments.contains_key(key))
}

/// A model's call that was read.
pub struct Incoming {
    target: Target,
    sent: ProviderCall,
    reply: Reply,
}

impl Incoming {
    /// A call that JavaScript executes. Its arguments are moved: they may be large.
    pub fn planned<'env>(
        &self,
        tool: &RegisteredTool,
        arguments: Map<String, Value>,
        is_validated: bool,
    ) -> NativeIncoming<'env> {
        let mut plan = json!({"name": tool.name()});
        plan["arguments"] = Value::Object(arguments);
        if is_validated {
            plan["validated"] = json!(true);
        }
        NativeIncoming { text: self.text(plan), answer: None }
    }

    /// A call that cannot be made.
    fn fault<'env>(&self, name: Option<&str>, error: &Error) -> NativeIncoming<'env> {
        let mut text = json!({"fault": crate::error::to_json(error)});
        if let Some(name) = name {
            text["name"] = json!(name);
        }
        NativeIncoming { text: self.text(text), answer: None }
    }

    /// Adds what the reply needs.
    fn text(&self, mut members: Value) -> String {
        members["wireName"] = json!(self.sent.wire_name);
        members["reply"] = json!(self.reply);
        if let Some(id) = &self.sent.id {
            members["id"] = json!(id);
        }
        members.to_string()
    }

    fn model_call(self) -> ModelCall {
        ModelCall { target: self.target, sent: self.sent, reply: self.reply }
    }
}

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
        let structured = native.structured.as_deref().map(serde_json::from_str::<Value>).transpose();
        let structured = structured.map_err(|error| unreadable(&error))?;
        let outcome = outcome.map(|value| ReplyContent { value, structured, files: &files });
        Ok(self.reply.write(self.target, &self.sent, outcome).to_string())
    }
}

/// A model's call as [`NativeIncoming`] described it.
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
    /// The result as data, as JSON, where it is another value than the model reads.
    pub structured: Option<String>,
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
