//! The held changes of all sources. A listing does not wait for a source that is being loaded.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::HeldChange;
use crate::error::{Error, Result};

/// The held changes, by source.
#[derive(Default)]
pub struct HeldChanges(Mutex<BTreeMap<String, Arc<HeldChange>>>);

impl HeldChanges {
    /// Replaces the held change of a source; `None` removes it. Gives the new one.
    pub fn replace(&self, source: &str, change: Option<HeldChange>) -> Option<Arc<HeldChange>> {
        let mut changes = self.lock();
        changes.remove(source);
        let change = Arc::new(change?);
        changes.insert(source.to_owned(), Arc::clone(&change));
        Some(change)
    }

    /// Removes the held change of a source, and gives it.
    pub fn remove(&self, source: &str) -> Option<Arc<HeldChange>> {
        self.lock().remove(source)
    }

    /// Finds a held change by its id.
    ///
    /// # Errors
    /// `UNKNOWN_CHANGE` where no source has one.
    pub fn find(&self, id: &str) -> Result<Arc<HeldChange>> {
        let found = self.lock().values().find(|change| change.id == id).cloned();
        found.ok_or_else(|| Error::UnknownChange { id: id.to_owned() })
    }

    /// The held change of a source.
    pub fn get(&self, source: &str) -> Option<Arc<HeldChange>> {
        self.lock().get(source).cloned()
    }

    /// All held changes, sorted by source.
    pub fn list(&self) -> Vec<Arc<HeldChange>> {
        self.lock().values().cloned().collect()
    }

    /// The held changes that have expired at `now` (ms since 1970).
    pub fn expired(&self, now: u64) -> Vec<Arc<HeldChange>> {
        let has_expired = |change: &&Arc<HeldChange>| change.expires_at.is_some_and(|end| end <= now);
        self.lock().values().filter(has_expired).cloned().collect()
    }

    /// Removes all held changes.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// A panic of another thread leaves the map whole: every change of it is one call.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<HeldChange>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
