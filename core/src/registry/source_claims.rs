//! Claims of source names: a source of code belongs to one loader, which alone replaces its tools; documents share names.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};
use crate::json::HashMap;

/// The owners of sources, by source name.
#[derive(Default)]
pub struct SourceClaims {
    claims: Mutex<HashMap<String, Claim>>,
    last_owner: AtomicU64,
}

/// Who has the name of a source, also while it has no tools.
enum Claim {
    /// The loader of a source of code.
    Code(u64),
    /// Loaders of a document: two of them may load one document.
    Documents(BTreeSet<u64>),
}

impl SourceClaims {
    /// The number of a new owner.
    pub fn new_owner(&self) -> u64 {
        self.last_owner.fetch_add(1, Ordering::Relaxed)
    }

    /// Claims the name of a source of code. Claiming it again does nothing.
    ///
    /// # Errors
    /// `NAME_TAKEN` where another owner has it, or a document.
    pub fn claim_code(&self, source: &str, owner: u64) -> Result<()> {
        match self.claims().entry(source.to_owned()).or_insert(Claim::Code(owner)) {
            Claim::Code(holder) if *holder == owner => Ok(()),
            Claim::Code(_) => Err(taken(source, "another loader of this registry")),
            Claim::Documents(_) => Err(taken(source, "a document of this registry")),
        }
    }

    /// Claims the name of a document. Claiming it again does nothing.
    ///
    /// # Errors
    /// `NAME_TAKEN` where a source of code has it.
    pub fn claim_document(&self, source: &str, owner: u64) -> Result<()> {
        let new = || Claim::Documents(BTreeSet::new());
        match self.claims().entry(source.to_owned()).or_insert_with(new) {
            Claim::Documents(owners) => {
                owners.insert(owner);
                Ok(())
            }
            Claim::Code(_) => Err(taken(source, "another loader of this registry")),
        }
    }

    /// Releases the name of a source, if it is the owner's.
    pub fn release(&self, source: &str, owner: u64) {
        let mut claims = self.claims();
        if claims.get_mut(source).is_some_and(|claim| claim.is_free_without(owner)) {
            claims.remove(source);
        }
    }

    /// Releases all names of an owner.
    pub fn release_all(&self, owner: u64) {
        self.claims().retain(|_, claim| !claim.is_free_without(owner));
    }

    /// A thread that panicked has left the table whole.
    fn claims(&self) -> MutexGuard<'_, HashMap<String, Claim>> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claim {
    /// Takes an owner out; whether nobody has the name any more.
    fn is_free_without(&mut self, owner: u64) -> bool {
        match self {
            Self::Code(holder) => *holder == owner,
            Self::Documents(owners) => {
                owners.remove(&owner);
                owners.is_empty()
            }
        }
    }
}

fn taken(source: &str, holder: &str) -> Error {
    Error::SourceTaken { name: source.to_owned(), location: holder.to_owned() }
}
