//! What a reading of a graph found: the modules, and the entries that failed.

use std::path::PathBuf;
use std::sync::Arc;

use super::graph_module::GraphModule;
use crate::error::Error;

/// What a reading of a graph found.
#[derive(Clone, Debug, Default)]
pub struct GraphReading {
    /// Every module that is reachable from an entry that did not fail, once. Entries come first, in their order.
    pub modules: Vec<Arc<GraphModule>>,
    /// The real path of every file that was looked at, also for entries that failed: a watcher observes them all.
    pub paths: Vec<PathBuf>,
    /// Entries that failed, as they were given, and why.
    pub failed: Vec<(PathBuf, Error)>,
}
