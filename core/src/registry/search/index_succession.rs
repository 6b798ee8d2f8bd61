//! Index succession: a revision, and a view, takes the index of the revision before it.

use std::sync::Arc;

use super::RevisionIndex;
use crate::registry::Snapshot;

impl Snapshot {
    /// The index of this revision or view.
    pub(in crate::registry) fn revision_index(&self) -> &Arc<RevisionIndex> {
        self.search
            .get_or_init(|| Arc::new(RevisionIndex::new(&self.search_settings, &self.by_position, None)))
    }

    /// Follows the index of the former revision, if that was searched. Costs as much as the change.
    pub(in crate::registry) fn take_over_index(&self, former: &Self, changed: &[u64]) {
        let former = former.search.get();
        let Some(basis) = former.and_then(|former| former.basis_after(&self.by_position, changed.to_vec()))
        else {
            return;
        };
        let index = RevisionIndex::new(&self.search_settings, &self.by_position, Some(basis));
        // A revision that is not published yet is not searched: the cell is empty.
        let _ = self.search.set(Arc::new(index));
    }

    /// Lets a view make its index of that of its revision, if that was searched.
    pub(in crate::registry) fn take_over_index_of(&self, revision: &Self) {
        let Some(of_revision) = revision.search.get() else { return };
        if of_revision.is_built() {
            self.take_over_index(revision, &of_revision.changed_positions(&self.by_position));
        }
    }

    /// Makes the index of this new revision soon, where the registry wants that.
    pub(in crate::registry) fn index_soon(self: &Arc<Self>) {
        if let Some(eager) = &self.search_settings.eager {
            let snapshot = Arc::clone(self);
            eager.make_soon(move || snapshot.revision_index().make());
        }
    }

    /// Whether the index of this revision is made.
    pub fn is_indexed(&self) -> bool {
        self.search.get().is_some_and(|index| index.is_built())
    }
}
