//! One source: its document's location, its options, and what it takes to load it again.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::source_state::SourceState;
use crate::json::HashMap;
use crate::loader::options::LoadOptions;
use crate::registry::Snapshot;
use crate::review::{LoadTrigger, RemovedTools, SourceVersion, VersionHistory};
use crate::spec::SpecSource;
use crate::state::{SourceInputs, SourceRecord, source_digest};

/// One document that was loaded.
pub struct LoadedSource {
    pub name: String,
    pub location: SpecSource,
    /// Sources of one load have them in common.
    pub options: Arc<LoadOptions>,
    pub state: SourceState,
    pub history: VersionHistory,
    /// Tools, and the schema hash that each may have.
    pub pins: BTreeMap<String, String>,
    /// Rejected changes: by tool, the fingerprint of what it would have become.
    pub rejected: HashMap<String, String>,
    /// The tools that it had and has no more.
    pub removed: RemovedTools,
    /// The contents that its tools were made of, for the state file.
    pub inputs: SourceInputs,
}

impl LoadedSource {
    /// A source that no load has succeeded for.
    pub fn new(name: &str, location: &SpecSource, options: Arc<LoadOptions>) -> Self {
        Self {
            name: name.to_owned(),
            location: location.clone(),
            options,
            state: SourceState::default(),
            history: VersionHistory::default(),
            pins: BTreeMap::new(),
            rejected: HashMap::default(),
            removed: RemovedTools::default(),
            inputs: SourceInputs::default(),
        }
    }

    /// Whether no load of it has succeeded, or it was unloaded.
    pub const fn is_new(&self) -> bool {
        self.state.applied.is_none()
    }

    /// Adds a version to the history, where it changed a tool or has another content.
    pub fn add_version(&mut self, mut version: SourceVersion, snapshot: &Snapshot) {
        self.removed.forget(&version.added);
        let tools: Vec<_> = snapshot.tools_of(&self.name).cloned().collect();
        self.state.tool_names = tools.iter().map(|tool| tool.name().to_owned()).collect();
        let is_known = self.history.active().is_some_and(|active| active.hash == version.hash);
        if is_known && self.is_repeated(&version) {
            return self.history.replace_tools(tools);
        }
        if is_known && version.added.is_empty() && version.updated.is_empty() && version.removed.is_empty() {
            return;
        }
        version.revision = snapshot.revision();
        self.history.push(version, tools, self.options.keep_versions.0);
    }

    /// Whether a version is code that was reloaded without a change. Its closures are new ones, which makes every tool an updated
    /// one; as a version of its own it would be what a rollback goes back to.
    fn is_repeated(&self, version: &SourceVersion) -> bool {
        let is_code = matches!(self.location, SpecSource::Program(_));
        is_code && version.trigger == LoadTrigger::Reload && version.is_without_changes()
    }

    /// Its record for the state file. `None` for one that no load has succeeded for, and for a text without a name of its own.
    pub fn record(&self, now: u64) -> Option<SourceRecord> {
        if self.location.is_text() && self.options.name.is_none() {
            return None;
        }
        Some(SourceRecord {
            source: source_digest(&self.location),
            saved_at: now,
            bytes: self.state.report.bytes,
            last_read: self.state.applied?,
            is_rolled_back: self.state.is_rolled_back,
            pins: self.pins.clone(),
            rejected: self.rejected.iter().map(|(tool, print)| (tool.clone(), print.clone())).collect(),
            versions: self.history.list(),
            inputs: self.inputs.by_id().clone(),
            active: Arc::clone(self.inputs.active()),
            kept: self.inputs.kept().clone(),
        })
    }
}
