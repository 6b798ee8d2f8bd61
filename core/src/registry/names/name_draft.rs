//! A name draft: the names for all operations of one load, before the ledger records them.

use super::identity::{Identity, NameScope};
use crate::error::{Error, Result};

/// The names of a load's operations, not entered in the ledger yet.
#[derive(Clone, Debug)]
pub struct NameDraft {
    pub(in crate::registry) scope: NameScope,
    /// In the order of the operations.
    pub(in crate::registry) entries: Vec<DraftedName>,
}

/// One operation of a draft.
#[derive(Clone, Debug)]
pub(in crate::registry) struct DraftedName {
    pub identity: Identity,
    /// The name, or `NAME_TAKEN` for an explicit name that another operation has.
    pub name: Result<String>,
    pub is_explicit: bool,
}

impl NameDraft {
    /// A draft without names.
    pub fn empty(source: &str) -> Self {
        let scope = NameScope { source: source.to_owned(), namespace: None };
        Self { scope, entries: Vec::new() }
    }

    /// The source of the operations.
    pub fn source(&self) -> &str {
        &self.scope.source
    }

    /// One outcome per operation, in their order: its name, or the error that leaves it without one.
    pub fn outcomes(&self) -> impl Iterator<Item = Result<&str, &Error>> {
        self.entries.iter().map(|entry| entry.name.as_deref())
    }

    /// The names, in the order of the operations that have one.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.outcomes().flatten()
    }
}
