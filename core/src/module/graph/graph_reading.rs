//! What a reading of a graph found: the modules, the other files that were looked at, and the entries that failed.

use std::path::PathBuf;
use std::sync::Arc;

use super::graph_module::GraphModule;
use crate::error::{Error, Result};

/// What a reading of a graph found.
#[derive(Clone, Debug, Default)]
pub struct GraphReading {
    /// Every module that is reachable from an entry that did not fail, once. Entries come first, in their order.
    pub modules: Vec<Arc<GraphModule>>,
    /// All other files that were looked at: a watcher observes them too.
    pub others: Vec<OtherFile>,
    /// The entries as they were given, each with its real path, which is that of its module.
    pub entries: Vec<(PathBuf, PathBuf)>,
    /// Entries that failed, as they were given, and why.
    pub failed: Vec<(PathBuf, Error)>,
}

/// A file that was looked at and is no module of the reading: it has a fault or is missing, or only what has a fault
/// imports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherFile {
    /// The real path.
    pub path: PathBuf,
    /// SHA-256 of its bytes in hex; `None` for a file that could not be read.
    pub hash: Option<String>,
    /// The files that its specifiers lead to, or would lead to if they were there.
    pub imports: Vec<PathBuf>,
}

/// What became of one file of a reading.
pub(super) struct ReadFile {
    /// SHA-256 of its bytes in hex; `None` for a file that could not be read.
    pub hash: Option<String>,
    /// The files that its specifiers without a target would lead to.
    pub awaited: Vec<PathBuf>,
    /// The module, or its fault.
    pub module: Result<GraphModule>,
}

impl ReadFile {
    /// A file that could not be read.
    pub const fn unread(error: Error) -> Self {
        Self { hash: None, awaited: Vec::new(), module: Err(error) }
    }
}
