//! Claims of source names: a source of code belongs to one loader, which alone replaces its tools.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};
use crate::json::HashMap;

/// The owners of the sources of code, by source name. Documents are not in it: two loaders may load one document.
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
        let holder = *self.owners().entry(source.to_owned()).or_insert(owner);
        if holder == owner { Ok(()) } else { Err(taken(source)) }
    }

    /// Whether no other owner has the name of a source.
    ///
    /// # Errors
    /// `NAME_TAKEN` where one has it.
    pub fn check(&self, source: &str, owner: u64) -> Result<()> {
        match self.owners().get(source) {
            Some(other) if *other != owner => Err(taken(source)),
            Some(_) | None => Ok(()),
        }
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

fn taken(source: &str) -> Error {
    let location = "another loader of this registry".to_owned();
    Error::SourceTaken { name: source.to_owned(), location }
}
