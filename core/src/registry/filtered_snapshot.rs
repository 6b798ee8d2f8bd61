//! A filtered snapshot: a revision that has only the tools that a filter matches.
//!
//! A model may call exactly what it may see. A filter argument on every function could be forgotten on one of them. In a
//! filtered snapshot the other tools do not exist, so that lists, searches, calls and suggested names agree. Former
//! revisions are restricted by [`Snapshot::admits`].

use std::sync::Arc;

use super::{RegisteredTool, Snapshot, SnapshotFilter};

impl Snapshot {
    /// The snapshot with only the tools that a filter matches. Tools keep their names, positions and bytes.
    pub fn filtered(self: &Arc<Self>, filter: SnapshotFilter) -> Arc<Self> {
        if let Some(filtered) = self.filtered_snapshots.get(&filter.key) {
            return filtered;
        }
        let key = filter.key.clone();
        let filtered = Arc::new(self.filtered_copy(&Arc::new(filter.within(self.filter.clone()))));
        self.filtered_snapshots.insert(&key, &filtered);
        filtered
    }

    /// Whether a tool, also a former one, may be shown here.
    pub(in crate::registry) fn admits(&self, tool: &RegisteredTool) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.admits(tool))
    }

    /// Whether the present tool of a name is outside of this filtered snapshot. Its former definitions are then hidden too,
    /// though they may have matched the filter.
    pub(in crate::registry) fn hides(&self, name: &str) -> bool {
        let has_tool = |whole: &Self| whole.get(name).is_some();
        self.filter.is_some() && self.get(name).is_none() && self.base.as_deref().is_some_and(has_tool)
    }

    pub(in crate::registry) fn filtered_copy(&self, filter: &Arc<SnapshotFilter>) -> Self {
        let whole = self.base.as_deref().unwrap_or(self);
        let mut filtered = self.copy_without_tools();
        filtered.choices = self.choices.clone();
        filtered.base = Some(Box::new(whole.copy()));
        filtered.filter = Some(Arc::clone(filter));
        for tool in self.tools().filter(|tool| filter.admits(tool)) {
            filtered.insert(Arc::clone(tool));
        }
        filtered
    }
}
