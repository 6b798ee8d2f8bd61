//! Traversal of a graph: which modules are still to be read, which fail with others, and what is left.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use super::graph_module::{GraphModule, ResolvedImport};
use super::graph_reading::GraphReading;
use crate::error::{Error, Result};

/// The modules of a reading, in the order in which they were found.
pub struct GraphNodes {
    limit: usize,
    indices: HashMap<PathBuf, usize>,
    unread: VecDeque<PathBuf>,
    nodes: Vec<Result<GraphModule>>,
}

impl GraphNodes {
    /// Makes an empty set that takes at most `limit` modules.
    pub fn new(limit: usize) -> Self {
        Self { limit, indices: HashMap::new(), unread: VecDeque::new(), nodes: Vec::new() }
    }

    /// The index of a module; it is read later if it is new.
    pub fn index(&mut self, path: PathBuf) -> usize {
        let next = self.indices.len();
        *self.indices.entry(path).or_insert_with_key(|path| {
            self.unread.push_back(path.clone());
            next
        })
    }

    /// The next module to read. Modules are read in the order of their indices.
    pub fn next_unread(&mut self) -> Option<PathBuf> {
        self.unread.pop_front()
    }

    /// Adds what was read.
    pub fn add(&mut self, read: Result<GraphModule>) {
        if let Ok(module) = &read {
            let targets = module.imports.iter().chain(module.calls.iter().flatten());
            let paths: Vec<_> = targets.filter_map(file_of).cloned().collect();
            for path in paths {
                self.index(path);
            }
        }
        self.nodes.push(read);
    }

    /// Whether as many modules are read as may be.
    pub const fn is_full(&self) -> bool {
        self.nodes.len() >= self.limit
    }

    /// The error of a module over the limit.
    pub const fn too_many(&self) -> Error {
        Error::LimitExceeded { what: "modules", limit: self.limit }
    }

    /// The reading: modules that are reachable from entries without a fault, and the other entries.
    pub fn finish(mut self, entries: &[(&PathBuf, usize)]) -> GraphReading {
        let faults = self.faults();
        let mut paths: Vec<_> = self.indices.iter().collect();
        paths.sort_by_key(|(_, index)| **index);
        let paths = paths.into_iter().map(|(path, _)| path.clone()).collect();
        let mut reading = GraphReading { paths, ..GraphReading::default() };
        let mut reached = vec![false; self.nodes.len()];
        let mut open = VecDeque::new();
        for (entry, index) in entries {
            match &faults[*index] {
                Some(error) => reading.failed.push(((*entry).clone(), error.clone())),
                None => open.push_back(*index),
            }
        }
        while let Some(index) = open.pop_front() {
            if std::mem::replace(&mut reached[index], true) {
                continue;
            }
            let Ok(module) = &mut self.nodes[index] else { continue };
            for call in &mut module.calls {
                let target = call.as_ref().and_then(file_of).and_then(|path| self.indices.get(path));
                if target.is_some_and(|target| faults[*target].is_some()) {
                    *call = None;
                }
            }
            let targets = module.imports.iter().chain(module.calls.iter().flatten());
            open.extend(targets.filter_map(file_of).filter_map(|path| self.indices.get(path)));
            reading.modules.push(Arc::new(module.clone()));
        }
        reading
    }

    /// The fault of each module: its own, or that of a module that it imports statically.
    fn faults(&self) -> Vec<Option<Error>> {
        let mut importers = vec![Vec::new(); self.nodes.len()];
        for (importer, module) in self.nodes.iter().enumerate() {
            let imports = module.iter().flat_map(|module| &module.imports).filter_map(file_of);
            for imported in imports.filter_map(|path| self.indices.get(path)) {
                importers[*imported].push(importer);
            }
        }
        let mut faults: Vec<_> = self.nodes.iter().map(|node| node.as_ref().err().cloned()).collect();
        let mut open: VecDeque<_> = (0..faults.len()).filter(|index| faults[*index].is_some()).collect();
        while let Some(index) = open.pop_front() {
            for importer in &importers[index] {
                if faults[*importer].is_none() {
                    let fault = faults[index].clone();
                    faults[*importer] = fault;
                    open.push_back(*importer);
                }
            }
        }
        faults
    }
}

const fn file_of(import: &ResolvedImport) -> Option<&PathBuf> {
    match import {
        ResolvedImport::File { path } => Some(path),
        _ => None,
    }
}
