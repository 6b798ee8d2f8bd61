//! Module graph: compiles the modules that entries need, for an evaluator in JavaScript.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use napi::bindgen_prelude::PromiseRaw;
use napi::{Env, Result};
use napi_derive::napi;
use serde::Serialize;
use serde_json::Value;
use toolrack_core::error::{Error, Result as Outcome};
use toolrack_core::loader::LocalModuleFiles;
use toolrack_core::module::{
    GraphModule, GraphReading, ImportKind, ModuleGraphOptions, SharedModuleGraph, WithoutCode,
};

use crate::convert::{blocking_promise, option_error, read, to_napi};
use crate::error::to_json;
use crate::tool_sets::hash_bytes;

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
    /// failed: [{ entry, error }] }` as JSON. `known` has the path and the hash of each content whose code is not wanted,
    /// as JSON.
    #[napi(catch_unwind)]
    pub fn read<'env>(
        &self,
        env: &'env Env,
        entries: Vec<String>,
        known: Option<String>,
    ) -> Result<PromiseRaw<'env, String>> {
        let core = self.core.clone();
        blocking_promise(env, async move {
            let known = contents(known.as_deref().unwrap_or("[]"))?.into_iter().collect();
            text(&written(&read_disk(&core, &paths(entries)), &known))
        })
    }

    /// The code of contents, as JSON by path. `wanted` has the path and the hash of each, as JSON. Code that is forgotten is
    /// left out.
    #[napi(catch_unwind)]
    pub fn codes<'env>(&self, env: &'env Env, wanted: String) -> Result<PromiseRaw<'env, String>> {
        let graph = self.core.clone();
        blocking_promise(env, async move {
            let mut codes = Vec::new();
            for (path, hash) in contents(&wanted)? {
                let code = graph.code(&path, hash_bytes(&hash)?);
                codes.extend(code.map(|compiled| (path.display().to_string(), compiled)));
            }
            text(&codes.iter().map(|(path, compiled)| (path, &compiled.code)).collect::<Vec<_>>())
        })
    }

    /// As `read`, on this thread.
    #[napi(catch_unwind)]
    pub fn read_now(&self, entry: String) -> Result<String> {
        let reading = read_disk(&self.core, &[PathBuf::from(entry)]);
        to_napi(text(&written(&reading, &KnownCode::new())))
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

/// Reads paths with the hashes of their contents.
fn contents(text: &str) -> Outcome<Vec<(PathBuf, String)>> {
    serde_json::from_str(text).map_err(|error| Error::Internal { reason: error.to_string() })
}

fn paths(texts: Vec<String>) -> Vec<PathBuf> {
    texts.into_iter().map(PathBuf::from).collect()
}

/// The content of files whose code a reader has: SHA-256 in hex by path.
pub type KnownCode = HashMap<PathBuf, String>;

/// A reading as JSON.
#[derive(Serialize)]
pub struct WrittenReading<'r> {
    modules: Vec<WrittenModule<'r>>,
    others: Vec<WrittenFile<'r>>,
    entries: Vec<WrittenEntry>,
    failed: Vec<FailedEntry>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum WrittenModule<'r> {
    Whole(&'r GraphModule),
    /// Code is the most of a reading: what a reader has is left out.
    Known(WithoutCode<'r>),
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

/// A reading as it is written for a reader that has this code.
pub fn written<'r>(reading: &'r GraphReading, known: &KnownCode) -> WrittenReading<'r> {
    let modules = reading.modules.iter().map(|module| match known.get(&module.path) {
        Some(hash) if *hash == module.hash => WrittenModule::Known(WithoutCode(module)),
        _ => WrittenModule::Whole(module),
    });
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
    WrittenReading {
        modules: modules.collect(),
        others: others.collect(),
        entries: entries.collect(),
        failed: failed.collect(),
    }
}

fn text(value: &impl Serialize) -> Outcome<String> {
    serde_json::to_string(value).map_err(|error| Error::Internal { reason: error.to_string() })
}
