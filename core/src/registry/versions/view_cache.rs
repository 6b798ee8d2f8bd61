//! A cache of the views of one revision.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The maximum number of views per revision. Each is a map of its tools.
const MAX_VIEWS: usize = 16;

/// Views of one revision by what selects them; the oldest is evicted first.
pub struct ViewCache<K, V>(Mutex<Vec<(K, Arc<V>)>>);

impl<K, V> Default for ViewCache<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: PartialEq + Clone, V> ViewCache<K, V> {
    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        self.entries().iter().find(|(known, _)| known == key).map(|(_, view)| Arc::clone(view))
    }

    pub fn insert(&self, key: &K, view: &Arc<V>) {
        let mut entries = self.entries();
        if entries.len() == MAX_VIEWS {
            entries.remove(0);
        }
        entries.push((key.clone(), Arc::clone(view)));
    }

    /// A thread that panicked left the list whole: each change is one step.
    fn entries(&self) -> MutexGuard<'_, Vec<(K, Arc<V>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
