//! Revision group: loads of several sources that readers get as one revision.

use napi_derive::napi;
use toolrack_core::registry::RevisionGroup;

use crate::registry::NativeRegistry;

/// A group of changes. It ends at the latest when it is collected.
#[napi]
pub struct NativeRevisionGroup {
    pub(crate) core: RevisionGroup,
}

#[napi]
impl NativeRevisionGroup {
    /// Begins a group of changes of a registry.
    #[napi(constructor, catch_unwind)]
    pub fn new(registry: &NativeRegistry) -> Self {
        Self { core: RevisionGroup::begin(&registry.core) }
    }

    /// Publishes what was changed. To end it again does nothing.
    #[napi(catch_unwind)]
    pub fn end(&self) {
        self.core.end();
    }
}
