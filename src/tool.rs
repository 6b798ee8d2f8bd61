//! Tool: validates arguments, asks the limiter and executes calls of one tool of one revision.

#![expect(clippy::fn_params_excessive_bools, reason = "a member of an object costs more than an argument")]

use std::cell::RefCell;
use std::sync::Arc;

use napi::bindgen_prelude::{Buffer, Either, PromiseRaw};
use napi::{Env, Result};
use napi_derive::napi;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use toolrack_core::error::{Error, Problem};
use toolrack_core::exec::context::{self, ContextFrom};
use toolrack_core::exec::{
    CoercedArgument, ValidatedArguments, approval, arguments_object, check_nesting, validate_arguments,
    validate_result, validate_result_text,
};
use toolrack_core::registry::RegisteredTool;
use toolrack_core::tool::{CallContext, CallLimits, Caller, Content, ToolCall, ToolDefinition, ToolResult};

use crate::calls::Calls;
use crate::convert::{promise, read, task_fault, time, to_napi, to_number};
use crate::model_call::ModelCall;
use crate::snapshot::call_context;

/// One tool of one revision. It stays callable whatever the registry does.
#[napi]
pub struct NativeTool {
    held: RefCell<Option<Arc<RegisteredTool>>>,
    revision: u64,
    tenant_key: Arc<str>,
    calls: Arc<Calls>,
}

impl NativeTool {
    pub(crate) const fn new(
        tool: Arc<RegisteredTool>,
        revision: u64,
        tenant_key: Arc<str>,
        calls: Arc<Calls>,
    ) -> Self {
        Self { held: RefCell::new(Some(tool)), revision, tenant_key, calls }
    }

    fn tool(&self) -> Result<Arc<RegisteredTool>> {
        to_napi(self.held.borrow().clone().ok_or(Error::Closed { what: "snapshot" }))
    }
}

/// What all calls of one tool of one revision share.
#[napi(object)]
pub struct NativePlan {
    /// The name in the registry, whichever name was called.
    pub name: String,
    /// The slot of the closure; -1 for a tool that Rust executes.
    pub slot: i64,
    /// Context keys that the tool declares as arguments: 1 for userId, 2 for auditingId, 4 for __metadata.
    pub own_context_keys: u32,
    /// Whether a call needs a user id.
    pub requires_auth: bool,
    /// Whether a call needs the approval of a person: 0 for no, 1 where the closure decides, 2 for yes.
    pub approval: u32,
    /// Whether a call without an idempotency key needs a permit.
    pub is_limited: bool,
    /// Whether results are validated.
    pub has_output_schema: bool,
    /// Default timeout of the tool or its source, in ms.
    pub timeout_ms: Option<f64>,
    /// Limit of nested closure calls.
    pub depth: u32,
    /// The metadata key that names the tenant.
    pub tenant_key: String,
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
    /// The number for [`crate::registry::NativeRegistry::cancel`], another one for each call.
    pub number: u32,
    /// See [`Calls::check_revision`].
    pub must_be_newest: bool,
    /// Whether a person approved the call.
    pub approved: bool,
    /// Whether the answer to a model's call has the value beside the reply: for a test that records calls.
    pub keeps_value: Option<bool>,
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
    /// For a model's call, the provider's reply as JSON, in place of a value or a file unless
    /// [`NativeCallOptions::keeps_value`].
    pub answer: Option<String>,
}

#[napi]
impl NativeTool {
    /// What all calls of the tool share, in one crossing.
    #[napi(catch_unwind)]
    pub fn plan(&self) -> Result<NativePlan> {
        let tool = self.tool()?;
        let limiter = &self.calls.runner.limiter;
        let limits = limiter.limits_of(&tool);
        let own_context_keys = tool.own_context_keys().into_iter().enumerate();
        Ok(NativePlan {
            name: tool.name().to_owned(),
            slot: tool.executor.slot().map_or(-1, i64::from),
            own_context_keys: own_context_keys.map(|(i, own)| u32::from(own) << i).sum(),
            requires_auth: tool.definition.requires_auth,
            approval: tool.definition.requires_approval as u32,
            has_output_schema: tool.definition.output_schema.is_some(),
            is_limited: limiter.limits_calls_of(&tool),
            timeout_ms: limits.timeout_ms.map(to_number),
            depth: limits.depth.unwrap_or(CallLimits::DEPTH),
            tenant_key: self.tenant_key.to_string(),
        })
    }

    /// Whether the revision of the tool is the newest.
    #[napi(getter, catch_unwind)]
    pub fn is_newest(&self) -> bool {
        self.calls.check_revision(self.revision, true).is_ok()
    }

    /// Source and schema hash.
    #[napi(catch_unwind)]
    pub fn identity(&self) -> Result<Vec<String>> {
        let tool = self.tool()?;
        Ok(vec![tool.origin.source.to_string(), tool.schema_hash().to_owned()])
    }

    /// Validates arguments. Returns nothing if they are valid as they are, else `{ arguments, coerced }` as JSON.
    /// `must_be_newest`: see [`Calls::check_revision`].
    #[napi(catch_unwind)]
    pub fn validate(&self, arguments: String, must_be_newest: bool) -> Result<Option<String>> {
        self.calls.check_revision(self.revision, must_be_newest)?;
        let tool = self.tool()?;
        let arguments = arguments_of(&tool, &arguments)?;
        let ValidatedArguments { arguments, is_filled, coerced } =
            to_napi(validate_arguments(&tool, arguments, self.calls.runner.coerce))?;
        let is_as_given = !is_filled && coerced.is_empty();
        Ok((!is_as_given).then(|| json!({"arguments": arguments, "coerced": coerced}).to_string()))
    }

    /// The output schema. It outlives the revision, as calls do.
    #[napi(catch_unwind)]
    pub fn output_schema(&self) -> Result<NativeOutputSchema> {
        Ok(NativeOutputSchema(Arc::clone(&self.tool()?.definition)))
    }

    /// Asks the limiter for a permit of a closure call, and validates its arguments if it must. Returns the permit
    /// code of [`crate::permits::PermitTable::keep`], or `{ permit, arguments, coerced }` as JSON if the arguments change.
    #[napi(catch_unwind)]
    pub fn enter(
        &self,
        caller: String,
        arguments: Option<String>,
        idempotency_key: Option<String>,
        must_validate: bool,
        must_be_newest: bool,
    ) -> Result<Either<u32, String>> {
        self.calls.check_revision(self.revision, must_be_newest)?;
        let tool = self.tool()?;
        let arguments = arguments.map(|text| arguments_of(&tool, &text)).transpose()?.unwrap_or_default();
        let validated = if must_validate {
            to_napi(validate_arguments(&tool, arguments, self.calls.runner.coerce))?
        } else {
            ValidatedArguments { arguments, is_filled: false, coerced: Vec::new() }
        };
        let limiter = &self.calls.runner.limiter;
        let decision = to_napi(limiter.decide(
            &tool,
            || Caller::read(caller),
            idempotency_key.as_deref(),
            &validated.arguments,
        ))?;
        let permit = self.calls.permits.keep(decision);
        let ValidatedArguments { arguments, is_filled, coerced } = validated;
        if !is_filled && coerced.is_empty() {
            return Ok(Either::A(permit));
        }
        let corrected = json!({"permit": permit, "arguments": arguments, "coerced": coerced});
        Ok(Either::B(corrected.to_string()))
    }

    /// Waits until a queued call may run; the permit code then stands for a permit. `number` cancels the wait.
    #[napi(catch_unwind)]
    pub fn wait_for_permit<'env>(
        &self,
        env: &'env Env,
        permit: u32,
        timeout_ms: f64,
        number: u32,
    ) -> Result<PromiseRaw<'env, ()>> {
        let (permits, tool) = (Arc::clone(&self.calls.permits), self.tool()?);
        let cancellable = self.calls.cancellable.add(number);
        promise(
            env,
            async move { cancellable.run(tool.name(), permits.turn(permit, time(timeout_ms))).await },
        )
    }

    /// Waits for the outcome of an earlier call with the same idempotency key.
    #[napi(catch_unwind)]
    pub fn replay<'env>(
        &self,
        env: &'env Env,
        permit: u32,
        timeout_ms: f64,
    ) -> Result<PromiseRaw<'env, NativeAnswer>> {
        let permits = Arc::clone(&self.calls.permits);
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

    /// Validates a call that Rust will execute, so that a person sees what is made of it. `call` is JSON with its
    /// `arguments`. Returns those with defaults, and the coerced ones: both as JSON, which keeps every integer.
    #[napi(catch_unwind)]
    pub fn prepare(&self, call: String) -> Result<Vec<String>> {
        /// Raw: arguments have as many levels here as they have in a call.
        #[derive(Deserialize)]
        struct SentCall {
            arguments: Box<RawValue>,
        }
        let tool = self.tool()?;
        let sent = serde_json::from_str::<SentCall>(&call);
        let sent = to_napi(sent.map_err(|error| Error::Internal { reason: error.to_string() }))?;
        let mut arguments = arguments_of(&tool, sent.arguments.get())?;
        // Context keys are no arguments; the call itself tells of them.
        let own = Some(CallContext::default());
        to_napi(context::take_context(&tool, &mut arguments, own, ContextFrom::default()))?;
        let valid = check_nesting(&tool, &arguments)
            .and_then(|()| validate_arguments(&tool, arguments, self.calls.runner.coerce))
            // A person is not asked about a call that would not be made.
            .and_then(|valid| tool.executor.check_arguments(tool.name(), &valid.arguments).map(|()| valid));
        let ValidatedArguments { arguments, coerced, .. } = to_napi(valid)?;
        Ok(vec![Value::Object(arguments).to_string(), json!(coerced).to_string()])
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
        asked: Option<String>,
    ) -> Result<PromiseRaw<'env, NativeAnswer>> {
        let NativeCallOptions {
            timeout_ms,
            caller,
            idempotency_key,
            number,
            must_be_newest,
            approved,
            keeps_value,
        } = options;
        self.calls.check_revision(self.revision, must_be_newest)?;
        let tool = self.tool()?;
        let asked = asked.map(|asked| to_napi(ModelCall::read(&asked)));
        let asked = asked.transpose()?;
        let arguments = arguments_of(&tool, &arguments)?;
        let ValidatedArguments { arguments, coerced, .. } =
            to_napi(validate_arguments(&tool, arguments, self.calls.runner.coerce))?;
        to_napi(approval::require_approved(&tool, approved, &arguments))?;
        let call = ToolCall {
            id: None,
            tool: tool.name().to_owned(),
            revision: self.revision,
            arguments,
            context: call_context(&context)?,
            caller: caller.map(Caller::read),
            timeout: time(timeout_ms),
            approved,
            idempotency_key,
            limits: self.calls.runner.limiter.limits_of(&tool),
        };
        let tenant_key = Arc::clone(&self.tenant_key);
        let keeps_value = keeps_value.unwrap_or_default();
        ExecutedCall { tool, call, coerced, tenant_key, number, asked, keeps_value }.begin(env, &self.calls)
    }

    /// Releases the tool before the garbage collector does.
    #[napi(catch_unwind)]
    pub fn release(&self) {
        self.held.replace(None);
    }
}

/// The output schema of one tool.
#[napi]
pub struct NativeOutputSchema(Arc<ToolDefinition>);

#[napi]
impl NativeOutputSchema {
    /// Validates a result, as JSON. Throws `OUTPUT_INVALID`.
    #[napi(catch_unwind)]
    pub fn validate(&self, result: String) -> Result<()> {
        to_napi(validate_result_text(&self.0, &result))
    }
}

/// A call that Rust executes.
pub struct ExecutedCall {
    /// The tool.
    pub tool: Arc<RegisteredTool>,
    /// The call, its arguments validated.
    pub call: ToolCall,
    /// The arguments that were coerced.
    pub coerced: Vec<CoercedArgument>,
    /// The metadata key that names the tenant.
    pub tenant_key: Arc<str>,
    /// The number that cancels it.
    pub number: u32,
    /// The model's call that the reply answers; none for a call by a program.
    pub asked: Option<ModelCall>,
    /// See [`NativeCallOptions::keeps_value`].
    pub keeps_value: bool,
}

impl ExecutedCall {
    /// Begins the call and promises its answer.
    pub fn begin<'env>(self, env: &'env Env, calls: &Calls) -> Result<PromiseRaw<'env, NativeAnswer>> {
        let Self { tool, call, coerced, tenant_key, number, asked, keeps_value } = self;
        let limiter = Arc::clone(&calls.runner.limiter);
        let cancellable = calls.cancellable.add(number);
        promise(env, async move {
            let result = cancellable.run(tool.name(), limiter.carry_out(&tool, call, &tenant_key)).await?;
            let result = validate_result(&tool.definition, result)?;
            let mut head = Map::new();
            if !coerced.is_empty() {
                head.insert("coerced".to_owned(), json!(coerced));
            }
            let Some(asked) = asked else { return Ok(answer(result, head)) };
            if keeps_value {
                let reply = Some(asked.answer(result.clone()));
                return Ok(NativeAnswer { answer: reply, ..answer(result, head) });
            }
            if !ModelCall::takes_long(&result) {
                return Ok(answer_model(&asked, result, head));
            }
            tokio::task::spawn_blocking(move || answer_model(&asked, result, head))
                .await
                .map_err(|fault| Error::Internal { reason: task_fault(fault) })
        })
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
