//! One call of a tool.

use std::time::Duration;

use serde_json::{Map, Value};

use super::{CallContext, CallLimits, Caller};

/// One call as an executor gets it: arguments that the tool's schema takes, and the context apart from them.
#[derive(Clone, Debug)]
pub struct ToolCall {
    /// The name under which the call is written down, where it is.
    pub id: Option<String>,
    /// The tool's name.
    pub tool: String,
    /// The revision of the registry that the call started on.
    pub revision: u64,
    /// The arguments, context keys taken out, defaults filled.
    pub arguments: Map<String, Value>,
    /// Who calls.
    pub context: CallContext,
    /// Who calls, as limits and keys tell callers apart. Default: as the context says it.
    pub caller: Option<Caller>,
    /// How long the call may take.
    pub timeout: Duration,
    /// What makes a second call the same one, where the caller said it.
    pub idempotency_key: Option<String>,
    /// What the call may cost. Whoever starts it keeps to how many there may be; the rest is the executor's.
    pub limits: CallLimits,
}

impl ToolCall {
    /// A call that toolrack makes itself of a closure that is no tool.
    pub fn own(name: &str, arguments: Map<String, Value>, timeout: Duration) -> Self {
        Self {
            id: None,
            tool: name.to_owned(),
            revision: 0,
            arguments,
            context: CallContext::default(),
            caller: None,
            timeout,
            idempotency_key: None,
            limits: CallLimits::default(),
        }
    }
}
