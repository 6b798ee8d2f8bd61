//! Module graph: compiles the modules that entries need, for an evaluator in JavaScript.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use serde::{Serialize, Serializer};
use serde_json::Value;
use toolrack_core::error::{Error, Result as Outcome};
use toolrack_core::loader::LocalModuleFiles;
use toolrack_core::module::{GraphModule, GraphReading, ImportKind, ModuleGraphOptions, SharedModuleGraph};

use crate::convert::{blocking_promise, option_error, read, to_napi};
use crate::error::to_json;

/// A graph of modules. It keeps the compiled code of each file.
#[napi]
pub struct NativeModuleGraph {
    pub(crate) core: SharedModuleGraph,
}

#[napi]
impl NativeModuleGraph {
    /// Makes a graph. `options` is JSON: `{ paths?, root?, limits?: { bytes?, files? } }`.
    #[napi(constructor, catch_unwind)]
    pub fn new(options: String) -> Result<Self> {
        let options = to_napi(ModuleGraphOptions::parse(read(Some(&options), option_error("modules"))?))?;
        Ok(Self { core: SharedModuleGraph::new(options) })
    }

    /// Reads the modules of entries. Returns `{ modules, others: [{ path, hash, imports }], entries: [{ entry, path }],
    /// failed: [{ entry, error }] }` as JSON.
    #[napi(catch_unwind)]
    pub fn read<'env>(&self, env: &'env Env, entries: Vec<String>) -> Result<PromiseRaw<'env, String>> {
        let core = self.core.clone();
        blocking_promise(env, async move { written(&read_disk(&core, &paths(entries))) })
    }

    /// As `read`, on this thread.
    #[napi(catch_unwind)]
    pub fn read_now(&self, entry: String) -> Result<String> {
        to_napi(written(&read_disk(&self.core, &[PathBuf::from(entry)])))
    }

    /// Resolves a specifier of an importer; `kind` is `import` or `require`. Returns what it leads to as JSON.
    #[napi(catch_unwind)]
    pub fn resolve(&self, importer: String, specifier: String, kind: String) -> Result<String> {
        let kind = if kind == "require" { ImportKind::Require } else { ImportKind::Import };
        let resolved = self.core.resolve(Path::new(&importer), &specifier, kind);
        to_napi(resolved.and_then(|resolved| text(&resolved)))
    }

    /// Forgets the code of all other files.
    #[napi(catch_unwind)]
    pub fn retain(&self, paths: Vec<String>) {
        self.core.retain(paths.into_iter().map(PathBuf::from).collect());
    }
}

/// Reads the modules of entries from the disk.
fn read_disk(graph: &SharedModuleGraph, entries: &[PathBuf]) -> GraphReading {
    graph.read(entries, &LocalModuleFiles { max_bytes: graph.options().bytes })
}

fn paths(texts: Vec<String>) -> Vec<PathBuf> {
    texts.into_iter().map(PathBuf::from).collect()
}

/// A reading as JSON.
#[derive(Serialize)]
struct WrittenReading<'r> {
    #[serde(serialize_with = "shared")]
    modules: &'r [Arc<GraphModule>],
    others: Vec<WrittenFile<'r>>,
    entries: Vec<WrittenEntry>,
    failed: Vec<FailedEntry>,
}

#[derive(Serialize)]
struct WrittenFile<'r> {
    path: String,
    hash: Option<&'r str>,
    imports: Vec<String>,
}

#[derive(Serialize)]
struct WrittenEntry {
    entry: String,
    path: String,
}

#[derive(Serialize)]
struct FailedEntry {
    entry: String,
    error: Value,
}

fn shared<S: Serializer>(
    modules: &[Arc<GraphModule>],
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_seq(modules.iter().map(|module| &**module))
}

/// Writes a reading as JSON text.
pub fn written(reading: &GraphReading) -> Outcome<String> {
    let path_text = |path: &PathBuf| path.display().to_string();
    let others = reading.others.iter().map(|file| WrittenFile {
        path: path_text(&file.path),
        hash: file.hash.as_deref(),
        imports: file.imports.iter().map(path_text).collect(),
    });
    let entries = reading.entries.iter();
    let entries =
        entries.map(|(entry, path)| WrittenEntry { entry: path_text(entry), path: path_text(path) });
    let failed = reading.failed.iter();
    let failed = failed.map(|(entry, error)| FailedEntry { entry: path_text(entry), error: to_json(error) });
    text(&WrittenReading {
        modules: &reading.modules,
        others: others.collect(),
        entries: entries.collect(),
        failed: failed.collect(),
    })
}

fn text(value: &impl Serialize) -> Outcome<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal { reason: error.to_string() })
}
