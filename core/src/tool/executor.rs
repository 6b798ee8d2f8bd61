//! What carries a call out.

use std::any::Any;
use std::fmt;

use futures_core::future::BoxFuture;
use serde_json::{Map, Value};

use super::{Destination, ToolCall, ToolResult};
use crate::error::Result;

/// Carries out the calls of one tool: a JavaScript closure, an HTTP operation. Any thread may ask it to.
pub trait Executor: Send + Sync {
    /// Carries out one call. The deadline of the call is the executor's to keep.
    fn execute(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolResult>>;

    /// Arguments as the tool's schema spells them, from a program that may know another spelling: that of the document which
    /// the tool came from.
    fn spelled(&self, arguments: Map<String, Value>) -> Map<String, Value> {
        arguments
    }

    /// Whether another executor behind the same definition would do the very same: a reload that changes it changes the
    /// tool. Closures never would, each is its own.
    fn is_same_as(&self, _other: &dyn Executor) -> bool {
        false
    }

    /// What an executor is compared by, where it can be.
    fn as_any(&self) -> Option<&dyn Any> {
        None
    }

    /// Where calls go, where that can be said: what another version of the tool is compared by. `None` for closures.
    fn destination(&self) -> Option<Destination> {
        None
    }

    /// The number under which the registry's own thread knows a closure, so that a call from there can go straight to
    /// it. `None` for everything else.
    fn slot(&self) -> Option<u32> {
        None
    }
}

impl fmt::Debug for dyn Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor").field("slot", &self.slot()).finish_non_exhaustive()
    }
}
