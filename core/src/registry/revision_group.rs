//! A revision group (group commit): changes of several loads that readers get as one revision.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::ToolRegistry;

/// Joins the changes of several loads in one revision, with one change set, audit record and notification.
///
/// The changes are made through [`RevisionGroup::registry`], which sees them at once. All others read the revision before until
/// the group ends. Nothing waits for a group: a change that is made without it publishes what the group has changed so far, as
/// a revision of its own, and the group goes on with the next one. So does the end of another group. Changes that come to
/// nothing make no revision, though their outcomes have its number.
///
/// ```
/// use std::sync::Arc;
/// use toolrack_core::registry::{OnConflict, RevisionGroup, ToolRegistry};
///
/// let registry = Arc::new(ToolRegistry::new(OnConflict::Refuse));
/// let group = RevisionGroup::begin(&registry);
/// group.registry().unregister_source("crm")?; // and all else that belongs to the revision
/// group.end();
/// # Ok::<(), toolrack_core::error::Error>(())
/// ```
pub struct RevisionGroup {
    registry: Arc<ToolRegistry>,
    membership: Arc<GroupMembership>,
}

/// What makes the changes of a registry join a group.
pub struct GroupMembership {
    /// The registry outside of all groups.
    registry: Arc<ToolRegistry>,
    is_over: AtomicBool,
}

impl RevisionGroup {
    /// Begins a group of changes of a registry.
    pub fn begin(registry: &Arc<ToolRegistry>) -> Self {
        let registry = Arc::clone(registry.outside_of_groups());
        let membership = Arc::new(GroupMembership { registry, is_over: AtomicBool::new(false) });
        Self { registry: Arc::new(membership.registry.member_of(&membership)), membership }
    }

    /// The registry as the group sees and changes it. Once the group has ended, it is as any other.
    pub const fn registry(&self) -> &Arc<ToolRegistry> {
        &self.registry
    }

    /// Publishes what was changed. A group that is dropped ends too; to end it again does nothing.
    pub fn end(&self) {
        let registry = &self.membership.registry;
        let mut writer = registry.lock();
        if !self.membership.is_over.swap(true, Ordering::AcqRel) {
            registry.publish_pending(&mut writer);
        }
    }
}

impl Drop for RevisionGroup {
    fn drop(&mut self) {
        self.end();
    }
}

impl GroupMembership {
    pub const fn registry(&self) -> &Arc<ToolRegistry> {
        &self.registry
    }

    /// Whether the group has not ended. It ends while the writer is locked.
    pub fn is_open(&self) -> bool {
        !self.is_over.load(Ordering::Acquire)
    }
}
