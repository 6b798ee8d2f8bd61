//! The doors of one tool of one revision: what a call goes through on its way.

use std::cell::RefCell;
use std::sync::Arc;

use napi::bindgen_prelude::{Buffer, Either, PromiseRaw};
use napi::{Env, Result};
use napi_derive::napi;
use serde_json::{Map, Value, json};
use tokio::sync::Notify;
use toolrack_core::error::{Error, Problem};
use toolrack_core::exec::{Calls, ValidatedArguments, arguments_object, context, validate_arguments};
use toolrack_core::registry::RegisteredTool;
use toolrack_core::tool::{CallLimits, Caller, Content, ToolCall, ToolResult};

use crate::answer::{ModelCall, NativeModelCall};
use crate::door::{fault_text, hand, promise, read, time, to_number};
use crate::snapshot::call_context;
use crate::tickets::Tickets;

/// One tool of one revision. Whoever has it can call it, whatever the registry does.
#[napi]
pub struct NativeTool {
    held: RefCell<Option<Arc<RegisteredTool>>>,
    revision: u64,
    tenant_key: Arc<str>,
    calls: Arc<Calls>,
    tickets: Arc<Tickets>,
}

impl NativeTool {
    pub(crate) const fn new(
        tool: Arc<RegisteredTool>,
        revision: u64,
        tenant_key: Arc<str>,
        calls: Arc<Calls>,
        tickets: Arc<Tickets>,
    ) -> Self {
        Self { held: RefCell::new(Some(tool)), revision, tenant_key, calls, tickets }
    }

    fn tool(&self) -> Result<Arc<RegisteredTool>> {
        hand(self.held.borrow().clone().ok_or(Error::Closed { what: "snapshot" }))
    }
}

/// Gives up calls that Rust carries out.
#[napi]
pub struct NativeCancel {
    notify: Arc<Notify>,
}

#[napi]
impl NativeCancel {
    /// Nothing is given up yet.
    #[napi(constructor, catch_unwind)]
    pub fn new() -> Self {
        Self { notify: Arc::new(Notify::new()) }
    }

    /// Gives the calls up that have it.
    #[napi(catch_unwind)]
    pub fn cancel(&self) {
        self.notify.notify_one();
    }
}

/// What is said of a call that Rust carries out, beside who makes it with what.
#[napi(object)]
pub struct NativeCallOptions {
    /// How long it may take, in ms.
    pub timeout_ms: f64,
    /// Who calls, as [`Caller::read`] takes them, where limits or a key tell callers apart.
    pub caller: Option<String>,
    /// What makes a second call the same one.
    pub idempotency_key: Option<String>,
}

/// What a call that Rust carried out came to: a value as JSON text, or bytes.
#[napi(object)]
pub struct NativeAnswer {
    /// The value, as JSON.
    pub text: Option<String>,
    /// The bytes of a file.
    pub file: Option<Buffer>,
    /// Media type and name of a file, status and headers of an API, and arguments that were read as another type; as JSON.
    pub head: Option<String>,
    /// The provider's answer in the place of a value or a file, as JSON, where a model made the call.
    pub answer: Option<String>,
}

#[napi]
impl NativeTool {
    /// The name that the registry knows it by, whichever it was called by.
    #[napi(getter, catch_unwind)]
    pub fn name(&self) -> Result<String> {
        Ok(self.tool()?.name().to_owned())
    }

    /// The slot of its closure; -1 for a tool that Rust carries out.
    #[napi(getter, catch_unwind)]
    pub fn slot(&self) -> Result<i64> {
        Ok(self.tool()?.executor.slot().map_or(-1, i64::from))
    }

    /// The source, and the hash of the definition.
    #[napi(catch_unwind)]
    pub fn identity(&self) -> Result<Vec<String>> {
        let tool = self.tool()?;
        Ok(vec![tool.origin.source.to_string(), tool.schema_hash().to_owned()])
    }

    /// The context keys that are arguments of its own: 1 for userId, 2 for auditingId, 4 for __metadata.
    #[napi(getter, catch_unwind)]
    pub fn own_context_keys(&self) -> Result<u32> {
        Ok(self.tool()?.own_context_keys().iter().enumerate().map(|(i, own)| u32::from(*own) << i).sum())
    }

    /// Whether a call needs a user.
    #[napi(getter, catch_unwind)]
    pub fn requires_auth(&self) -> Result<bool> {
        Ok(self.tool()?.definition.requires_auth)
    }

    /// Judges arguments: nothing when they are right as they are, else `{ arguments, coerced }` as JSON.
    #[napi(catch_unwind)]
    pub fn judge(&self, arguments: String) -> Result<Option<String>> {
        let tool = self.tool()?;
        let arguments = arguments_of(&tool, &arguments)?;
        let ValidatedArguments { arguments, is_filled, coerced } =
            hand(validate_arguments(&tool, arguments, self.calls.coerce))?;
        let is_as_given = !is_filled && coerced.is_empty();
        Ok((!is_as_given).then(|| json!({"arguments": arguments, "coerced": coerced}).to_string()))
    }

    /// Whether a call has to ask before it starts, though it has no key.
    #[napi(getter, catch_unwind)]
    pub fn is_limited(&self) -> Result<bool> {
        Ok(self.calls.limiter.limits_calls_of(&*self.tool()?))
    }

    /// How long a call may take that says nothing of it, in ms, where the tool or its source says so.
    #[napi(getter, catch_unwind)]
    pub fn timeout_ms(&self) -> Result<Option<f64>> {
        Ok(self.calls.limiter.limits_of(&*self.tool()?).timeout_ms.map(to_number))
    }

    /// How many calls of closures may stand in one another where this is the last of them.
    #[napi(getter, catch_unwind)]
    pub fn depth(&self) -> Result<u32> {
        Ok(self.calls.limiter.limits_of(&*self.tool()?).depth.unwrap_or(CallLimits::DEPTH))
    }

    /// The key of callers' metadata that names the tenant.
    #[napi(getter, catch_unwind)]
    pub fn tenant_key(&self) -> String {
        self.tenant_key.to_string()
    }

    /// Judges the arguments of a call of the closure where `must_judge` says so, and asks whether it may start, for a caller as
    /// [`Caller::read`] takes them. What it holds then, where the arguments are right as they are (see [`Tickets::keep`]), else `{ ticket, arguments, coerced }` as JSON.
    #[napi(catch_unwind)]
    pub fn enter(
        &self,
        caller: String,
        arguments: Option<String>,
        must_judge: bool,
        key: Option<String>,
    ) -> Result<Either<u32, String>> {
        let tool = self.tool()?;
        let arguments = arguments.map(|text| arguments_of(&tool, &text)).transpose()?.unwrap_or_default();
        let judged = if must_judge {
            hand(validate_arguments(&tool, arguments, self.calls.coerce))?
        } else {
            ValidatedArguments { arguments, is_filled: false, coerced: Vec::new() }
        };
        let limiter = &self.calls.limiter;
        let admission =
            hand(limiter.decide(&tool, || Caller::read(caller), key.as_deref(), &judged.arguments))?;
        let ticket = self.tickets.keep(admission);
        let ValidatedArguments { arguments, is_filled, coerced } = judged;
        if !is_filled && coerced.is_empty() {
            return Ok(Either::A(ticket));
        }
        let told = json!({"ticket": ticket, "arguments": arguments, "coerced": coerced});
        Ok(Either::B(told.to_string()))
    }

    /// Waits for the turn of a call; its ticket is that of a permit then.
    #[napi(catch_unwind)]
    pub fn turn<'env>(
        &self,
        env: &'env Env,
        ticket: u32,
        timeout_ms: f64,
        cancel: &NativeCancel,
    ) -> Result<PromiseRaw<'env, ()>> {
        let (tickets, given_up, tool) = (Arc::clone(&self.tickets), Arc::clone(&cancel.notify), self.tool()?);
        promise(env, async move {
            tokio::select! {
                outcome = tickets.turn(ticket, time(timeout_ms)) => outcome,
                () = given_up.notified() => Err(Error::Cancelled { tool: tool.name().to_owned() }),
            }
        })
    }

    /// The outcome of a call that was made before.
    #[napi(catch_unwind)]
    pub fn replay<'env>(
        &self,
        env: &'env Env,
        ticket: u32,
        timeout_ms: f64,
    ) -> Result<PromiseRaw<'env, NativeAnswer>> {
        let tickets = Arc::clone(&self.tickets);
        promise(env, async move {
            let result = tickets.replay(ticket, time(timeout_ms)).await?;
            Ok(answer(result, Map::new()))
        })
    }

    /// Refuses a context without a user.
    #[napi(catch_unwind)]
    pub fn require(&self, context: String) -> Result<()> {
        hand(context::require_user(&*self.tool()?, &call_context(&context)?))
    }

    /// Judges a call and carries it out in Rust. A model's call is answered there too: what is only written down for a model is never
    /// made into values in JavaScript.
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
        let asked = asked.map(|asked| hand(ModelCall::read(&asked)));
        let asked = asked.transpose()?;
        let ValidatedArguments { arguments, coerced, .. } =
            hand(validate_arguments(&tool, arguments_of(&tool, &arguments)?, self.calls.coerce))?;
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
                .map_err(|fault| Error::Internal { reason: fault_text(fault) })
        })
    }

    /// Lets go of the tool before the garbage collector does.
    #[napi(catch_unwind)]
    pub fn release(&self) {
        self.held.replace(None);
    }
}

/// The answer to a model as it crosses to JavaScript.
fn answer_model(asked: &ModelCall, mut result: ToolResult, mut head: Map<String, Value>) -> NativeAnswer {
    add_http(&mut head, &mut result);
    let head = (!head.is_empty()).then(|| Value::Object(head).to_string());
    NativeAnswer { text: None, file: None, head, answer: Some(asked.answer(result)) }
}

/// What an API said beside its answer.
fn add_http(head: &mut Map<String, Value>, result: &mut ToolResult) {
    let Some(http) = result.http.take() else { return };
    head.insert("status".to_owned(), json!(http.status));
    let headers = http.headers.into_iter().map(|(name, value)| (name, json!(value)));
    head.insert("headers".to_owned(), headers.collect());
}

/// A result as it crosses to JavaScript.
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
    hand(arguments_object(tool, read(Some(text), wrong)?))
}
