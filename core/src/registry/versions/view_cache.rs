//! A cache of the views of one revision.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The maximum number of views per revision. Each is a map of its tools.
const MAX_VIEWS: usize = 16;

/// Views of one revision by what selects them; the oldest is evicted first.
pub struct ViewCache<K, V>(Mutex<Vec<CachedView<K, V>>>);

struct CachedView<K, V> {
    key: K,
    view: Arc<V>,
    /// Whether somebody asked for it in this revision.
    is_used: bool,
}

impl<K, V> Default for ViewCache<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: PartialEq + Clone, V> ViewCache<K, V> {
    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        let mut entries = self.entries();
        let found = entries.iter_mut().find(|entry| entry.key == *key)?;
        found.is_used = true;
        Some(Arc::clone(&found.view))
    }

    pub fn insert(&self, key: &K, view: &Arc<V>) {
        self.push(CachedView { key: key.clone(), view: Arc::clone(view), is_used: true });
    }

    /// Adds a view that nobody has asked for yet.
    pub fn insert_unused(&self, key: &K, view: &Arc<V>) {
        self.push(CachedView { key: key.clone(), view: Arc::clone(view), is_used: false });
    }

    /// The views that somebody asked for.
    pub fn used(&self) -> Vec<Arc<V>> {
        self.entries().iter().filter(|entry| entry.is_used).map(|entry| Arc::clone(&entry.view)).collect()
    }

    fn push(&self, entry: CachedView<K, V>) {
        let mut entries = self.entries();
        if entries.len() == MAX_VIEWS {
            entries.remove(0);
        }
        entries.push(entry);
    }

    /// A thread that panicked left the list whole: each change is one step.
    fn entries(&self) -> MutexGuard<'_, Vec<CachedView<K, V>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
