//! One call of a tool.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{CallLimits, Caller};
use crate::unicode::invisible;

/// The keys that carry a caller's identity. They are taken out of a tool's arguments, unless the tool itself declares
/// an argument of that name.
pub const CONTEXT_KEYS: [&str; 3] = ["userId", "auditingId", "__metadata"];

/// Who calls, and on whose behalf. Never taken from what a model wrote.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CallContext {
    /// The user for whom the call is made.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub user_id: Value,
    /// What ties the call to an audit trail.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub auditing_id: Value,
    /// Anything else that the caller hands on.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub metadata: Value,
}

impl CallContext {
    /// Whether a user is named: a text in which something is seen, or a number that is not zero. Blanks, control characters and
    /// characters of no width name nobody.
    pub fn has_user(&self) -> bool {
        match &self.user_id {
            Value::String(text) => text.chars().any(invisible::is_seen),
            Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
            _ => false,
        }
    }
}

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
