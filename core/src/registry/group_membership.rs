//! Membership of a revision group: what makes the changes of a registry join the group, until it ends.

use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug, Default)]
pub struct GroupMembership {
    is_over: AtomicBool,
}

impl GroupMembership {
    /// Whether the group has not ended. It ends while the writer is locked.
    pub fn is_open(&self) -> bool {
        !self.is_over.load(Ordering::Acquire)
    }

    /// Ends it. Returns whether it was open.
    pub fn end(&self) -> bool {
        !self.is_over.swap(true, Ordering::AcqRel)
    }
}
