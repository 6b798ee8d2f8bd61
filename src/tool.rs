//! Tool: validates arguments, asks the limiter and executes calls of one tool of one revision.

use std::cell::RefCell;
use std::sync::Arc;

use napi::bindgen_prelude::{Buffer, Either, PromiseRaw};
use napi::{Env, Result};
use napi_derive::napi;
use serde_json::{Map, Value, json};
use tokio::sync::Notify;
use toolrack_core::error::{Error, Problem};
use toolrack_core::exec::{CallRunner, ValidatedArguments, arguments_object, context, validate_arguments};
use toolrack_core::registry::RegisteredTool;
use toolrack_core::tool::{CallLimits, Caller, Content, ToolCall, ToolResult};

use crate::convert::{promise, read, task_fault, time, to_napi, to_number};
use crate::model_reply::{ModelCall, NativeModelCall};
use crate::permits::PermitTable;
use crate::snapshot::call_context;

/// One tool of one revision. It stays callable whatever the registry does.
#[napi]
pub struct NativeTool {
    held: RefCell<Option<Arc<RegisteredTool>>>,
    revision: u64,
    tenant_key: Arc<str>,
    calls: Arc<CallRunner>,
    permits: Arc<PermitTable>,
}

impl NativeTool {
    pub(crate) const fn new(
        tool: Arc<RegisteredTool>,
        revision: u64,
        tenant_key: Arc<str>,
        calls: Arc<CallRunner>,
        permits: Arc<PermitTable>,
    ) -> Self {
        Self { held: RefCell::new(Some(tool)), revision, tenant_key, calls, permits }
    }

    fn tool(&self) -> Result<Arc<RegisteredTool>> {
        to_napi(self.held.borrow().clone().ok_or(Error::Closed { what: "snapshot" }))
    }
}

/// Cancels calls that Rust executes.
#[napi]
pub struct NativeCancel {
    notify: Arc<Notify>,
}

#[napi]
impl NativeCancel {
    /// Makes a cancel handle.
    #[napi(constructor, catch_unwind)]
    pub fn new() -> Self {
        Self { notify: Arc::new(Notify::new()) }
    }

    /// Cancels the calls that were given this handle.
    #[napi(catch_unwind)]
    pub fn cancel(&self) {
        self.notify.notify_one();
    }
}

/// Options of a call that Rust executes.
#[napi(object)]
pub struct NativeCallOptions {
    /// Timeout in ms.
    pub timeout_ms: f64,
    /// The caller for [`Caller::read`], if limits or an idempotency key need it.
    pub caller: Option<String>,
    /// The idempotency key.
    pub idempotency_key: Option<String>,
}

/// The result of a call that Rust executed: a value as JSON text, or bytes.
#[napi(object)]
pub struct NativeAnswer {
    /// The value, as JSON.
    pub text: Option<String>,
    /// The bytes of a file.
    pub file: Option<Buffer>,
    /// Media type and name of a file, status and headers of a response, and coerced arguments, as JSON.
    pub head: Option<String>,
    /// For a model's call, the provider's reply as JSON, in place of a value or a file.
    pub answer: Option<String>,
}

#[napi]
impl NativeTool {
    /// The name in the registry, whichever name was called.
    #[napi(getter, catch_unwind)]
    pub fn name(&self) -> Result<String> {
        Ok(self.tool()?.name().to_owned())
    }

    /// The slot of the closure; -1 for a tool that Rust executes.
    #[napi(getter, catch_unwind)]
    pub fn slot(&self) -> Result<i64> {
        Ok(self.tool()?.executor.slot().map_or(-1, i64::from))
    }

    /// Source and schema hash.
    #[napi(catch_unwind)]
    pub fn identity(&self) -> Result<Vec<String>> {
        let tool = self.tool()?;
        Ok(vec![tool.origin.source.to_string(), tool.schema_hash().to_owned()])
    }

    /// Context keys that the tool declares as arguments: 1 for userId, 2 for auditingId, 4 for __metadata.
    #[napi(getter, catch_unwind)]
    pub fn own_context_keys(&self) -> Result<u32> {
        Ok(self.tool()?.own_context_keys().iter().enumerate().map(|(i, own)| u32::from(*own) << i).sum())
    }

    /// Whether a call needs a user id.
    #[napi(getter, catch_unwind)]
    pub fn requires_auth(&self) -> Result<bool> {
        Ok(self.tool()?.definition.requires_auth)
    }

    /// Validates arguments. Returns nothing if they are valid as they are, else `{ arguments, coerced }` as JSON.
    #[napi(catch_unwind)]
    pub fn validate(&self, arguments: String) -> Result<Option<String>> {
        let tool = self.tool()?;
        let arguments = arguments_of(&tool, &arguments)?;
        let ValidatedArguments { arguments, is_filled, coerced } =
            to_napi(validate_arguments(&tool, arguments, self.calls.coerce))?;
        let is_as_given = !is_filled && coerced.is_empty();
        Ok((!is_as_given).then(|| json!({"arguments": arguments, "coerced": coerced}).to_string()))
    }

    /// Whether a call without an idempotency key needs a permit.
    #[napi(getter, catch_unwind)]
    pub fn is_limited(&self) -> Result<bool> {
        Ok(self.calls.limiter.limits_calls_of(&*self.tool()?))
    }

    /// Default timeout of the tool or its source, in ms.
    #[napi(getter, catch_unwind)]
    pub fn timeout_ms(&self) -> Result<Option<f64>> {
        Ok(self.calls.limiter.limits_of(&*self.tool()?).timeout_ms.map(to_number))
    }

    /// Limit of nested closure calls.
    #[napi(getter, catch_unwind)]
    pub fn depth(&self) -> Result<u32> {
        Ok(self.calls.limiter.limits_of(&*self.tool()?).depth.unwrap_or(CallLimits::DEPTH))
    }

    /// The metadata key that names the tenant.
    #[napi(getter, catch_unwind)]
    pub fn tenant_key(&self) -> String {
        self.tenant_key.to_string()
    }

    /// Validates the arguments of a closure call if `must_validate`, and asks the limiter for a permit. Returns the
    /// permit code of [`PermitTable::keep`], or `{ permit, arguments, coerced }` as JSON if the arguments change.
    #[napi(catch_unwind)]
    pub fn enter(
        &self,
        caller: String,
        arguments: Option<String>,
        must_validate: bool,
        key: Option<String>,
    ) -> Result<Either<u32, String>> {
        let tool = self.tool()?;
        let arguments = arguments.map(|text| arguments_of(&tool, &text)).transpose()?.unwrap_or_default();
        let validated = if must_validate {
            to_napi(validate_arguments(&tool, arguments, self.calls.coerce))?
        } else {
            ValidatedArguments { arguments, is_filled: false, coerced: Vec::new() }
        };
        let limiter = &self.calls.limiter;
        let decision =
            to_napi(limiter.decide(&tool, || Caller::read(caller), key.as_deref(), &validated.arguments))?;
        let permit = self.permits.keep(decision);
        let ValidatedArguments { arguments, is_filled, coerced } = validated;
        if !is_filled && coerced.is_empty() {
            return Ok(Either::A(permit));
        }
        let corrected = json!({"permit": permit, "arguments": arguments, "coerced": coerced});
        Ok(Either::B(corrected.to_string()))
    }

    /// Waits until a queued call may run; its number then stands for a permit.
    #[napi(catch_unwind)]
    pub fn wait_for_permit<'env>(
        &self,
        env: &'env Env,
        permit: u32,
        timeout_ms: f64,
        cancel: &NativeCancel,
    ) -> Result<PromiseRaw<'env, ()>> {
        let (permits, given_up, tool) = (Arc::clone(&self.permits), Arc::clone(&cancel.notify), self.tool()?);
        promise(env, async move {
            tokio::select! {
                outcome = permits.turn(permit, time(timeout_ms)) => outcome,
                () = given_up.notified() => Err(Error::Cancelled { tool: tool.name().to_owned() }),
            }
        })
    }

    /// Waits for the outcome of an earlier call with the same idempotency key.
    #[napi(catch_unwind)]
    pub fn replay<'env>(
        &self,
        env: &'env Env,
        permit: u32,
        timeout_ms: f64,
    ) -> Result<PromiseRaw<'env, NativeAnswer>> {
        let permits = Arc::clone(&self.permits);
        promise(env, async move {
            let result = permits.replay(permit, time(timeout_ms)).await?;
            Ok(answer(result, Map::new()))
        })
    }

    /// Refuses a context without a user id.
    #[napi(catch_unwind)]
    pub fn require(&self, context: String) -> Result<()> {
        to_napi(context::require_user(&*self.tool()?, &call_context(&context)?))
    }

    /// Validates and executes a call in Rust. A model's call gets its reply in Rust too, so that a result which only a
    /// model reads is never parsed in JavaScript.
    #[napi(catch_unwind)]
    pub fn execute<'env>(
        &self,
        env: &'env Env,
        arguments: String,
        context: String,
        options: NativeCallOptions,
        cancel: Option<&NativeCancel>,
        asked: Option<NativeModelCall>,
    ) -> Result<PromiseRaw<'env, NativeAnswer>> {
        let tool = self.tool()?;
        let asked = asked.map(|asked| to_napi(ModelCall::read(&asked)));
        let asked = asked.transpose()?;
        let ValidatedArguments { arguments, coerced, .. } =
            to_napi(validate_arguments(&tool, arguments_of(&tool, &arguments)?, self.calls.coerce))?;
        let NativeCallOptions { timeout_ms, caller, idempotency_key } = options;
        let call = ToolCall {
            id: None,
            tool: tool.name().to_owned(),
            revision: self.revision,
            arguments,
            context: call_context(&context)?,
            caller: caller.map(Caller::read),
            timeout: time(timeout_ms),
            idempotency_key,
            limits: self.calls.limiter.limits_of(&tool),
        };
        let (limiter, tenant_key) = (Arc::clone(&self.calls.limiter), Arc::clone(&self.tenant_key));
        let given_up = cancel.map_or_else(|| Arc::new(Notify::new()), |cancel| Arc::clone(&cancel.notify));
        promise(env, async move {
            let result = tokio::select! {
                outcome = limiter.carry_out(&tool, call, &tenant_key) => outcome?,
                () = given_up.notified() => return Err(Error::Cancelled { tool: tool.name().to_owned() }),
            };
            let mut head = Map::new();
            if !coerced.is_empty() {
                head.insert("coerced".to_owned(), json!(coerced));
            }
            let Some(asked) = asked else { return Ok(answer(result, head)) };
            if !ModelCall::takes_long(&result) {
                return Ok(answer_model(&asked, result, head));
            }
            tokio::task::spawn_blocking(move || answer_model(&asked, result, head))
                .await
                .map_err(|fault| Error::Internal { reason: task_fault(fault) })
        })
    }

    /// Releases the tool before the garbage collector does.
    #[napi(catch_unwind)]
    pub fn release(&self) {
        self.held.replace(None);
    }
}

/// Writes the reply to a model.
fn answer_model(asked: &ModelCall, mut result: ToolResult, mut head: Map<String, Value>) -> NativeAnswer {
    add_http(&mut head, &mut result);
    let head = (!head.is_empty()).then(|| Value::Object(head).to_string());
    NativeAnswer { text: None, file: None, head, answer: Some(asked.answer(result)) }
}

/// Adds status and headers of an HTTP response.
fn add_http(head: &mut Map<String, Value>, result: &mut ToolResult) {
    let Some(http) = result.http.take() else { return };
    head.insert("status".to_owned(), json!(http.status));
    let headers = http.headers.into_iter().map(|(name, value)| (name, json!(value)));
    head.insert("headers".to_owned(), headers.collect());
}

/// Converts a result for JavaScript.
fn answer(mut result: ToolResult, mut head: Map<String, Value>) -> NativeAnswer {
    add_http(&mut head, &mut result);
    let (text, file) = match result.content {
        Content::Value(value) => (Some(value.to_string()), None),
        Content::Json(text) => (Some(text), None),
        Content::File(file) => {
            head.insert("mediaType".to_owned(), json!(file.media_type));
            head.extend(file.name.map(|name| ("name".to_owned(), json!(name))));
            (None, Some(file.bytes.into()))
        }
    };
    let head = (!head.is_empty()).then(|| Value::Object(head).to_string());
    NativeAnswer { text, file, head, answer: None }
}

fn arguments_of(tool: &RegisteredTool, text: &str) -> Result<Map<String, Value>> {
    let wrong = |reason| Error::InvalidParams {
        tool: tool.name().to_owned(),
        problems: vec![Problem::at("", reason)],
    };
    to_napi(arguments_object(tool, read(Some(text), wrong)?))
}
