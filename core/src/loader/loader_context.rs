//! What all parts of a loader share: registry, HTTP client, sources, their statuses, clock, listener.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::json;

use super::hot_reload::DirectoryClaims;
use super::load_audit as audit;
use super::load_listener::LoadListener;
use super::mutex::lock;
use super::sources::{LoadedSource, Statuses};
use crate::clock::{Clock, system_clock};
use crate::error::{Error, Result, nearest};
use crate::http::HttpClient;
use crate::json::HashMap;
use crate::registry::{RevisionGroup, ToolRegistry};
use crate::review::{HeldChange, HeldChanges, HoldOutcome};
use crate::state::StateKeeper;

/// The shared data of a loader. Its parts are functions over it. A clone is the same loader.
#[derive(Clone)]
pub struct LoaderContext {
    pub registry: Arc<ToolRegistry>,
    /// Fetches documents, and sends the calls of their tools.
    pub client: Arc<dyn HttpClient>,
    /// Writes the state file, where there is one.
    pub keeper: Option<Arc<StateKeeper>>,
    pub clock: Arc<dyn Clock>,
    /// The lock of a source lets one load of it run at a time.
    pub sources: Arc<Mutex<HashMap<String, Arc<Mutex<LoadedSource>>>>>,
    pub statuses: Arc<Statuses>,
    pub holds: Arc<HeldChanges>,
    pub claims: Arc<DirectoryClaims>,
    /// The number under which its sources are claimed in the registry.
    owner: u64,
    listener: Arc<OnceLock<Arc<dyn LoadListener>>>,
    reads: Arc<AtomicU64>,
    closed: Arc<AtomicBool>,
}

impl LoaderContext {
    pub fn new(registry: Arc<ToolRegistry>, client: Arc<dyn HttpClient>) -> Self {
        Self {
            owner: registry.source_claims().new_owner(),
            registry,
            client,
            keeper: None,
            clock: system_clock(),
            sources: Arc::default(),
            statuses: Arc::default(),
            holds: Arc::default(),
            claims: Arc::default(),
            listener: Arc::default(),
            reads: Arc::default(),
            closed: Arc::default(),
        }
    }

    /// The same loader, whose changes of the registry join a group.
    pub fn within(&self, group: &RevisionGroup) -> Self {
        Self { registry: Arc::clone(group.registry()), ..self.clone() }
    }

    /// Milliseconds since 1970.
    pub fn now(&self) -> u64 {
        self.clock.unix_ms()
    }

    /// Sets the listener. Only the first call has an effect.
    pub fn set_listener(&self, listener: Arc<dyn LoadListener>) {
        let _ = self.listener.set(listener);
    }

    pub fn notify(&self, event: impl FnOnce(&dyn LoadListener)) {
        if let Some(listener) = self.listener.get() {
            event(&**listener);
        }
    }

    /// The number of a read that begins. A read that began earlier and ends later must not undo a newer one.
    pub fn begin_read(&self) -> Result<u64> {
        self.ensure_open()?;
        Ok(self.reads.fetch_add(1, Ordering::Relaxed) + 1)
    }

    pub fn ensure_open(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) { Err(Error::Closed { what: "loader" }) } else { Ok(()) }
    }

    pub fn source(&self, name: &str) -> Result<Arc<Mutex<LoadedSource>>> {
        let sources = lock(&self.sources);
        sources.get(name).cloned().ok_or_else(|| Error::UnknownSource {
            name: name.to_owned(),
            nearest: nearest(name, sources.keys().map(String::as_str)),
        })
    }

    /// Runs `work` with the locked source of a name. A new source is listed meanwhile, so that a second load of the name waits;
    /// it stays only if `work` loaded it.
    pub fn with_source<T, E: From<Error>>(
        &self,
        new: LoadedSource,
        work: impl FnOnce(&mut LoadedSource) -> Result<T, E>,
    ) -> Result<T, E> {
        let name = new.name.clone();
        let entry = self.enlist(&name, || new);
        let mut source = lock(&entry);
        let claimed = self.registry.source_claims().claim_document(&source.name, self.owner).map_err(E::from);
        let outcome = claimed.and_then(|()| work(&mut source));
        self.settle_entry(&entry, &source);
        outcome
    }

    /// The listed source of a name; a new one is listed where there is none. After a load [`LoaderContext::settle_entry`]
    /// decides whether it stays.
    pub fn enlist(&self, name: &str, new: impl FnOnce() -> LoadedSource) -> Arc<Mutex<LoadedSource>> {
        let mut sources = lock(&self.sources);
        if let Some(listed) = sources.get(name) {
            return Arc::clone(listed);
        }
        let entry = Arc::new(Mutex::new(new()));
        sources.insert(name.to_owned(), Arc::clone(&entry));
        entry
    }

    /// Keeps a source that is loaded in the list, and drops one that is not.
    pub fn settle_entry(&self, entry: &Arc<Mutex<LoadedSource>>, source: &LoadedSource) {
        let mut sources = lock(&self.sources);
        if !source.is_new() {
            // It may have been unloaded while this load waited for the lock.
            sources.entry(source.name.clone()).or_insert_with(|| Arc::clone(entry));
        } else if sources.get(&source.name).is_none_or(|listed| Arc::ptr_eq(listed, entry)) {
            sources.remove(&source.name);
            self.registry.source_claims().release(&source.name, self.owner);
        }
    }

    /// Restores tools that were withdrawn with their file, so that gates compare other content with them.
    pub fn restore_withdrawn(&self, source: &mut LoadedSource) -> Result<()> {
        if let Some(tools) = source.state.withdrawn.take() {
            let tools = tools.into_iter().map(Arc::unwrap_or_clone).collect();
            self.registry.apply(&source.name, tools)?;
        }
        Ok(())
    }

    /// Claims the name of a source of code: no other loader of the registry may have it, and no document.
    pub fn claim(&self, name: &str) -> Result<()> {
        // The tools of a document stay when its loader is closed.
        let snapshot = self.registry.snapshot();
        if snapshot.tools_of(name).any(|tool| tool.executor.destination().is_some()) {
            let location = "a document of this registry".to_owned();
            return Err(Error::SourceTaken { name: name.to_owned(), location });
        }
        self.registry.source_claims().claim_code(name, self.owner)
    }

    /// Gives up the name of an unloaded source: another loader may have it.
    pub fn release(&self, name: &str) {
        self.registry.source_claims().release(name, self.owner);
    }

    /// Runs `work` with the locked source of a name, or with `new` where there is none: nothing is listed.
    pub fn with_unlisted_source<T>(
        &self,
        mut new: LoadedSource,
        work: impl FnOnce(&mut LoadedSource) -> T,
    ) -> T {
        match self.source(&new.name) {
            Ok(listed) => work(&mut lock(&listed)),
            Err(_) => work(&mut new),
        }
    }

    /// Updates the status of a source after it was read.
    pub fn update_status<T>(&self, name: &str, outcome: &Result<T>) {
        match outcome {
            Ok(_) => self.statuses.confirmed(name, self.now()),
            Err(error) => self.statuses.failed(name, error, self.now()),
        }
    }

    /// Writes what is known of a source to the state file.
    pub fn save_source(&self, source: &mut LoadedSource) {
        let Some(keeper) = &self.keeper else { return };
        source.inputs.remove_unused(&source.history);
        if let Some(record) = source.record(self.now()) {
            keeper.set_record(&source.name, record);
        }
    }

    /// Unmarks tools that are stale since their source was restored: its document is again the one that they are made of.
    pub fn unmark_restored(&self, source: &mut LoadedSource) {
        if std::mem::take(&mut source.state.is_stale_since_restore) {
            // A closed registry has no tools.
            let _ = self.registry.mark_source(&source.name, None);
        }
    }

    /// Whether the state file has a source.
    pub fn is_saved(&self, name: &str) -> bool {
        self.keeper.as_ref().is_some_and(|keeper| keeper.record(name).is_some())
    }

    /// Removes a source that is not loaded from the state file. Returns whether it was there.
    pub fn forget_saved(&self, name: &str) -> bool {
        self.source(name).is_err() && self.keeper.as_ref().is_some_and(|keeper| keeper.remove_record(name))
    }

    /// Records the outcome of a held change in the audit log, and notifies the listener.
    pub fn report_settled(&self, held: &HeldChange, outcome: HoldOutcome) {
        let HeldChange { id, source, hash, added, updated, removed, .. } = held;
        let data = json!({
            "source": source, "holdId": id, "outcome": outcome, "hash": hash,
            "added": added, "updated": updated, "removed": removed,
        });
        audit::record_decision(&self.registry, "decision", &data);
        self.notify(|listener| listener.settled(held, outcome));
    }

    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
        lock(&self.sources).clear();
        self.registry.source_claims().release_all(self.owner);
        self.statuses.clear();
        self.holds.clear();
        self.claims.clear();
        self.keeper.iter().for_each(|keeper| keeper.close());
    }
}
