//! What tests and benches of the registry put behind their tools.

use futures_core::future::BoxFuture;
use serde_json::Value;
use toolrack_core::error::Result;
use toolrack_core::tool::{Executor, ToolCall, ToolResult};

/// Answers nothing, and is the same whatever it stands behind.
pub struct Idle;

impl Executor for Idle {
    fn execute(&self, _: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(async { Ok(Value::Null.into()) })
    }

    fn is_same_as(&self, _: &dyn Executor) -> bool {
        true
    }
}
