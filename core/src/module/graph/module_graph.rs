//! A module graph: keeps the compiled code of each file by its content, and reads what entries need.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::graph_module::{GraphModule, ResolvedImport};
use super::graph_options::ModuleGraphOptions;
use super::graph_reading::{GraphReading, ReadFile};
use super::graph_traversal::GraphNodes;
use super::module_resolver::ModuleResolver;
use super::real_path::real_path;
use super::specifier_resolution::SpecifierResolution;
use crate::error::{Error, ModuleLimit, Result};
use crate::module::compile_thread::{CompileThread, STACK, not_started};
use crate::module::compiled_module::{CompiledModule, ImportKind, StaticImport};
use crate::module::module_fault::ModuleFault;
use crate::module::source_kind::SourceKind;
use crate::tool::sha256::{hex, sha256};

/// Reads files for a graph: from the disk, or as a watcher has observed them.
pub trait ModuleFiles {
    /// Reads the bytes of a file by its real path.
    ///
    /// # Errors
    /// `SOURCE_UNREADABLE` or `LIMIT_EXCEEDED`.
    fn read(&self, path: &Path) -> Result<Cow<'_, [u8]>>;
}

/// A graph of modules over several readings. A file is compiled again only when its content has changed.
pub struct ModuleGraph {
    options: ModuleGraphOptions,
    resolver: ModuleResolver,
    compiled: HashMap<PathBuf, CompiledFile>,
    /// Stack of the thread that compiles, in bytes.
    stack: usize,
}

/// What became of the newest content of a file.
struct CompiledFile {
    hash: [u8; 32],
    kind: SourceKind,
    outcome: Result<Arc<CompiledModule>, ModuleFault>,
}

impl fmt::Debug for ModuleGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModuleGraph").field("options", &self.options).finish_non_exhaustive()
    }
}

impl ModuleGraph {
    /// Makes an empty graph.
    pub fn new(options: ModuleGraphOptions) -> Self {
        Self { options, resolver: ModuleResolver::new(), compiled: HashMap::new(), stack: STACK }
    }

    /// The options.
    pub const fn options(&self) -> &ModuleGraphOptions {
        &self.options
    }

    /// Reads every module that is reachable from entries by static imports and literal calls. An entry fails alone, with
    /// the first fault of what it imports statically; a call that cannot succeed leads to nothing.
    pub fn read(&mut self, entries: &[PathBuf], files: &dyn ModuleFiles) -> GraphReading {
        self.resolver.forget();
        let mut nodes = GraphNodes::new(self.options.files);
        let mut thread = CompileThread::new(self.stack);
        let asked: Vec<_> = entries.iter().map(|entry| (entry, nodes.index(real_path(entry)))).collect();
        while let Some(path) = nodes.next_unread() {
            let read = if nodes.is_full() {
                ReadFile::unread(nodes.too_many(&path))
            } else {
                self.read_module(&path, files, &mut thread)
            };
            nodes.add(read);
        }
        nodes.finish(&asked)
    }

    /// Resolves one specifier of an importer.
    ///
    /// # Errors
    /// `SOURCE_UNREADABLE` with the importer and the specifier.
    pub fn resolve(&self, importer: &Path, specifier: &str, kind: ImportKind) -> Result<ResolvedImport> {
        self.resolver.forget();
        self.resolution().resolve(importer, specifier, kind).map_err(|reason| Error::SourceUnreadable {
            location: importer.display().to_string(),
            reason: format!("its import \"{specifier}\" {reason}"),
            status: None,
        })
    }

    /// The code of a file, if this hash is that of the content that was compiled last.
    pub fn code(&self, path: &Path, hash: [u8; 32]) -> Option<Arc<CompiledModule>> {
        let known = self.compiled.get(path).filter(|known| known.hash == hash)?;
        known.outcome.clone().ok()
    }

    /// Forgets the code of all other files.
    pub fn retain(&mut self, paths: &HashSet<PathBuf>) {
        self.compiled.retain(|path, _| paths.contains(path));
    }

    const fn resolution(&self) -> SpecifierResolution<'_> {
        SpecifierResolution { resolver: &self.resolver, aliases: &self.options.aliases }
    }

    fn read_module(&mut self, path: &Path, files: &dyn ModuleFiles, thread: &mut CompileThread) -> ReadFile {
        let bytes = match files.read(path) {
            Ok(bytes) if bytes.len() <= self.options.bytes => bytes,
            Ok(_) | Err(Error::LimitExceeded { .. }) => {
                let limit = ModuleLimit::bytes(path.display().to_string(), self.options.bytes);
                return ReadFile::unread(Error::ModuleOverLimit(Box::new(limit)));
            }
            Err(error) => return ReadFile::unread(error),
        };
        let hash = sha256(&bytes);
        match self.compile(path, &bytes, hash, thread) {
            Ok(compiled) => self.resolve_module(path, hex(&hash), compiled),
            Err(error) => ReadFile { hash: Some(hex(&hash)), ..ReadFile::unread(error) },
        }
    }

    /// Resolves the specifiers of a module, and says where those without a target would lead.
    fn resolve_module(&self, path: &Path, hash: String, compiled: Arc<CompiledModule>) -> ReadFile {
        let resolution = self.resolution();
        let imports = compiled.imports.iter().map(|import| {
            let resolved = resolution.resolve(path, &import.specifier, ImportKind::Import);
            let resolved = resolved.map_err(|reason| Error::SourceUnreadable {
                location: format!("{}:{}:{}", path.display(), import.line, import.column),
                reason: format!("its import \"{}\" {reason}", import.specifier),
                status: None,
            })?;
            checked_attribute(resolved, import, path)
        });
        let imports: Vec<_> = imports.collect();
        let calls =
            compiled.calls.iter().map(|call| resolution.resolve(path, &call.specifier, call.kind).ok());
        let calls: Vec<_> = calls.collect();
        let lost_imports = compiled.imports.iter().zip(&imports).filter(|(_, found)| found.is_err());
        let lost_calls = compiled.calls.iter().zip(&calls).filter(|(_, found)| found.is_none());
        let lost = lost_imports
            .map(|(import, _)| (&import.specifier, ImportKind::Import))
            .chain(lost_calls.map(|(call, _)| (&call.specifier, call.kind)));
        let awaited = lost.flat_map(|(specifier, kind)| resolution.awaited(path, specifier, kind)).collect();
        let module = imports.into_iter().collect::<Result<_>>().map(|imports| GraphModule {
            path: path.to_owned(),
            hash: hash.clone(),
            compiled,
            imports,
            calls,
            awaited: Vec::new(),
        });
        ReadFile { hash: Some(hash), awaited, module }
    }

    /// Compiles a file, unless its content is the one that it had. A failure of the machine is no outcome of the content:
    /// it is not kept.
    fn compile(
        &mut self,
        path: &Path,
        bytes: &[u8],
        hash: [u8; 32],
        thread: &mut CompileThread,
    ) -> Result<Arc<CompiledModule>> {
        let location = path.display().to_string();
        let kind = SourceKind::from_path(path, self.resolver.package_type(path)).ok_or_else(|| {
            let endings = SourceKind::EXTENSIONS.join(", .");
            Error::SourceUnreadable {
                location: location.clone(),
                reason: format!("is no module: give a file that ends in .{endings}"),
                status: None,
            }
        })?;
        let known = self.compiled.get(path).filter(|known| known.hash == hash && known.kind == kind);
        let outcome = if let Some(known) = known {
            known.outcome.clone()
        } else {
            // As Node does: bytes that are no UTF-8 become U+FFFD.
            let source = String::from_utf8_lossy(bytes).into_owned();
            let compiled = thread.compile(source, kind);
            let compiled = compiled.map_err(|error| Error::Internal {
                reason: format!("{location}: {}", not_started(&error)),
            })?;
            let outcome = compiled.map(Arc::new);
            self.compiled.insert(path.to_owned(), CompiledFile { hash, kind, outcome: outcome.clone() });
            outcome
        };
        outcome.map_err(|fault| fault.into_error(&location))
    }
}

/// `type: "json"` is for files of JSON.
fn checked_attribute(
    found: ResolvedImport,
    import: &StaticImport,
    importer: &Path,
) -> Result<ResolvedImport> {
    match &found {
        ResolvedImport::File { path }
            if import.attributes_type.is_some() && path.extension().is_none_or(|end| end != "json") =>
        {
            let message = format!(
                "the import of \"{}\" has type: \"json\", and it is no .json file: take the attribute away",
                import.specifier
            );
            let (line, column) = (import.line, import.column);
            Err(ModuleFault { line, column, message }.into_error(&importer.display().to_string()))
        }
        _ => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, slice};

    use super::*;
    use crate::error::ErrorCode;

    struct Disk;

    impl ModuleFiles for Disk {
        fn read(&self, path: &Path) -> Result<Cow<'_, [u8]>> {
            Ok(fs::read(path).expect("is there").into())
        }
    }

    #[test]
    fn a_file_that_found_no_thread_is_compiled_by_the_next_reading() {
        let folder = tempfile::tempdir().expect("a directory");
        let path = folder.path().join("a.mjs");
        fs::write(&path, "export const a = 1").expect("a file");
        let mut graph = ModuleGraph::new(ModuleGraphOptions::default());
        // More than the address space: the system refuses the thread.
        graph.stack = 1 << 60;
        let (_, error) = graph.read(slice::from_ref(&path), &Disk).failed.pop().expect("fails");
        assert_eq!(error.code(), ErrorCode::Internal);
        assert!(error.to_string().contains("a.mjs: no thread could be started"), "{error}");
        graph.stack = STACK;
        let reading = graph.read(&[path], &Disk);
        assert_eq!(reading.failed, []);
        assert_eq!(reading.modules[0].compiled.exports, ["a"]);
    }
}
