//! What tests and benches of the registry put behind their tools.

use serde_json::Value;
use toolrack_core::error::Result;
use toolrack_core::tool::{BoxFuture, Executor, ToolCall};

/// Answers nothing, and is the same whatever it stands behind.
pub struct Idle;

impl Executor for Idle {
    fn execute(&self, _: ToolCall) -> BoxFuture<'_, Result<Value>> {
        Box::pin(async { Ok(Value::Null) })
    }

    fn is_same_as(&self, _: &dyn Executor) -> bool {
        true
    }
}
