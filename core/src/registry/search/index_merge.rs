//! Index merge: the segments of many changes become one on a thread of their own, while revisions go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::search::{MergedIndex, SearchIndex};

/// From so many segments on, a merge is not waited for: the next revision makes it itself.
const MOST_SEGMENTS: usize = 33;

/// The merge of a registry: at most one at a time.
#[derive(Debug, Default)]
pub(super) struct IndexMerge {
    shared: Arc<MergeState>,
}

#[derive(Debug, Default)]
struct MergeState {
    is_running: AtomicBool,
    done: Mutex<Option<MergedIndex>>,
}

impl IndexMerge {
    /// An index with the merge that has finished since, and that merge; begins a merge where there are many segments.
    pub(super) fn apply(&self, index: &SearchIndex) -> (SearchIndex, Option<MergedIndex>) {
        let taken = self.take_merge(index);
        let index = taken.as_ref().map_or_else(|| index.clone(), |merge| index.with_merge(merge));
        if taken.is_none() && index.segment_count() > MOST_SEGMENTS {
            let merge = index.merge();
            return (merge.after().clone(), Some(merge));
        }
        if index.should_merge() && !self.shared.is_running.swap(true, Ordering::AcqRel) {
            self.begin(index.clone());
        }
        (index, taken)
    }

    /// The merge that is finished, for an index that can take it. A merge that an earlier revision, or another view, cannot
    /// take is left to others.
    fn take_merge(&self, index: &SearchIndex) -> Option<MergedIndex> {
        let mut done = self.shared.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.take_if(|merge| index.can_take_merge_of(merge.before()))
    }

    fn begin(&self, before: SearchIndex) {
        let shared = Arc::clone(&self.shared);
        let merge = move || {
            let merged = before.merge();
            // What is not taken until now is dropped here, aside from searches.
            let unused = shared.done.lock().unwrap_or_else(PoisonError::into_inner).replace(merged);
            drop((unused, before));
            shared.is_running.store(false, Ordering::Release);
        };
        // Without a thread, the index keeps its segments until a later change.
        if thread::Builder::new().name("toolrack-search".to_owned()).spawn(merge).is_err() {
            self.shared.is_running.store(false, Ordering::Release);
        }
    }
}
