//! One call of a tool.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{CallContext, CallLimits, Caller};

/// One call as an executor gets it: valid arguments, and the context apart from them.
#[derive(Clone, Debug)]
pub struct ToolCall {
    /// The id of the call in the audit log, where calls are recorded.
    pub id: Option<String>,
    /// The tool's name.
    pub tool: String,
    /// The revision of the registry at which the call started.
    pub revision: u64,
    /// The arguments, without context keys, with defaults.
    pub arguments: Map<String, Value>,
    /// The identity of the caller.
    pub context: CallContext,
    /// The caller, as rate limits and idempotency keys tell callers apart. Default: from the context.
    pub caller: Option<Caller>,
    /// The timeout of the call.
    pub timeout: Duration,
    /// Whether a person approved the call, as its caller says.
    pub approved: bool,
    /// The idempotency key that the caller gave.
    pub idempotency_key: Option<String>,
    /// The limits of the call. Its starter enforces rate and concurrency; the executor enforces the others.
    pub limits: CallLimits,
}

impl ToolCall {
    /// A call that toolrack makes itself, of a closure that is no tool: of include, a gate, a credential function.
    pub fn own(name: &str, arguments: Map<String, Value>, timeout: Duration) -> Self {
        Self {
            id: None,
            tool: name.to_owned(),
            revision: 0,
            arguments,
            context: CallContext::default(),
            caller: None,
            timeout,
            approved: false,
            idempotency_key: None,
            limits: CallLimits::default(),
        }
    }
}
