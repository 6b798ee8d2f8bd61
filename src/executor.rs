//! A JavaScript closure as an executor of the core.

use std::sync::Arc;

use futures_core::future::BoxFuture;
use toolrack_core::error::Result;
use toolrack_core::tool::{Executor, ToolCall, ToolResult};

use crate::dispatcher::Dispatcher;

/// A closure, known by its slot in the registry's JavaScript object. To the core it is callable from any thread.
pub struct JsExecutor {
    dispatcher: Arc<Dispatcher>,
    slot: u32,
}

impl JsExecutor {
    /// The closure in a slot.
    pub const fn new(dispatcher: Arc<Dispatcher>, slot: u32) -> Self {
        Self { dispatcher, slot }
    }
}

impl Executor for JsExecutor {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        Box::pin(self.dispatcher.call(self.slot, call))
    }

    fn slot(&self) -> Option<u32> {
        Some(self.slot)
    }
}

/// The last revision that had the tool is gone, so the closure may go.
impl Drop for JsExecutor {
    fn drop(&mut self) {
        self.dispatcher.release(self.slot);
    }
}

/// Stands for the closure of a definition that has none, until the definition is refused.
pub struct NoExecutor;

impl Executor for NoExecutor {
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>> {
        let error =
            toolrack_core::error::Error::Internal { reason: format!("\"{}\" has no closure", call.tool) };
        Box::pin(async move { Err(error) })
    }
}
