//! The façade of the loader: load, reload, check, unload, close.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use super::directory_claims::DirectoryClaims;
use super::load_audit as audit;
use super::load_listener::LoadListener;
use super::load_report::{CheckReport, LoadReport};
use super::load_request::{LoadPurpose, LoadRequest};
use super::loaded_source::{LoadedSource, SourceState};
use super::lock::lock;
use super::options::LoadOptions;
use super::progress::LoadInputs;
use super::source_status::{SourceStatus, Statuses};
use crate::error::{Error, Result};
use crate::http::HttpClient;
use crate::json::HashMap;
use crate::registry::ToolRegistry;
use crate::retrieve::Bundle;
use crate::retrieve::{self, FetchedDocument};
use crate::review::Policy;
use crate::review::Trigger;
use crate::review::{HeldTools, Outcome as Settlement};
use crate::spec::SpecSource;
use crate::state::Keeper;
use crate::tool::name;

/// Loads documents into a registry, and reloads them.
pub struct SpecLoader {
    pub(super) registry: Arc<ToolRegistry>,
    pub(super) keeper: Option<Keeper>,
    pub(super) client: Arc<dyn HttpClient>,
    clock: fn() -> u64,
    pub(super) sources: Mutex<HashMap<String, Arc<Mutex<LoadedSource>>>>,
    pub(super) statuses: Statuses,
    pub(super) holds: HeldTools,
    pub(super) folders: DirectoryClaims,
    listener: OnceLock<Arc<dyn LoadListener>>,
    readings: AtomicU64,
    closed: AtomicBool,
}

impl SpecLoader {
    /// A loader into a registry. `client` fetches documents and sends the calls of their tools.
    pub fn new(registry: Arc<ToolRegistry>, client: Arc<dyn HttpClient>) -> Self {
        Self {
            registry,
            keeper: None,
            client,
            clock: milliseconds,
            sources: Mutex::default(),
            statuses: Statuses::default(),
            holds: HeldTools::default(),
            folders: DirectoryClaims::default(),
            listener: OnceLock::new(),
            readings: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        }
    }

    /// Replaces the clock; it gives ms since 1970.
    #[must_use]
    pub fn with_clock(self, clock: fn() -> u64) -> Self {
        Self { clock, ..self }
    }

    /// Sets the listener. Only the first call has an effect.
    pub fn listen(&self, listener: Arc<dyn LoadListener>) {
        let _ = self.listener.set(listener);
    }

    /// Loads a document into the registry. Loading the same location under the same name again is a reload with new options.
    /// An error changes nothing.
    pub async fn load(&self, place: SpecSource, options: LoadOptions) -> Result<LoadReport> {
        // A new load may bind its credentials to other origins than the load before.
        let mut options = options;
        options.conversion.bond = Arc::default();
        let name = options.name.clone().or_else(|| place.stem()).unwrap_or_default();
        if let Some(record) = self.saved(&name, &place, &options) {
            return self.load_again(&name, &record, place, options).await;
        }
        let outcome = self.bring(place, options, LoadPurpose::Entry(Trigger::Load)).await;
        audit::record(&self.registry, Trigger::Load, &name, &outcome);
        Ok(outcome?.report)
    }

    /// The report of [`SpecLoader::load`] without loading. Nothing changes.
    pub async fn check_load(&self, place: SpecSource, options: LoadOptions) -> Result<CheckReport> {
        self.bring(place, options, LoadPurpose::Check).await
    }

    async fn bring(
        &self,
        place: SpecSource,
        options: LoadOptions,
        purpose: LoadPurpose,
    ) -> Result<CheckReport> {
        let reading = self.reading()?;
        let read = retrieve::fetch_document(&place, &*self.client, options.limits.bytes).await?;
        self.bring_of(reading, read, place, options, purpose).await
    }

    /// Loads a document that was read already.
    pub(super) async fn load_read(
        &self,
        reading: u64,
        read: FetchedDocument,
        place: SpecSource,
        options: LoadOptions,
    ) -> Result<LoadReport> {
        let name = options.name.clone().unwrap_or_default();
        let outcome = self.bring_of(reading, read, place, options, LoadPurpose::Entry(Trigger::Load)).await;
        audit::record(&self.registry, Trigger::Load, &name, &outcome);
        Ok(outcome?.report)
    }

    /// Loads or checks a document that was read already.
    pub(super) async fn bring_of(
        &self,
        reading: u64,
        read: FetchedDocument,
        place: SpecSource,
        options: LoadOptions,
        purpose: LoadPurpose,
    ) -> Result<CheckReport> {
        let mut given = LoadInputs::new(Bundle::new(&place, read));
        loop {
            let request = LoadRequest { reading, purpose, place: &place, options: &options };
            let step = self.enter(&given, request)?;
            if let Some(report) = self.take(step, &mut given, &place, &options).await? {
                return Ok(report);
            }
        }
    }

    pub(super) fn tell(&self, what: impl FnOnce(&dyn LoadListener)) {
        if let Some(listener) = self.listener.get() {
            what(&**listener);
        }
    }

    pub(super) fn now(&self) -> u64 {
        (self.clock)()
    }

    /// Reads a document again from its location. An error leaves its tools as they are.
    pub async fn reload(&self, name: &str) -> Result<LoadReport> {
        self.reload_through(name, None, Trigger::Reload).await
    }

    /// Reloads with a trigger for the audit log; `gates` replace the gates of the options for this reload.
    pub async fn reload_through(
        &self,
        name: &str,
        gates: Option<Policy>,
        trigger: Trigger,
    ) -> Result<LoadReport> {
        let outcome = self.read_again(name, gates, LoadPurpose::Entry(trigger)).await;
        self.judge(name, &outcome);
        audit::record(&self.registry, trigger, name, &outcome);
        Ok(outcome?.report)
    }

    /// The report of [`SpecLoader::reload_through`] without reloading. Nothing changes.
    pub async fn check(&self, name: &str, gates: Option<Policy>) -> Result<CheckReport> {
        self.read_again(name, gates, LoadPurpose::Check).await
    }

    async fn read_again(
        &self,
        name: &str,
        gates: Option<Policy>,
        purpose: LoadPurpose,
    ) -> Result<CheckReport> {
        let reading = self.reading()?;
        let source = self.source(name)?;
        let (place, limits) = {
            let source = lock(&source);
            (source.place.clone(), source.options.limits)
        };
        let read = retrieve::fetch_document(&place, &*self.client, limits.bytes).await?;
        self.renew(&source, reading, LoadInputs::new(Bundle::new(&place, read)), gates, purpose).await
    }

    /// The status of all sources, by name.
    pub fn sources(&self) -> Vec<SourceStatus> {
        self.statuses.list(&self.registry.snapshot(), &self.holds)
    }

    /// Unloads a source. Gives the names of the tools that were removed.
    pub fn unload(&self, name: &str) -> Result<Vec<String>> {
        if self.forget(name) {
            return Ok(Vec::new());
        }
        let source = self.source(name)?;
        // The lock waits for a load that is under way. A load that still reads finds no source afterwards, and changes nothing.
        let mut source = lock(&source);
        let removed = self.registry.unregister_source(name)?;
        lock(&self.sources).remove(name);
        self.statuses.forget(name);
        self.folders.forget(name);
        source.state = SourceState::default();
        self.forget(name);
        if let Some(held) = self.holds.take(name) {
            self.settled(&held, Settlement::Superseded);
        }
        Ok(removed)
    }

    /// Closes the loader. The tools stay in the registry.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
        lock(&self.sources).clear();
        self.statuses.clear();
        self.holds.clear();
        self.folders.clear();
        self.keeper.iter().for_each(Keeper::close);
    }

    /// A number for a read that begins: a read that began earlier and ends later must not undo a newer one.
    pub(super) fn reading(&self) -> Result<u64> {
        self.open()?;
        Ok(self.readings.fetch_add(1, Ordering::Relaxed) + 1)
    }

    pub(super) fn open(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) { Err(Error::Closed { what: "loader" }) } else { Ok(()) }
    }

    pub(super) fn source(&self, name: &str) -> Result<Arc<Mutex<LoadedSource>>> {
        let sources = lock(&self.sources);
        sources.get(name).cloned().ok_or_else(|| Error::UnknownSource {
            name: name.to_owned(),
            nearest: name::nearest(name, sources.keys().map(String::as_str)),
        })
    }
}

fn milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
