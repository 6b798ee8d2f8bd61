//! What a new revision changed.

use serde::Serialize;

/// What one revision changed against the one before it. A tool stands in one list at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangeSet {
    /// The new revision.
    pub revision: u64,
    /// The source that changed, where one source did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Names of tools that are new, in their order.
    pub added: Vec<String>,
    /// Names of tools that are not what they were.
    pub updated: Vec<String>,
    /// Names of tools that are gone.
    pub removed: Vec<String>,
}

impl ChangeSet {
    /// Whether no tool changed.
    pub const fn is_empty(&self) -> bool {
        self.added.is_empty() && self.updated.is_empty() && self.removed.is_empty()
    }
}

/// Is told of every revision, in order, once it can be read. Called by the writer: it must be quick, and must neither
/// write nor ask for the names of the ledger.
pub trait Listener: Send + Sync {
    /// A revision was published.
    fn changed(&self, change: &ChangeSet);
}
