//! The façade of the loader: load, reload, check, unload, close. The work stands in the rooms beside it.

use std::path::Path;
use std::sync::Arc;

use super::change_decisions::ChangeDecisions;
use super::hot_reload::{DirectoryLoader, DirectoryReport, HotReload};
use super::load_audit as audit;
use super::load_listener::LoadListener;
use super::load_report::{CheckReport, LoadReport};
use super::loader_context::LoaderContext;
use super::options::LoadOptions;
use super::pipeline::{LoadPipeline, LoadPurpose};
use super::restore::{SavedSource, saved_record, unloaded_record};
use super::sources::SourceStatus;
use super::tool_sets::ToolSets;
use crate::clock::Clock;
use crate::error::Result;
use crate::http::HttpClient;
use crate::registry::{GroupMember, RevisionGroup, ToolRegistry};
use crate::review::{GatePolicy, LoadTrigger};
use crate::spec::SpecSource;
use crate::state::{StateFailure, StateKeeper, StateOptions};

/// Loads documents into a registry, and reloads them.
pub struct SpecLoader {
    context: LoaderContext,
}

impl SpecLoader {
    /// A loader into a registry. `client` fetches documents and sends the calls of their tools.
    pub fn new(registry: Arc<ToolRegistry>, client: Arc<dyn HttpClient>) -> Self {
        Self { context: LoaderContext::new(registry, client) }
    }

    /// Replaces the clock of held changes, and of the timeouts and retries of calls. Credentials have one of their own.
    #[must_use]
    pub fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.context.clock = clock;
        self
    }

    /// Saves sources to a state file, and restores them from it after a restart. `on_failure` is called for each write that
    /// fails.
    ///
    /// # Errors
    /// `STATE_LOCKED`, `STATE_UNWRITABLE` and `STATE_BROKEN`.
    pub fn with_state(
        mut self,
        options: &StateOptions,
        on_failure: impl Fn(&StateFailure) + Send + Sync + 'static,
    ) -> Result<Self> {
        let registry = Arc::clone(&self.context.registry);
        self.context.keeper = Some(Arc::new(StateKeeper::open(options, registry, on_failure)?));
        Ok(self)
    }

    /// Sets the listener. Only the first call has an effect.
    pub fn listen(&self, listener: Arc<dyn LoadListener>) {
        self.context.set_listener(listener);
    }

    /// Loads a document into the registry. Loading the same location under the same name again is a reload with new options.
    /// An error changes nothing.
    pub async fn load(&self, location: SpecSource, mut options: LoadOptions) -> Result<LoadReport> {
        // A new load may bind its credentials to other origins than the load before.
        options.conversion.origin_binding = Arc::default();
        let (context, name) = (&self.context, name_of(&location, &options));
        if let Some(keeper) = &context.keeper
            && let Some(record) = saved_record(context, &name, &location, &options)
        {
            let (name, record, location, options) = (&*name, &*record, &location, &options);
            return SavedSource { context, keeper, name, record, location, options }.restore_and_load().await;
        }
        let purpose = LoadPurpose::Apply(LoadTrigger::Load);
        let outcome = LoadPipeline(&self.context).read_and_load(&location, &options, purpose).await;
        audit::record_load(&self.context.registry, LoadTrigger::Load, &name, &outcome);
        Ok(outcome?.report)
    }

    /// The report of [`SpecLoader::load`] without loading. Nothing changes. The document is compared with the source of its
    /// name, wherever that was loaded from; one that only the state file has is compared as it was saved.
    pub async fn check_load(&self, location: SpecSource, options: LoadOptions) -> Result<CheckReport> {
        let (context, name) = (&self.context, name_of(&location, &options));
        if let Some(keeper) = &context.keeper
            && let Some(record) = unloaded_record(context, &name)
        {
            let (name, record, location, options) = (&*name, &*record, &location, &options);
            return SavedSource { context, keeper, name, record, location, options }.check().await;
        }
        LoadPipeline(&self.context).read_and_load(&location, &options, LoadPurpose::Check).await
    }

    /// Loads every document directly in a directory as a source that is named by its file's stem. A file that cannot be loaded
    /// is a line of the report. An error changes nothing.
    pub async fn load_directory(&self, directory: &Path, options: LoadOptions) -> Result<DirectoryReport> {
        DirectoryLoader(&self.context).load(directory, options).await
    }

    /// Reads a document again from its location. An error leaves its tools as they are.
    pub async fn reload(&self, name: &str) -> Result<LoadReport> {
        self.reload_through(name, None, LoadTrigger::Reload).await
    }

    /// Reloads with a trigger for the audit log; `gates` replace the gates of the options for this reload.
    pub async fn reload_through(
        &self,
        name: &str,
        gates: Option<GatePolicy>,
        trigger: LoadTrigger,
    ) -> Result<LoadReport> {
        let pipeline = LoadPipeline(&self.context);
        let outcome = pipeline.read_and_reload(name, gates.as_ref(), LoadPurpose::Apply(trigger)).await;
        self.context.update_status(name, &outcome);
        audit::record_load(&self.context.registry, trigger, name, &outcome);
        Ok(outcome?.report)
    }

    /// The report of [`SpecLoader::reload_through`] without reloading. Nothing changes.
    pub async fn check(&self, name: &str, gates: Option<GatePolicy>) -> Result<CheckReport> {
        LoadPipeline(&self.context).read_and_reload(name, gates.as_ref(), LoadPurpose::Check).await
    }

    /// The status of all sources, by name.
    pub fn sources(&self) -> Vec<SourceStatus> {
        self.context.statuses.list(&self.context.registry.snapshot(), &self.context.holds)
    }

    /// Whether a source has this name.
    pub fn has_source(&self, name: &str) -> bool {
        self.sources().iter().any(|source| source.name == name)
    }

    /// Decisions of people: approve or reject a held change, roll back, pin.
    pub const fn decisions(&self) -> ChangeDecisions<'_> {
        ChangeDecisions(&self.context)
    }

    /// The largest definition of a tool that the registry takes, in bytes of JSON.
    pub fn definition_bytes(&self) -> usize {
        self.context.registry.definition_bytes()
    }

    /// Tool sets: sources whose tools a program gives instead of a document.
    pub const fn tool_sets(&self) -> ToolSets<'_> {
        ToolSets(&self.context)
    }

    /// Hot reload: what a watcher asks, and what it hands over.
    pub const fn hot_reload(&self) -> HotReload<'_> {
        HotReload(&self.context)
    }

    /// Unloads a source. Gives the names of the tools that were removed.
    pub fn unload(&self, name: &str) -> Result<Vec<String>> {
        Ok(self.context.unload(&[name])?.concat())
    }

    /// Removes a source that is not loaded from the state file. Returns whether it was there.
    pub fn forget(&self, name: &str) -> bool {
        self.context.forget_saved(name)
    }

    /// Waits until the state file, where there is one, has what is known now.
    ///
    /// # Errors
    /// `STATE_UNWRITABLE` with the system's message.
    pub fn save(&self) -> Result<()> {
        self.context.keeper.as_ref().map_or(Ok(()), |keeper| keeper.save())
    }

    /// Closes the loader. The tools stay in the registry.
    pub fn close(&self) {
        self.context.close();
    }
}

impl GroupMember for SpecLoader {
    fn within(&self, group: &RevisionGroup) -> Self {
        Self { context: self.context.within(group) }
    }
}

/// The name of the source of a document, where it is known before the document is read; else nothing.
fn name_of(location: &SpecSource, options: &LoadOptions) -> String {
    options.name.clone().or_else(|| location.stem()).unwrap_or_default()
}
