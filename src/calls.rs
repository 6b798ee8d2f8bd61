//! Calls: what all calls of one registry share on this side.

use std::sync::Arc;

use napi::Result;
use toolrack_core::exec::CallRunner;
use toolrack_core::registry::{Snapshot, ToolRegistry};

use crate::cancellation::CancelTable;
use crate::error::superseded;
use crate::permits::PermitTable;

/// The calls of one registry.
pub struct Calls {
    /// Whose newest revision a call asks for.
    pub registry: Arc<ToolRegistry>,
    /// Executes calls that start on Rust threads; its limiter and settings hold for all calls.
    pub runner: Arc<CallRunner>,
    /// Permits of closure calls that start in JavaScript.
    pub permits: Arc<PermitTable>,
    /// Calls that JavaScript can cancel.
    pub cancellable: Arc<CancelTable>,
}

impl Calls {
    /// The calls of a registry, none of them begun.
    pub fn new(registry: Arc<ToolRegistry>, runner: CallRunner) -> Self {
        Self { registry, runner: Arc::new(runner), permits: Arc::default(), cancellable: Arc::default() }
    }

    /// Refuses a call whose revision is not the newest any more, if the call `must_be_newest`. JavaScript then starts it
    /// again on the newest one: so a call asks for the revision and for its tool in one crossing.
    pub fn check_revision(&self, revision: u64, must_be_newest: bool) -> Result<()> {
        if must_be_newest && self.registry.read(Snapshot::revision) != revision {
            return Err(superseded());
        }
        Ok(())
    }
}
