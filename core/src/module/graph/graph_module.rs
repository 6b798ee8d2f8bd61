//! A module of a graph: its code, and what each of its specifiers leads to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::module::compiled_module::{CompiledModule, ImportCall, IndirectExport, StaticImport};
use crate::module::source_kind::ModuleFormat;

/// What a specifier leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum ResolvedImport {
    /// A module of the graph.
    File {
        /// Its real path.
        #[serde(serialize_with = "path_text")]
        path: PathBuf,
    },
    /// A module that the host imports: of a package, or in a format that the graph does not read.
    Package {
        /// File URL.
        url: String,
    },
    /// A module of Node.
    Builtin {
        /// `node:` and its name.
        specifier: String,
    },
    /// A `data:` URL.
    External {
        /// The URL.
        url: String,
    },
}

/// A module of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphModule {
    /// The real path.
    pub path: PathBuf,
    /// SHA-256 of its bytes in hex.
    pub hash: String,
    /// Its code, imports and exports.
    pub compiled: Arc<CompiledModule>,
    /// What the static imports of `compiled` lead to, in the same order.
    pub imports: Vec<ResolvedImport>,
    /// What the calls of `compiled` lead to, in the same order; none where a call will fail.
    pub calls: Vec<Option<ResolvedImport>>,
    /// The files that would give its failing calls a target: those that are missing, and those that have a fault.
    pub awaited: Vec<PathBuf>,
}

fn path_text<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

fn path_texts<S: Serializer>(paths: &[PathBuf], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(paths.iter().map(|path| path.to_string_lossy()))
}

/// A module as JSON: the fields of its code, each specifier with what it leads to.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ModuleText<'m> {
    #[serde(serialize_with = "path_text")]
    path: &'m Path,
    hash: &'m str,
    format: ModuleFormat,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'m str>,
    is_async: bool,
    prefix: &'m str,
    imports: Vec<Resolved<'m, StaticImport, &'m ResolvedImport>>,
    calls: Vec<Resolved<'m, ImportCall, Option<&'m ResolvedImport>>>,
    #[serde(serialize_with = "path_texts")]
    awaited: &'m [PathBuf],
    exports: &'m [String],
    type_exports: &'m [String],
    stars: &'m [usize],
    indirect_exports: &'m [IndirectExport],
}

#[derive(Serialize)]
struct Resolved<'m, S, T> {
    #[serde(flatten)]
    written: &'m S,
    to: T,
}

/// Serializes a module without its code, for a reader that has it.
#[derive(Clone, Copy, Debug)]
pub struct WithoutCode<'m>(pub &'m GraphModule);

impl Serialize for WithoutCode<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.text(None).serialize(serializer)
    }
}

impl Serialize for GraphModule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text(Some(&self.compiled.code)).serialize(serializer)
    }
}

impl GraphModule {
    fn text<'m>(&'m self, code: Option<&'m str>) -> ModuleText<'m> {
        let compiled = &*self.compiled;
        let imports = compiled.imports.iter().zip(&self.imports);
        let calls = compiled.calls.iter().zip(&self.calls);
        ModuleText {
            path: &self.path,
            hash: &self.hash,
            format: compiled.format,
            code,
            is_async: compiled.is_async,
            prefix: &compiled.prefix,
            imports: imports.map(|(written, to)| Resolved { written, to }).collect(),
            calls: calls.map(|(written, to)| Resolved { written, to: to.as_ref() }).collect(),
            awaited: &self.awaited,
            exports: &compiled.exports,
            type_exports: &compiled.type_exports,
            stars: &compiled.stars,
            indirect_exports: &compiled.indirect_exports,
        }
    }
}
