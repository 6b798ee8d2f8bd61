//! Module watch: tells JavaScript which files of modules changed, with the modules as they were read at one time.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures_core::future::BoxFuture;
use napi::Result;
use napi_derive::napi;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use toolrack_core::error::{Error, Result as Outcome};
use toolrack_core::loader::{DirectoryChanges, LocalModuleFiles};
use toolrack_core::module::{ModuleFiles, SharedModuleGraph};
use toolrack_core::retrieve::{DependencyFile, FileContents, ListedFiles, WatchLocation, WatchTarget};
use toolrack_core::tool::{Executor, ToolCall};
use toolrack_core::watch::{
    Observed, Reloader, SourceWatch, Truncation, TruncationVerdict, WatchNotice, WatchOptions,
};

use crate::convert::{option_error, read, to_napi};
use crate::dispatcher::Dispatcher;
use crate::error::to_json;
use crate::executor::JsExecutor;
use crate::module_directories::{ListedModules, modules_listing};
use crate::module_graph::{KnownCode, written};
use crate::registry::NativeRegistry;
use crate::runtime::{runtime, watches};

/// The longest time that JavaScript may take for one change: loading a module has a deadline of its own.
const DEADLINE: Duration = Duration::from_mins(10);

/// Watches the files of modules, and directories for new ones.
#[napi]
pub struct NativeModuleWatch {
    watch: SourceWatch,
    groups: Arc<ModuleGroups>,
}

/// Files of a group as JavaScript writes them.
#[derive(Deserialize)]
struct WrittenGroup {
    /// The modules that are read again when a file changes.
    entries: Vec<PathBuf>,
    /// All files with the SHA-256 of the content in use, in hex; none for a file that is not loaded.
    files: Vec<(PathBuf, Option<String>)>,
}

/// A watched group.
#[derive(Clone)]
struct ModuleGroup {
    entries: Vec<PathBuf>,
    target: WatchTarget,
    /// The contents that JavaScript has read.
    known: Arc<KnownCode>,
}

#[napi]
impl NativeModuleWatch {
    /// Makes a watch. `changed` is the slot of the function that is called with each change: `{ kind, group, … }`.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        registry: &NativeRegistry,
        graph: &crate::module_graph::NativeModuleGraph,
        changed: u32,
    ) -> Result<Self> {
        let executor: Arc<dyn Executor> =
            Arc::new(JsExecutor::new(Arc::clone(&registry.dispatcher), changed));
        let groups = Arc::new(ModuleGroups {
            graph: graph.core.clone(),
            executor,
            dispatcher: Arc::downgrade(&registry.dispatcher),
            all: Mutex::default(),
            listings: AtomicU64::new(0),
        });
        let watch = SourceWatch::start(watches()?, Arc::clone(&groups) as _, WatchOptions::default());
        Ok(Self { watch, groups })
    }

    /// Watches a group of files, in place of those that the group had. `group` and each of `options` are JSON; of
    /// several options the shortest times hold.
    #[napi(catch_unwind)]
    pub fn watch(&self, name: String, group: String, options: Vec<String>) -> Result<()> {
        let group = to_napi(self.groups.read_group(&group))?;
        let options = options
            .iter()
            .map(|text| to_napi(WatchOptions::parse(&read(Some(text), option_error("watch"))?)))
            .collect::<Result<Vec<_>>>()?;
        let options = options.into_iter().reduce(WatchOptions::closer).unwrap_or_default();
        // A reload waits until the group is there; a watch that is refused leaves none.
        let mut groups = self.groups.all();
        to_napi(self.watch.watch_document(&name, group.target.clone(), options))?;
        groups.insert(name, group);
        Ok(())
    }

    /// Tells which files a group has now. What is in use is as it was written: only other content is a change.
    #[napi(catch_unwind)]
    pub fn update(&self, name: String, group: String) -> Result<()> {
        let group = to_napi(self.groups.read_group(&group))?;
        if let Some(known) = self.groups.all().get_mut(&name) {
            *known = group;
            self.watch.update_files(&name);
        }
        Ok(())
    }

    /// Stops watching a group.
    #[napi(catch_unwind)]
    pub fn unwatch(&self, name: String) {
        self.groups.all().remove(&name);
        self.watch.unwatch(&name);
    }

    /// Watches which modules are in a directory. `known` are those that are loaded.
    #[napi(catch_unwind)]
    pub fn watch_directory(
        &self,
        directory: String,
        known: Vec<String>,
        depth: String,
        options: String,
    ) -> Result<()> {
        let options = to_napi(WatchOptions::parse(&read(Some(&options), option_error("watch"))?))?;
        let known = known.into_iter().map(OsString::from).collect();
        to_napi(self.watch.watch_directory(Path::new(&directory), known, modules_listing(&depth), options))
    }

    /// Stops watching which modules are in a directory. Each of them is still watched.
    #[napi(catch_unwind)]
    pub fn unwatch_directory(&self, directory: String) {
        self.watch.unwatch_directory(Path::new(&directory));
    }

    /// Ends all watches.
    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.watch.close();
        self.groups.all().clear();
    }
}

/// The groups of one watch, and the function that loads what changed.
struct ModuleGroups {
    graph: SharedModuleGraph,
    executor: Arc<dyn Executor>,
    dispatcher: Weak<Dispatcher>,
    all: Mutex<HashMap<String, ModuleGroup>>,
    /// The number of listings so far: they are told side by side, and may arrive in another order.
    listings: AtomicU64,
}

impl ModuleGroups {
    fn all(&self) -> MutexGuard<'_, HashMap<String, ModuleGroup>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_group(&self, text: &str) -> Outcome<ModuleGroup> {
        let internal = |reason: String| Error::Internal { reason };
        let WrittenGroup { entries, files } =
            serde_json::from_str(text).map_err(|error| internal(error.to_string()))?;
        let known = files.iter().filter_map(|(path, hash)| Some((path.clone(), hash.clone()?)));
        let known = Arc::new(known.collect());
        let file = |(path, hash): (PathBuf, Option<String>)| {
            let hash = hash.map(|hash| crate::tool_sets::hash_bytes(&hash)).transpose()?;
            Ok(DependencyFile { path, hash })
        };
        let files = files.into_iter().map(file).collect::<Outcome<Vec<_>>>()?;
        let max_bytes = self.graph.options().bytes.saturating_mul(files.len().max(1));
        let target = WatchTarget { location: WatchLocation::Program, files, max_bytes };
        Ok(ModuleGroup { entries, target, known })
    }

    /// Calls the function with a change, and waits until it has loaded it.
    async fn tell(&self, change: Value) {
        let Value::Object(change) = change else { return };
        // What goes wrong is reported where it happens; a closed registry has nobody to tell.
        let _ = self.executor.execute(ToolCall::own("modules", change, DEADLINE)).await;
    }

    /// The modules of a group, read from what was observed.
    fn read_observed(&self, group: &ModuleGroup, observed: FileContents) -> Outcome<(Value, Vec<PathBuf>)> {
        let files = ObservedFiles {
            observed: observed.files.into_iter().collect(),
            watched: group.target.files.iter().map(|file| file.path.clone()).collect(),
            others: LocalModuleFiles { max_bytes: self.graph.options().bytes },
        };
        // What is there and cannot be read is a fault of its entry, which the reading says.
        let is_there = |entry: &&PathBuf| files.observed.contains_key(*entry) || !is_missing(entry);
        let (present, missing): (Vec<_>, Vec<_>) = group.entries.iter().partition(is_there);
        let present: Vec<PathBuf> = present.into_iter().cloned().collect();
        let reading = self.graph.read(&present, &files);
        // A value, and not its text: that would be escaped, and parsed twice.
        let reading = serde_json::to_value(written(&reading, &group.known));
        let reading = reading.map_err(|error| Error::Internal { reason: error.to_string() })?;
        Ok((reading, missing.into_iter().cloned().collect()))
    }
}

/// Whether there is no file of this path.
fn is_missing(path: &Path) -> bool {
    let error = std::fs::metadata(path).err();
    error.is_some_and(|error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
}

/// Files as a watcher read them at one time; others are read from the disk.
struct ObservedFiles {
    observed: HashMap<PathBuf, Vec<u8>>,
    watched: HashSet<PathBuf>,
    others: LocalModuleFiles,
}

impl ModuleFiles for ObservedFiles {
    fn read(&self, path: &Path) -> Outcome<Cow<'_, [u8]>> {
        match self.observed.get(path) {
            Some(bytes) => Ok(Cow::Borrowed(bytes)),
            None if self.watched.contains(path) && is_missing(path) => Err(Error::SourceUnreadable {
                location: path.display().to_string(),
                reason: "the file is missing".to_owned(),
                status: None,
            }),
            None => self.others.read(path),
        }
    }
}

impl Reloader for ModuleGroups {
    fn reload(
        &self,
        source: &str,
        observed: Observed,
        _truncation: Truncation,
    ) -> BoxFuture<'_, TruncationVerdict> {
        let group = self.all().get(source).cloned();
        let name = source.to_owned();
        Box::pin(async move {
            let (Some(group), Observed::Files(contents)) = (group, observed) else {
                return TruncationVerdict::Done;
            };
            let change = match self.read_observed(&group, contents) {
                Ok((reading, missing)) => {
                    json!({"kind": "changed", "group": name, "entries": group.entries, "reading": reading, "missing": missing})
                }
                Err(error) => {
                    json!({"kind": "fault", "group": name, "entries": group.entries, "error": to_json(&error)})
                }
            };
            self.tell(change).await;
            TruncationVerdict::Done
        })
    }

    fn watch_target(&self, source: &str) -> Option<WatchTarget> {
        self.all().get(source).map(|group| group.target.clone())
    }

    fn update_listing(&self, directory: &Path, listed: &ListedFiles) -> DirectoryChanges {
        let ListedModules { names, unlisted } = ListedModules::from(listed);
        let unlisted = unlisted.iter().map(|one| json!({"path": one.path, "reason": one.reason}));
        let change: Map<String, Value> = Map::from_iter([
            ("kind".to_owned(), json!("listed")),
            ("directory".to_owned(), json!(directory.display().to_string())),
            ("names".to_owned(), json!(names)),
            ("unlisted".to_owned(), unlisted.collect()),
            ("number".to_owned(), json!(self.listings.fetch_add(1, Ordering::Relaxed) + 1)),
        ]);
        let executor = Arc::clone(&self.executor);
        if let Ok(runtime) = runtime() {
            runtime.spawn(async move { executor.execute(ToolCall::own("modules", change, DEADLINE)).await });
        }
        DirectoryChanges::default()
    }

    fn notice(&self, notice: WatchNotice) {
        let Some(dispatcher) = self.dispatcher.upgrade() else { return };
        match notice {
            WatchNotice::Polling { reason, interval } => {
                let interval = interval.as_secs_f64() * 1000.0;
                dispatcher.tell("watchPolling", &json!({"reason": reason, "intervalMs": interval}));
            }
            // A group has no name that a user knows.
            WatchNotice::Blind { path, .. } => {
                let path = path.display().to_string();
                dispatcher.tell("watchBlind", &json!({"source": path, "location": path}));
            }
            // It is named by its first file, for the same reason.
            WatchNotice::ReloadPanicked { source, message } => {
                let error = to_json(&Error::Internal { reason: message });
                dispatcher.tell("reloadFailed", &json!({"source": source, "error": error}));
            }
        }
    }
}
