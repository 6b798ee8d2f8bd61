//! A part of a revision: an offer, in which nothing stands but the tools that a filter means.
//!
//! What a model may see is what it may call, so the filter is no argument of every door: a part is a snapshot in which the other tools
//! are not there. Whatever lists, renders, finds, calls or names nearest names keeps to it without a word of its own. What is
//! remembered of former revisions is asked for by [`Snapshot::admits`].

use std::sync::Arc;

use super::{RegisteredTool, Snapshot, SnapshotFilter};

impl Snapshot {
    /// The part of this revision that a filter means. Tools keep their names, places and bytes.
    pub fn bounded(self: &Arc<Self>, bound: SnapshotFilter) -> Arc<Self> {
        if let Some(part) = self.parts.get(&bound.key) {
            return part;
        }
        let key = bound.key.clone();
        let part = Arc::new(self.part(&Arc::new(bound.within(self.bound.clone()))));
        self.parts.keep(&key, &part);
        part
    }

    /// Whether a tool may be known of here; outside of a part every one may.
    pub(in crate::registry) fn admits(&self, tool: &RegisteredTool) -> bool {
        self.bound.as_ref().is_none_or(|bound| bound.admits(tool))
    }

    /// Whether the tool of a name stands outside of this part. What it was is not to be known here either, though it may have met the
    /// filter then.
    pub(in crate::registry) fn conceals(&self, name: &str) -> bool {
        let stands = |whole: &Self| whole.get(name).is_some();
        self.bound.is_some() && self.get(name).is_none() && self.base.as_deref().is_some_and(stands)
    }

    pub(in crate::registry) fn part(&self, bound: &Arc<SnapshotFilter>) -> Self {
        let whole = self.base.as_deref().unwrap_or(self);
        let mut part = self.bare();
        part.choices = self.choices.clone();
        part.base = Some(Box::new(whole.twin()));
        part.bound = Some(Arc::clone(bound));
        for tool in self.tools().filter(|tool| bound.admits(tool)) {
            part.stand(Arc::clone(tool));
        }
        part
    }
}
