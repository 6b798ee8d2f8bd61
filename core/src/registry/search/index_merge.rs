//! Index merge: the segments of many changes become one on a thread of their own, while revisions go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crate::search::SearchIndex;

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
    /// The index that was merged, and what it became.
    done: Mutex<Option<(SearchIndex, SearchIndex)>>,
}

impl IndexMerge {
    /// An index with what a merge has finished since; begins a merge where there are many segments.
    pub(super) fn apply(&self, index: SearchIndex) -> SearchIndex {
        let index = self.take_merge(index);
        if !index.should_merge() {
            return index;
        }
        if index.segment_count() > MOST_SEGMENTS {
            return index.merged();
        }
        if !self.shared.is_running.swap(true, Ordering::AcqRel) {
            self.begin(index.clone());
        }
        index
    }

    /// An index with the merge that is finished. A merge that an earlier revision, or another view, cannot take is left to
    /// others.
    fn take_merge(&self, index: SearchIndex) -> SearchIndex {
        let mut done = self.shared.done.lock().unwrap_or_else(PoisonError::into_inner);
        match done.take_if(|(before, _)| index.can_take_merge_of(before)) {
            Some((before, merged)) => index.with_merge(&before, &merged),
            None => index,
        }
    }

    fn begin(&self, before: SearchIndex) {
        let shared = Arc::clone(&self.shared);
        let merge = move || {
            let merged = before.merged();
            *shared.done.lock().unwrap_or_else(PoisonError::into_inner) = Some((before, merged));
            shared.is_running.store(false, Ordering::Release);
        };
        // Without a thread, the index keeps its segments until a later change.
        if thread::Builder::new().name("toolrack-search".to_owned()).spawn(merge).is_err() {
            self.shared.is_running.store(false, Ordering::Release);
        }
    }
}
