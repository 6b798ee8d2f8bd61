//! Identity of an operation, and the tool names that it has.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::tool::name::{self, confusion_key};

/// Identifies an operation within its source, independent of the rest of the document. The order (path, then method) is the
/// order in which new operations are named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The path as written in the document.
    pub path: Arc<str>,
    /// The method in capitals.
    pub method: Arc<str>,
    /// The `operationId`.
    pub id: Option<Arc<str>>,
}

/// How the name of an operation is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameChoice {
    /// Derived from the operation's id, else from its method and path.
    #[default]
    Derived,
    /// Suggested by the document. It replaces the id: the namespace is put before it, it is made portable, and an operation
    /// that already has a name keeps that name.
    Suggested(String),
    /// Set by the caller, used exactly as written and without the namespace.
    Explicit(String),
}

/// An operation that needs a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnnamedOperation {
    /// The operation.
    pub identity: Identity,
    /// How its name is chosen.
    pub choice: NameChoice,
}

impl From<Identity> for UnnamedOperation {
    fn from(identity: Identity) -> Self {
        Self { identity, choice: NameChoice::Derived }
    }
}

impl Identity {
    /// Derives a name from the suggestion, else the id, else method and path, and puts the namespace before it.
    pub(in crate::registry) fn derive_name(
        &self,
        suggestion: Option<&str>,
        namespace: Option<&str>,
        is_taken: impl Fn(&str) -> bool,
    ) -> String {
        let endpoint = format!("{} {}", self.method, self.path);
        let has_word = |id: &&str| id.contains(|c: char| c.is_ascii_alphanumeric());
        let stem = suggestion.filter(has_word).or(self.id.as_deref().filter(has_word)).unwrap_or(&endpoint);
        let full =
            namespace.map_or_else(|| stem.to_owned(), |space| format!("{space}_{}", name::portable(stem)));
        // A taken name gets a hash of method and path as suffix. A counter would depend on the order of loading.
        name::distinct(&full, &endpoint, is_taken)
    }
}

/// The scope within which an identity is unique. A source that changes its namespace is a new scope: its operations get new
/// names there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::registry) struct NameScope {
    pub source: String,
    pub namespace: Option<String>,
}

/// All names of one operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::registry) struct OperationNames {
    /// The name that the ledger derived.
    pub derived: Option<String>,
    /// Names that callers set.
    pub explicit: BTreeSet<String>,
}

impl OperationNames {
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.derived.iter().chain(&self.explicit)
    }

    pub fn has_key(&self, key: &str) -> bool {
        self.all().any(|name| confusion_key(name) == key)
    }
}
