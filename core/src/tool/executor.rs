//! The trait `Executor`: carries out the calls of a tool.

use std::any::Any;
use std::fmt;

use futures_core::future::BoxFuture;
use serde_json::{Map, Value};

use super::{Destination, ToolCall, ToolResult};
use crate::error::Result;

/// Carries out the calls of one tool: a JavaScript closure or an HTTP operation. Any thread may call it.
pub trait Executor: Send + Sync {
    /// Carries out one call. The executor enforces the timeout of the call.
    ///
    /// # Errors
    /// What the tool, its API or the limits of the call say.
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>>;

    /// Whether a call needs the approval of a person, of a tool with [`CallApproval::ByPredicate`](super::CallApproval).
    /// Default: it does.
    ///
    /// # Errors
    /// What the predicate failed with.
    fn needs_approval(&self, _call: ToolCall) -> BoxFuture<'_, Result<bool>> {
        Box::pin(async { Ok(true) })
    }

    /// Refuses valid arguments with which no call would be made, before a person is asked about it. Default: none.
    ///
    /// # Errors
    /// What the call would fail with before anything is sent.
    fn check_arguments(&self, _tool: &str, _arguments: &Map<String, Value>) -> Result<()> {
        Ok(())
    }

    /// Arguments in the spelling of the tool's schema. A program may know the spelling of the document instead, which had
    /// hidden characters.
    fn spelled(&self, arguments: Map<String, Value>) -> Map<String, Value> {
        arguments
    }

    /// Whether another executor behaves the same behind the same definition. A reload keeps the tool then. Each closure
    /// is its own.
    fn is_same_as(&self, _other: &dyn Executor) -> bool {
        false
    }

    /// The executor as [`Any`], for a comparison.
    fn as_any(&self) -> Option<&dyn Any> {
        None
    }

    /// Where calls go, as gates compare versions of the tool. `None` for closures.
    fn destination(&self) -> Option<Destination> {
        None
    }

    /// The slot of a closure in the table of its JavaScript thread, which calls it without crossing threads. `None` for all
    /// others.
    fn slot(&self) -> Option<u32> {
        None
    }
}

impl fmt::Debug for dyn Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor").field("slot", &self.slot()).finish_non_exhaustive()
    }
}
