//! A module graph that several threads share: readings run one after the other, and nothing else waits for them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use super::graph_module::ResolvedImport;
use super::graph_options::ModuleGraphOptions;
use super::graph_reading::GraphReading;
use super::module_graph::{ModuleFiles, ModuleGraph};
use crate::error::Result;
use crate::module::compiled_module::{CompiledModule, ImportKind};

/// A module graph that threads share. A thread that may not wait, such as that of JavaScript, resolves and forgets while
/// another one reads.
#[derive(Clone, Debug)]
pub struct SharedModuleGraph(Arc<GraphParts>);

#[derive(Debug)]
struct GraphParts {
    graph: Mutex<ModuleGraph>,
    /// It has the same options, and reads nothing.
    resolver: ModuleGraph,
    /// The files whose code is kept, until the graph has forgotten that of the others.
    retained: Mutex<Option<HashSet<PathBuf>>>,
}

impl SharedModuleGraph {
    /// Makes an empty graph.
    pub fn new(options: ModuleGraphOptions) -> Self {
        let graph = Mutex::new(ModuleGraph::new(options.clone()));
        let resolver = ModuleGraph::new(options);
        Self(Arc::new(GraphParts { graph, resolver, retained: Mutex::default() }))
    }

    /// The options.
    pub fn options(&self) -> &ModuleGraphOptions {
        self.0.resolver.options()
    }

    /// Reads the modules of entries, as [`ModuleGraph::read`] does. Waits for a reading of another thread.
    pub fn read(&self, entries: &[PathBuf], files: &dyn ModuleFiles) -> GraphReading {
        // A reading that panicked leaves nothing half done.
        let mut graph = self.0.graph.lock().unwrap_or_else(PoisonError::into_inner);
        self.forget_code(&mut graph);
        graph.read(entries, files)
    }

    /// Resolves one specifier of an importer. Waits for no reading.
    ///
    /// # Errors
    /// As [`ModuleGraph::resolve`].
    pub fn resolve(&self, importer: &Path, specifier: &str, kind: ImportKind) -> Result<ResolvedImport> {
        self.0.resolver.resolve(importer, specifier, kind)
    }

    /// The code of a file, as [`ModuleGraph::code`] does. Waits for a reading of another thread.
    pub fn code(&self, path: &Path, hash: [u8; 32]) -> Option<Arc<CompiledModule>> {
        self.0.graph.lock().unwrap_or_else(PoisonError::into_inner).code(path, hash)
    }

    /// Forgets the code of all other files: now, or before the next reading where one is under way.
    pub fn retain(&self, paths: HashSet<PathBuf>) {
        *self.retained() = Some(paths);
        match self.0.graph.try_lock() {
            Ok(mut graph) => self.forget_code(&mut graph),
            Err(TryLockError::Poisoned(graph)) => self.forget_code(&mut graph.into_inner()),
            Err(TryLockError::WouldBlock) => {}
        }
    }

    fn forget_code(&self, graph: &mut ModuleGraph) {
        if let Some(paths) = self.retained().take() {
            graph.retain(&paths);
        }
    }

    fn retained(&self) -> MutexGuard<'_, Option<HashSet<PathBuf>>> {
        self.0.retained.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
