//! One call from a name and arguments to a result, for callers in Rust. [`CallRunner::execute`] is the function to read
//! first.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::approval::require_approval;
use super::argument_validation::{CoercedArgument, arguments_object, validate_arguments};
use super::call_record::CallRecord;
use super::context::{self, ContextFrom};
use super::reply::{Reply, StructuredContent};
use super::result_validation::validate_result;
use crate::error::Result;
use crate::limit::Limiter;
use crate::registry::{RegisteredTool, Snapshot};
use crate::target::TargetForm;
use crate::tool::{CallContext, CallLimits, ToolCall, ToolResult};
use crate::unicode::HiddenUnicode;

/// The options of all calls of one registry.
#[derive(Clone, Debug)]
pub struct CallRunner {
    /// Where the caller's identity comes from.
    pub context_from: ContextFrom,
    /// Whether an argument of the wrong type is coerced, `"5"` to `5`. Default: no.
    pub coerce: bool,
    /// The timeout of a call where neither it nor its limits have one. Default: [`CallRunner::TIMEOUT`].
    pub timeout: Duration,
    /// Rate limits, concurrency and idempotency keys.
    pub limiter: Arc<Limiter>,
    /// The treatment of hidden characters in replies to models.
    pub hidden_unicode: HiddenUnicode,
}

impl Default for CallRunner {
    fn default() -> Self {
        Self {
            context_from: ContextFrom::default(),
            coerce: false,
            timeout: Self::TIMEOUT,
            limiter: Arc::default(),
            hidden_unicode: HiddenUnicode::default(),
        }
    }
}

/// One call of a tool.
#[derive(Clone, Debug)]
pub struct CallRequest<'r> {
    /// The name of the tool.
    pub name: &'r str,
    /// The arguments: an object, or null for none.
    pub arguments: Value,
    /// The identity of the caller.
    pub context: Option<CallContext>,
    /// The timeout. Default: that of the tool's limits, else that of the registry.
    pub timeout: Option<Duration>,
    /// Whether a person approved this call.
    pub approved: bool,
    /// The idempotency key: a second call with the same key is not made again.
    pub idempotency_key: Option<String>,
}

impl<'r> CallRequest<'r> {
    /// A call with the defaults of its registry.
    pub const fn new(name: &'r str, arguments: Value) -> Self {
        Self { name, arguments, context: None, timeout: None, approved: false, idempotency_key: None }
    }
}

/// The outcome of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct CallOutcome {
    /// The result of the tool.
    pub result: ToolResult,
    /// The arguments that were coerced to another type.
    pub coerced: Vec<CoercedArgument>,
}

/// A validated call.
struct PreparedCall {
    tool: Arc<RegisteredTool>,
    call: ToolCall,
    coerced: Vec<CoercedArgument>,
}

impl CallRunner {
    /// The default timeout of a call.
    pub const TIMEOUT: Duration = Duration::from_mins(1);

    /// Makes a call, and records it where the audit log of the registry records calls.
    ///
    /// # Errors
    /// `UNKNOWN_TOOL`, `INVALID_PARAMS`, `MISSING_CONTEXT`, `APPROVAL_REQUIRED`, the errors of limits, those of the tool,
    /// and `OUTPUT_INVALID`.
    pub async fn execute(&self, snapshot: &Snapshot, request: CallRequest<'_>) -> Result<CallOutcome> {
        let Some((mut record, id)) = CallRecord::begin_in_rust(snapshot, request.name) else {
            let prepared = self.prepare(snapshot, request, None)?;
            return self.run(snapshot, prepared).await;
        };
        let outcome = match self.prepare(snapshot, request, Some(&mut record)) {
            Ok(mut prepared) => {
                prepared.call.id = Some(id);
                self.run(snapshot, prepared).await
            }
            Err(error) => Err(error),
        };
        record.end(outcome.as_ref().err().map(|error| error.code().as_str()));
        outcome
    }

    /// The reply to a model that called this tool in a form; `None` for a name that no tool has.
    pub fn reply(&self, tool: Option<&RegisteredTool>, form: TargetForm) -> Reply {
        let limits = tool.map(|tool| self.limiter.limits_of(tool)).unwrap_or_default();
        let max_bytes = limits.max_result_bytes.unwrap_or(CallLimits::MAX_RESULT_BYTES);
        let structured = tool.map(|tool| StructuredContent::of(tool, form)).unwrap_or_default();
        Reply { max_bytes, hidden_unicode: self.hidden_unicode, structured }
    }

    async fn run(&self, snapshot: &Snapshot, prepared: PreparedCall) -> Result<CallOutcome> {
        let PreparedCall { tool, call, coerced } = prepared;
        require_approval(&tool, &call).await?;
        let tenant_key = snapshot.tenant_key(&tool.origin.source);
        let result =
            validate_result(&tool.definition, self.limiter.carry_out(&tool, call, tenant_key).await?)?;
        Ok(CallOutcome { result, coerced })
    }

    /// Finds the tool, separates the context from the arguments, fills defaults and validates. The record gets caller
    /// and arguments before any refusal, so that the audit log has refused calls too.
    fn prepare(
        &self,
        snapshot: &Snapshot,
        request: CallRequest<'_>,
        record: Option<&mut CallRecord>,
    ) -> Result<PreparedCall> {
        let tool = Arc::clone(snapshot.callable(request.name)?);
        let mut arguments = arguments_object(&tool, request.arguments)?;
        let (context, _) = context::take_context(&tool, &mut arguments, request.context, self.context_from)?;
        if let Some(record) = record {
            record.set_caller(&context);
            record.set_arguments(&arguments);
            if request.approved {
                record.set_approved();
            }
        }
        context::require_user(&tool, &context)?;
        let valid = validate_arguments(&tool, arguments, self.coerce)?;
        let limits = self.limiter.limits_of(&tool);
        let call = ToolCall {
            id: None,
            tool: tool.name().to_owned(),
            revision: snapshot.revision(),
            arguments: valid.arguments,
            caller: None,
            context,
            timeout: request.timeout.or(limits.timeout_ms.map(Duration::from_millis)).unwrap_or(self.timeout),
            approved: request.approved,
            idempotency_key: request.idempotency_key,
            limits,
        };
        Ok(PreparedCall { tool, call, coerced: valid.coerced })
    }
}
