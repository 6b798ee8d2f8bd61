//! Claims of source names: each source of a registry belongs to one loader, which alone replaces its tools.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};
use crate::json::HashMap;

/// The owners of all sources, by source name.
#[derive(Default)]
pub struct SourceClaims {
    owners: Mutex<HashMap<String, u64>>,
    last_owner: AtomicU64,
}

impl SourceClaims {
    /// The number of a new owner.
    pub fn new_owner(&self) -> u64 {
        self.last_owner.fetch_add(1, Ordering::Relaxed)
    }

    /// Claims the name of a source for an owner. Claiming it again does nothing.
    ///
    /// # Errors
    /// `NAME_TAKEN` where another owner has it.
    pub fn claim(&self, source: &str, owner: u64) -> Result<()> {
        let mut owners = self.owners();
        match owners.get(source) {
            Some(other) if *other != owner => {
                let location = "another loader of this registry".to_owned();
                return Err(Error::SourceTaken { name: source.to_owned(), location });
            }
            Some(_) => {}
            None => _ = owners.insert(source.to_owned(), owner),
        }
        Ok(())
    }

    /// Releases the name of a source, if it is the owner's.
    pub fn release(&self, source: &str, owner: u64) {
        let mut owners = self.owners();
        if owners.get(source) == Some(&owner) {
            owners.remove(source);
        }
    }

    /// Releases all names of an owner.
    pub fn release_all(&self, owner: u64) {
        self.owners().retain(|_, other| *other != owner);
    }

    /// A thread that panicked has left the table whole.
    fn owners(&self) -> MutexGuard<'_, HashMap<String, u64>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
