//! From a name and some arguments to a result.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::argument_validation::{CoercedArgument, arguments_object, validate_arguments};
use super::call_record::CallRecord;
use super::context::{self, ContextFrom};
use super::reply::Reply;
use crate::error::Result;
use crate::limit::Limiter;
use crate::registry::{RegisteredTool, Snapshot};
use crate::tool::{CallContext, CallLimits, ToolCall, ToolResult};
use crate::unicode::HiddenUnicode;

/// How the calls of one registry are carried out that begin on Rust threads.
#[derive(Clone, Debug)]
pub struct Calls {
    /// Where identity comes from.
    pub context_from: ContextFrom,
    /// Whether an argument of another type is read as what it says.
    pub coerce: bool,
    /// How long a call may take where neither it nor its limits say anything of it.
    pub timeout: Duration,
    /// How many calls there may be, and how often.
    pub limiter: Arc<Limiter>,
    /// What becomes of characters that nobody sees, in what models are shown.
    pub hidden_unicode: HiddenUnicode,
}

impl Default for Calls {
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

/// What a caller says of one call.
#[derive(Clone, Debug, Default)]
pub struct CallRequest {
    /// Who calls.
    pub context: Option<CallContext>,
    /// How long the call may take.
    pub timeout: Option<Duration>,
    /// What makes a second call the same one.
    pub idempotency_key: Option<String>,
}

/// What a call came to.
#[derive(Clone, Debug, PartialEq)]
pub struct CallOutcome {
    /// What the tool answered.
    pub result: ToolResult,
    /// Arguments that were read as another type.
    pub coerced: Vec<CoercedArgument>,
}

impl Calls {
    /// How long a call may take by default.
    pub const TIMEOUT: Duration = Duration::from_secs(60);

    /// A whole call, from any thread, which is written down where calls are.
    pub async fn execute(
        &self,
        snapshot: &Snapshot,
        name: &str,
        params: Value,
        request: CallRequest,
    ) -> Result<CallOutcome> {
        let tenant_key = |tool: &RegisteredTool| snapshot.tenant_key(&tool.origin.source);
        let Some((mut record, id)) = CallRecord::begin_here(snapshot, name) else {
            let (tool, call, coerced) = self.prepare(snapshot, name, params, request, None)?;
            let result = self.limiter.carry_out(&tool, call, tenant_key(&tool)).await?;
            return Ok(CallOutcome { result, coerced });
        };
        let outcome = match self.prepare(snapshot, name, params, request, Some(&mut record)) {
            Ok((tool, call, coerced)) => {
                let call = ToolCall { id: Some(id), ..call };
                let result = self.limiter.carry_out(&tool, call, tenant_key(&tool)).await;
                result.map(|result| CallOutcome { result, coerced })
            }
            Err(error) => Err(error),
        };
        record.end(outcome.as_ref().err().map(|error| error.code().as_str()));
        outcome
    }

    /// How a model is answered that called a tool, or one that there is not.
    pub fn reply(&self, tool: Option<&RegisteredTool>) -> Reply {
        let limits = tool.map(|tool| self.limiter.limits_of(tool)).unwrap_or_default();
        let max_bytes = limits.max_result_bytes.unwrap_or(CallLimits::MAX_RESULT_BYTES);
        Reply { max_bytes, hidden_unicode: self.hidden_unicode }
    }

    /// Finds the tool, parts identity from arguments, fills defaults and judges the arguments; the record of the call, where
    /// it has one, is told who calls with what.
    fn prepare(
        &self,
        snapshot: &Snapshot,
        name: &str,
        params: Value,
        request: CallRequest,
        record: Option<&mut CallRecord>,
    ) -> Result<(Arc<RegisteredTool>, ToolCall, Vec<CoercedArgument>)> {
        let tool = Arc::clone(snapshot.callable(name)?);
        let mut arguments = arguments_object(&tool, params)?;
        let (context, _) = context::take(&tool, &mut arguments, request.context, self.context_from)?;
        if let Some(record) = record {
            record.made_by(&context);
            record.made_with(&arguments);
        }
        context::require(&tool, &context)?;
        let judged = validate_arguments(&tool, arguments, self.coerce)?;
        let limits = self.limiter.limits_of(&tool);
        let call = ToolCall {
            id: None,
            tool: tool.name().to_owned(),
            revision: snapshot.revision(),
            arguments: judged.arguments,
            caller: None,
            context,
            timeout: request.timeout.or(limits.timeout_ms.map(Duration::from_millis)).unwrap_or(self.timeout),
            idempotency_key: request.idempotency_key,
            limits,
        };
        Ok((tool, call, judged.coerced))
    }
}
