//! Executor: a JavaScript closure as the core calls it.

use std::any::Any;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde_json::Value;
use toolrack_core::error::Result;
use toolrack_core::tool::{Executor, ToolCall, ToolResult};

use crate::dispatcher::{ClosureTask, Dispatcher};

/// A closure, known by its slot in the registry's table of closures. The core may call it from any thread.
pub struct JsExecutor {
    dispatcher: Arc<Dispatcher>,
    slot: u32,
    /// What the closure does, where another closure does the same: a tool of one connection.
    identity: Option<Box<str>>,
}

impl JsExecutor {
    /// Makes the executor of the closure in a slot.
    pub const fn new(dispatcher: Arc<Dispatcher>, slot: u32) -> Self {
        Self { dispatcher, slot, identity: None }
    }

    /// Makes the executor of a closure that does the same as others of this identity.
    pub const fn with_identity(dispatcher: Arc<Dispatcher>, slot: u32, identity: Box<str>) -> Self {
        Self { dispatcher, slot, identity: Some(identity) }
    }
}

impl Executor for JsExecutor {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(self.dispatcher.call(ClosureTask::Execute, self.slot, call))
    }

    fn needs_approval(&self, call: ToolCall) -> BoxFuture<'_, Result<bool>> {
        Box::pin(async move {
            // JavaScript refuses any answer but a boolean.
            let answer = self.dispatcher.call(ClosureTask::DecideApproval, self.slot, call).await?;
            Ok(answer.into_value() != Value::Bool(false))
        })
    }

    fn is_same_as(&self, other: &dyn Executor) -> bool {
        let other = other.as_any().and_then(|other| other.downcast_ref::<Self>());
        self.identity.is_some() && other.is_some_and(|other| self.identity == other.identity)
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }

    fn slot(&self) -> Option<u32> {
        Some(self.slot)
    }
}

/// Releases the closure with the last revision that has the tool.
impl Drop for JsExecutor {
    fn drop(&mut self) {
        self.dispatcher.release(self.slot);
    }
}

/// Stands in for a missing closure until its definition is refused.
pub struct MissingExecutor;

impl Executor for MissingExecutor {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        let error =
            toolrack_core::error::Error::Internal { reason: format!("\"{}\" has no closure", call.tool) };
        Box::pin(async move { Err(error) })
    }
}
