//! Views of one revision that were made, kept by what chooses them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Views of one revision that are kept at most: each is a map of its tools.
const KEPT: usize = 16;

/// Views of one revision by what chooses them, the one that was asked for first in front.
pub struct ViewCache<K, V>(Mutex<Vec<(K, Arc<V>)>>);

impl<K, V> Default for ViewCache<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: PartialEq + Clone, V> ViewCache<K, V> {
    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        self.kept().iter().find(|(known, _)| known == key).map(|(_, view)| Arc::clone(view))
    }

    pub fn keep(&self, key: &K, view: &Arc<V>) {
        let mut kept = self.kept();
        if kept.len() == KEPT {
            kept.remove(0);
        }
        kept.push((key.clone(), Arc::clone(view)));
    }

    /// A thread that panicked has put nothing in.
    fn kept(&self) -> MutexGuard<'_, Vec<(K, Arc<V>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
