//! Traversal of a graph: which modules are still to be read, which fail with others, and what is left.

use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::graph_module::{GraphModule, ResolvedImport};
use super::graph_reading::{GraphReading, OtherFile, ReadFile};
use crate::error::{Error, ModuleLimit};

/// The modules of a reading, in the order in which they were found.
pub struct GraphNodes {
    limit: usize,
    indices: HashMap<PathBuf, usize>,
    unread: VecDeque<PathBuf>,
    nodes: Vec<ReadFile>,
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
    pub fn add(&mut self, read: ReadFile) {
        if let Ok(module) = &read.module {
            for path in targets(module).cloned() {
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
    pub fn too_many(&self, path: &Path) -> Error {
        let limit = ModuleLimit::modules(path.display().to_string(), self.limit);
        Error::ModuleOverLimit(Box::new(limit))
    }

    /// The reading: modules that are reachable from entries without a fault, and the other entries.
    pub fn finish(mut self, entries: &[(&PathBuf, usize)]) -> GraphReading {
        let faults = self.faults();
        let mut paths: Vec<_> = self.indices.iter().collect();
        paths.sort_by_key(|(_, index)| **index);
        let paths: Vec<_> = paths.into_iter().map(|(path, _)| path.clone()).collect();
        let entry = |(entry, index): &(&PathBuf, usize)| ((*entry).clone(), paths[*index].clone());
        let mut reading =
            GraphReading { entries: entries.iter().map(entry).collect(), ..GraphReading::default() };
        let mut nodes: Vec<_> = std::mem::take(&mut self.nodes).into_iter().map(Some).collect();
        let mut open = VecDeque::new();
        for (entry, index) in entries {
            match &faults[*index] {
                Some(error) => reading.failed.push(((*entry).clone(), error.clone())),
                None => open.push_back(*index),
            }
        }
        while let Some(index) = open.pop_front() {
            let taken = nodes[index].take_if(|node| node.module.is_ok());
            let Some(ReadFile { awaited, module: Ok(mut module), .. }) = taken else { continue };
            module.awaited = awaited;
            for call in &mut module.calls {
                let target = call.as_ref().and_then(file_of);
                let index = target.and_then(|path| self.indices.get(path));
                if index.is_some_and(|index| faults[*index].is_some()) {
                    module.awaited.extend(target.cloned());
                    *call = None;
                }
            }
            open.extend(targets(&module).filter_map(|path| self.indices.get(path)));
            reading.modules.push(Arc::new(module));
        }
        let others = paths.into_iter().zip(nodes).filter_map(|(path, node)| Some(other_file(path, node?)));
        reading.others = others.collect();
        reading
    }

    /// The fault of each module: its own, or that of a module that it imports statically.
    fn faults(&self) -> Vec<Option<Error>> {
        let mut importers = vec![Vec::new(); self.nodes.len()];
        for (importer, module) in self.nodes.iter().enumerate() {
            let imports = module.module.iter().flat_map(|module| &module.imports).filter_map(file_of);
            for imported in imports.filter_map(|path| self.indices.get(path)) {
                importers[*imported].push(importer);
            }
        }
        let mut faults: Vec<_> = self.nodes.iter().map(|node| node.module.as_ref().err().cloned()).collect();
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

/// A file that no entry without a fault needs.
fn other_file(path: PathBuf, ReadFile { hash, awaited, module }: ReadFile) -> OtherFile {
    let found = module.iter().flat_map(targets).cloned().collect::<Vec<_>>();
    OtherFile { path, hash, imports: [found, awaited].concat() }
}

/// The files that a module imports or calls for.
fn targets(module: &GraphModule) -> impl Iterator<Item = &PathBuf> {
    module.imports.iter().chain(module.calls.iter().flatten()).filter_map(file_of)
}

const fn file_of(import: &ResolvedImport) -> Option<&PathBuf> {
    match import {
        ResolvedImport::File { path } => Some(path),
        _ => None,
    }
}
