//! A revision group (group commit): changes of several loads that readers get as one revision.

use std::sync::Arc;

use super::ToolRegistry;
use super::group_membership::GroupMembership;

/// Joins the changes of several loads in one revision, with one change set, audit record and notification.
///
/// The changes are made through [`RevisionGroup::registry`], which sees them at once. All others read the revision before until
/// the group ends. Nothing waits for a group: a change that is made without it publishes what the group has changed so far, as
/// a revision of its own, and the group goes on with the next one. So does the end of another group. Changes that come to
/// nothing make no revision, though their outcomes have its number.
///
/// ```
/// use toolrack_core::registry::{OnConflict, RevisionGroup, ToolRegistry};
///
/// let registry = ToolRegistry::new(OnConflict::Refuse);
/// let group = RevisionGroup::begin(&registry);
/// group.registry().unregister_source("crm")?; // and all else that belongs to the revision
/// group.end();
/// # Ok::<(), toolrack_core::error::Error>(())
/// ```
pub struct RevisionGroup {
    registry: Arc<ToolRegistry>,
    membership: Arc<GroupMembership>,
}

/// What changes a registry, by itself or for a group.
pub trait GroupMember {
    /// The same, whose changes join the revision of a group of its registry.
    #[must_use]
    fn within(&self, group: &RevisionGroup) -> Self;
}

impl RevisionGroup {
    /// Begins a group of changes of a registry.
    pub fn begin(registry: &ToolRegistry) -> Self {
        let membership = Arc::new(GroupMembership::default());
        Self { registry: Arc::new(registry.member_of(&membership)), membership }
    }

    /// The registry as the group sees and changes it. Once the group has ended, it is as any other.
    pub const fn registry(&self) -> &Arc<ToolRegistry> {
        &self.registry
    }

    /// Publishes what was changed. A group that is dropped ends too; to end it again does nothing.
    pub fn end(&self) {
        let mut writer = self.registry.lock();
        if self.membership.end() {
            self.registry.publish_pending(&mut writer);
        }
    }
}

impl Drop for RevisionGroup {
    fn drop(&mut self) {
        self.end();
    }
}
